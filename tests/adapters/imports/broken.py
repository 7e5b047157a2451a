"""Lists of cards, broken as hospitals' files break; and what may be green then."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import openpyxl
from hypothesis import strategies as st

from tests.support import TODAY

if TYPE_CHECKING:
    from collections.abc import Callable

COLUMNS = (
    *("ma_the", "ma_so_bhxh", "so_cccd", "ho_ten", "ngay_sinh", "gioi_tinh", "dia_chi", "ma_dkbd"),
    *("gt_the_tu", "gt_the_den", "ma_kv", "ngay_du_5_nam", "trang_thai"),
)
BAD = {
    "DN4797900000601": "thu_hoi",
    "DN4797900000602": "bao_giam",
    "DN4797900000603": "tam_khoa",
    "DN4797900000604": "tu_vong",
    "DN4797900000605": "the_moi:DN4797900000699",
}
ENDED, REFUSED = "DN4797900000606", "DN4797900000607"
GOOD = tuple(f"DN47979000006{at}" for at in range(10, 22))
NUMBERS = (*BAD, ENDED, REFUSED, *GOOD)
_Lines = tuple[tuple[str, ...], ...]
_CARD = re.compile(r"(?<!the_moi:)[A-Z]{2}[1-5]\d{12}")
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)|(\d\d)/(\d\d)/(\d{4})")


def row_of(number: str, *, stated: bool = True) -> list[str]:
    """Return the row of a number as it stands; `stated` says its bad status too."""
    at = number[-3:]
    ended = number == ENDED
    status = BAD.get(number, "hieu_luc")
    if number in {ENDED, REFUSED} or not (stated or status == "hieu_luc"):
        status = ""
    return [
        *(number, number[-10:], f"079090000{at}", "Nguyễn Văn Mẫu", "1990-05-06", "1"),
        *("12 Lê Lợi", "79014", "2025-01-01" if ended else "2026-01-01"),
        *("2025-12-31" if ended else "", "K1", "2024-06-01", status),
    ]


@dataclass(frozen=True)
class File:
    """A file for import while it is broken.

    Args:
        lines: Its cells, the heading first.
        delimiter: Between them.
        encoding: Of its text.
        quotes: Whether each cell stands in quotation marks.
        book: Whether it is a workbook.
        text: Changes the written text, before it is encoded.
        raw: Changes the written bytes.
    """

    lines: tuple[tuple[str, ...], ...]
    delimiter: str = ","
    encoding: str = "utf-8"
    quotes: bool = False
    book: bool = False
    text: tuple[Callable[[str], str], ...] = ()
    raw: tuple[Callable[[bytes], bytes], ...] = ()

    def written(self) -> bytes:
        """Return its bytes."""
        data = self._book() if self.book else self._text().encode(self.encoding)
        for change in self.raw:
            data = change(data)
        return data

    def shown(self) -> list[str]:
        """Return its lines as a person reads them, for the oracle."""
        if self.book:
            return [" ".join(line) for line in self.lines]
        return self._text().splitlines()

    def _text(self) -> str:
        mark = '"' if self.quotes else ""
        written = (self.delimiter.join(f"{mark}{c}{mark}" for c in line) for line in self.lines)
        text = "\n".join([*written, ""])
        for change in self.text:
            text = change(text)
        return text

    def _book(self) -> bytes:
        book = openpyxl.Workbook()
        for line in self.lines:
            book.worksheets[0].append([cell or None for cell in line])
        kept = io.BytesIO()
        book.save(kept)
        book.close()
        return kept.getvalue()


def whole(**form: object) -> File:
    """Return a valid list of all numbers."""
    stated = bool(form.pop("stated", True))
    rows = (tuple(row_of(number, stated=stated)) for number in NUMBERS)
    return File((COLUMNS, *rows), **form)  # type: ignore[arg-type]  # names of fields


def may_be_green(number: str, shown: list[str]) -> bool:
    """Tell whether a line of the file lifts what is bad of a number, whatever reads it.

    A status is lifted by a line of this number alone that says `hieu_luc`, an end by one that names
    a day that has not come, a refused row by any line of the number.
    """
    own = [line for line in shown if set(_CARD.findall(line)) == {number}]
    if number in BAD:
        return any("hieu_luc" in line for line in own)
    if number == ENDED:
        return any(_last_day(line) >= TODAY.isoformat() for line in own)
    return bool(own)


def _last_day(line: str) -> str:
    found = ("".join(m.group(1, 2, 3) if m[1] else m.group(6, 5, 4)) for m in _DATE.finditer(line))
    return max((f"{day[:4]}-{day[4:6]}-{day[6:]}" for day in found), default="")


# ---- the ways to break one


def _at(
    lines: tuple[tuple[str, ...], ...], at: int, *new: tuple[str, ...]
) -> tuple[tuple[str, ...], ...]:
    return (*lines[:at], *new, *lines[at + 1 :])


def drop_cell(file: File, row: int, column: int) -> File:
    line = file.lines[row]
    return replace(file, lines=_at(file.lines, row, (*line[:column], *line[column + 1 :])))


def drop_cells(file: File, row: int, column: int) -> File:
    return replace(file, lines=_at(file.lines, row, file.lines[row][:column]))


def add_cell(file: File, row: int, column: int) -> File:
    line = file.lines[row]
    return replace(file, lines=_at(file.lines, row, (*line[:column], "x", *line[column:])))


def shift_cells(file: File, row: int, column: int) -> File:
    """Put an empty cell in and lose the last one: as many cells as before, all one place on."""
    line = file.lines[row]
    return replace(file, lines=_at(file.lines, row, (*line[:column], "", *line[column:-1])))


def split_cell(file: File, row: int, column: int) -> File:
    line = file.lines[row]
    cell = line[column]
    cut = (cell[: len(cell) // 2], cell[len(cell) // 2 :])
    return replace(file, lines=_at(file.lines, row, (*line[:column], *cut, *line[column + 1 :])))


def empty_cell(file: File, row: int, column: int) -> File:
    line = file.lines[row]
    return replace(file, lines=_at(file.lines, row, (*line[:column], "", *line[column + 1 :])))


def empty_column(file: File, _row: int, column: int) -> File:
    rows = [(*line[:column], "", *line[column + 1 :]) for line in file.lines[1:]]
    return replace(file, lines=(file.lines[0], *rows))


def missing_column(file: File, _row: int, column: int) -> File:
    return replace(file, lines=tuple((*r[:column], *r[column + 1 :]) for r in file.lines))


def doubled_column(file: File, _row: int, column: int) -> File:
    return replace(file, lines=tuple((*r, *r[column : column + 1]) for r in file.lines))


def doubled_heading(file: File, row: int, column: int) -> File:
    """Give a column the name of another."""
    names = list(file.lines[0])
    if column < len(names):
        names[column] = names[row % len(names)]
    return replace(file, lines=(tuple(names), *file.lines[1:]))


def swapped_columns(file: File, row: int, column: int) -> File:
    """Swap two columns below their headings."""
    other = row % len(COLUMNS)
    rows = []
    for line in file.lines[1:]:
        cells = list(line)
        if max(column, other) < len(cells):
            cells[column], cells[other] = cells[other], cells[column]
        rows.append(tuple(cells))
    return replace(file, lines=(file.lines[0], *rows))


def misspelt_heading(file: File, _row: int, column: int) -> File:
    names = [f"{n[:2]}x{n[2:]}" if at == column else n for at, n in enumerate(file.lines[0])]
    return replace(file, lines=(tuple(names), *file.lines[1:]))


def misspelt_cell(file: File, row: int, column: int) -> File:
    line = file.lines[row]
    wrong = "".join(line[column : column + 1])[::-1]
    return replace(file, lines=_at(file.lines, row, (*line[:column], wrong, *line[column + 1 :])))


def heading_again(file: File, row: int, _column: int) -> File:
    return replace(file, lines=(*file.lines[:row], file.lines[0], *file.lines[row:]))


def no_heading(file: File, _row: int, _column: int) -> File:
    return replace(file, lines=file.lines[1:])


def row_twice(file: File, row: int, _column: int) -> File:
    return replace(file, lines=(*file.lines, file.lines[row]))


def row_gone(file: File, row: int, _column: int) -> File:
    return replace(file, lines=_at(file.lines, row))


def half_gone(file: File, row: int, _column: int) -> File:
    return replace(file, lines=file.lines[: row + 1])


def blank_rows(file: File, row: int, _column: int) -> File:
    blank = tuple("" for _ in file.lines[0])
    return replace(file, lines=(*file.lines[:row], blank, (), *file.lines[row:]))


def cut(file: File, row: int, column: int) -> File:
    """Cut the bytes anywhere."""
    part = (row * len(COLUMNS) + column + 1) / (len(NUMBERS) * len(COLUMNS) + len(COLUMNS))
    if file.book:
        return replace(file, raw=(*file.raw, lambda data: data[: int(len(data) * part)]))
    return replace(file, text=(*file.text, lambda text: text[: int(len(text) * part)]))


def _into(text: str, row: int, column: int, what: str, gone: int = 0) -> str:
    """Put something into a text behind a number of delimiters."""
    place = min(len(text), (row * len(COLUMNS) + column) * len(text) // (20 * len(COLUMNS)))
    return text[:place] + what + text[place + gone :]


def open_quote(file: File, row: int, column: int) -> File:
    return replace(file, text=(*file.text, lambda text: _into(text, row, column, '"')))


def open_quote_at_a_cell(file: File, row: int, column: int) -> File:
    line = file.lines[row]
    cell = f'"{"".join(line[column : column + 1])}'
    return replace(file, lines=_at(file.lines, row, (*line[:column], cell, *line[column + 1 :])))


def line_break(file: File, row: int, column: int) -> File:
    return replace(file, text=(*file.text, lambda text: _into(text, row, column, "\n")))


def extra_comma(file: File, row: int, column: int) -> File:
    return replace(file, text=(*file.text, lambda text: _into(text, row, column, file.delimiter)))


def lost_letters(file: File, row: int, column: int) -> File:
    return replace(file, text=(*file.text, lambda text: _into(text, row, column, "", 9)))


def joined_lines(file: File, row: int, _column: int) -> File:
    line = (*file.lines[row], *(file.lines[row + 1] if row + 1 < len(file.lines) else ()))
    return replace(file, lines=(*file.lines[:row], line, *file.lines[row + 2 :]))


def wrong_dimension(file: File, row: int, column: int) -> File:
    """State another size of the sheet than it has."""
    if not file.book:
        return file
    stated = f"A1:{'ABCDEFGHIJKLM'[column]}{row}".encode()

    def changed(data: bytes) -> bytes:
        return _in_sheet(
            data, lambda xml: re.sub(rb'(<dimension ref=")[^"]*', rb"\1" + stated, xml)
        )

    return replace(file, raw=(*file.raw, changed))


def _in_sheet(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    if not zipfile.is_zipfile(io.BytesIO(data)):  # it was cut already
        return data
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(kept, "w") as new:
        for part in old.infolist():
            xml = old.read(part)
            new.writestr(part, change(xml) if part.filename.startswith("xl/worksheets/") else xml)
    return kept.getvalue()


BREAKS = (
    *(drop_cell, drop_cells, add_cell, shift_cells, split_cell, empty_cell, empty_column),
    *(missing_column, doubled_column, doubled_heading, swapped_columns, misspelt_heading),
    *(misspelt_cell, heading_again, no_heading, row_twice, row_gone, half_gone, blank_rows, cut),
    *(open_quote, open_quote_at_a_cell, line_break, extra_comma, lost_letters, joined_lines),
    wrong_dimension,
)
FORMS = st.fixed_dictionaries(
    {
        "stated": st.booleans(),
        "book": st.sampled_from([False, False, False, True]),
        "delimiter": st.sampled_from(",;\t"),
        "encoding": st.sampled_from(["utf-8", "utf-8-sig"]),
        "quotes": st.booleans(),
    }
)
PLACES = st.tuples(
    st.sampled_from(BREAKS), st.integers(1, len(NUMBERS)), st.integers(0, len(COLUMNS) - 1)
)
