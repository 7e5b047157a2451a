"""Draw the pages of a PDF: a program of its own, which `pages.py` starts and ends in time.

PDFium is not safe for threads, and a page of a few hundred bytes can keep it busy for hours
without it ever asking whether to go on; only a process can be ended then. It imports nothing of
ours, so that it starts at once.

Arguments: pages at most, pixels of a page at most, seconds after which it ends itself, bytes of
memory. Standard input: the PDF. Standard output: a
line with the number of pages, or with `locked`, `damaged` or `empty`; then for each page a line
with width and height and as many bytes of gray, no bytes where the page is torn.
"""

import faulthandler
import sys
from contextlib import suppress
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

_DOTS_PER_POINT = 200 / 72  # 200 dpi: a card of 85 mm gets some 670 pixels
_FIRST = 3  # pages before the last one: a letter's code stands at either end


def main(most_pages: int, most_pixels: int, seconds: int, memory: int) -> None:
    """Draw the PDF on standard input."""
    # who started it may be gone: a thread of C ends it then, whatever it draws
    faulthandler.dump_traceback_later(seconds, exit=True, file=sys.stderr)
    _be_modest(memory)
    try:
        document = pdfium.PdfDocument(sys.stdin.buffer.read())
    except pdfium.PdfiumError as error:
        _write(f"{_why(error)}\n".encode())
        return
    pages = len(document)
    _write(f"{pages}\n".encode())
    first = list(range(min(_FIRST, pages)))
    for number in list(dict.fromkeys([*first, pages - 1, *range(pages)]))[:most_pages]:
        width, height, gray = _drawn(document, number, most_pixels)
        _write(f"{width} {height}\n".encode() + gray)


def _be_modest(memory: int) -> None:
    """Take no more memory than that: a torn file may ask for more than the machine has."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  # there is none on Windows

        with suppress(ValueError, OSError):  # a system that knows no such limit
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _why(error: pdfium.PdfiumError) -> str:
    code = getattr(error, "err_code", None)
    if code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}:
        return "locked"
    return "empty" if code == raw.FPDF_ERR_SUCCESS else "damaged"


def _drawn(document: Any, number: int, most: int) -> tuple[int, int, bytes]:  # noqa: ANN401
    """Return width, height and gray of a page; nothing of a torn one."""
    try:
        page = document[number]
        width, height = page.get_size()
        scale = min(_DOTS_PER_POINT, (most / max(width * height, 1.0)) ** 0.5)
        bitmap = page.render(scale=scale, grayscale=True)
    except (pdfium.PdfiumError, ValueError, MemoryError):
        return 0, 0, b""
    lines, stride = memoryview(bitmap.buffer).cast("B"), bitmap.stride
    rows = (lines[at * stride : at * stride + bitmap.width] for at in range(bitmap.height))
    return bitmap.width, bitmap.height, b"".join(rows)


def _write(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
