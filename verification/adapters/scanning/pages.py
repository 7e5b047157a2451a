"""Open a PDF: its pages as pictures.

PDFium is not safe for threads, so one thread at a time calls it; a page whose drawing does not
end is left when the time is used up.
"""

from collections.abc import Iterator
from threading import Lock
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image

from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.sheets import MOST_SHEETS, Late, Sheets, note, refused

_PDF = b"%PDF-"
_HEADER_WITHIN = 1024  # bytes before which the header of a PDF must stand
_DOTS_PER_POINT = 200 / 72  # 200 dpi: a card of 85 mm gets some 670 pixels
_MOST_PIXELS = 40_000_000
_FIRST = 3  # pages that are looked at before the last one: a letter's code stands at either end
_calls = Lock()


def is_pdf(data: bytes) -> bool:
    """Tell whether a file is a PDF."""
    return _PDF in data[:_HEADER_WITHIN]


def pdf_sheets(data: bytes, ends: Deadline) -> Sheets:
    """Open a PDF.

    Args:
        data: The file's bytes.
        ends: When to leave it.

    Returns:
        Its pages in gray: the first three, the last, then the others up to `MOST_SHEETS`.

    Raises:
        PictureError: It is locked, damaged or empty.
    """
    with _calls:
        document = _opened(data)
        pages = len(document)
    sheets = Sheets(iter(()), each=True)
    sheets.images = _pages(document, pages, ends, sheets)
    return sheets


def _opened(data: bytes) -> Any:  # noqa: ANN401  # pypdfium2 comes without types
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        code = getattr(error, "err_code", None)
        if code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}:
            raise refused("pdf_locked") from None
        raise refused("pdf_empty" if code == raw.FPDF_ERR_SUCCESS else "pdf_damaged") from None


def _order(pages: int) -> list[int]:
    first = list(range(min(_FIRST, pages)))
    return list(dict.fromkeys([*first, pages - 1, *range(pages)]))[:MOST_SHEETS]


def _pages(
    document: Any,  # noqa: ANN401  # as above
    pages: int,
    ends: Deadline,
    sheets: Sheets,
) -> Iterator[Image.Image]:
    seen = torn = 0
    try:
        for number in _order(pages):
            picture = _drawn(document, number, ends)
            seen += 1
            if picture is None:
                torn += 1
            else:
                yield picture
    finally:
        with _calls:
            document.close()
        if seen < pages:
            sheets.notes.append(note("pages_left", pages=pages, seen=seen))
        if torn:
            sheets.notes.append(note("pages_torn", torn=torn))


def _drawn(document: Any, number: int, ends: Deadline) -> Image.Image | None:  # noqa: ANN401
    with _calls:
        if ends.over:
            raise Late
        try:
            page = document[number]
        except pdfium.PdfiumError:
            return None
        try:
            return _picture(page, ends)
        except (pdfium.PdfiumError, ValueError, MemoryError):
            return None
        finally:
            page.close()


def _picture(page: Any, ends: Deadline) -> Image.Image:  # noqa: ANN401  # as above
    width, height = page.get_size()
    scale = min(_DOTS_PER_POINT, (_MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
    across, down = max(round(width * scale), 1), max(round(height * scale), 1)
    bitmap = pdfium.PdfBitmap.new_native(across, down, format=raw.FPDFBitmap_Gray)
    try:
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, across, down)
        _draw(bitmap, page, (0, 0, across, down, 0), ends)
        return Image.fromarray(bitmap.to_numpy().squeeze().copy())
    finally:
        bitmap.close()


def _draw(bitmap: Any, page: Any, place: tuple[int, ...], ends: Deadline) -> None:  # noqa: ANN401
    """Draw a page until the time is used up: PDFium asks now and then whether to go on."""
    asked = dict(raw.IFSDK_PAUSE._fields_)["NeedToPauseNow"]
    pause = raw.IFSDK_PAUSE(version=1, NeedToPauseNow=asked(lambda _: int(ends.over)))
    flags = raw.FPDF_GRAYSCALE | raw.FPDF_ANNOT
    state = raw.FPDF_RenderPageBitmap_Start(bitmap, page, *place, flags, pause)
    raw.FPDF_RenderPage_Close(page)
    if state == raw.FPDF_RENDER_TOBECONTINUED:
        raise Late
    if state == raw.FPDF_RENDER_FAILED:
        raise ValueError(state)
