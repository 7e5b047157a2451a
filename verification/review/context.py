"""What stands around a case: earlier ones, what was said to it, who may go on with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from verification.card.numbers import mask_within
from verification.kiosk import Kiosk
from verification.log.case import Case, CaseOutcome
from verification.log.events import EventKind
from verification.log.unreadable import Unreadable
from verification.review.conflict import had_part
from verification.review.persons import Staff, reviews
from verification.rights import Actor, Right, needs

_SAYS = frozenset(
    {
        EventKind.CASE_CLOSED,
        EventKind.CASE_COMMENTED,
        EventKind.CASE_PROPOSED,
        EventKind.CASE_REJECTED,
        EventKind.CASE_REOPENED,
        EventKind.CASE_SNOOZED,
    }
)


@dataclass(frozen=True)
class Earlier:
    """Another case of the same card or desk.

    Args:
        number: Its number.
        outcome: Once closed.
        at: When it was closed, or opened where it is not.
    """

    number: str
    outcome: CaseOutcome | None
    at: datetime


@dataclass(frozen=True)
class Colleague:
    """An auditor to whom a case can be handed over."""

    account: str
    ho_ten: str


@needs(Right.REVIEW)
def earlier_cases(_actor: Actor, kiosk: Kiosk, case: Case) -> Sequence[Earlier]:
    """Return the other cases of a case's card or desk that can be read, the newest first."""
    others = [
        other
        for other in kiosk.written.cases.about(case.subject)
        if other.number != case.number and not other.unreadable
    ]
    return [
        Earlier(o.number, o.outcome, o.closing.at if o.closing else o.opened_at)
        for o in reversed(others)
    ]


@needs(Right.REVIEW)
def said(_actor: Actor, kiosk: Kiosk, case: Case) -> Mapping[str, str | Unreadable]:
    """Return what people wrote to a case, by event, whole numbers masked; empty once erased."""
    found: dict[str, str | Unreadable] = {}
    for entry in case.story:
        if entry.kind not in _SAYS:
            continue
        content = kiosk.written.content(entry.event_id)
        if content is not None and content.unreadable:
            found[entry.event_id] = content.unreadable[0]
        elif content is not None and content.get("ghi_chu"):
            found[entry.event_id] = mask_within(str(content["ghi_chu"]))
        elif entry.kind is EventKind.CASE_COMMENTED:
            found[entry.event_id] = ""
    return found


@needs(Right.REVIEW)
def colleagues(actor: Actor, kiosk: Kiosk, case: Case) -> Sequence[Colleague]:
    """Return the auditors to whom a case can go: other people, none with a part in its evidence."""
    staff, log = Staff(kiosk.written), kiosk.written
    own, had = staff.names_of(actor.officer), had_part(log.cases, case)
    return [
        Colleague(account.name, account.ho_ten)
        for account in log.accounts.accounts()
        if reviews(account) and account.name not in own and not staff.names_of(account.name) & had
    ]
