"""One visit as the rows that a check-in leaves.

Its words are those of an ordinary check-in with other names in it. Millions of rows are made, so
their canonical bytes come from a form that is filled in; `Maker.check` compares what comes of it
with what the log's own functions make of the same values.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from benchmarks.scale.pattern import Pattern, card_number, citizen
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
_OF_VISIT = [
    _VISIT.index(name)
    for name in (
        *("visit_id", "desk", "happened_at", "person_ref", "presented"),
        *("so_thu_tu", "ngay_so", "day", "seq"),
    )
]
_OF_HISTORY = [
    _HISTORY.index(name) for name in ("id", "at", "person_ref", "desk", "shown", "cccd", "event_id")
]
_NUMBERS = ("ma_the", "ma_so_bhxh", "so_cccd")
_TEXTS = (*_NUMBERS, "sha256", "scan", "of", "desk", "time", "ref", "digest", "previous")
_COUNTS = {"number": 987_654_321, "seq": 987_654_322}  # stand for numbers where forms are made


class Visited(NamedTuple):
    """The rows of one visit, in the columns of their tables."""

    log: tuple[Row, Row]
    content: Row
    scan: Row
    visit: Row
    history: Row


class _Forms(NamedTuple):
    """What of an ordinary check-in stays, with places where names stand."""

    codes: tuple[str, str]
    rows: tuple[str, str]
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
        self._forms = _forms(pattern, sealer)
        self._sealer = sealer
        self._ends: dict[str, tuple[int, str]] = {}
        self._mark = occasions.marks_of(sealer)

    def visit(self, at: int) -> Visited:
        """Return the rows of a visit; those of its desk before it were made."""
        plan, forms, person = self._plan, self._forms, self._plan.person(at)
        desk, time, number = desk_name(plan.desk(at)), plan.recorded(at), plan.number(at)
        seq, previous = self._ends.get(desk, (0, chain.START))
        first, second, ref, day = (
            f"{desk}-{seq + 1}",
            f"{desk}-{seq + 2}",
            ref_of(person),
            time[:10],
        )
        numbers = dict(zip(_NUMBERS, numbers_of(person), strict=True))
        shown = hashlib.sha256(numbers["ma_the"].encode()).hexdigest()
        content = (forms.content % (numbers | {"sha256": shown})).encode()
        salt, month = secrets.token_bytes(SALT_BYTES), time[:7]
        digest = hmac.digest(salt, content, "sha256").hex()
        scan = f"{desk:0>6}{day}:{at}"
        told = {"scan": scan, "of": first, "number": number, "desk": desk, "time": time}
        told |= {"ref": ref, "seq": seq + 1, "digest": digest, "previous": previous}
        one = self._row(0, told)
        told |= {"seq": seq + 2, "previous": one[-1]}
        two = self._row(1, told)
        self._ends[desk] = seq + 2, two[-1]
        visit = (second, desk, time, ref, first, number, day, day, seq + 2)
        marks = self._mark(shown), self._mark(numbers["so_cccd"])
        seen = (second, plan.seconds(at), ref, desk, *marks, first)
        return Visited(
            (one, two),
            (first, salt, month, self._sealer.seal(month, first, content)),
            (scan, first),
            _filled(forms.visit, _OF_VISIT, visit),
            _filled(forms.history, _OF_HISTORY, seen),
        )

    def _row(self, which: int, told: Mapping[str, Any]) -> Row:
        hashed = hashlib.sha256((self._forms.rows[which] % told).encode()).hexdigest()
        time, digest = told["time"], None if which else told["digest"]
        kind, codes = _KINDS[which], self._forms.codes[which] % told
        place = (told["desk"], told["seq"], time, time, kind)
        return (*place, codes, told["ref"], digest, told["previous"], hashed)

    def check(self, made: Visited) -> None:
        """Compare rows with what the functions of the log make of the same values.

        Raises:
            ValueError: They differ: an ordinary check-in writes something else now.
        """
        name, salt, key, sealed = made.content
        content = self._sealer.open(key, name, sealed)
        for row in made.log:
            if row[-1] != chain.row_hash(dict(zip(_LOG, row, strict=True))):
                raise ValueError(row)
        if made.log[0][_LOG.index("content_digest")] != chain.content_digest(salt, content):
            raise ValueError(made.content)


_KINDS = (EventKind.PRESENTED.value, EventKind.RECEIVED.value)


def _forms(pattern: Pattern, sealer: Sealer) -> _Forms:
    """Return the forms of an ordinary check-in."""
    marks = {name: f"@{name}@" for name in _TEXTS}
    record = pattern.content["ban_ghi"] | {name: marks[name] for name in _NUMBERS}
    beside = {"so_cccd": marks["so_cccd"]}
    content = {**pattern.content, "ban_ghi": record, "kem": beside, "sha256": marks["sha256"]}
    presented = {**pattern.presented, "scan": marks["scan"]}
    told = {"of": marks["of"], "scan": f"receive:{marks['of']}", "so_thu_tu": _COUNTS["number"]}
    received = {**pattern.received, **told}
    when = datetime(END.year, END.month, END.day, tzinfo=VIETNAM)
    first = Event("1", 1, when, EventKind.PRESENTED, when, presented, "")
    second = Event("1", 2, when, EventKind.RECEIVED, when, received, "")
    begun = occasions.presented(first, pattern.content, occasions.marks_of(sealer))
    done = replace(begun, received=True, officer=second.officer)
    codes = [chain.canonical(one).decode() for one in (presented, received)]
    rows = [_row_form(kind, text) for kind, text in zip(_KINDS, codes, strict=True)]
    return _Forms(
        (_form(codes[0]), _form(codes[1])),
        (_form(rows[0]), _form(rows[1])),
        _form(chain.canonical(content).decode()),
        stored_visit(begin(second)),
        (*stored_occasion(done), "", 0, "log"),
    )


def _row_form(kind: str, codes: str) -> str:
    """Return the canonical text of a row with marks in it, as `chain.row_hash` hashes it."""
    place = ("@desk@", _COUNTS["seq"], "@time@", "@time@", kind, codes, "@ref@")
    digest = "@digest@" if kind == _KINDS[0] else None
    row = dict(zip(_LOG, (*place, digest, "@previous@"), strict=False))
    return chain.canonical({k: value for k, value in row.items() if value is not None}).decode()


def _form(text: str) -> str:
    """Return a text with marks as a format by name."""
    text = text.replace("%", "%%")
    for name in _TEXTS:
        text = text.replace(f"@{name}@", f"%({name})s")
    for name, number in _COUNTS.items():
        text = text.replace(str(number), f"%({name})d")
    return text


def _filled(row: Row, places: Sequence[int], values: Row) -> Row:
    """Return a row with other values in some of its places."""
    filled = list(row)
    for place, value in zip(places, values, strict=True):
        filled[place] = value
    return tuple(filled)


def numbers_of(person: int) -> tuple[str, str, str]:
    """Return somebody's card, social-insurance and citizen number, as `lookup.fill` gives them."""
    return card_number(person), f"{person:010d}", citizen(person)


def indexed(person: int, sealer: Sealer) -> list[tuple[str, str]]:
    """Return what the index of persons keeps of somebody."""
    ref = ref_of(person)
    return [*((sealer.index(number), ref) for number in numbers_of(person)), (NAMED + ref, ref)]
