"""A cheap look says where something like a code is, and nothing on a bare desk."""

from __future__ import annotations

import time

import cv2
import numpy as np
import pytest

from fixtures.hard import Kind, empty_frame, hard_frame
from verification.adapters.scanning.gray import Gray, to_gray
from verification.adapters.scanning.rescue.locator import from_box, locate


def gray(kind: Kind, cause: str, level: float) -> Gray:
    """Return a hard frame in gray."""
    found = to_gray(hard_frame(kind, 1, cause, level).picture)
    assert found is not None
    return found


@pytest.mark.parametrize("kind", ["phone", "paper", "citizen"])
@pytest.mark.parametrize(
    ("cause", "level"), [("blur", 0.75), ("motion", 2.0), ("dim", 0.22), ("finder", 0.08)]
)
def test_a_code_that_is_hard_to_read_is_located(kind: Kind, cause: str, level: float) -> None:
    first = locate(gray(kind, cause, level))[0]
    middle = first.quad.mean(axis=0)
    assert np.hypot(*(middle - np.array([640, 360]))) < 90
    assert 100 < first.side < 320


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_located_on_a_bare_desk(seed: int) -> None:
    frame = to_gray(empty_frame(seed))
    assert frame is not None
    assert locate(frame) == []


def test_a_flat_frame_has_nothing() -> None:
    assert locate(np.full((720, 1280), 90, np.uint8)) == []


def test_places_are_pixels_of_the_frame_given() -> None:
    small = gray("phone", "blur", 0.6)
    large = np.asarray(cv2.resize(small, None, fx=2, fy=2), np.uint8)
    one, two = locate(small)[0], locate(large)[0]
    assert np.allclose(one.quad * 2, two.quad, atol=24)


def test_no_more_places_than_asked_for() -> None:
    assert len(locate(gray("phone", "scale", 2.5), most=1)) == 1


def test_a_look_is_cheaper_than_reading_by_pyzbar() -> None:
    frame = gray("phone", "blur", 0.75)
    begun = time.thread_time()
    for _ in range(10):
        locate(frame)
    assert (time.thread_time() - begun) / 10 < 0.02  # 2 ms measured


def test_a_box_becomes_an_upright_candidate() -> None:
    found = from_box((10, 20, 110, 140))
    assert found.quad.tolist() == [[10, 20], [110, 20], [110, 140], [10, 140]]
    assert found.side == pytest.approx(110)
