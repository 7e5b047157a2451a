"""What the national portal told of a person's past, as far as the log has it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from verification.basics.dates import VIETNAM
from verification.card.portal import LookedUp, PortalAnswer, SeenVisit
from verification.kiosk import Kiosk
from verification.log.clock import noted_stretches
from verification.log.observations import answer_of
from verification.reception.answer import Answer
from verification.rules.misuse.places import house, same_house

_MOST_ANSWERS = 8
_USER_OF_HOUSE = 5  # 79014_BV: the account of a facility begins with its code


@dataclass(frozen=True)
class ToldPast:
    """What the portal told.

    Args:
        visits: Of the newest answer that had a history, each once; None where none had one.
        at: When that was told.
        looks: Which other facilities looked the card up today, newest first.
    """

    visits: tuple[SeenVisit, ...] | None = None
    at: datetime | None = None
    looks: tuple[LookedUp, ...] = ()


def told_past(kiosk: Kiosk, answer: Answer, person: str | None) -> ToldPast:
    """Return what the portal told of the patient of an answer.

    Args:
        kiosk: The kiosk.
        answer: On the screen.
        person: Whose past.
    """
    answers = list(_answers(kiosk, answer, person))
    newest = next((one for one in answers if _visits(one) is not None), None)
    looks = _looks(answers, kiosk.facility or "", kiosk.today())
    if newest is None:
        return ToldPast(looks=looks)
    return ToldPast(_once(_visits(newest) or ()), newest.at, looks)


def local(moment: datetime) -> datetime:
    """Return a moment in Vietnam; one without a zone is told so already."""
    return moment.astimezone(VIETNAM) if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


def _answers(kiosk: Kiosk, answer: Answer, person: str | None) -> Iterator[PortalAnswer]:
    card = answer.verdict.card
    known = (card.ma_the, card.ma_so_bhxh, card.so_cccd) if card else ()
    numbers = [number for number in known if number]
    if not person or not numbers:
        return
    wrong = noted_stretches(kiosk.written)
    for event in kiosk.written.exchanged.answers(numbers, _MOST_ANSWERS):
        if event.person_ref != person or not event.is_readable:
            continue
        if not any(stretch.holds(event.recorded_at) for stretch in wrong):
            yield answer_of(event, kiosk.written.content(event.event_id))


def _visits(answer: PortalAnswer) -> tuple[SeenVisit, ...] | None:
    """Return what was told of the number, and of the one that was looked up once more."""
    more = _visits(answer.then) if answer.then else None
    if answer.visits is None:
        return more
    return (*answer.visits, *(more or ()))


def _once(visits: tuple[SeenVisit, ...]) -> tuple[SeenVisit, ...]:
    """Return visits without those that are told twice, of which the first stays."""
    met: set[tuple[str, ...]] = set()
    found = []
    for one in visits:
        place, begun = house(one.ma_cskcb), one.ngay_vao.isoformat() if one.ngay_vao else ""
        number = one.ma_ho_so.strip()
        names: list[tuple[str, ...]] = [(place, number)] if number else []
        names += [(place, begun, one.ten_benh)] if begun else []
        if not met.intersection(names):
            found.append(one)
        met.update(names)
    return tuple(found)


def _looks(answers: list[PortalAnswer], ours: str, today: date) -> tuple[LookedUp, ...]:
    told: dict[tuple[str, datetime], LookedUp] = {}
    for answer in answers:
        for one in _all_looks(answer):
            elsewhere = not one.own and not same_house(one.user[:_USER_OF_HOUSE], ours)
            if one.at and elsewhere and local(one.at).date() == today:
                told.setdefault((one.user.casefold(), local(one.at)), one)
    newest_first = sorted(told, key=lambda key: key[1], reverse=True)
    return tuple(told[key] for key in newest_first)


def _all_looks(answer: PortalAnswer) -> tuple[LookedUp, ...]:
    return (*answer.looked_up, *(_all_looks(answer.then) if answer.then else ()))
