"""Read XLS, XLSB or ODS: a program of its own, which `old_books.py` starts and ends.

Calamine holds a sheet whole, as a rectangle, and where it gets no memory for it the process is
ended; that must not be the kiosk's. It imports nothing of ours, so that it starts at once.

Arguments: seconds of work, bytes of memory, the file, and the rows of each sheet to tell or the
places of the sheets to tell whole. Standard output, a line of JSON each: a sheet as
`[name, hidden]`, a row as `[number, [cell, ...]]`; at the end `"end"`, or `"broken"`. A cell is a
text, a number, true or false, or `{"moment": ...}`.
"""

import faulthandler
import json
import sys
from collections.abc import Collection
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import IO

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

_HOUR = 3_600  # seconds, after which nobody can be waiting any more


def main(path: str, seconds: int, memory: int, first: int, *places: int) -> None:
    """Tell the rows of a workbook.

    Args:
        path: The file.
        seconds: Of work.
        memory: Bytes of address space.
        first: How many rows of each sheet; 0 for all of the named sheets.
        places: Those sheets, from 0.
    """
    faulthandler.dump_traceback_later(_HOUR, exit=True, file=sys.stderr)
    _be_modest(seconds, memory)
    try:
        with open(path, "rb") as file:  # noqa: PTH123  # starts at once
            _tell_all(file, first, places)
    except BaseException:  # noqa: BLE001  # a panic of Rust is no Exception
        _write("broken")
        return
    _write("end")


def _tell_all(file: IO[bytes], first: int, places: Collection[int]) -> None:
    book = CalamineWorkbook.from_filelike(file)
    for place, about in enumerate(book.sheets_metadata):
        if about.typ is not SheetTypeEnum.WorkSheet or not (first or place in places):
            _write([about.name, True])
            continue
        _write([about.name, about.visible is not SheetVisibleEnum.Visible])
        _tell_rows(book.get_sheet_by_index(place), first)


def _tell_rows(sheet: CalamineSheet, first: int) -> None:
    begin = sheet.start
    if begin is None:
        return
    left = [""] * begin[1]
    for at, row in enumerate(sheet.iter_rows(), begin[0] + 1):
        _write([at, left + [_said(cell) for cell in row]])
        first -= 1
        if first == 0:
            return


def _said(cell: object) -> object:
    if isinstance(cell, datetime | date):
        return {"moment": cell.isoformat()}
    if isinstance(cell, time):
        return cell.isoformat("seconds")
    if isinstance(cell, timedelta):
        return cell / timedelta(days=1)
    return cell


def _write(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")


def _be_modest(seconds: int, memory: int) -> None:
    """Take no more than that: a file may ask for more than the machine has."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  # there is none on Windows

        with suppress(ValueError, OSError):  # a system that knows no such limit
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


if __name__ == "__main__":
    main(sys.argv[3], *map(int, sys.argv[1:3]), int(sys.argv[4]), *map(int, sys.argv[5:]))
