"""A mapping file: the columns and words of somebody's list, and ours that they mean.

TOML, made by the administrator once for each layout:

    [columns]                       # ours = theirs; several are joined
    ma_cskcb = ["Mã tỉnh", "Mã cơ sở"]
    cap = "Cấp chuyên môn"
    diem = "Điểm xếp cấp"
    [values.cap]                    # theirs = ours, case and diacritics aside
    "Cấp chuyên sâu" = "chuyen_sau"
    [ranges]                        # a number into one of our words, the first that fits
    diem = [{ below = 50, is = "lt50" }, { below = 70, is = "50_70" }, { is = "ge70" }]
    [fixed]                         # ours, the same in every row
    ma_tinh = "79"
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from verification.adapters.imports.headings import Heading, plain
from verification.adapters.imports.lines import Row
from verification.adapters.imports.refused import Refused
from verification.basics.errors import ImportFileError
from verification.basics.names import search_key

_TABLES = {"columns", "values", "ranges", "fixed"}
_MOST_CHARS = 1_000_000
_NO_MAPPING = (ValueError, TypeError, AttributeError, LookupError, InvalidOperation)


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
    """

    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ranges: Mapping[str, Sequence[_Range]] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)

    def find(self, lines: Sequence[Sequence[str]]) -> Heading:
        """Return the heading among the first lines of a file: that which has all their columns.

        Columns that it maps are named in our words, the second part of one with its number.
        """
        wanted = {plain(their): ours for their, ours in self._parts()}
        for at, line in enumerate(lines):
            keys = [plain(cell) for cell in line]
            if wanted.keys() <= {*keys}:
                named = [wanted.get(k, cell.strip()) for k, cell in zip(keys, line, strict=True)]
                return Heading(at, named)
        return Heading(0, [])

    def check(self, path: Path, names: Sequence[str]) -> None:
        """See that a heading has each of their columns once.

        Raises:
            ImportFileError: It has not.
        """
        wrong = [their for their, ours in self._parts() if names.count(ours) != 1]
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
            return row._replace(why=error)

    def heading(self) -> tuple[str, ...]:
        """Return our columns that a list has by it."""
        return (*self.columns, *self.fixed)

    def _parts(self) -> Iterator[tuple[str, str]]:
        for ours, theirs in self.columns.items():
            for at, their in enumerate(theirs):
                yield their, _part(ours, at)

    def named(self, named: Mapping[str, str]) -> dict[str, str]:
        """Return the cells of a row by our columns.

        Raises:
            Refused: A word or number that the mapping does not name.
        """
        ours = {
            name: "".join(named.get(_part(name, at), "").strip() for at in range(len(theirs)))
            for name, theirs in self.columns.items()
        }
        for name, words in self.values.items():
            if name in ours:
                ours[name] = _word(name, ours[name], words)
        for name, ranges in self.ranges.items():
            if name in ours:
                ours[name] = _in_range(name, ours[name], ranges)
        return ours | dict(self.fixed)


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
            made = _made(tomllib.loads(file.read(_MOST_CHARS)))
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
    return made


def _made(held: Mapping[str, Mapping[str, object]]) -> ColumnMapping:
    if held.keys() - _TABLES:
        raise ValueError(f"{held.keys()}")
    columns = {name: _texts(their) for name, their in held.get("columns", {}).items()}
    values = {
        name: {search_key(their): _text(ours) for their, ours in _table(words).items()}
        for name, words in held.get("values", {}).items()
    }
    ranges = {
        name: [_range(_table(one)) for one in _list(ranges)]
        for name, ranges in held.get("ranges", {}).items()
    }
    fixed = {name: _text(ours) for name, ours in held.get("fixed", {}).items()}
    return ColumnMapping(columns, values, ranges, fixed)


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
    try:
        number = Decimal(cell.replace(",", "."))
    except InvalidOperation:
        raise Refused("not_mapped", column=name, cell=cell[:40]) from None
    for one in ranges:
        if one.below is None or number < one.below:
            return one.word
    raise Refused("not_mapped", column=name, cell=cell[:40])


def _range(one: Mapping[str, object]) -> _Range:
    below = one.get("below")
    return _Range(None if below is None else Decimal(str(below)), _text(one["is"]))


def _texts(theirs: object) -> tuple[str, ...]:
    return tuple(_text(one) for one in (theirs if isinstance(theirs, list) else [theirs]))


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
