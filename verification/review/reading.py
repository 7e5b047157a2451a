"""What auditors read of cases, each read behind its right.

A case that rests on a visit which the auditor received stands in the queue like any other; whoever
opens it asks `is_own` first.
"""

from collections.abc import Sequence
from datetime import datetime

from verification.kiosk import Kiosk
from verification.log import content as sealed
from verification.log.case import Case
from verification.log.events import EventKind
from verification.log.unreadable import Content
from verification.review.conflict import conflicted, takeable
from verification.review.outsider import second_words
from verification.review.waiting import YEAR
from verification.rights import Actor, Right, needs


@needs(Right.REVIEW)
def open_cases(_actor: Actor, kiosk: Kiosk) -> Sequence[Case]:
    """Return the open cases in the order of the queue."""
    return kiosk.written.cases.queue()


@needs(Right.REVIEW)
def closed_cases(_actor: Actor, kiosk: Kiosk, since: datetime) -> Sequence[Case]:
    """Return the cases that were closed since a moment, what was closed last first."""
    found = kiosk.written.cases.closed(since - YEAR)  # none stays open longer than a year
    ended = [(closed_at(case), case.number, case) for case in found]
    return [case for at, _, case in sorted(ended, reverse=True) if at >= since]


def closed_at(case: Case) -> datetime:
    """Return when a case was closed last; of one that is open or unreadable, when it began."""
    closings = (e.at for e in reversed(case.story) if e.kind is EventKind.CASE_CLOSED)
    return next(closings, case.opened_at)


@needs(Right.REVIEW)
def one_case(_actor: Actor, kiosk: Kiosk, number: str) -> Case | None:
    """Return a case as it stands, None where there is none of this number."""
    return kiosk.written.cases.case(number)


@needs(Right.REVIEW)
def card_of(_actor: Actor, kiosk: Kiosk, case: Case) -> Content:
    """Return the card's record as last presented; nothing of it is shown unmasked."""
    return sealed.card_of(kiosk.written, case)


@needs(Right.REVIEW)
def is_own(actor: Actor, kiosk: Kiosk, case: Case) -> bool:
    """Tell whether the auditor had a part in the evidence of a case, and so may not review it."""
    return conflicted(kiosk.written, actor.officer, case)


@needs(Right.REVIEW)
def second_of(_actor: Actor, kiosk: Kiosk, case: Case) -> str:
    """Return the second person of a closed case, empty where it has none."""
    return second_words(kiosk.written, case)


@needs(Right.REVIEW)
def may_take(actor: Actor, kiosk: Kiosk, case: Case) -> bool:
    """Tell whether the auditor may take a case over now."""
    return takeable(kiosk.written, actor.officer, case, kiosk.today())
