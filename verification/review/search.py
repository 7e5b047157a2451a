"""Looking for visits, flagged ones or not: by number, officer, case, day and name.

Numbers find people through their keyed hashes. A name stands nowhere in the plain, so it is looked
for in the sealed content of one visit after the other, newest first, so many at a time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from verification.basics.dates import PartialDate, parse_partial
from verification.basics.errors import RequestError
from verification.basics.names import parts_to_find, same
from verification.basics.remembering import remembered
from verification.card import presented
from verification.card.all_numbers import NUMBERS, all_numbers
from verification.card.numbers import mask
from verification.kiosk import Kiosk
from verification.log.case import Case, local_day
from verification.log.content import visit_content
from verification.log.finding import Place, Wanted, place_of
from verification.log.unreadable import Content
from verification.log.visit import Visit
from verification.log.visit_events import Viewed
from verification.log.writing import write_alone
from verification.review.box import Asked, understood
from verification.review.conflict import had_part
from verification.review.one_visit import bare_case
from verification.review.persons import Staff
from verification.rights import Actor, Right, needs

LOOKED_AT_ONCE = 4_000
"""So many visits are opened before the auditor is asked whether to go on."""
_SECONDS = 3.0  # a slow machine asks earlier
MOST_ROWS = 50
LOOKS_BACK = timedelta(days=365)
_BATCH = 500
_PERSONS = ("ban_ghi", "trinh_ra", "can_cuoc", "kem")  # parts of content that tell of a person
AT_REVIEW = "giam-dinh"


@dataclass(frozen=True)
class Row:
    """One visit as a list shows it.

    Args:
        visit: The visit.
        number: Masked, empty where it has none or cannot be read.
        name: Of the record, then what else was presented; empty to who may not review it.
        cases: Numbers of the cases that rest on it.
        barred: True where the auditor had a part in it or in the person's other visits.
        unreadable: What of its content cannot be read.
        erased: True where it has no content any more.
    """

    visit: Visit
    number: str = ""
    name: str = ""
    cases: tuple[str, ...] = ()
    barred: bool = False
    unreadable: Content | None = None
    erased: bool = False


@dataclass(frozen=True)
class Found:
    """What a search has found so far.

    Args:
        text: What was written.
        as_name: True where an account was read as a name.
        asked: How it was understood.
        first: The first day looked at.
        last: The last one.
        rows: Visits, newest first.
        cases: Cases of the case number or of the people of a number.
        looked: How many visits were looked at.
        unread: How many of them could not be opened, or were erased.
        place: Behind this visit it goes on; None where all was seen.
    """

    text: str
    as_name: bool
    asked: Asked
    first: date
    last: date
    rows: tuple[Row, ...] = ()
    cases: tuple[Case, ...] = ()
    looked: int = 0
    unread: int = 0
    place: Place | None = None
    persons: tuple[str, ...] | None = None
    reached: date | None = None


@needs(Right.REVIEW)
def search(
    actor: Actor,
    kiosk: Kiosk,
    text: str,
    first: date | None = None,
    last: date | None = None,
    *,
    as_name: bool = False,
) -> Found:
    """Look for visits; who is shown is logged, what was written is not.

    Args:
        actor: Who looks.
        kiosk: The kiosk.
        text: As `box.understood`.
        first: The first day; a day in the text counts before it. None for a year back.
        last: The last day, None for today.
        as_name: True to read an account as a name.

    Raises:
        RequestError: The text is nothing that is looked for, or the days are in no order.
    """
    today, visits = kiosk.today(), kiosk.written.visits
    asked = Asked()
    if text.strip() or not (first or last):
        asked = understood(text, today, lambda name: _is_officer(kiosk, name), as_name=as_name)
    days = (asked.first or first, asked.last or last)
    begin, end = days[0] or (days[1] or today) - LOOKS_BACK, days[1] or today
    if begin > end:
        raise RequestError("Ngày đầu sau ngày cuối", "The first day is after the last")
    found = Found(text, as_name, asked, begin, end)
    if asked.case:
        return _of_case(actor, kiosk, found)
    if asked.number:
        persons = tuple(visits.persons_of(_numbers(kiosk, asked.number)))
        cases = tuple(case for one in persons for case in kiosk.written.cases.about(one))
        found = replace(found, persons=persons, cases=cases)
    return go_on(actor, kiosk, found)


@needs(Right.REVIEW)
def go_on(actor: Actor, kiosk: Kiosk, found: Found) -> Found:
    """Return a search with what it finds next; who is shown is logged."""
    wanted = Wanted(found.first, found.last, found.persons, found.asked.officer, found.place)
    hits: list[Visit] = []
    looked, unread, more = 0, 0, True
    place, reached = found.place, found.reached
    watch = kiosk.stopwatch()
    late = watch() + _SECONDS
    while more and looked < LOOKED_AT_ONCE and len(hits) < MOST_ROWS and watch() < late:
        batch = kiosk.written.visits.newest(replace(wanted, before=place), _BATCH)
        more = len(batch) == _BATCH
        for at, visit in enumerate(batch):
            content = _opened(kiosk, visit) if found.asked.opens else []
            looked += 1
            if place is None or not visit.unreadable:  # of a damaged row the time may be wrong
                place, reached = place_of(visit), visit.day
            unread += found.asked.opens and not any(content)
            if not found.asked.opens or any(_fits(found.asked, one) for one in content):
                hits.append(visit)
                if len(hits) == MOST_ROWS:
                    more = more or at + 1 < len(batch)
                    break
    rows = shown(actor, kiosk, hits)
    return replace(
        found,
        rows=(*found.rows, *rows),
        looked=found.looked + looked,
        unread=found.unread + unread,
        place=place if more else None,
        reached=reached,
    )


def _of_case(actor: Actor, kiosk: Kiosk, found: Found) -> Found:
    case = kiosk.written.cases.case(found.asked.case)
    if case is None:
        number = found.asked.case
        raise RequestError(f"Không có hồ sơ {number}", f"There is no case {number}")
    visits = [visit for name in case.visits if (visit := kiosk.written.visit(name))]
    newest = sorted(visits, key=lambda visit: place_of(visit).key, reverse=True)
    days = [visit.day for visit in newest] or [local_day(case.opened_at)]
    rows = shown(actor, kiosk, newest[:MOST_ROWS])
    seen = replace(found, first=days[-1], last=days[0], looked=len(newest))
    return replace(seen, rows=rows, cases=(case,))


@needs(Right.REVIEW)
def shown(
    actor: Actor, kiosk: Kiosk, visits: Sequence[Visit], what: str = "search"
) -> tuple[Row, ...]:
    """Return visits as a list shows them; whom it shows is logged before.

    Args:
        actor: Who looks.
        kiosk: The kiosk.
        visits: Which.
        what: How they were asked for, a code.

    Raises:
        StoreError: It could not be logged; then nobody is shown.
    """
    persons = tuple(dict.fromkeys(visit.person_ref for visit in visits if visit.person_ref))
    write_alone(kiosk.written, actor, Viewed(what, AT_REVIEW, rows=len(visits), persons=persons))
    names = Staff(kiosk.written).names_of(actor.officer)
    cases = {one: kiosk.written.cases.about(one) for one in persons}
    return tuple(_row(kiosk, visit, names, cases.get(visit.person_ref, ())) for visit in visits)


def _row(kiosk: Kiosk, visit: Visit, names: frozenset[str], cases: Sequence[Case]) -> Row:
    content = visit_content(kiosk.written, visit)
    record = content.get("ban_ghi", {})
    number = next((record[name] for name in NUMBERS if record.get(name)), None)
    number = number or content.get("kem", {}).get("so_cccd")
    barred = bool(names & had_part(kiosk.written.cases, bare_case(visit)))
    called: list[str] = []
    for one in _names(content):
        called += [] if any(same(one, other) for other in called) else [one]
    return Row(
        visit=visit,
        number=mask(number) or "",
        name="" if barred else " / ".join(called),
        cases=tuple(c.number for c in cases if visit.visit_id in c.visits),
        barred=barred,
        unreadable=Content(unreadable=content.unreadable) if content.unreadable else None,
        erased=not content,
    )


def _is_officer(kiosk: Kiosk, name: str) -> bool:
    log = kiosk.written
    return log.accounts.account(name) is not None or log.visits.received(name)


def _numbers(kiosk: Kiosk, text: str) -> tuple[str, ...]:
    """Return the number that was written, and the others of whom the card store knows by it."""
    card = presented.read(text.encode("utf-8", "replace"), kiosk.likely_day()).card
    if card is None:
        raise RequestError("Số này không đọc được", "This number cannot be read")
    return all_numbers(kiosk.cards, card)


def _opened(kiosk: Kiosk, visit: Visit) -> list[Content]:
    """Return the content of a visit as it stands, and as it was before the desk corrected it."""
    now = visit_content(kiosk.written, visit)
    if not visit.corrected or visit.unreadable:
        return [now]
    return [now, kiosk.written.content(visit.presented) or Content()]


def _fits(asked: Asked, content: Mapping[str, Any]) -> bool:
    return (
        (not asked.words or any(set(asked.words) <= _parts(name) for name in _names(content)))
        and (not asked.tail or any(_ends(asked, number) for number in _known_numbers(content)))
        and (not asked.birth or any(_born(asked.birth, born) for born in _births(content)))
    )


def _ends(asked: Asked, number: str) -> bool:
    return number.startswith(asked.head) and number.endswith(asked.tail)


@remembered(1 << 13)
def _parts(name: str) -> frozenset[str]:
    return parts_to_find(name)


def _names(content: Mapping[str, Any]) -> Iterable[str]:
    return _of_persons(content, "ho_ten")


def _births(content: Mapping[str, Any]) -> Iterable[str]:
    return _of_persons(content, "ngay_sinh")


def _of_persons(content: Mapping[str, Any], name: str) -> Iterable[str]:
    return (value for part in _PERSONS if (value := content.get(part, {}).get(name)))


def _known_numbers(content: Mapping[str, Any]) -> Iterable[str]:
    return (value for name in NUMBERS for value in _of_persons(content, name))


def _born(asked: PartialDate, kept: str) -> bool:
    try:
        return parse_partial(kept).agrees(asked)
    except ValueError:  # beside a card anything may have been typed
        return False
