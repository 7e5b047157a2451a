"""One visit as the rows that a check-in leaves.

Its words are those of an ordinary check-in with other names in it; hashes, seals, digests and marks
are made by the functions of the log, one by one.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from benchmarks.scale.pattern import Pattern, card_number
from benchmarks.scale.plan import END, Plan, desk_name, ref_of
from verification.adapters.store.rows import (
    LOG_COLUMNS,
    OCCASION_COLUMNS,
    VISIT_COLUMNS,
    stored_occasion,
    stored_visit,
)
from verification.basics.dates import VIETNAM
from verification.log import chain, occasions
from verification.log.chained import utc
from verification.log.events import Event, EventKind
from verification.log.people import NAMED
from verification.log.sealing import SALT_BYTES, Sealer
from verification.log.visit import begin

Row = tuple[Any, ...]
_LOG = LOG_COLUMNS.split(", ")
_VISIT = [*VISIT_COLUMNS.split(", "), "day", "seq"]
_HISTORY = [*OCCASION_COLUMNS.split(", "), "event_id", "cancelled", "origin"]
COLUMNS = {
    "log": _LOG,
    "content": ["event_id", "salt", "key_id", "sealed"],
    "scan": ["scan_id", "event_id"],
    "visit": _VISIT,
    "history": _HISTORY,
    "log_written": ["n", "desk", "seq", "mac"],
    "person_index": ["number_hmac", "person_ref"],
}
"""The columns in which rows are made."""
_VISIT_NAMES = "visit_id desk happened_at person_ref presented so_thu_tu ngay_so day seq".split()
_OF_VISIT = [_VISIT.index(name) for name in _VISIT_NAMES]
_OF_HISTORY = [_HISTORY.index(n) for n in "id at person_ref desk shown event_id".split()]
_NUMBERS = ("ma_the", "ma_so_bhxh", "so_cccd")
_NUMBER = 987_654_321  # stands for a number where the words are made


class Visited(NamedTuple):
    """The rows of one visit, in the columns of its tables."""

    log: tuple[Row, Row]
    content: Row
    scan: Row
    visit: Row
    history: Row


class _Words(NamedTuple):
    """What of an ordinary check-in stays, with marks where names stand."""

    presented: str
    received: str
    content: str
    visit: Row
    history: Row


class Maker:
    """Makes the visits of some desks, one after the other.

    Args:
        plan: Who comes when.
        pattern: What a check-in writes.
        sealer: Of the store; the keys of all months are there.
    """

    def __init__(self, plan: Plan, pattern: Pattern, sealer: Sealer) -> None:
        self._plan = plan
        self._words = _words(pattern, sealer)
        self._sealer = sealer
        self._ends: dict[str, tuple[int, str]] = {}
        self._mark = occasions.marks_of(sealer)

    def visit(self, at: int) -> Visited:
        """Return the rows of a visit; those of its desk before it were made."""
        plan, words = self._plan, self._words
        desk, person, when = desk_name(plan.desk(at)), plan.person(at), plan.when(at)
        seq = self._ends.get(desk, (0, chain.START))[0] + 1
        first, second = f"{desk}-{seq}", f"{desk}-{seq + 1}"
        shown, ref, recorded = _shown(person), ref_of(person), utc(when)
        told = {"scan": f"{desk:0>6}{recorded[:10]}:{at}", "of": first, "number": plan.number(at)}
        digest, content = self._sealed(first, words.content % shown, recorded[:7])
        day = recorded[:10]  # the desks open and close on one day of UTC
        visit = (second, desk, recorded, ref, first, told["number"], day, day, seq + 1)
        mark = self._mark(shown["sha256"])
        seen = (second, int(when.timestamp()), ref, desk, mark, first)
        return Visited(
            (
                self._chained(desk, recorded, "presented", words.presented % told, ref, digest),
                self._chained(desk, recorded, "received", words.received % told, ref, None),
            ),
            content,
            (told["scan"], first),
            _filled(words.visit, _OF_VISIT, visit),
            _filled(words.history, _OF_HISTORY, seen),
        )

    def _chained(
        self, desk: str, recorded: str, kind: str, codes: str, ref: str, digest: str | None
    ) -> Row:
        seq, previous = self._ends.get(desk, (0, chain.START))
        values = (desk, seq + 1, recorded, recorded, kind, codes, ref, digest, previous)
        row = dict(zip(_LOG, values, strict=False))
        hashed = chain.row_hash(row)
        self._ends[desk] = seq + 1, hashed
        return (*values, hashed)

    def _sealed(self, name: str, content: str, month: str) -> tuple[str, Row]:
        salt, plain = secrets.token_bytes(SALT_BYTES), content.encode()
        sealed = self._sealer.seal(month, name, plain)  # the first key of a month is called so
        return chain.content_digest(salt, plain), (name, salt, month, sealed)


def _words(pattern: Pattern, sealer: Sealer) -> _Words:
    """Return an ordinary check-in with marks where other names will stand."""
    marks = {name: f"@{name}@" for name in (*_NUMBERS, "sha256", "scan", "of")}
    record = pattern.content["ban_ghi"] | {name: marks[name] for name in _NUMBERS}
    content = {**pattern.content, "ban_ghi": record, "sha256": marks["sha256"]}
    presented = {**pattern.presented, "scan": marks["scan"]}
    told = {"of": marks["of"], "scan": f"receive:{marks['of']}", "so_thu_tu": _NUMBER}
    when = datetime(END.year, END.month, END.day, tzinfo=VIETNAM)
    first = Event("1", 1, when, EventKind.PRESENTED, when, presented, "")
    second = Event("1", 2, when, EventKind.RECEIVED, when, {**pattern.received, **told}, "")
    begun = occasions.presented(first, pattern.content, occasions.marks_of(sealer))
    done = replace(begun, received=True, officer=second.officer)
    texts = (_template(one) for one in (presented, second.codes, content))
    return _Words(*texts, stored_visit(begin(second)), (*stored_occasion(done), "", 0, "log"))


def _filled(row: Row, places: Sequence[int], values: Row) -> Row:
    """Return a row with other values in some of its places."""
    filled = list(row)
    for place, value in zip(places, values, strict=True):
        filled[place] = value
    return tuple(filled)


def _template(value: object) -> str:
    """Return the canonical form of a value as a format."""
    text = chain.canonical(value).decode().replace("%", "%%")
    for name in (*_NUMBERS, "sha256", "scan", "of"):
        text = text.replace(f"@{name}@", f"%({name})s")
    return text.replace(str(_NUMBER), "%(number)d")


def _shown(person: int) -> dict[str, str]:
    card, bhxh, citizen = numbers_of(person)
    digest = hashlib.sha256(card.encode()).hexdigest()
    return {"ma_the": card, "ma_so_bhxh": bhxh, "so_cccd": citizen, "sha256": digest}


def numbers_of(person: int) -> tuple[str, str, str]:
    """Return somebody's card, social-insurance and citizen number, as `lookup.fill` gives them."""
    return card_number(person), f"{person:010d}", f"0790{person:08d}"


def indexed(person: int, sealer: Sealer) -> list[tuple[str, str]]:
    """Return what the index of persons keeps of somebody."""
    ref = ref_of(person)
    return [*((sealer.index(number), ref) for number in numbers_of(person)), (NAMED + ref, ref)]
