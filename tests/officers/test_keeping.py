"""What was kept long enough goes, and nothing else: open cases, wrong clocks, leaps, the chain."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.case_support import arrive
from tests.keeping_support import is_there, presented, receive, years_pass
from tests.support import DESK, MASTER_KEY
from tests.tamper_support import proved
from verification.basics.errors import Forbidden, RequestError
from verification.log.events import EventKind
from verification.log.forgetting_events import Forgets, Forgotten
from verification.log.portal_events import PortalFailed
from verification.log.terms import Terms, usual_terms
from verification.log.writing import Stranger, write_alone
from verification.officers import keeping
from verification.officers.keeping import (
    BY_ITSELF,
    KINDS,
    erase_due,
    erase_old,
    planned,
    preview,
    years_before,
)
from verification.reception import corrections
from verification.rights import Actor, Role

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Clock
    from verification.adapters.store.sqlite.log import SqliteLog
    from verification.kiosk import Kiosk

ADMIN = Actor("chi.lt", frozenset({Role.ADMINISTRATOR}), "1")
TERMS = usual_terms()
NAME = "ho_ten"


def counts(kiosk: Kiosk, terms: Terms = TERMS) -> dict[str, int]:
    return {due.what.value: len(due.events) for due in planned(kiosk, terms).dues}


def test_visits_of_before_their_term_are_erased_with_all_that_was_said_of_them(
    kiosk: Kiosk, log: SqliteLog, clock: Clock, store_folder: Path
) -> None:
    (old,) = receive(kiosk, "patient-1")
    corrections.note(DESK, kiosk, old, "lời ghi của quầy")
    corrections.correct_field(DESK, kiosk, old, NAME, "Tên Đã Sửa")
    years_pass(kiosk, clock, 9)
    (young,) = receive(kiosk, "s2")
    assert counts(kiosk)["visits"] == 0
    years_pass(kiosk, clock, 2)
    assert counts(kiosk) == {"visits": 3, "portal": 0, "access": 0}
    assert erase_old(ADMIN, kiosk, TERMS) == {Forgets.VISITS: 3}
    assert not is_there(kiosk, old)
    assert is_there(kiosk, young)
    assert counts(kiosk)["visits"] == 0
    (told,) = kiosk.written.events([EventKind.FORGOTTEN], clock() - timedelta(days=1))
    said = Forgotten.of(told.codes)
    assert (said.why, said.what, told.officer) == ("kept_long_enough", "visits", "chi.lt")
    assert old in said.erased  # the visit itself is forgotten too
    assert kiosk.written.unreadable() == ()
    before = [kiosk.written.visit(one) for one in (old, young)]
    kiosk.written.rebuild()
    assert [kiosk.written.visit(one) for one in (old, young)] == before
    log.close()
    assert proved(store_folder / "kiosk.db").findings == []
    assert MASTER_KEY
    for file in store_folder.glob("kiosk.db*"):
        assert "lời ghi của quầy".encode() not in file.read_bytes()


def test_what_the_portal_said_goes_earlier_than_the_visit(kiosk: Kiosk, clock: Clock) -> None:
    (visit,) = receive(kiosk, "patient-1")
    failed = PortalFailed(presented(kiosk, visit), "timeout", 9, "an.nt", (visit,))
    write_alone(kiosk.written, DESK, failed, content={"x": "y"})
    years_pass(kiosk, clock, 3)
    assert counts(kiosk) == {"visits": 0, "portal": 1, "access": 0}
    assert counts(kiosk, Terms(10, 4, 5))["portal"] == 0
    assert erase_old(ADMIN, kiosk, TERMS) == {Forgets.PORTAL: 1}
    assert is_there(kiosk, visit)


def test_an_open_case_keeps_what_it_is_about(kiosk: Kiosk, clock: Clock) -> None:
    held = arrive(kiosk, "patient-1").visit
    (other,) = receive(kiosk, "s2")
    assert held
    years_pass(kiosk, clock, 11)
    (due, *_) = planned(kiosk, TERMS).dues
    assert due.held == 2  # the presentation, and what was said when they were received again
    assert presented(kiosk, held.visit_id) not in {event.event_id for event in due.events}
    erase_old(ADMIN, kiosk, TERMS)
    assert is_there(kiosk, held.visit_id)
    assert not is_there(kiosk, other)


def test_with_a_wrong_clock_nothing_goes(kiosk: Kiosk, clock: Clock) -> None:
    (visit,) = receive(kiosk, "patient-1")
    clock.jump(days=4500)  # nothing was recorded in between
    plan = planned(kiosk, TERMS)
    assert plan.doubt is not None
    assert plan.dues == ()
    with pytest.raises(RequestError, match="Đồng hồ"):
        erase_old(ADMIN, kiosk, TERMS)
    assert is_there(kiosk, visit)
    clock.jump(days=-4600)
    assert planned(kiosk, TERMS).doubt is not None
    assert is_there(kiosk, visit)


def test_more_than_a_days_share_waits_for_a_persons_word(
    kiosk: Kiosk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(kiosk, "patient-1", "s2")
    years_pass(kiosk, clock, 11)
    receive(kiosk, "case-pension-75-4")
    (visits, *_) = planned(kiosk, TERMS).dues
    assert (len(visits.events), visits.there, visits.percent) == (2, 3, 67)
    assert visits.is_much
    few = {"a_day": {"percent": 2, "few": 50, "percent_of_few": 70}}
    monkeypatch.setattr(keeping, "limits", lambda: few)
    assert not visits.is_much
    few["a_day"]["few"] = 1
    assert visits.is_much


def test_it_is_done_in_pieces_and_says_who_did_it(
    kiosk: Kiosk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(kiosk, "patient-1", "s2", "case-pension-75-4")
    years_pass(kiosk, clock, 11)
    monkeypatch.setattr(keeping, "_PIECE", 2)
    plan = planned(kiosk, TERMS)
    assert erase_due(kiosk, Stranger("1", BY_ITSELF), plan.dues) == {Forgets.VISITS: 3}
    told = kiosk.written.events([EventKind.FORGOTTEN], clock() - timedelta(days=1))
    assert [(event.officer, len(Forgotten.of(event.codes).erased)) for event in told] == [
        (BY_ITSELF, 4),
        (BY_ITSELF, 2),
    ]


def test_who_does_not_run_the_house_erases_nothing(kiosk: Kiosk) -> None:
    for actor in (DESK, Actor("demo-quan-tri", frozenset({Role.ADMINISTRATOR}), "1")):
        with pytest.raises(Forbidden):
            erase_old(actor, kiosk, TERMS)
    assert preview(ADMIN, kiosk, TERMS).much == ()


def test_each_kind_of_event_has_one_term_and_accounts_have_none() -> None:
    kinds = [kind for of in KINDS.values() for kind in of]
    assert len(kinds) == len(set(kinds))
    assert EventKind.ACCOUNT_CHANGED not in kinds
    assert EventKind.CARDS_IMPORTED not in kinds


@pytest.mark.parametrize(
    ("today", "years", "begin"), [("2026-11-22", 10, "2016-11-22"), ("2028-02-29", 1, "2027-03-01")]
)
def test_a_term_ends_with_the_day(clock: Clock, today: str, years: int, begin: str) -> None:
    now = clock().replace(year=int(today[:4]), month=int(today[5:7]), day=int(today[8:]))
    assert years_before(now, years).isoformat() == f"{begin}T00:00:00+07:00"
