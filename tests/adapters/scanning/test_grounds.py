"""Codes whose quiet zone is missing or swallowed are read, upright or turned, on any ground."""

from __future__ import annotations

from itertools import product

import cv2
import pytest

from fixtures.filed import drawn
from fixtures.grounds import GROUNDS, beside, on_page
from tests.support import payload
from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.upload import read_upload

LONG = Deadline(86_400.0)  # that no busy machine uses up, nor the tests before


def png(picture: cv2.typing.MatLike) -> bytes:
    """Return a picture as a file."""
    return bytes(cv2.imencode(".png", picture)[1])


@pytest.mark.parametrize("ground", GROUNDS)
def test_a_code_is_read_on_any_ground(ground: str) -> None:
    said = payload("patient-1")
    assert read_upload(png(GROUNDS[ground](said)), LONG).payloads == (said,)


@pytest.mark.parametrize(
    ("slug", "pitch"), list(product(("citizen-7", "s1-new", "number-10"), (2, 4, 7)))
)
def test_a_code_without_margin_on_black_is_read_whatever_its_size(slug: str, pitch: int) -> None:
    said = payload(slug)
    page = on_page(drawn(said, pitch, 0), 0)
    reading = read_upload(png(page), LONG)
    assert reading.payloads == (said,)
    assert read_upload(png(255 - page), LONG).payloads == (said,)


@pytest.mark.parametrize(("gap", "ground"), [(0, 255), (0, 0), (6, 255), (12, 0)])
def test_two_codes_side_by_side_without_margin_are_both_read(gap: int, ground: int) -> None:
    said = payload("patient-1"), payload("s5")
    one, other = (drawn(each, 6, 0) for each in said)
    assert set(read_upload(png(beside(one, other, gap, ground)), LONG).payloads) == set(said)
