"""What an import changes of the store, counted by kind, with a few examples of each.

An example names whose card it is by its number, which a page masks, and says what of the person
becomes another; it holds nothing of the person: who imports lists need not see patients.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from enum import StrEnum
from typing import Any

from verification.adapters.store.noticing import Values
from verification.card.facts import Status

MOST_EXAMPLES = 10  # of one kind
_BAD = frozenset(status.value for status in Status if status is not Status.HIEU_LUC)
_PERSON = ("ho_ten", "ngay_sinh", "gioi_tinh", "so_cccd")
_APART = frozenset({*_PERSON, "name_key", "gt_the_tu", "gt_the_den", "trang_thai", "the_moi"})
_HIDDEN = frozenset({*_PERSON, "dia_chi"})
_NONE, _SOME, _OTHER = "-", "•", "khac"


class ChangeKind(StrEnum):
    """What a row changes, the most serious first; one row may change several things."""

    LIFTED = "lifted"  # a bad status, or a known end, is no more
    REMOVED = "removed"
    BAD = "bad"  # a bad status that was not there
    ENDS_SOONER = "ends_sooner"
    ENDS_LATER = "ends_later"
    PERSON = "person"  # name, birth date, sex or citizen number
    OTHER = "other"  # address, registered place, area, five years; what was not known
    PERIOD = "period"  # one more period of a known number
    ADDED = "added"


@dataclass(frozen=True)
class Change:
    """One change.

    Args:
        number: Whose card; whole, a page masks it.
        before: What was stored, in a few words; None where nothing was.
        after: What would be.
    """

    number: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Changes:
    """What an import changes.

    Args:
        counts: How many changes of each kind; what has none is left out.
        examples: Some of each, at most `MOST_EXAMPLES`.
    """

    counts: Mapping[ChangeKind, int] = field(default_factory=dict)
    examples: Mapping[ChangeKind, tuple[Change, ...]] = field(default_factory=dict)


NOTHING = Changes()
_Found = tuple[ChangeKind, str | None, str | None]


class Collector:
    """Collects changes while the next card file is built.

    Args:
        columns: What a row gives: its key first.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        self._key = columns[0]
        self._hidden = _HIDDEN if "ho_ten" in columns else frozenset[str]()
        self._other = [name for name in columns if name not in _APART]
        self._counts: Counter[ChangeKind] = Counter()
        self._examples: dict[ChangeKind, list[Change]] = {kind: [] for kind in ChangeKind}

    def added(self, row: Values) -> None:
        """Notice a row of a number that was not known."""
        self._note(row, (ChangeKind.ADDED, None, self._told(row)))
        if row.get("trang_thai") in _BAD:
            self._note(row, (ChangeKind.BAD, None, _status(row)))

    def period(self, newest: Values, row: Values) -> None:
        """Notice one more period of a known number, beside the newest one known."""
        self._note(row, (ChangeKind.PERIOD, _dates(newest), _dates(row)))
        if row.get("trang_thai") in _BAD:
            self._note(row, (ChangeKind.BAD, None, _status(row)))
        for found in _of_the_person(newest, row):
            self._note(row, found)

    def changed(self, before: Values, after: Values) -> None:
        """Notice a row that will read otherwise."""
        for found in (
            *_of_the_status(before, after),
            *_of_the_end(before, after),
            *_of_the_person(before, after),
            *self._of_the_rest(before, after),
        ):
            self._note(after, found)

    def said(self, number: str, before: str | None, after: str | None) -> None:
        """Notice another status of a number as such; None is none."""
        kind = ChangeKind.BAD if after else ChangeKind.LIFTED
        self._note({self._key: number}, (kind, before, after))

    def removed(self, row: Values) -> None:
        """Notice a row that will be no more."""
        self._note(row, (ChangeKind.REMOVED, self._told(row), None))

    def changes(self) -> Changes:
        """Return what was noticed, the most serious first."""
        return Changes(
            {kind: self._counts[kind] for kind in ChangeKind if self._counts[kind]},
            {kind: tuple(found) for kind, found in self._examples.items() if found},
        )

    def kept(self) -> dict[str, Any]:
        """Return what was noticed so far, as JSON can hold it."""
        found = {kind: [astuple(one) for one in some] for kind, some in self._examples.items()}
        return {"counts": dict(self._counts), "examples": found}

    def go_on(self, kept: Mapping[str, Any]) -> None:
        """Go on from what was kept."""
        self._counts = Counter({ChangeKind(kind): n for kind, n in kept["counts"].items()})
        for kind, some in kept["examples"].items():
            self._examples[ChangeKind(kind)] = [Change(*one) for one in some]

    def _note(self, row: Values, found: _Found) -> None:
        kind, before, after = found
        self._counts[kind] += 1
        if len(self._examples[kind]) < MOST_EXAMPLES:
            self._examples[kind].append(Change(str(row[self._key]), before, after))

    def _told(self, row: Values) -> str:
        """Return what tells of a row: a place's name, of a person the dates of the card alone."""
        return _dates(row) if self._hidden else str(row.get("ten") or "")

    def _of_the_rest(self, before: Values, after: Values) -> Iterator[_Found]:
        new = [name for name in _PERSON if before.get(name) is None]
        names = [n for n in (*self._other, *new) if before.get(n) != after.get(n)]
        if names:
            yield ChangeKind.OTHER, *_both(before, after, names, self._hidden)


def _of_the_status(before: Values, after: Values) -> Iterator[_Found]:
    was, now = before.get("trang_thai"), after.get("trang_thai")
    if was in _BAD and now not in _BAD:
        yield ChangeKind.LIFTED, _status(before), _status(after)
    elif now in _BAD and _status(before) != _status(after):
        yield ChangeKind.BAD, _status(before), _status(after)


def _of_the_end(before: Values, after: Values) -> Iterator[_Found]:
    was, now = before.get("gt_the_den"), after.get("gt_the_den")
    if was == now:
        return
    if now is None:
        kind = ChangeKind.LIFTED
    else:
        sooner = was is None or str(now) < str(was)
        kind = ChangeKind.ENDS_SOONER if sooner else ChangeKind.ENDS_LATER
    yield kind, str(was or _NONE), str(now or _NONE)


def _of_the_person(before: Values, after: Values) -> Iterator[_Found]:
    names = [n for n in _PERSON if before.get(n) is not None and before[n] != after.get(n)]
    if names:
        yield ChangeKind.PERSON, *_both(before, after, names, _HIDDEN)


def _both(
    before: Values, after: Values, names: Sequence[str], hidden: frozenset[str]
) -> tuple[str, str]:
    """Say what was and what will be, of the person only that it is there or becomes another."""
    old, new = [], []
    for name in names:
        was, now = before.get(name) or _NONE, after.get(name) or _NONE
        if name in hidden:
            now = now if now == _NONE else _SOME if was == _NONE else _OTHER
            was = was if was == _NONE else _SOME
        old.append(f"{name} {was}")
        new.append(f"{name} {now}")
    return "; ".join(old), "; ".join(new)


def _status(row: Values) -> str | None:
    status, new = row.get("trang_thai"), row.get("the_moi")
    return f"{status}:{new}" if status and new else str(status) if status else None


def _dates(row: Values) -> str:
    return f"{row.get('gt_the_tu') or _NONE} – {row.get('gt_the_den') or _NONE}"
