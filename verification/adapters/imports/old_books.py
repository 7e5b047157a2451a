"""Lists as XLS, XLSB and ODS, which a process of its own reads (`old_book.py`).

Calamine tells neither an error, which is an empty cell here, nor how a cell is shown: midnight is
a day alone.
"""

import contextlib
import json
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from verification.adapters.imports import old_book
from verification.adapters.imports.book_cells import digits
from verification.adapters.imports.bounds import MOST_CHARS, MOST_COLUMNS, too_heavy
from verification.adapters.imports.headings import HOURS, LOOKED_AT
from verification.adapters.imports.lines import Line, Sheet
from verification.adapters.imports.which_sheet import Begun, begun, chosen
from verification.basics.errors import ImportFileError

_PROGRAM = (sys.executable, "-P", str(Path(old_book.__file__).resolve()))
_MOST_BYTES = 200_000_000  # of a file: an XLS of 65,536 rows has some 20 million
_SECONDS, _MEMORY = 120, 1 << 30  # that the program may take
_FIRST = 2 * LOOKED_AT  # rows of each sheet that are looked at, blank ones too


@contextmanager
def opened(path: Path) -> Iterator[Sheet]:
    """Open a workbook in one of the other forms.

    Raises:
        ImportFileError: It cannot be read, would cost too much, or has no sheet that is surely
            the list.
        OSError: It cannot be opened.
    """
    if path.stat().st_size > _MOST_BYTES:
        raise too_heavy(path)
    sheets = chosen(path, list(_begun(path)))
    with contextlib.closing(_lines(path, sheets)) as lines:
        yield Sheet(sheets[0].names, lines)


def _begun(path: Path) -> Iterator[Begun]:
    with _program(path, _FIRST, ()) as told:
        for place, (name, hidden, rows) in enumerate(_sheets(path, told)):
            lines = ((at, [_text(cell, hour=False) for cell in cells]) for at, cells in rows)
            yield begun(place, name, lines, hidden=hidden)


def _lines(path: Path, sheets: Sequence[Begun]) -> Generator[Line]:
    """Yield the lines below the headings of sheets; those of a further sheet are counted on."""
    wanted = {sheet.place: sheet for sheet in sheets}
    hours = [name in HOURS for name in sheets[0].names]
    before = 0
    with _program(path, 0, tuple(wanted)) as told:
        for place, (_, _, rows) in enumerate(_sheets(path, told)):
            if place not in wanted:
                continue
            last = 0
            for read, (at, cells) in enumerate(rows):
                last = at
                if read >= wanted[place].above:
                    yield Line(before + at, _cells(cells, hours))
            before += last


def _cells(cells: Sequence[object], hours: Sequence[bool]) -> list[str]:
    """Return the cells of a row, as many as its heading has or as are written."""
    width = len(hours)
    texts = [_text(cell, hour=at < width and hours[at]) for at, cell in enumerate(cells)]
    texts += [""] * (width - len(texts))
    while len(texts) > width and not texts[-1].strip():
        texts.pop()
    return texts


def _text(cell: object, *, hour: bool) -> str:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return digits(repr(cell))
    if isinstance(cell, dict):
        moment = str(cell["moment"])
        return moment[:19] if hour else moment.partition("T")[0]
    return str(cell)


_Rows = Iterator[tuple[int, list[object]]]


def _sheets(path: Path, told: IO[str]) -> Iterator[tuple[str, bool, _Rows]]:
    """Yield name, whether it is hidden, and rows of each sheet; rows that are left are passed."""
    ahead = [_next(path, told)]

    def rows() -> _Rows:
        while not isinstance(ahead[0], str) and isinstance(ahead[0][0], int):
            at, cells = ahead[0]
            if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
                raise too_heavy(path)
            yield at, cells
            ahead[0] = _next(path, told)

    while not isinstance(ahead[0], str):
        name, hidden = ahead[0]
        ahead[0] = _next(path, told)
        below = rows()
        yield name, hidden, below
        for _ in below:
            pass
    if ahead[0] != "end":
        raise _broken(path)


def _next(path: Path, told: IO[str]) -> Any:  # noqa: ANN401  # of JSON
    line = told.readline(2 * MOST_CHARS)
    if not line.endswith("\n"):
        raise too_heavy(path)  # the program was ended, or the row has no end
    return json.loads(line)


@contextmanager
def _program(path: Path, first: int, places: Sequence[int]) -> Iterator[IO[str]]:
    """Yield what the program tells; it ends with the block."""
    said = [_SECONDS, _MEMORY, path.resolve(), first, *places]
    with subprocess.Popen(
        (*_PROGRAM, *map(str, said)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="ascii",
    ) as process:
        try:
            assert process.stdout is not None  # noqa: S101  # piped above, for the type
            yield process.stdout
        finally:
            process.kill()


def _broken(path: Path) -> ImportFileError:
    return ImportFileError(
        f"Tệp {path.name} có mật khẩu hoặc bị hỏng; hãy lưu lại không khóa, dạng XLSX hoặc CSV",
        f"{path.name} has a password or is damaged; save it without one, as XLSX or as CSV",
    )
