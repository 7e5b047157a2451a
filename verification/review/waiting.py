"""What waits for a second person, and whom each of it still waits for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from verification.basics.errors import KioskError, StoreError
from verification.card.numbers import mask
from verification.kiosk import Kiosk
from verification.log.case import Case, Proposed, terms
from verification.log.ports import Log
from verification.review.outsider import Outsider, is_open, outsider_of, second_people
from verification.review.persons import Staff
from verification.rights import Actor, Right, needs

YEAR = timedelta(days=365)
"""How far back closed cases are looked at."""


@dataclass(frozen=True)
class Standing:
    """How a proposal stands for who looks at it.

    Args:
        own: True where it is the viewer's person's.
        known: True where the maker's citizen number can be read: else nobody counts beside them.
        barred: Why the viewer cannot approve it, None where they can.
        inside: Accounts of the house that can.
        issuers: Administrators who may hand a code to somebody from outside.
        outsider: Who was named.
        until: How long their code may be typed, None while it may not.
    """

    own: bool
    known: bool
    barred: KioskError | None
    inside: tuple[str, ...]
    issuers: tuple[str, ...]
    outsider: Outsider | None
    until: datetime | None


@dataclass(frozen=True)
class Waiting:
    """A proposal, for an administrator: nothing of the patient.

    Args:
        case: Number of the case.
        what: Is proposed.
        maker: By whom.
        since: When.
        outsider: Who was named from outside, the number masked.
        until: How long their code may be typed.
    """

    case: str
    what: Proposed
    maker: str
    since: datetime
    outsider: Outsider | None
    until: datetime | None


@needs(Right.REVIEW)
def standing(actor: Actor, kiosk: Kiosk, case: Case) -> Standing | None:
    """Return how what is proposed stands, None where nothing is."""
    if case.proposal is None:
        return None
    log, maker = kiosk.written, case.proposal.maker
    staff = Staff(log)
    return Standing(
        own=actor.officer in staff.names_of(maker),
        known=staff.is_known(maker),
        barred=staff.barred(case, maker, actor.officer),
        inside=tuple(second_people(log, staff, case)),
        issuers=tuple(staff.beside(case, maker, Right.MANAGE)),
        outsider=_named(log, case),
        until=_until(case, kiosk.clock()),
    )


@needs(Right.REVIEW)
def waiting_cases(_actor: Actor, kiosk: Kiosk) -> Sequence[Case]:
    """Return the cases that wait for a second person: open ones, closed ones behind them."""
    return _waiting(kiosk)


@needs(Right.REVIEW)
def own_accounts(actor: Actor, kiosk: Kiosk) -> frozenset[str]:
    """Return the accounts of the actor's person."""
    return Staff(kiosk.written).names_of(actor.officer)


@needs(Right.MANAGE)
def waiting(_actor: Actor, kiosk: Kiosk) -> Sequence[Waiting]:
    """Return what waits for a second person, the longest first."""
    found = [_of(kiosk, case) for case in _waiting(kiosk) if case.proposal]
    return sorted(found, key=lambda one: one.since)


def _waiting(kiosk: Kiosk) -> list[Case]:
    cases = kiosk.written.cases
    known = [*cases.queue(), *cases.closed(kiosk.clock() - YEAR)]
    return [case for case in known if case.proposal]


def since_when(case: Case) -> datetime:
    """Return when what is proposed was proposed."""
    nonce = case.proposal.nonce if case.proposal else ""
    return next((e.at for e in reversed(case.story) if e.event_id == nonce), case.opened_at)


def _of(kiosk: Kiosk, case: Case) -> Waiting:
    what, maker = (case.proposal.what, case.proposal.maker) if case.proposal else ("", "")
    who = _named(kiosk.written, case)
    shown = replace(who, so_cccd=mask(who.so_cccd) or "") if who else None
    until = _until(case, kiosk.clock())
    return Waiting(case.number, Proposed(what), maker, since_when(case), shown, until)


def _named(log: Log, case: Case) -> Outsider | None:
    try:
        return outsider_of(log, case.outside.named) if case.outside else None
    except StoreError:  # it cannot be read: then nobody can type its number either
        return None


def _until(case: Case, now: datetime) -> datetime | None:
    outside = case.outside
    if outside is None or outside.issued_at is None or not is_open(outside, now):
        return None
    return outside.issued_at + timedelta(hours=terms()["second"]["code_hours"])
