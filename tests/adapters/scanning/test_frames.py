"""Picture files: whatever form a code is stored in, it is read; what arrived of a torn one too."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from fixtures.filed import FILES, drawn, saved
from tests.support import payload
from verification.adapters.scanning import upload
from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.upload import read_upload
from verification.basics.errors import PictureError

PAYLOAD = payload("patient-1")
CODE = drawn(PAYLOAD)
LONG = Deadline(86_400.0)  # that no busy machine uses up, nor the tests before
TORN = [("JPEG", {}), ("JPEG", {"progressive": True}), ("PNG", {}), ("GIF", {}), ("TIFF", {})]


def page() -> Image.Image:
    """Return a page with a code at its top, so that its second half is not needed."""
    white = np.full((1500, 560), 255, np.uint8)
    white[30 : 30 + len(CODE), 30 : 30 + len(CODE)] = CODE
    return Image.fromarray(white)


@pytest.mark.filterwarnings("ignore::UserWarning")  # of Pillow about the broken EXIF
@pytest.mark.parametrize("form", FILES)
def test_a_code_is_read_in_every_form_of_file(form: str) -> None:
    reading = read_upload(FILES[form](CODE), LONG)
    assert (reading.payloads, reading.notes) == ((PAYLOAD,), ())


@pytest.mark.parametrize(("kind", "how"), TORN)
def test_a_picture_that_arrived_in_part_is_read_where_the_code_did(
    kind: str, how: dict[str, object]
) -> None:
    whole = saved(page(), kind, **how)
    reading = read_upload(whole[: int(len(whole) * 0.95)], LONG)
    assert (reading.payloads, reading.notes) == ((PAYLOAD,), ())


@pytest.mark.parametrize(("kind", "how"), TORN)
@pytest.mark.parametrize("share", [0.02, 0.5])
def test_a_picture_that_is_cut_anywhere_is_read_or_told(
    kind: str, how: dict[str, object], share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload, "rescued", lambda *_: None)
    whole = saved(page().transpose(Image.Transpose.FLIP_TOP_BOTTOM), kind, **how)
    try:
        reading = read_upload(whole[: int(len(whole) * share)], LONG)
    except PictureError as error:
        said = [error.vi]
    else:
        said = [*reading.notes, *reading.payloads]
    assert said


@pytest.mark.parametrize("kind", ["WEBP", "JPEG2000", "AVIF"])
def test_a_torn_picture_of_a_kind_that_shows_nothing_of_itself_is_told(kind: str) -> None:
    whole = saved(Image.fromarray(CODE).convert("RGB"), kind)
    with pytest.raises(PictureError, match=r"hỏng|không mở được"):
        read_upload(whole[: len(whole) // 2])


def test_a_huge_picture_is_looked_at_piece_by_piece() -> None:
    """The code has one pixel a module: made smaller with the picture it would be gone."""
    desk = np.full((4300, 4300), 200, np.uint8)
    code = drawn(PAYLOAD, 1)
    desk[3900 : 3900 + len(code), 3300 : 3300 + len(code)] = code
    assert read_upload(saved(Image.fromarray(desk), "PNG"), LONG).payloads == (PAYLOAD,)


def test_a_jpeg_of_more_pixels_than_are_held_is_opened_smaller() -> None:
    desk = np.full((8200, 8400), 200, np.uint8)
    code = drawn(PAYLOAD, 12)
    desk[5000 : 5000 + len(code), 3000 : 3000 + len(code)] = code
    assert read_upload(saved(Image.fromarray(desk), "JPEG"), LONG).payloads == (PAYLOAD,)


def test_the_pages_of_a_tiff_may_each_show_a_code() -> None:
    other = payload("s4")
    image = saved(
        Image.fromarray(CODE), "TIFF", save_all=True, append_images=[Image.fromarray(drawn(other))]
    )
    assert set(read_upload(image, LONG).payloads) == {PAYLOAD, other}


def test_frames_beyond_the_limit_are_told() -> None:
    blank = Image.new("L", (40, 40), 255)
    film = saved(blank, "TIFF", save_all=True, append_images=[blank] * 60)
    (said,) = read_upload(film, LONG).notes
    assert "61 trang, mới xem 30" in said.vi
