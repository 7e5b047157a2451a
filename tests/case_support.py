"""What the tests of cases share: people, and check-ins with flags."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from tests.support import a_password, citizen_number, payload
from verification.log.account import Account
from verification.log.events import Event, EventKind, NewEvent
from verification.log.officer_events import AccountChanged
from verification.officers import passwords
from verification.officers.kept import keep
from verification.reception.answer import Answer, Scan
from verification.reception.checkin import check_in
from verification.review import flagging
from verification.review.grounds import Grounds
from verification.rights import Actor, Role, command_line
from verification.rules.misuse.policy import MisusePolicy

if TYPE_CHECKING:
    from verification.kiosk import Kiosk
    from verification.log.case import Case
    from verification.log.ports import LogTransaction

AUDITOR = frozenset({Role.AUDITOR})
EVERYTHING = frozenset(Role)
AN = Actor("an", AUDITOR, "giam-dinh")
BINH = Actor("binh", AUDITOR, "giam-dinh")
CHI = Actor("chi", EVERYTHING, "giam-dinh")  # administrator, auditor and receptionist in one
RECEPTION = Actor("le-tan", frozenset({Role.RECEPTIONIST}), "1")
PEOPLE = (AN, BINH, CHI, RECEPTION)
WHY = Grounds("khac", "lý do của bài thử")


def a_flag(rule: str = "M02", score: int = 35, **facts: Any) -> dict[str, Any]:
    """Return one flag as the rules write it."""
    whole = {"rule": rule, "version": "1", "level": "review", "score": score, "state": "hit"}
    return whole | {"numbers": {"so_co_so": 2}, "visits": []} | facts


def flagged_event(
    answer: Answer, *flags: dict[str, Any], officer: str, desk: bool = False
) -> NewEvent:
    """Return the event that the rules add to a check-in."""
    levels = [flag["level"] for flag in flags]
    level = next(name for name in ("urgent", "review", "info") if name in levels)
    codes: dict[str, Any] = {
        "of": answer.event.event_id,
        "officer": officer,
        "subject": "desk" if desk else "card",
        "level": level,
        "score": sum(flag["score"] for flag in flags),
        "flags": list(flags),
    }
    codes |= {"visit": answer.visit.visit_id} if answer.visit else {}
    person = None if desk else answer.event.person_ref
    return NewEvent(answer.event.desk, EventKind.FLAGGED, None, codes, person)


def arrive(
    kiosk: Kiosk, slug: str, *flags: dict[str, Any], by: Actor = RECEPTION, desk: bool = False
) -> Answer:
    """Check somebody in with the rules silent, and note flags of the test's own."""
    employ(kiosk, *PEOPLE)
    answer = check_in(by, silent(kiosk), Scan((payload(slug),)), again="khac")
    note(kiosk, flagged_event(answer, *(flags or (a_flag(),)), officer=by.officer, desk=desk))
    return answer


def employ(kiosk: Kiosk, *people: Actor) -> None:
    """Make an account for each who has none, with a citizen number of their own."""

    def work(log: LogTransaction) -> None:
        for who in people:
            if log.accounts.account(who.officer) is None:
                number = citizen_number(who.officer)
                password = _hashed(a_password(who.officer))
                account = Account(who.officer, who.roles, f"Mẫu {who.officer}", number, password)
                made = AccountChanged(who.officer, "created", roles=tuple(sorted(who.roles)))
                keep(log, command_line("1"), made, account, content={"so_cccd": number})

    kiosk.written.write(work)


@cache
def _hashed(password: str) -> str:
    return passwords.hashed(password)


def silent(kiosk: Kiosk) -> Kiosk:
    """Return the same kiosk without any rule of misuse."""
    return replace(kiosk, misuse=MisusePolicy({}, (), {}))


def note(kiosk: Kiosk, new: NewEvent) -> Event:
    """Log flags and let them reach their case, in one piece of work."""
    employ(kiosk, *PEOPLE)

    def work(log: LogTransaction) -> Event:
        event = log.append(new)
        flagging.note_flags(log, event)
        return event

    return kiosk.written.write(work)


def only_case(kiosk: Kiosk) -> Case:
    """Return the one open case."""
    (case,) = kiosk.written.cases.queue()
    return case


def now(kiosk: Kiosk, number: str) -> Case:
    """Return a case as it stands."""
    case = kiosk.written.cases.case(number)
    assert case is not None
    return case
