"""A mapping file: the columns and words of somebody's list, and ours that they mean.

TOML, made by the administrator once for each layout:

    [columns]                       # ours = theirs; several are joined (`joined.py`)
    ma_cskcb = ["Mã tỉnh", "Mã cơ sở"]
    cap = "Cấp chuyên môn"
    diem = "Điểm xếp cấp"
    [values.cap]                    # theirs = ours, case and diacritics aside
    "Cấp chuyên sâu" = "chuyen_sau"
    [ranges]                        # a number into one of our words, rising
    diem = [{ below = 50, is = "lt50" }, { below = 70, is = "50_70" }, { is = "ge70" }]
    [fixed]                         # ours, the same in every row
    ma_tinh = "79"

What decides whether a card counts (its status and its dates) is read also where the mapping does
not name its column, as without a mapping; that a status is lifted only a row itself can say.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path

from verification.adapters.imports.headings import Heading, our_words, plain
from verification.adapters.imports.joined import joined
from verification.adapters.imports.lines import Row
from verification.adapters.imports.refused import Refused
from verification.adapters.imports.statuses import is_sound
from verification.basics.errors import ImportFileError
from verification.basics.names import search_key

_TABLES = {"columns", "values", "ranges", "fixed"}
_MOST_CHARS = 1_000_000
_NO_MAPPING = (
    *(ValueError, TypeError, AttributeError, LookupError, InvalidOperation),
    RecursionError,  # of brackets in brackets
)
_DECIDING = ("gt_the_tu", "gt_the_den", "trang_thai")
_STATUS = "trang_thai"
_POINTS = re.compile(r"\d{1,9}(?:[.,]\d{1,9})?", re.ASCII)


@dataclass(frozen=True)
class _Range:
    below: Decimal | None
    word: str


@dataclass(frozen=True)
class ColumnMapping:
    """What the columns of a layout mean.

    Args:
        columns: Our column, and theirs that are joined to it.
        values: Our column, and our word by theirs.
        ranges: Our column, and our word by the number that stands there.
        fixed: Our column, and what it is in every row.
        beside: Our columns that are read as they stand where it does not name them.
    """

    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ranges: Mapping[str, Sequence[_Range]] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    beside: Sequence[str] = ()

    def find(self, lines: Sequence[Sequence[str]]) -> Heading:
        """Return the heading among the first lines of a file: that which has all their columns.

        Columns that it maps are named in our words, the second part of one with its number.
        """
        wanted = {plain(their): ours for their, ours in self._parts()}
        for at, line in enumerate(lines):
            keys = [plain(cell) for cell in line]
            if wanted.keys() <= {*keys}:
                ours = [name if name in self.beside else "" for name in our_words(line)]
                every = zip(keys, ours, line, strict=True)
                return Heading(at, [wanted.get(k) or own or cell.strip() for k, own, cell in every])
        return Heading(0, [])

    def check(self, path: Path, names: Sequence[str]) -> None:
        """See that a heading has each of their columns once.

        Raises:
            ImportFileError: It has not.
        """
        wrong = [their for their, ours in self._parts() if names.count(ours) != 1]
        wrong += [name for name in self.beside if names.count(name) > 1]
        if wrong:
            columns = ", ".join(wrong)
            raise ImportFileError(
                f"Tệp {path.name} không có đúng một cột mỗi tên: {columns}; "
                "không có gì bị thay đổi",
                f"{path.name} has not each of these columns once: {columns}; nothing was changed",
            )

    def mapped(self, row: Row) -> Row:
        """Return a row by our columns; with a reason where its words are not mapped."""
        if row.why:
            return row
        try:
            return row._replace(named=self.named(row.named))
        except Refused as error:
            return row._replace(named=self._as_they_are(row.named), why=error)

    def heading(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return our columns that a list with such a heading has by it."""
        beside = (name for name in self.beside if name in names)
        return (*self.columns, *self.fixed, *beside)

    def _parts(self) -> Iterator[tuple[str, str]]:
        for ours, theirs in self.columns.items():
            for at, their in enumerate(theirs):
                yield their, _part(ours, at)

    def named(self, named: Mapping[str, str]) -> dict[str, str]:
        """Return the cells of a row by our columns.

        Raises:
            Refused: A word or number that the mapping does not name.
        """
        ours = {name: joined(name, self._cells(name, named)) for name in self.columns}
        for name, words in self.values.items():
            if name in ours:
                ours[name] = _word(name, ours[name], words)
        for name, ranges in self.ranges.items():
            if name in ours:
                ours[name] = _in_range(name, ours[name], ranges)
        return self._beside(named) | ours | dict(self.fixed)

    def _as_they_are(self, named: Mapping[str, str]) -> dict[str, str]:
        """Return the cells of a row that is refused by our columns, so that it can be mended."""
        ours = {name: _together(name, self._cells(name, named)) for name in self.columns}
        return self._beside(named) | ours | dict(self.fixed)

    def _beside(self, named: Mapping[str, str]) -> dict[str, str]:
        return {name: named[name] for name in self.beside if name in named}

    def _cells(self, name: str, named: Mapping[str, str]) -> list[str]:
        return [named.get(_part(name, at), "").strip() for at in range(len(self.columns[name]))]


