"""PDFs: the code may stand on any page, drawn or scanned; what cannot be opened is told."""

from __future__ import annotations

import io
import time

import pypdfium2 as pdfium
import pytest

from fixtures.documents import DOCUMENTS, cut, endless, letter, locked, two_codes
from tests.support import payload
from verification.adapters.scanning import upload
from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.pages import pdf_sheets
from verification.adapters.scanning.sheets import MOST_SHEETS, Late
from verification.adapters.scanning.upload import read_upload
from verification.basics.errors import PictureError

PAYLOAD = payload("patient-1")
LONG = Deadline(86_400.0)  # that no busy machine uses up, nor the tests before


class Steps:
    """A clock that goes on by one whenever it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> float:
        self.asked += 1
        return self.asked


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_code_is_read_on_whatever_page_it_stands(document: str) -> None:
    reading = read_upload(DOCUMENTS[document](PAYLOAD), LONG)
    assert (reading.payloads, reading.notes) == ((PAYLOAD,), ())


def test_the_codes_of_several_pages_are_all_read() -> None:
    both = PAYLOAD, payload("s5")
    assert set(read_upload(two_codes(*both), LONG).payloads) == set(both)


@pytest.mark.parametrize("on", [1, 40])
def test_of_a_long_document_it_is_told_how_many_pages_were_looked_at(on: int) -> None:
    reading = read_upload(letter(PAYLOAD, 40, on), LONG)
    assert reading.payloads == (PAYLOAD,)
    assert [said.vi for said in reading.notes] == [
        f"Tệp có 40 trang, mới xem {MOST_SHEETS}: nếu mã QR ở trang khác, hãy gửi riêng trang đó"
    ]


def test_a_code_beyond_the_limit_is_not_read_and_the_limit_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(upload, "rescued", lambda *_: None)
    reading = read_upload(letter(PAYLOAD, 40, 35), LONG)
    assert reading.payloads == ()
    assert "40 pages" in reading.notes[-1].en


def test_a_document_at_the_limit_is_looked_at_whole() -> None:
    assert read_upload(letter(PAYLOAD, MOST_SHEETS, MOST_SHEETS - 1), LONG).notes == ()


def test_a_locked_document_is_told() -> None:
    with pytest.raises(PictureError, match="PDF có mật khẩu"):
        read_upload(locked(PAYLOAD, "123456"), LONG)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.9, 0.98])
def test_a_document_that_arrived_in_part_is_read_or_told(share: float) -> None:
    try:
        reading = read_upload(cut(PAYLOAD, share), LONG)
    except PictureError as error:
        told = error.vi
    else:
        told = ""
        assert reading.payloads == (PAYLOAD,)
    assert told == "" or told.startswith("PDF bị hỏng hoặc tải chưa hết")


def test_a_document_without_pages_is_told() -> None:
    empty = pdfium.PdfDocument.new()
    out = io.BytesIO()
    empty.save(out)
    with pytest.raises(PictureError, match="PDF"):
        read_upload(out.getvalue(), LONG)


def test_when_the_time_is_up_the_pages_left_are_told() -> None:
    reading = read_upload(letter(PAYLOAD, 30, 0), Deadline(40, Steps()))
    assert reading.payloads == ()
    assert reading.notes[0].vi.startswith("Ảnh quá khó")
    assert reading.notes[1].vi.startswith("Tệp có 30 trang, mới xem ")


def test_a_page_whose_drawing_does_not_end_is_left_when_the_time_is_up() -> None:
    sheets = pdf_sheets(endless(), Deadline(0.7, time.monotonic))
    with pytest.raises(Late):
        next(sheets.images)
    sheets.images.close()
    assert "mới xem 0" in sheets.notes[0].vi
