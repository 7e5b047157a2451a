"""Finders are found by their nested outlines, however they are tilted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from tests.support import FIXTURES
from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.rescue.contours import MOST, Quad, finder_quads, joined

if TYPE_CHECKING:
    from verification.adapters.scanning.gray import Gray

SIDE = 400
LONG = Deadline(86_400.0)  # that no busy machine uses up, nor the tests before


def turned(
    corners: list[list[int]],
) -> tuple[Gray, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    """Return a fixture's code seen from aside, and the way from its modules there."""
    plain = cv2.imread(str(FIXTURES / "qr" / "patient-1.png"), cv2.IMREAD_GRAYSCALE)
    assert plain is not None
    size = plain.shape[0]
    square = np.array([[0, 0], [size, 0], [size, size], [0, size]], np.float32)
    turn = cv2.getPerspectiveTransform(square, np.array(corners, np.float32))
    seen = cv2.warpPerspective(plain, turn, (800, 600), borderValue=(255,))
    return np.where(seen > 127, 255, 0).astype(np.uint8), np.asarray(turn, np.float32)


UPRIGHT = [[100, 100], [500, 100], [500, 500], [100, 500]]
STEEP = [[100, 100], [500, 180], [500, 420], [100, 500]]
ROLLED = [[300, 50], [550, 300], [300, 550], [50, 300]]


@pytest.mark.parametrize("corners", [UPRIGHT, STEEP, ROLLED])
def test_the_three_finders_are_found_with_their_corners(corners: list[list[int]]) -> None:
    parted, turn = turned(corners)
    quads = finder_quads(parted, LONG)
    assert len(quads) == 3
    code = cv2.imread(str(FIXTURES / "qr" / "patient-1.png"), cv2.IMREAD_GRAYSCALE)
    assert code is not None
    dark = np.nonzero(code < 128)[0]
    low, high = float(dark.min()), float(dark.max()) + 1
    ends = np.array([[[low, low], [high, low], [low, high]]], np.float32)
    for corner in cv2.perspectiveTransform(ends, turn)[0]:
        nearest = min(float(np.linalg.norm(quad - corner, axis=1).min()) for quad in quads)
        assert nearest < 4


def test_a_plain_picture_has_none() -> None:
    assert finder_quads(np.full((300, 300), 255, np.uint8), LONG) == []
    assert finder_quads(np.zeros((300, 300), np.uint8), LONG) == []


@pytest.mark.parametrize("seed", range(3))
def test_noise_has_none(seed: int) -> None:
    rng = np.random.default_rng(seed)
    assert finder_quads(rng.choice([0, 255], (300, 300)).astype(np.uint8), LONG) == []


def test_a_ring_without_a_core_or_with_a_large_one_is_no_finder() -> None:
    picture = np.full((300, 300), 255, np.uint8)
    cv2.rectangle(picture, (50, 50), (190, 190), 0, 20)
    assert finder_quads(picture, LONG) == []
    cv2.rectangle(picture, (70, 70), (170, 170), 0, -1)
    assert finder_quads(picture, LONG) == []


def test_a_finder_that_is_found_again_is_kept_once() -> None:
    one: Quad = np.array([[0, 0], [70, 0], [70, 70], [0, 70]], np.float32)
    assert len(joined([one], [one + 5, one + 200])) == 2


def test_of_a_wall_of_finders_only_as_many_are_kept_as_are_looked_at() -> None:
    one: Quad = np.array([[0, 0], [70, 0], [70, 70], [0, 70]], np.float32)
    wall = [one + np.float32(100 * at) for at in range(MOST * 50)]
    assert len(joined([], wall)) == MOST


def test_a_search_that_is_over_looks_at_no_further_outline() -> None:
    parted, _ = turned(UPRIGHT)
    assert finder_quads(parted, Deadline(0.0)) == []
