"""What follows from a wrong row of the log and is not told once more beside it.

Only what would be false: the rows that a wrong one names, and those behind one that moved their
numbers. Everything else is told, so that no change hides another.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from verification.adapters.store.sqlite.proof.copying import Copy
from verification.log.chain import LogRow, row_hash
from verification.log.events import EventKind
from verification.log.findings import HOUSE, Finding, Kind

_ROW = frozenset({Kind.EDITED, Kind.INSERTED, Kind.DELETED, Kind.SWAPPED})
_MOVES = frozenset({Kind.INSERTED, Kind.DELETED})
_FROM_ROWS = frozenset({Kind.PROJECTION, Kind.CASE})
"""What is made of several events: a wrong one makes more than its own place differ."""
_FROM_ROW = frozenset({Kind.CONTENT, Kind.PROJECTION, Kind.CASE, Kind.PERSON_INDEX})
_TIES = (
    "SELECT id, event_id FROM history UNION SELECT visit_id, presented FROM visit",
    "SELECT event_id, presented FROM portal",
    "SELECT event_id, visit_id FROM portal JOIN visit ON visit.presented = portal.presented",
)
Place = tuple[str, int]


@dataclass(frozen=True)
class _Wrong:
    """The rows that are wrong.

    Args:
        places: Where they stand.
        named: What they speak of.
        behind: By desk, from which place on numbers or rows are not those that were written.
    """

    places: frozenset[Place]
    named: frozenset[Place]
    behind: dict[str, int]

    def explains(self, one: Finding) -> bool:
        """Tell whether a finding says no more than that such a row is wrong."""
        if one.desk == HOUSE or one.kind not in _FROM_ROW:
            return False
        place = (one.desk, one.seq)
        from_others = one.kind in _FROM_ROWS and place in self.named
        return place in self.places or from_others or one.seq >= self.behind.get(*_last(one))


def without_what_follows(findings: Iterable[Finding], copy: Copy) -> list[Finding]:
    """Return the findings without those that follow from a row of the log that is wrong."""
    found = list(findings)
    of_log = [one for one in found if one.desk != HOUSE and one.kind not in _FROM_ROW]
    if not of_log:
        return found
    places = frozenset((one.desk, one.seq) for one in of_log if one.kind in _ROW)
    behind = _behind(copy, of_log)
    named = frozenset([*_named(copy, places), *_tied(copy, places, behind)])
    wrong = _Wrong(places, named, behind)
    return [one for one in found if not wrong.explains(one)]


def _last(one: Finding) -> tuple[str, int]:
    return one.desk, one.seq + 1


def _behind(copy: Copy, of_log: Iterable[Finding]) -> dict[str, int]:
    behind: dict[str, int] = {}
    for one in of_log:
        moved = one.kind in _MOVES and _is_moved(copy, one)
        anew = one.kind is Kind.REWRITTEN and not one.what  # a head beside it is anybody's word
        if moved or anew or one.kind in {Kind.CUT, Kind.UNKNOWN_DESK}:
            behind[one.desk] = min(one.seq, behind.get(*_last(one)))
    return behind


def _is_moved(copy: Copy, one: Finding) -> bool:
    """Tell whether the row behind a gap, or behind one put in, has a number not its own."""
    following = (row for row in copy.log.of(one.desk).rows if row["seq"] >= one.seq)
    behind = next(
        (row for row in following if one.kind is Kind.DELETED or row["seq"] > one.seq), None
    )
    return behind is not None and row_hash(behind) != behind["hash"]


def _named(copy: Copy, places: frozenset[Place]) -> Iterator[Place]:
    cases: set[str] = set()
    for desk in {desk for desk, _ in places}:
        for row in copy.log.of(desk).rows:
            if (desk, row["seq"]) in places:
                codes = _codes(row)
                cases.add(str(codes.get("case", "")))
                yield from _events_in(codes)
    for desk in copy.log.counts if cases - {""} else ():
        for row in copy.log.of(desk).rows:
            opened = row["kind"] == EventKind.CASE_OPENED.value
            if opened and str(_codes(row).get("case", "")) in cases:
                yield desk, row["seq"]


def _tied(copy: Copy, places: frozenset[Place], behind: dict[str, int]) -> Iterator[Place]:
    """Yield the events that what is kept ties to a wrong one; its own words may be gone."""

    def is_wrong(place: Place) -> bool:
        return place in places or place[1] >= behind.get(place[0], place[1] + 1)

    for pair in _pairs(copy):
        one, other = (next(_events_in({"": name}), None) for name in pair)
        if one and other and is_wrong(one):
            yield other
        elif one and other and is_wrong(other):
            yield one


def _pairs(copy: Copy) -> Iterator[tuple[object, object]]:
    for ties in _TIES:
        with suppress(sqlite3.DatabaseError):  # damage is told by the checks
            yield from copy.connection.execute(ties)


def _codes(row: LogRow) -> dict[str, object]:
    with suppress(ValueError, TypeError):
        codes = json.loads(row["codes"])
        return codes if isinstance(codes, dict) else {}
    return {}


def _events_in(codes: dict[str, object]) -> Iterator[Place]:
    for value in codes.values():
        for word in value if isinstance(value, list) else [value]:
            desk, _, seq = str(word).rpartition("-")
            if desk and seq.isdecimal():
                yield desk, int(seq)
