"""A grid whose edges bow follows a bent card; folds are followed module by module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from fixtures.symbol import BORDER, modules
from tests.support import payload
from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.rescue import bow
from verification.adapters.scanning.rescue.equalise import payloads
from verification.adapters.scanning.rescue.settle import settled
from verification.adapters.scanning.rescue.triples import Laid

if TYPE_CHECKING:
    from verification.adapters.scanning.gray import Gray

SAID = payload("patient-1")
SIZE = len(modules(SAID)) - 2 * BORDER
PITCH = 6


def bent(depth: float, waves: float = 0.5) -> tuple[Gray, Laid]:
    """Return a code whose rows wave by some modules, and the plane grid on its finders."""
    plain = np.where(modules(SAID), 20, 235).astype(np.uint8)
    picture = cv2.resize(plain, None, fx=PITCH, fy=PITCH, interpolation=cv2.INTER_NEAREST)
    side = len(picture)
    across, down = np.meshgrid(np.arange(side), np.arange(side))
    share = (across / PITCH - BORDER) / SIZE
    moved = down - depth * PITCH * np.sin(2 * np.pi * waves * share)
    seen = cv2.remap(
        picture, across.astype(np.float32), moved.astype(np.float32), cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    start = BORDER * PITCH - 0.5
    turn = np.array([[PITCH, 0, start], [0, PITCH, start], [0, 0, 1]], np.float64)
    return np.asarray(seen, np.uint8), Laid(SIZE, turn, 0.0)


def wrong(grid: Any) -> float:
    """Return the share of modules that are read wrong."""
    truth = modules(SAID)[BORDER:-BORDER, BORDER:-BORDER]
    return float(((grid.lattice(0)[::2, ::2] > 0) != truth).mean())


def test_a_flat_code_needs_no_bow() -> None:
    grid = bow.placed(bow.straightened(*bent(0.0)))
    assert grid.agreement > 0.8
    assert wrong(grid) < 0.01
    assert payloads(grid, Deadline(60.0)) == [SAID]


@pytest.mark.parametrize("depth", [1.0, 1.8, -1.8])
def test_a_bent_code_is_read_by_bowing(depth: float) -> None:
    plane = bow.straightened(*bent(depth))
    assert wrong(plane) > 0.1
    grid = bow.placed(bow.turned_to_corner(plane))
    assert wrong(grid) < 0.02
    assert bow.score(grid) > bow.score(plane)
    assert payloads(grid, Deadline(60.0)) == [SAID]


def test_folds_beyond_a_bow_are_followed_by_settling() -> None:
    grid = bow.placed(bow.straightened(*bent(0.7, waves=1.0)))
    loose = settled(grid)
    assert wrong(loose) < wrong(grid) * 0.7
    assert payloads(grid, Deadline(60.0)) == []
    assert payloads(loose, Deadline(60.0)) == [SAID]


def test_a_large_code_is_shrunk_first() -> None:
    gray, plane = bent(0.0)
    large = np.asarray(cv2.resize(gray, None, fx=5, fy=5, interpolation=cv2.INTER_CUBIC), np.uint8)
    five = np.diag([5.0, 5.0, 1.0]) @ plane.turn
    grid = bow.placed(bow.straightened(large, Laid(SIZE, five, 0.0)))
    assert wrong(grid) < 0.01


def test_the_largest_symbol_has_a_lattice() -> None:
    turn = np.diag([2.0, 2.0, 1.0])
    grid = bow.straightened(np.full((400, 400), 90, np.uint8), Laid(177, turn, 0.0))
    assert grid.lattice(5).shape == (363, 363)


def test_modules_in_plain_white_hardly_count() -> None:
    gray, plane = bent(0.0)
    gray[200:300, 200:300] = 255
    lattice = bow.straightened(gray, plane).lattice(0)
    at = int((250 / PITCH - BORDER) * 2)
    assert abs(lattice[at, at]) < 0.2
