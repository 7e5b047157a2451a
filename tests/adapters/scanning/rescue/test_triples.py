"""Three finders are a code when they stand so, whatever else is in the picture."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from verification.adapters.scanning.rescue.triples import laid, triples

Points = np.ndarray[Any, np.dtype[np.float32]]
FINDER = np.array([[0, 0], [7, 0], [7, 7], [0, 7]], np.float32)
SEEN = {
    "upright": [[100, 100], [400, 100], [400, 400], [100, 400]],
    "rolled": [[300, 60], [540, 300], [300, 540], [60, 300]],
    "upside down": [[400, 400], [100, 400], [100, 100], [400, 100]],
    "steep": [[100, 100], [400, 170], [400, 330], [100, 400]],
}


def finders(modules: int, corners: list[list[int]]) -> tuple[list[Points], Points]:
    """Return the finders of a code with these outer corners, and the way from its modules."""
    square = np.array([[0, 0], [modules, 0], [modules, modules], [0, modules]], np.float32)
    turn = cv2.getPerspectiveTransform(square, np.array(corners, np.float32))
    shift = modules - 7
    flat = [FINDER, FINDER + np.float32([shift, 0]), FINDER + np.float32([0, shift])]
    quads = [cv2.perspectiveTransform(one[None], turn)[0].astype(np.float32) for one in flat]
    return quads, np.asarray(turn, np.float32)


@pytest.mark.parametrize("corners", SEEN.values(), ids=SEEN)
@pytest.mark.parametrize("modules", [21, 37, 69])
@pytest.mark.parametrize("seed", range(3))
def test_a_code_is_laid_on_its_finders(modules: int, corners: list[list[int]], seed: int) -> None:
    quads, turn = finders(modules, corners)
    rng = np.random.default_rng(seed)
    mixed = [np.roll(quads[at], rng.integers(4), axis=0) for at in rng.permutation(3)]
    (best, *_) = triples(mixed, 4)
    plane = laid(best)[0]
    assert plane.modules == modules
    ends = np.array([[[0, 0], [modules, 0], [modules, modules], [0, modules]]], np.float32)
    found = cv2.perspectiveTransform(ends, plane.turn)
    assert np.allclose(found, cv2.perspectiveTransform(ends, turn), atol=0.5)


def test_loose_finders_do_not_hide_a_code() -> None:
    quads, _ = finders(37, SEEN["upright"])
    rng = np.random.default_rng(4)
    loose = [FINDER * 4 + rng.uniform(500, 900, 2).astype(np.float32) for _ in range(8)]
    (best, *_) = triples([*loose, *quads], 4)
    assert sorted(map(tuple, best.corners[[0, 4, 8]].round().tolist())) == sorted(
        map(tuple, np.array([quad[0] for quad in quads]).round().tolist())
    )


def test_no_more_are_given_than_asked_for() -> None:
    rng = np.random.default_rng(5)
    loose = [FINDER * 5 + rng.uniform(0, 900, 2).astype(np.float32) for _ in range(25)]
    assert len(triples(loose, 4)) == 4


@pytest.mark.parametrize("count", [0, 1, 2])
def test_fewer_than_three_are_none(count: int) -> None:
    assert triples(finders(37, SEEN["upright"])[0][:count], 4) == []


def test_three_in_a_row_are_none() -> None:
    row = [FINDER * 5 + np.float32([200 * at, 0]) for at in range(3)]
    assert triples(row, 4) == []


def test_the_same_code_found_again_has_the_same_place() -> None:
    quads, _ = finders(37, SEEN["upright"])
    one, two = triples(quads, 1)[0], triples([quad + 1.0 for quad in quads], 1)[0]
    assert one.is_at(two)
    assert not one.is_at(triples([quad + 30.0 for quad in quads], 1)[0])
