"""A code on a screen turned far down is located and named too dark; a bare dark desk is silent."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from fixtures.hard import dark_phones, empty_frame
from verification.adapters.scanning.decoder import look, read_frame
from verification.adapters.scanning.gray import Gray, to_gray
from verification.adapters.scanning.rescue.faint import faint_places
from verification.adapters.scanning.rescue.locator import changes


def through_jpeg(picture: object, quality: int = 85) -> Gray:
    """Return a picture as a browser posts it."""
    packed = cv2.imencode(".jpg", np.asarray(picture), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    gray = to_gray(cv2.imdecode(packed, cv2.IMREAD_COLOR))
    assert gray is not None
    return gray


def dark_desk(seed: int, noise: float) -> Gray:
    rng = np.random.default_rng(seed)
    desk = empty_frame(seed) * 0.1 + 25
    grain = rng.normal(0, noise, desk.shape[:2])[:, :, None]
    return through_jpeg((desk + grain).clip(0, 255).astype(np.uint8), 60 + 10 * (seed % 4))


@pytest.mark.parametrize("seed", range(1, 6))
@pytest.mark.parametrize("light", [0.05, 0.04, 0.035])
def test_a_phone_turned_down_is_named_too_dark(seed: int, light: float) -> None:
    frame = next(dark_phones(seed, light))
    reading, places = look(through_jpeg(frame.picture))
    assert reading.hint == "too_dark"
    assert places


def test_what_the_plain_look_misses_is_found_by_its_finders() -> None:
    gray = through_jpeg(next(dark_phones(2, 0.035)).picture)
    seen = changes(gray)
    assert seen.places() == []
    (place,) = faint_places(gray, seen)
    assert 150 < place.side < 260


@pytest.mark.parametrize("light", [0.04, 0.035])
def test_once_located_it_may_even_be_read_and_only_rightly(light: float) -> None:
    frame = next(dark_phones(2, light))
    assert read_frame(through_jpeg(frame.picture)).payloads == (frame.payload,)


@pytest.mark.parametrize("noise", [2.0, 5.0, 9.0, 14.0])
@pytest.mark.parametrize("seed", range(4))
def test_a_dark_desk_without_a_code_is_silent(seed: int, noise: float) -> None:
    reading, places = look(dark_desk(seed, noise))
    assert not reading.unread
    assert places == []


@pytest.mark.parametrize("seed", range(8))
def test_a_lit_desk_without_a_code_is_silent(seed: int) -> None:
    assert look(through_jpeg(empty_frame(seed))) == look(np.full((720, 1280), 9, np.uint8))
