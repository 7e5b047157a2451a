"""Open a PDF: its pages as pictures, drawn by a process that is ended when the time is up."""

import math
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import IO

from PIL import Image

from verification.adapters.scanning import drawing
from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.limits import DRAWING_MEMORY, SECONDS
from verification.adapters.scanning.sheets import MOST_SHEETS, Late, Sheets, note, refused

_PDF = b"%PDF-"
_HEADER_WITHIN = 1024  # bytes before which the header of a PDF must stand
_MOST_PIXELS = 40_000_000
_PROGRAM = (sys.executable, "-P", str(Path(drawing.__file__).resolve()))
_LIMITS = (MOST_SHEETS, _MOST_PIXELS, math.ceil(SECONDS), DRAWING_MEMORY)


def is_pdf(data: bytes) -> bool:
    """Tell whether a file is a PDF."""
    return _PDF in data[:_HEADER_WITHIN]


def pdf_sheets(data: bytes, ends: Deadline) -> Sheets:
    """Open a PDF.

    Args:
        data: The file's bytes.
        ends: When to leave it.

    Returns:
        Its pages in gray: the first three, the last, then the others up to `MOST_SHEETS`. The
        first one asked for raises `PictureError` where the PDF is locked, damaged or empty, and
        each raises `Late` where it is not drawn in time.
    """
    sheets = Sheets(each=True)
    sheets.images = _pages(data, ends, sheets)
    return sheets


def _pages(data: bytes, ends: Deadline, sheets: Sheets) -> Generator[Image.Image]:
    seen = torn = pages = 0
    try:
        with _drawer(data, ends) as output:
            pages = _count(output, ends)
            while seen < min(pages, MOST_SHEETS):
                picture = _next(output, ends)
                seen += 1
                if picture is None:
                    torn += 1
                else:
                    yield picture
    finally:
        if seen < pages:
            sheets.notes.append(note("pages_left", pages=pages, seen=seen))
        if torn:
            sheets.notes.append(note("pages_torn", torn=torn))


@contextmanager
def _drawer(data: bytes, ends: Deadline) -> Iterator[IO[bytes]]:
    """Yield what the drawing program answers; it ends with the block, or when the time is up."""
    with subprocess.Popen(
        (*_PROGRAM, *map(str, _LIMITS)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        alarm = Timer(max(ends.left, 0), process.kill)
        alarm.start()
        try:
            assert process.stdin is not None  # noqa: S101  # piped above, for the type
            assert process.stdout is not None  # noqa: S101  # as above
            with suppress(BrokenPipeError, OSError), process.stdin as stdin:
                stdin.write(data)
            yield process.stdout
        finally:
            alarm.cancel()
            process.kill()


def _count(output: IO[bytes], ends: Deadline) -> int:
    said = output.readline().decode().strip()
    if said.isdigit():
        return int(said)
    if not said and ends.over:
        raise Late
    raise refused(f"pdf_{said}" if said in {"locked", "empty"} else "pdf_damaged")


def _next(output: IO[bytes], ends: Deadline) -> Image.Image | None:
    """Return a page, None where it is torn; the program may have been ended, or have died of it."""
    if ends.over:
        raise Late
    size = tuple(int(side) for side in output.readline().split())
    if size == (0, 0):
        return None
    gray = output.read(size[0] * size[1]) if len(size) == 2 else b""  # noqa: PLR2004  # sides
    if not gray or len(gray) < size[0] * size[1]:
        raise Late
    return Image.frombytes("L", (size[0], size[1]), gray)
