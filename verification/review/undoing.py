"""Taking a decision back at once: an event of its own, for some seconds, by who decided.

All of it is read from the log, so a reload, another page or another browser changes nothing of it.
What comes later is the ordinary way: a closed case is reopened, a proposal withdrawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from verification.basics.errors import Forbidden, RequestError
from verification.kiosk import Kiosk
from verification.log.case import Case, Entry, open_one, terms
from verification.log.case_events import CaseUndone
from verification.log.events import EventKind
from verification.log.ports import LogTransaction
from verification.review.cases import append_to, reviewed
from verification.review.persons import Staff
from verification.rights import Actor, Right, needs

_DECIDING = (EventKind.CASE_CLOSED, EventKind.CASE_PROPOSED)


@dataclass(frozen=True)
class Undoable:
    """A decision that can still be taken back.

    Args:
        case: Number of the case.
        decision: The event.
        what: Was decided: an outcome, or what was proposed.
        closed: True where it closed the case.
        seconds: How long it can be taken back.
    """

    case: str
    decision: str
    what: str
    closed: bool
    seconds: float


def left(case: Case, now: datetime) -> float:
    """Return the seconds in which what closed a case can be taken back, 0 where none are left."""
    return _left(case.closing, now) if case.closing else 0.0


def refuse_unsettled(case: Case, now: datetime) -> None:
    """Keep in the house what somebody may still take back.

    Raises:
        RequestError: The case was closed just now.
    """
    if seconds := left(case, now):
        wait = max(1, round(seconds))
        raise RequestError(
            f"Hồ sơ {case.number} vừa đóng, còn hoàn tác được {wait} giây: chờ rồi lấy lại",
            f"Case {case.number} was closed just now and can be undone for {wait} s: wait for it",
        )


@needs(Right.REVIEW)
def undo(actor: Actor, kiosk: Kiosk, number: str, decision: str) -> Case:
    """Take back what one decided, in the seconds that there are for it.

    A closed case goes back to whoever held it. A proposal that was agreed to meanwhile goes with
    what was closed by it.

    Args:
        actor: Who decided: alone, as maker or as second person.
        kiosk: The kiosk.
        number: Of the case.
        decision: The event, as seen.

    Raises:
        RequestError: It was undone or reopened, too long ago, or the card has another open case.
        Forbidden: Somebody else decided.
    """
    now = kiosk.clock()

    def work(log: LogTransaction, case: Case) -> Case:
        found = next((e for e in _standing(case) if decision in _names(case, e)), None)
        if found is None:
            raise RequestError(
                "Quyết định này không còn: hồ sơ đã thay đổi",
                "This decision is gone: the case has changed",
            )
        if not _deciders(case, found) & Staff(log).names_of(actor.officer):
            raise Forbidden("Chỉ người đã quyết định hoàn tác", "Only who decided undoes it")
        if not _left(found, now):
            raise RequestError(
                "Đã quá thời gian hoàn tác: hãy mở lại hoặc rút đề nghị",
                "It is too late to undo: reopen the case, or withdraw the proposal",
            )
        return append_to(log, actor, case, _undone(log, case, found))

    return reviewed(kiosk, actor, number, work)


@needs(Right.REVIEW)
def newest(actor: Actor, kiosk: Kiosk) -> Undoable | None:
    """Return the newest decision that the actor can still take back, None where there is none."""
    now, own = kiosk.clock(), None
    for event in reversed(kiosk.written.events(_DECIDING, now - _longest())):
        case = kiosk.written.cases.case(str(event.codes.get("case"))) if event.is_readable else None
        found = next((e for e in _standing(case) if e.event_id == event.event_id), None)
        if case is None or found is None or not (seconds := _left(found, now)):
            continue
        own = own or Staff(kiosk.written).names_of(actor.officer)
        if own & _deciders(case, found):
            closed = found.kind is EventKind.CASE_CLOSED
            return Undoable(case.number, found.event_id, found.what, closed, seconds)
    return None


def _undone(log: LogTransaction, case: Case, found: Entry) -> CaseUndone:
    closed = found.kind is EventKind.CASE_CLOSED
    if closed and (other := open_one(log.cases.about(case.subject))):
        raise RequestError(f"Hồ sơ {other.number} đang mở", f"Case {other.number} is open")
    return CaseUndone(case.number, found.event_id, found.what, closed)


def _standing(case: Case | None) -> Sequence[Entry]:
    """Return the decisions that stand: what closed the case, what is proposed."""
    if case is None or case.unreadable:
        return ()
    nonce = case.proposal.nonce if case.proposal else None
    proposing = next((e for e in case.story if e.event_id == nonce), None)
    return [entry for entry in (case.closing, proposing) if entry]


def _names(case: Case, decision: Entry) -> set[str]:
    """Return what a decision is known by: itself, and the proposal that was agreed to by it."""
    at = case.story.index(decision)
    before = case.story[at - 1]
    agreed = before.of if before.kind is EventKind.CASE_APPROVED else ""
    return {decision.event_id, agreed}


def _deciders(case: Case, decision: Entry) -> set[str]:
    closed = decision.kind is EventKind.CASE_CLOSED
    return {decision.officer, *([case.closed_by] if closed and case.closed_by else [])}


def _left(decision: Entry, now: datetime) -> float:
    """Return the seconds left; one of later than now was written before somebody set the clock."""
    passed = abs(now - decision.at)
    return max(0.0, (_longest() - passed).total_seconds())


def _longest() -> timedelta:
    return timedelta(seconds=terms()["undo"]["seconds"])
