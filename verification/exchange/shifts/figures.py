"""What is counted of a shift: names and whole numbers, as its closing keeps them in the log."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from verification.basics.dates import VIETNAM
from verification.exchange.shifts.fold import Shift, case_of, category_of, ended_of
from verification.exchange.shifts.span import LIMITS
from verification.log.events import Event
from verification.log.help_events import REFUSED_HELP
from verification.log.ports import Written
from verification.log.visit import CachTrinh, DoiChieu, Visit
from verification.log.visit_events import Flagged, Presented
from verification.rules.misuse.facts import Level
from verification.rules.misuse.policy import MisusePolicy

FORMS = tuple(CachTrinh)
"""The forms of presentation, in the order in which a sheet shows them."""
OPEN = ("unreceived", "unconfirmed", "photo", "flags", "unsent")
"""What is still to be done when a shift ends, in the order of a sheet."""
_NO_PHOTO = frozenset(LIMITS["no_photo"])
_MOST_OF_A_PERSON = 30  # visits of one day


@dataclass(frozen=True)
class Figures:
    """What a shift's sheet counts.

    Args:
        cells: Visits by verdict and form of presentation, undone ones too.
        undone: The undone ones of them by verdict.
        why: The undone ones by reason.
        undone_of_others: Visits of other desks and shifts that were undone here.
        without_card: Visits of patients who showed no card.
        numbers: The first and last number given, by local day.
        officers: Visits by who received.
        items: The names of what is open, by kind of `OPEN`.
        failed: Visits of which a question to the portal failed.
        difficulties: What made trouble, by category.
        helped: Who was helped to install VssID; who did not want it is left out.
        unread: Rows of the log that cannot be read.
    """

    cells: Mapping[str, Mapping[str, int]]
    undone: Mapping[str, int]
    why: Mapping[str, int]
    undone_of_others: int
    without_card: int
    numbers: Mapping[str, Sequence[int]]
    officers: Mapping[str, int]
    items: Mapping[str, Sequence[str]]
    failed: Sequence[str]
    difficulties: Mapping[str, int]
    helped: int
    unread: int

    @property
    def received(self) -> int:
        """Return how many visits began in the shift."""
        return sum(sum(row.values()) for row in self.cells.values())

    @property
    def counts(self) -> dict[str, Any]:
        """Return it as the log keeps it: of what is listed how much there is."""
        return {
            "received": self.received,
            "cells": {verdict: dict(row) for verdict, row in self.cells.items()},
            "undone": dict(self.undone),
            "why": dict(self.why),
            "undone_of_others": self.undone_of_others,
            "without_card": self.without_card,
            "numbers": {day: list(ends) for day, ends in self.numbers.items()},
            "officers": dict(self.officers),
            "open": {kind: len(self.items[kind]) for kind in OPEN},
            "unreceived": list(self.items["unreceived"]),
            "failed": len(self.failed),
            "difficulties": dict(self.difficulties),
            "helped": self.helped,
            "unread": self.unread,
        }


def figures(log: Written, policy: MisusePolicy, shift: Shift) -> Figures:
    """Return what is counted of a shift.

    Args:
        log: The log, or the piece of work that closes it.
        policy: The rules of misuse, which say what the desk is asked.
        shift: The shift.
    """
    visits = list(shift.visits.values())
    undone = [visit for visit in visits if visit.cancelled]
    return Figures(
        cells=_cells(visits),
        undone=Counter(visit.verdict for visit in undone),
        why=Counter(one.why for one in shift.undone),
        undone_of_others=len(shift.undone_of_others),
        without_card=sum(case_of(shift, visit) is not None for visit in visits),
        numbers=_numbers(visits),
        officers=Counter(visit.officer for visit in visits if visit.officer),
        items=_items(log, policy, shift),
        failed=[name for name in shift.visits if name in shift.failed],
        difficulties=Counter(category_of(event) for event in shift.difficulties),
        helped=sum(ended_of(event) != REFUSED_HELP for event in shift.helped),
        unread=len(shift.unread),
    )


def _cells(visits: Iterable[Visit]) -> dict[str, Counter[str]]:
    cells: dict[str, Counter[str]] = {}
    for visit in visits:
        cells.setdefault(visit.verdict, Counter())[visit.cach_trinh.value] += 1
    return cells


def _numbers(visits: Iterable[Visit]) -> dict[str, list[int]]:
    days: dict[str, list[int]] = {}
    for visit in visits:
        if visit.so_thu_tu is not None and visit.ngay_so is not None:
            days.setdefault(visit.ngay_so.isoformat(), []).append(visit.so_thu_tu)
    return {day: [min(given), max(given)] for day, given in sorted(days.items())}


def _items(log: Written, policy: MisusePolicy, shift: Shift) -> dict[str, list[str]]:
    live = shift.live
    return {
        "unreceived": [event.event_id for event in _unreceived(log, shift)],
        "unconfirmed": [v.visit_id for v in live if v.portal and v.portal.is_open],
        "photo": [v.visit_id for v in live if _wants_photo(shift, v)],
        "flags": list(_unanswered(policy, shift)),
        "unsent": [name for name in shift.visits if name in shift.unsent],
    }


def _wants_photo(shift: Shift, visit: Visit) -> bool:
    shows_none = visit.cach_trinh.value in _NO_PHOTO and case_of(shift, visit) is None
    return shows_none and visit.doi_chieu is DoiChieu.CHUA


def _unanswered(policy: MisusePolicy, shift: Shift) -> Iterator[str]:
    """Yield the visits, or presentations, of which the desk was asked and did not answer."""
    asked: dict[str, bool] = {}
    for event in shift.flagged:
        flagged = Flagged.of(event.codes)
        about = flagged.visit or _visit_from(shift, flagged.presented)
        if about in shift.visits and not shift.visits[about].cancelled and _asks(policy, flagged):
            answered = event.event_id in shift.flags_answered
            asked[about] = asked.get(about, False) or answered
    return (about for about, answered in asked.items() if not answered)


def _visit_from(shift: Shift, presented: str) -> str:
    return next((v.visit_id for v in shift.visits.values() if v.presented == presented), "")


def _asks(policy: MisusePolicy, flagged: Flagged) -> bool:
    grave = (flag for flag in flagged.flags if flag.hit and _rank(flag.level) >= Level.REVIEW.rank)
    return any(policy.question(flag.rule, flag.numbers) for flag in grave)


def _rank(level: str) -> int:
    return Level(level).rank if level in set(Level) else 0


def _unreceived(log: Written, shift: Shift) -> list[Event]:
    """Return who was shown a card and not received, the newest presentation of each person."""
    received = {visit.presented for visit in shift.visits.values()}
    told: dict[str, Event] = {}
    for event in reversed(list(shift.presented.values())):
        person, shown = event.person_ref, Presented.of(event.codes)
        waits = event.event_id not in received and event.event_id not in shift.asides
        if not person or shown.lookup or person in told or not waits:
            continue
        if not _is_settled(log, shift, event, person):
            told[person] = event
    return list(told.values())[::-1]


def _is_settled(log: Written, shift: Shift, event: Event, person: str) -> bool:
    """Tell whether somebody was received when the shift ended, or that was undone here since."""
    undone = {one.visit_id: one.event for one in shift.undone if one.event.desk == event.desk}
    for visit in (v for v in shift.visits.values() if v.person_ref == person):
        after = undone.get(visit.visit_id)
        if visit.cancelled is None or (after and after.seq > event.seq):
            return True
    day = event.happened_at.astimezone(VIETNAM).date()
    ends = shift.span.ends
    for visit in log.cases.visits_of(person, day, _MOST_OF_A_PERSON):
        elsewhere = visit.visit_id not in shift.visits and visit.day == day
        if elsewhere and visit.cancelled is None and _place(visit) <= ends.get(visit.desk, 0):
            return True
    return False


def _place(visit: Visit) -> int:
    return int(visit.visit_id.rpartition("-")[2])