def read_mapping(path: Path, columns: Sequence[str]) -> ColumnMapping:
    """Read a mapping file.

    Args:
        path: The file.
        columns: Ours that may stand in it.

    Raises:
        ImportFileError: It cannot be read, or names what is no column of ours.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            made = _made(tomllib.loads(file.read(_MOST_CHARS)), columns)
    except (OSError, *_NO_MAPPING) as error:
        raise ImportFileError(
            f"Tệp đối chiếu {path.name} không đọc được: xem mẫu ở docs/quan-tri.md",
            f"The mapping {path.name} cannot be read: docs/quan-tri.md has an example",
        ) from error
    unknown = [name for name in _ours_in(made) if name not in columns]
    if unknown or not made.columns:
        names = ", ".join(unknown) or "[columns]"
        raise ImportFileError(
            f"Tệp đối chiếu {path.name}: kiosk không có cột {names}; các cột: {', '.join(columns)}",
            f"The mapping {path.name}: {names} is no column here; columns: {', '.join(columns)}",
        )
    _check_columns(path, made)
    return made


def _check_columns(path: Path, made: ColumnMapping) -> None:
    """See that no part of a mapping is idle, or says of all rows what a row itself must say.

    Raises:
        ImportFileError: One is, or does.
    """
    idle = [name for name in (*made.values, *made.ranges) if name not in made.columns]
    idle += [name for name in made.fixed if name in made.columns]
    if idle:
        names = ", ".join(dict.fromkeys(idle))
        raise ImportFileError(
            f"Tệp đối chiếu {path.name}: {names} phải có ở [columns], hoặc chỉ ở [fixed]",
            f"The mapping {path.name}: {names} must be in [columns], or in [fixed] alone",
        )
    of_all = (made.fixed.get(_STATUS), made.values.get(_STATUS, {}).get(""))
    if any(map(is_sound, filter(None, of_all))):
        raise ImportFileError(
            f"Tệp đối chiếu {path.name}: không thể cho mọi dòng hay ô trống là hieu_luc",
            f"The mapping {path.name} cannot make all rows, or an empty cell, hieu_luc",
        )


def _made(held: Mapping[str, Mapping[str, object]], known: Sequence[str]) -> ColumnMapping:
    if held.keys() - _TABLES:
        raise ValueError(f"{held.keys()}")
    columns = {name: _texts(their) for name, their in held.get("columns", {}).items()}
    values = {name: _words(_table(words)) for name, words in held.get("values", {}).items()}
    ranges = {name: _ranges(_list(some)) for name, some in held.get("ranges", {}).items()}
    fixed = {name: _text(ours) for name, ours in held.get("fixed", {}).items()}
    named = {*columns, *fixed}
    beside = [name for name in _DECIDING if name in known and name not in named]
    return ColumnMapping(columns, values, ranges, fixed, beside)


def _together(column: str, cells: Sequence[str]) -> str:
    """Return a joined cell; where it is none, its parts, which nobody takes for a value."""
    try:
        return joined(column, cells)
    except Refused:
        return " + ".join(cells)


def _part(ours: str, at: int) -> str:
    return f"{ours} ({at + 1})" if at else ours


def _ours_in(made: ColumnMapping) -> Iterator[str]:
    for names in (made.columns, made.values, made.ranges, made.fixed):
        yield from names


def _word(name: str, cell: str, words: Mapping[str, str]) -> str:
    key = search_key(cell)
    if key and key not in words:
        raise Refused("not_mapped", column=name, cell=cell[:40])
    return words[key] if key else words.get("", "")


def _in_range(name: str, cell: str, ranges: Sequence[_Range]) -> str:
    if not cell:
        return ""
    if _POINTS.fullmatch(cell):
        number = Decimal(cell.replace(",", "."))
        for one in ranges:
            if one.below is None or number < one.below:
                return one.word
    raise Refused("not_mapped", column=name, cell=cell[:40])


def _words(words: Mapping[str, object]) -> dict[str, str]:
    """Return our words by theirs.

    Raises:
        ValueError: Two of theirs are one word here, and mean different things.
    """
    found: dict[str, str] = {}
    for their, ours in words.items():
        if found.setdefault(search_key(their), _text(ours)) != ours:
            raise ValueError(their)
    return found


def _ranges(ranges: Sequence[object]) -> list[_Range]:
    """Return ranges that rise, of which only the last may be without an end.

    Raises:
        ValueError: They do not.
    """
    found = [_range(_table(one)) for one in ranges]
    ends = [one.below for one in found]
    rising = all(a is not None and (b is None or a < b) for a, b in pairwise(ends))
    if not (found and rising and all(end is None or end.is_finite() for end in ends)):
        raise ValueError(ranges)
    return found


def _range(one: Mapping[str, object]) -> _Range:
    below = one.get("below")
    if one.keys() - {"below", "is"}:
        raise ValueError(one)
    return _Range(None if below is None else Decimal(str(below)), _text(one["is"]))


def _texts(theirs: object) -> tuple[str, ...]:
    found = tuple(_text(one) for one in (theirs if isinstance(theirs, list) else [theirs]))
    if not found or not all(map(plain, found)) or len({*map(plain, found)}) < len(found):
        raise ValueError(theirs)
    return found


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError(value)
    return value


def _list(value: object) -> Sequence[object]:
    if not isinstance(value, list):
        raise TypeError(value)
    return value
