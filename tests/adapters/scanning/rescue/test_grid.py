"""The module grid is found by what each code has in common."""

from __future__ import annotations

import numpy as np
import pytest
import segno

from fixtures.hard import Kind, hard_frame
from fixtures.symbol import BORDER, modules
from verification.adapters.scanning.gray import to_gray
from verification.adapters.scanning.rescue.grid import Grid, grids
from verification.adapters.scanning.rescue.locator import locate
from verification.adapters.scanning.rescue.pattern import marks


def fitted(kind: Kind, cause: str, level: float) -> tuple[Grid, bytes]:
    """Return the best grid of a hard frame and what the frame says."""
    frame = hard_frame(kind, 1, cause, level)
    gray = to_gray(frame.picture)
    assert gray is not None
    return next(grids(gray, locate(gray)[0])), frame.payload


@pytest.mark.parametrize("version", [*range(1, 9), 14, 21, 27, 32, 40])
def test_the_fixed_modules_are_those_of_every_symbol(version: int) -> None:
    known = marks(17 + 4 * version)
    for mask in range(8):
        symbol = segno.make_qr("A1", version=version, mask=mask)
        drawn = np.array([list(row) for row in symbol.matrix_iter(border=0)]) * 2 - 1
        assert (drawn[known != 0] == known[known != 0]).all()


@pytest.mark.parametrize("kind", ["phone", "paper", "citizen"])
@pytest.mark.parametrize(
    ("cause", "level"),
    [("scale", 2.0), ("blur", 0.45), ("motion", 1.2), ("tilt", 35.0), ("roll", 45.0)],
)
def test_the_grid_has_the_modules_of_the_code(kind: Kind, cause: str, level: float) -> None:
    grid, payload = fitted(kind, cause, level)
    assert grid.modules == len(modules(payload)) - 2 * BORDER


def test_a_block_of_noise_has_no_grid() -> None:
    noise = np.full((720, 1280), 128, np.uint8)
    rng = np.random.default_rng(5)
    noise[200:400, 500:700] = rng.integers(0, 255, (200, 200))
    (candidate,) = locate(noise)
    assert list(grids(noise, candidate)) == []
