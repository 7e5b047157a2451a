"""Uploaded files: pictures, and the first page of a PDF."""

from __future__ import annotations

from io import BytesIO

import pypdfium2 as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.support import FIXTURES, payload
from verification.scanning.upload import read_upload


def pdf_of(slug: str) -> bytes:
    """Return a PDF whose first page shows a fixture's code, some 40 mm wide on A4."""
    picture = Image.open(FIXTURES / "qr" / f"{slug}.png").convert("RGB")
    page = Image.new("RGB", (1240, 1754), "white")
    page.paste(picture.resize((480, 480)), (300, 400))
    out = BytesIO()
    page.save(out, "PDF", resolution=150)
    return out.getvalue()


@pytest.mark.parametrize("slug", ["patient-1", "s5"])
def test_the_first_page_of_a_pdf_is_read(slug: str) -> None:
    reading = read_upload(pdf_of(slug))
    assert reading is not None
    assert reading.payloads == (payload(slug),)


def test_a_picture_is_read_as_ever() -> None:
    reading = read_upload((FIXTURES / "qr" / "patient-1.png").read_bytes())
    assert reading is not None
    assert reading.payloads == (payload("patient-1"),)


def test_a_pdf_without_pages_is_no_picture() -> None:
    empty = pdfium.PdfDocument.new()
    out = BytesIO()
    empty.save(out)
    assert read_upload(out.getvalue()) is None


@given(st.binary(max_size=400))
def test_no_bytes_raise(data: bytes) -> None:
    read_upload(data)
    read_upload(b"%PDF-1.7\n" + data)
