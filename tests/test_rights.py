"""Every use case is refused to who has no right to it, and logs nothing then."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

import verification
from tests.support import DESK, MORNING, Clock, a_password, officer_account, payload
from verification.adapters.portal.checking import PortalChecks
from verification.basics.errors import Forbidden
from verification.card.facts import Card
from verification.exchange.difficulties import State, Trouble
from verification.log.case import Proposal, Proposed
from verification.log.chain import START, Head
from verification.log.events import EventKind
from verification.log.visit import CachTrinh, CancelReason, DoiChieu, NguoiTrinh
from verification.officers import staff
from verification.operations.head_sink import Sink
from verification.operations.health import looked_at
from verification.operations.health.verifying import Verifying
from verification.operations.health.watching import Health
from verification.operations.lists.watching import Watch
from verification.operations.settings import read_settings
from verification.reception import checkin
from verification.reception.answer import Scan
from verification.reception.person.held import Found
from verification.reception.screen import Input, Screen
from verification.review import cases, search
from verification.review.box import Asked
from verification.review.looking import Looking
from verification.review.outsider import Outsider
from verification.review.sample import Sample
from verification.review.steps import Board
from verification.rights import (
    RIGHTS,
    TRYING,
    USE_CASES,
    Actor,
    AnyRole,
    Right,
    Role,
    SystemRole,
    may,
)
from verification.rules.law.entitlement import Alternative

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from verification.adapters.store.sqlite.log import SqliteLog
    from verification.kiosk import Kiosk
    from verification.reception.answer import Answer

NO_USE_CASES = {"may", "more", "at_hand"}  # ask what an officer may do, and do nothing
ROLES: list[AnyRole | None] = [None, *Role, *SystemRole]
TOLD = Trouble("1-1", "vssid", MORNING, "1", "", "desk", None, None, None)
LONG_AGO = timedelta(days=3650)
NOTHING = Proposal("1-1", Proposed.REPORT, "an.nt")


def public_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield every public function of `verification/` with its full name."""
    for found in pkgutil.walk_packages(verification.__path__, "verification."):
        if found.name == "verification.__main__":
            continue
        module = importlib.import_module(found.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == found.name and not name.startswith("_"):
                yield f"{found.name}.{name}", function


def takes_an_actor(function: Callable[..., Any]) -> bool:
    """Tell whether a function's first argument is an officer."""
    first = next(iter(inspect.signature(function).parameters.values()), None)
    return first is not None and first.annotation in (Actor, "Actor")


ACTED = sorted(
    name
    for name, function in public_functions()
    if takes_an_actor(function) and function.__name__ not in NO_USE_CASES
)


def test_every_function_that_takes_an_officer_names_its_right() -> None:
    assert set(ACTED) == set(USE_CASES)
    assert len(ACTED) > 30


def shown(kiosk: Kiosk) -> Answer:
    """Return an answer with a visit."""
    return checkin.check_in(DESK, kiosk, Scan((payload("number-15"),)))


def arguments(kiosk: Kiosk) -> dict[str, tuple[Any, ...]]:
    """Return what each use case is called with, by its last name; others get dummies."""
    answer = shown(kiosk)
    visit = answer.visit
    assert visit
    ago = kiosk.clock() - LONG_AGO
    new = "tram-xanh-82-la"
    return {
        "check": (b"x",),
        "present": (Scan((b"x",)),),
        "look_up": (),
        "looked_at": ((), "search"),
        "recent_visits": (),
        "help_given": (),
        "own_today": (),
        "withdraw": ("1-1",),
        "listed": (kiosk.today(),),
        "move": (TOLD, State.SENT),
        "mark_sent": ((TOLD,),),
        "difficulties_report": (kiosk.today(),),
        "list_accounts": (),
        "own_account": (),
        "handed_over_on": (kiosk.today(),),
        "list_sessions": (),
        "check_in": (Scan((b"x",)),),
        "receive": (answer,),
        "taken_in": (answer,),
        "receive_presented": (answer.event.event_id,),
        "undo": (visit.visit_id, CancelReason.KHAC),
        "compare_id": (visit.visit_id, DoiChieu.CCCD),
        "correct_presentation": (visit.visit_id, CachTrinh.GIAY),
        "correct_presenter": (visit.visit_id, NguoiTrinh.CHA_ME),
        "correct_field": (visit.visit_id, "ho_ten", "Mẫu"),
        "note": (visit.visit_id, "x"),
        "erase": (visit.visit_id,),
        "viewed": (answer.event, "number"),
        "report_difficulty": ("vssid", "x"),
        "find": ("Mẫu, 1990",),
        "find_places": ("Mẫu",),
        "whose": ("Mẫu, 1990",),
        "whole_numbers": ("Mẫu, 1990", bool),
        "tell": (answer, {"newborn": True}),
        "choose_alternative": (answer, Alternative("1.2", None), "x"),
        "ask_again": (answer,),
        "present_without_card": ("lost", "Mẫu"),
        "complete": (answer, "x"),
        "step": (Screen(), Input("a", 1, "lang")),
        "handle": (Board(), {"session": "a", "number": 1, "act": "hide"}, None),
        "search": ("hôm nay",),
        "go_on": (search.Found("", False, Asked(), kiosk.today(), kiosk.today()),),
        "shown": ((visit,),),
        "open_visit": (visit.visit_id,),
        "visit_file": (visit.visit_id,),
        "of_month": (f"{kiosk.today():%Y-%m}",),
        "judge": (Sample("2026-11", 1, (visit.visit_id,), final=False), visit.visit_id),
        "visits_since": (ago,),
        "look": (Looking(), "find", {"value": "hôm nay"}),
        "name_outsider": ("2026-0001", NOTHING, Outsider("Mẫu", "BHXH", "079194000055")),
        "prove_again": (a_password("an.nt"),),
        "create": ("moi.nv", frozenset({Role.ADMINISTRATOR}), new),
        "change_roles": ("an.nt", frozenset({Role.AUDITOR})),
        "change_facts": ("an.nt", "Mẫu", ""),
        "disable": ("an.nt",),
        "enable": ("an.nt",),
        "set_password": ("an.nt", new),
        "end_session": ("0" * 64,),
        "change_password": (a_password("an.nt"), new),
        "set_pin": (a_password("an.nt"), "2957"),
        "access": (ago,),
        "state": (Health(looked_at.House(None, kiosk, Sink(), Watch(None), ago)),),  # type: ignore[arg-type]
        "verify": (Verifying(read_settings({"KIOSK_DB": "none/kiosk.db"}), kiosk),),
        "check_portal": (PortalChecks(list, kiosk.clock),),
        "clock_state": (),
        "note_clock": ("pin máy", ago, ago),
        "note_log": ("ổ cứng hỏng", (), (Head("1", 9, START),)),
        "export_access": (ago, "csv"),
        "export": (Found((), (), Card()), "json"),
        "plan": (Found((), (), Card()),),
    }


def called(
    kiosk: Kiosk, name: str, actor: Actor, given: tuple[Any, ...] | None
) -> Callable[[], object]:
    """Return a call of a use case with the arguments that it is given."""
    module, _, last = name.rpartition(".")
    function = getattr(importlib.import_module(module), last)
    if given is not None:
        return partial(function, actor, kiosk, *given)
    asked = list(inspect.signature(function).parameters.values())[2:]
    dummies = {p.name: "x" for p in asked if p.default is p.empty}
    return partial(function, actor, kiosk, **dummies)


@pytest.mark.usefixtures("quick_hashes")
@pytest.mark.parametrize("name", sorted(USE_CASES))
def test_a_use_case_is_done_for_who_has_its_right_alone(
    kiosk: Kiosk, log: SqliteLog, name: str
) -> None:
    officer_account(kiosk, "an.nt", Role.RECEPTIONIST)
    given = arguments(kiosk).get(name.rpartition(".")[2])
    for role in ROLES:
        actor = Actor("an.nt", frozenset({role} if role else ()), "1")
        call = called(kiosk, name, actor, given)
        before = rows(log)
        if may(actor, USE_CASES[name]):
            assert not is_forbidden(call)
        else:
            assert is_forbidden(call)
            assert rows(log) == before  # but for the refusal itself, that it was asked for


def test_a_refused_right_is_written_down_once_a_minute_with_who_and_what(
    kiosk: Kiosk, clock: Clock
) -> None:
    clerk = Actor("an.nt", frozenset({Role.RECEPTIONIST}), "2")
    nobody = Actor("ai.do", frozenset(), "2")
    for actor in (clerk, clerk, nobody):
        assert is_forbidden(partial(cases.take_next, actor, kiosk))
        assert is_forbidden(partial(staff.list_accounts, actor, kiosk=kiosk))
    clock.forward(minutes=2)
    assert is_forbidden(partial(cases.take_next, clerk, kiosk))
    noted = kiosk.written.events([EventKind.RIGHT_REFUSED], kiosk.clock() - LONG_AGO)
    said = [(e.desk, e.officer, e.codes["use_case"], e.codes["right"]) for e in noted]
    taken, listed = ("review.cases.take_next", "review"), ("officers.staff.list_accounts", "manage")
    assert said == [
        ("2", "an.nt", *taken),
        ("2", "an.nt", *listed),
        ("2", "ai.do", *taken),
        ("2", "ai.do", *listed),
        ("2", "an.nt", *taken),
    ]


def test_a_refusal_stands_where_it_cannot_be_written_down(kiosk: Kiosk, log: SqliteLog) -> None:
    log._writer._connection.execute("PRAGMA query_only = ON")
    clerk = Actor("an.nt", frozenset({Role.RECEPTIONIST}), "2")
    assert is_forbidden(partial(cases.take_next, clerk, kiosk))


def is_forbidden(call: Callable[[], object]) -> bool:
    """Tell whether a call is refused for want of a right; what else comes of it is all one."""
    try:
        call()
    except Forbidden:
        return True
    except Exception:  # noqa: BLE001  # an invented argument may be refused in any way
        return False
    return False


def rows(log: SqliteLog) -> list[Any]:
    """Return the log and the accounts as they stand in the file."""
    reader = log._readers.get()
    others = "SELECT desk, seq FROM log WHERE kind != 'right_refused'"
    logged = reader.execute(others).fetchall()
    return [*logged, *reader.execute("SELECT * FROM account").fetchall()]


def test_several_roles_hold_the_rights_of_each() -> None:
    both = Actor("an.nt", frozenset({Role.RECEPTIONIST, Role.AUDITOR}), "1")
    assert {right for right in Right if may(both, right)} == (
        RIGHTS[Role.RECEPTIONIST] | RIGHTS[Role.AUDITOR]
    )


def test_who_tries_out_the_administration_sees_it_and_changes_nothing_that_stays() -> None:
    trying = Actor(TRYING[Role.ADMINISTRATOR], frozenset({Role.ADMINISTRATOR}), "1")
    assert may(trying, Right.MANAGE)
    assert not may(trying, Right.CHANGE_HOUSE)
    changing = {name.rpartition(".")[2] for name, r in USE_CASES.items() if r is Right.CHANGE_HOUSE}
    assert changing >= {"create", "change_roles", "set_password", "disable", "erase", "issue_code"}
    assert changing >= {"end_session", "export_access", "note_rejects_taken"}


def test_an_administrator_sees_no_patient_and_a_receptionist_reviews_nothing() -> None:
    manager, desk = RIGHTS[Role.ADMINISTRATOR], RIGHTS[Role.RECEPTIONIST]
    assert not manager & {Right.CHECK, Right.RECEIVE, Right.VIEW_PERSON, Right.REVIEW, Right.EXPORT}
    assert not desk & {Right.REVIEW, Right.EXPORT, Right.MANAGE}
