"""Uploaded files: read or told, each within a budget of its own."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from fixtures.filed import FILES, drawn, saved
from fixtures.hard import hard_frame
from fixtures.strangers import boxed
from tests.support import FIXTURES, payload
from verification.adapters.scanning import upload
from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.reading import Reading
from verification.adapters.scanning.upload import read_upload
from verification.basics.errors import PictureError

if TYPE_CHECKING:
    from verification.adapters.scanning.gray import Gray
    from verification.adapters.scanning.rescue.locator import Candidate

LONG = Deadline(86_400.0)  # that no busy machine uses up, nor the tests before
CODE = (FIXTURES / "qr" / "patient-1.png").read_bytes()


class Steps:
    """A clock that goes on by one whenever it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> float:
        self.asked += 1
        return self.asked


def png(picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    """Return a picture as a file."""
    return bytes(cv2.imencode(".png", picture)[1])


def noise(height: int, width: int) -> bytes:
    """Return a picture of noise, which takes every step."""
    return png(np.random.default_rng(7).integers(0, 256, (height, width), dtype=np.uint8))


def test_a_picture_is_read_as_ever() -> None:
    assert read_upload(CODE) == Reading((payload("patient-1"),), "zxing")


def test_a_picture_without_a_code_is_no_error_and_nothing_is_said_of_it() -> None:
    assert read_upload(png(np.full((300, 300), 255, np.uint8))) == Reading()


# ---- the budget


@pytest.mark.parametrize("steps", [1, 2, 3, 5, 8])
def test_when_the_time_is_up_it_is_told_and_nothing_further_is_tried(
    steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []
    monkeypatch.setattr(upload, "rescued", lambda *_: tried.append(1))
    reading = read_upload(noise(300, 300), Deadline(steps, Steps()))
    assert reading.payloads == ()
    assert [said.vi[:11] for said in reading.notes] == ["Ảnh quá khó"]
    assert len(tried) <= 1


def test_a_file_that_is_still_being_opened_when_the_time_is_up_is_told() -> None:
    reading = read_upload(noise(900, 900), Deadline(4, Steps()))
    assert [said.en[:23] for said in reading.notes] == ["The picture is too hard"]


def test_every_rescue_is_given_no_more_than_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Deadline] = []
    monkeypatch.setattr(upload, "rescued", lambda _gray, _places, ends: given.append(ends))
    clock = Steps()
    read_upload(png(damaged()), Deadline(1_000, clock))
    assert given
    assert not any(ends.over for ends in given)
    clock.asked += 1_000
    assert all(ends.over for ends in given)


def test_a_hard_code_whose_time_is_up_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "STILL_SECONDS", 0.0)
    reading = read_upload(png(damaged()), LONG)
    assert (reading.payloads, reading.unread) == ((), True)
    assert reading.notes[0].vi.startswith("Ảnh quá khó")


def test_each_file_has_a_budget_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[float] = []

    class Noted(Deadline):
        def __init__(self, seconds: float, *of: Any, **more: Any) -> None:
            made.append(seconds)
            super().__init__(600.0, *of, **more)

    monkeypatch.setattr(upload, "Deadline", Noted)
    for _ in range(3):
        read_upload(CODE)
    assert made == [3.2] * 3


def test_no_step_works_on_more_pixels_than_end_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def noted(gray: Gray) -> tuple[Reading, list[Candidate]]:
        seen.append(gray.size)
        return Reading(), []

    monkeypatch.setattr(upload, "look", noted)
    desk = Image.new("L", (7000, 6000), 200)
    desk.paste(0, (10, 10, 3000, 3000))
    read_upload(saved(desk, "PNG"), LONG)
    assert len(seen) == 2  # the whole made smaller, and the one piece that is not plain
    assert max(seen) <= 16_000_000


def test_a_picture_whose_decoder_cannot_be_ended_is_taken_up_to_a_smaller_size() -> None:
    wide = saved(Image.new("RGB", (5000, 5000), "white"), "WEBP", lossless=True, method=0)
    with pytest.raises(PictureError, match="5000 x 5000"):
        read_upload(wide, LONG)


def test_a_file_that_is_too_long_is_told_by_what_it_is_or_by_its_length(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(upload, "MOST_BYTES", 2_000_000)
    with pytest.raises(PictureError, match="video"):
        read_upload(boxed(b"isom") + bytes(2_000_000))
    with pytest.raises(PictureError, match="lớn hơn 2 MB"):
        read_upload(CODE + bytes(2_000_000))


def damaged() -> Gray:
    """Return a code that no step reads."""
    picture = cv2.imdecode(np.frombuffer(CODE, np.uint8), cv2.IMREAD_GRAYSCALE)
    plain = np.asarray(picture, np.uint8).copy()
    plain[plain.shape[0] // 2 :, plain.shape[1] // 3 :] = 127
    return plain


# ---- whatever it is


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_told(data: bytes) -> None:
    with suppress(PictureError):
        read_upload(data, LONG)


@settings(max_examples=20)
@given(st.data())
def test_a_corrupt_picture_is_read_or_told(data: st.DataObject) -> None:
    forms = ["png-la-black-on-clear", "gif-plain", "tiff-cmyk", "bmp-1-bit"]
    form = data.draw(st.sampled_from(forms))
    whole = bytearray(FILES[form](drawn(b"7900000011", 2)))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(PictureError):
        read_upload(bytes(whole), LONG)


@pytest.mark.parametrize("tail", [b"", b"\0" * 300, b"1 0 obj<<>>endobj", bytes(range(256))])
def test_what_calls_itself_a_pdf_and_is_none_is_told(tail: bytes) -> None:
    with pytest.raises(PictureError, match="PDF"):
        read_upload(b"%PDF-1.7\n" + tail, LONG)


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
    reading = read_upload(out.getvalue(), LONG)
    assert reading.payloads == (frame.payload,)
