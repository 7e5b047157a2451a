"""Who was received in a time, day by day; of a person only a mark is kept in mind."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import blake2b

from verification.card.reasons import Reason
from verification.exchange.reports.counts.span import Span
from verification.kiosk import Kiosk
from verification.log.finding import Place, Visits, Wanted, place_of
from verification.log.forgetting_events import ERASURES, erased_by
from verification.log.ports import Log
from verification.log.visit import CachTrinh, Visit

APPS = (CachTrinh.VSSID, CachTrinh.VNEID)
_BIT: Mapping[CachTrinh, int] = {way: 1 << at for at, way in enumerate(CachTrinh)}
_LONG_AGO = date(1970, 1, 1)
_PERSONS_AT_ONCE, _VISITS_AT_ONCE = 200, 2_000
_MARK_BYTES = 8


@dataclass
class VisitCounts:
    """What is counted of visits.

    Args:
        received: Visits that were not undone.
        ways: These by how the card was presented.
        answers: These by answer and headline reason.
        undone: Visits that were undone, by why.
        portal: Visits that stand, by how far their question to the portal is; an empty key where
            none was asked.
        persons: Different persons.
        persons_by_way: Different persons by how they presented, each way that they used.
        with_app: Different persons who presented by VssID or VNeID at least once.
        first_vssid: Persons who were received by VssID here for the first time.
        unreadable: Rows that are damaged; nothing else is known of them.
        wrong_clock: Visits whose time was noted as wrong.
        erased: Visits whose content was erased; they are counted by their codes.
        no_card: Visits that stand of who showed no card: without a number each is a person.
        later: Visits dated on days of this time that have not come yet; they are not counted.
    """

    received: int = 0
    ways: Counter[CachTrinh] = field(default_factory=Counter)
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    undone: Counter[str] = field(default_factory=Counter)
    portal: Counter[str] = field(default_factory=Counter)
    persons: int = 0
    persons_by_way: Counter[CachTrinh] = field(default_factory=Counter)
    with_app: int = 0
    first_vssid: int = 0
    unreadable: int = 0
    wrong_clock: int = 0
    erased: int = 0
    no_card: int = 0
    later: int = 0


def count_visits(kiosk: Kiosk, span: Span) -> VisitCounts:
    """Count the visits of a time, a day at a time.

    Args:
        kiosk: The kiosk.
        span: Of what days; those that have not come hold nothing that counts.
    """
    log, past = kiosk.written, span.so_far(kiosk.today())
    counts, marks = VisitCounts(), dict[int, int]()
    stretches = kiosk.wrong_times()
    for day in past.days():
        visits = log.visits_on(day, None)
        sound = [visit for visit in visits if not visit.unreadable]
        counts.unreadable += len(visits) - len(sound)
        for visit in sound:
            counts.wrong_clock += any(one.holds(visit.happened_at) for one in stretches)
            _count(counts, visit)
        new = _mark(marks, sound)
        counts.first_vssid += len(new) - len(_had_vssid(log.visits, new, span.first))
    _persons(counts, marks.values())
    counts.erased = _erased(log, past)
    if past.last < span.last:
        counts.later = log.visits.count(Wanted(past.last + timedelta(days=1), span.last))
    return counts


def _count(counts: VisitCounts, visit: Visit) -> None:
    if visit.cancelled:
        counts.undone[visit.cancelled] += 1
        return
    counts.received += 1
    counts.no_card += visit.reason == Reason.NO_CARD
    counts.ways[visit.cach_trinh] += 1
    counts.answers[visit.verdict, visit.reason] += 1
    counts.portal[visit.portal or ""] += 1


def _mark(marks: dict[int, int], visits: Iterable[Visit]) -> list[str]:
    """Note by which ways persons came; return those who came by VssID first in this time."""
    new: list[str] = []
    for visit in visits:
        if visit.cancelled:
            continue
        # eight bytes: no two persons of a hospital meet, and a month of them is small
        digest = blake2b(visit.person_ref.encode(), digest_size=_MARK_BYTES).digest()
        mark, bit = int.from_bytes(digest), _BIT[visit.cach_trinh]
        known = marks.get(mark, 0)
        if visit.cach_trinh is CachTrinh.VSSID and not known & bit:
            new.append(visit.person_ref)
        marks[mark] = known | bit
    return new


def _persons(counts: VisitCounts, masks: Iterable[int]) -> None:
    apps = sum(_BIT[way] for way in APPS)
    for mask, many in Counter(masks).items():
        counts.persons += many
        counts.with_app += many if mask & apps else 0
        for way, bit in _BIT.items():
            counts.persons_by_way[way] += many if mask & bit else 0


def _had_vssid(visits: Visits, persons: Sequence[str], before: date) -> set[str]:
    """Return which persons were received by VssID before a day."""
    found: set[str] = set()
    for at in range(0, len(persons), _PERSONS_AT_ONCE):
        asked = persons[at : at + _PERSONS_AT_ONCE]
        place: Place | None = None
        while True:
            wanted = Wanted(_LONG_AGO, before - timedelta(days=1), asked, before=place)
            page = visits.newest(wanted, _VISITS_AT_ONCE)
            found |= {visit.person_ref for visit in page if _is_by_vssid(visit)}
            if len(page) < _VISITS_AT_ONCE:
                break
            place = place_of(page[-1])
    return found


def _is_by_vssid(visit: Visit) -> bool:
    standing = not (visit.cancelled or visit.unreadable)
    return standing and visit.cach_trinh is CachTrinh.VSSID


def _erased(log: Log, past: Span) -> int:
    """Count the visits of a time whose content was erased, then or later."""
    events = log.events(ERASURES, past.begin)
    named = {name for event in events if event.is_readable for name in erased_by(event)}
    visits = (log.visit(name) for name in named)
    return sum(v is not None and past.first <= v.day <= past.last for v in visits)
