"""Uploaded files: a picture, or the first page of a PDF."""

import numpy as np
import pypdfium2 as pdfium

from verification.adapters.scanning.decoder import read_frame, read_picture
from verification.adapters.scanning.reading import Reading

_PDF = b"%PDF-"
_HEADER_WITHIN = 1024  # bytes before which the header of a PDF must stand
_DOTS_PER_POINT = 200 / 72  # 200 dpi: a card of 85 mm gets some 670 pixels
_MOST_PIXELS = 40_000_000


def read_upload(data: bytes) -> Reading | None:
    """Read the codes of an uploaded file.

    Args:
        data: A picture (PNG, JPEG, WebP) or a PDF.

    Returns:
        What it shows, or None where it is neither.
    """
    if _PDF in data[:_HEADER_WITHIN]:
        return _read_first_page(data)
    return read_picture(data)


def _read_first_page(data: bytes) -> Reading | None:
    try:
        with pdfium.PdfDocument(data) as document:
            page = document[0]
            width, height = page.get_size()
            fits = min(_DOTS_PER_POINT, (_MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
            picture = page.render(scale=fits, grayscale=True).to_numpy()
            return read_frame(np.ascontiguousarray(picture))
    except (pdfium.PdfiumError, IndexError, ValueError):
        return None
