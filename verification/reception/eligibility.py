"""What the desk would answer of somebody, for a system that asks: verdict and entitlement."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from verification.basics.dates import VIETNAM
from verification.card import presented
from verification.card.facts import Card, Record
from verification.card.presented import CITIZEN_KINDS, Presented
from verification.kiosk import Kiosk
from verification.reception.answer import entitlement_of
from verification.reception.judging import judged
from verification.rights import Actor, Right, needs
from verification.rules.law.entitlement import Entitlement
from verification.rules.law.verdict import Outcome, Verdict
from verification.rules.law.visit_inputs import NOTHING_SAID

_WORST = (Outcome.ELIGIBLE, Outcome.UNDETERMINED, Outcome.NOT_ELIGIBLE)


@dataclass(frozen=True)
class Person:
    """Whom a system asks about, as it has them.

    Args:
        number: The number that is asked about, in any form.
        stated: What else it says of the person; what differs from the store speaks against it.
    """

    number: str
    stated: Card = field(default_factory=Card)


@dataclass(frozen=True)
class Told:
    """What is answered.

    Args:
        verdict: The answer; of several days the worst.
        entitlement: What a visit there is entitled to, nothing said of it; None where none is told.
        known_place: Whether the store knows the place that was asked about.
        cards: All periods of all numbers that the store has of the person, that which counts first.
    """

    verdict: Verdict
    entitlement: Entitlement | None = None
    known_place: bool = True
    cards: tuple[Record, ...] = ()


@needs(Right.CHECK)
def told_of(
    _actor: Actor,
    kiosk: Kiosk,
    person: Person,
    days: Sequence[date] = (),
    facility: str | None = None,
) -> Told:
    """Return what the desk would answer; nothing is logged and nobody is received.

    Args:
        kiosk: The kiosk.
        person: Who.
        days: The day of the visit, or first and last of a stay, on each day of which it must
            hold; none for today.
        facility: Where the visit is; None for this house.
    """
    verdicts = _judged(kiosk, person, days)
    verdict = max(verdicts, key=lambda one: _WORST.index(one.outcome))
    code = facility or kiosk.facility
    place = kiosk.cards.facility(code) if code else None
    verdict, entitlement = entitlement_of(kiosk, verdict, NOTHING_SAID, place)
    return Told(verdict, entitlement, place is not None, _cards(kiosk, verdict))


def _judged(kiosk: Kiosk, person: Person, days: Sequence[date]) -> list[Verdict]:
    """Return the answers of the first day and the last, and of each after a card that ends."""

    def on(day: date | None) -> Verdict:
        return judged(kiosk, lambda at: _reading(person, at), _noon(day) if day else None)

    found = [on(day) for day in days or (None,)]
    end = _end(found[0])
    while end and days and days[0] <= end < days[-1]:  # a gap between two cards is no stay
        days = (end + timedelta(days=1), *days[1:])
        found.append(on(days[0]))
        end = _end(found[-1])
    return found


def _end(verdict: Verdict) -> date | None:
    return verdict.card.gt_the_den if verdict.card else None


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), VIETNAM)


def _reading(person: Person, on: date) -> Presented:
    """Return what is asked about as if it had been presented as a bare number.

    The citizen number beside a card's is as that of a document beside it.
    """
    reading = presented.read(person.number.encode("utf-8", "replace"), on)
    if reading.card is None or reading.kind in presented.QR_KINDS:
        return reading
    stated = replace(person.stated, so_cccd=None)
    beside = person.stated.so_cccd if reading.kind not in CITIZEN_KINDS else None
    card = reading.card.filled_from(stated)
    return replace(reading, card=card, beside=Card(so_cccd=beside) if beside else reading.beside)


def _cards(kiosk: Kiosk, verdict: Verdict) -> tuple[Record, ...]:
    """Return all that the store has of a person whom nothing speaks against being asked about."""
    card = verdict.card
    if card is None or not verdict.periods:
        return ()
    found = [*verdict.periods]
    for records in (
        kiosk.cards.by_bhxh(card.ma_so_bhxh) if card.ma_so_bhxh else (),
        kiosk.cards.by_citizen(card.so_cccd) if card.so_cccd else (),
    ):
        found += [one for record in records for one in record.known]
    kept = {(r.number, r.card.gt_the_tu, r.card.gt_the_den): r for r in reversed(found)}
    return tuple(reversed(kept.values()))
