"""Uploaded files: pictures, and the first page of a PDF."""

from __future__ import annotations

from io import BytesIO

import cv2
import numpy as np
import pypdfium2 as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fixtures.hard import hard_frame
from tests.support import FIXTURES, payload
from verification.adapters.scanning.upload import read_upload


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


@pytest.mark.parametrize("turn", [1, 3, 6, 8])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_large_phone_photo_of_a_paper_card_is_read(seed: int, turn: int) -> None:
    """The card is held upright; the phone stores it turned and says so in EXIF."""
    frame = hard_frame("paper", seed, "roll", 8.0)
    desk = np.kron(np.full((30, 40, 1), 110, np.uint8), np.ones((100, 100, 1), np.uint8))
    photo = np.repeat(desk, 3, axis=2)
    card = cv2.resize(frame.picture, None, fx=1.25, fy=1.25, interpolation=cv2.INTER_CUBIC)
    photo[1500 : 1500 + card.shape[0], 700 : 700 + card.shape[1]] = card
    exif = Image.Exif()
    exif[0x0112] = turn
    out = BytesIO()
    Image.fromarray(photo[:, :, ::-1]).save(out, "JPEG", quality=82, exif=exif)
    reading = read_upload(out.getvalue())
    assert reading is not None
    assert reading.payloads == (frame.payload,)
