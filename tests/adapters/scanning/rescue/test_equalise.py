"""What a blur did to a module is taught by the modules that are known, and taken back."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.hard import Kind, hard_frame
from fixtures.symbol import BORDER, modules
from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.gray import to_gray
from verification.adapters.scanning.rescue.equalise import REACH, payloads, taught
from verification.adapters.scanning.rescue.grid import Grid, grids
from verification.adapters.scanning.rescue.locator import locate
from verification.adapters.scanning.rescue.pattern import marks

LONG = Deadline(86_400.0)  # that no busy machine uses up, nor the tests before


def fitted(kind: Kind, cause: str, level: float) -> tuple[Grid, bytes]:
    """Return the best grid of a hard frame and what the frame says."""
    frame = hard_frame(kind, 1, cause, level)
    gray = to_gray(frame.picture)
    assert gray is not None
    return next(grids(gray, locate(gray)[0])), frame.payload


def test_a_lattice_holds_the_modules_at_every_second_place() -> None:
    grid, _ = fitted("phone", "roll", 20.0)
    wide, plain = grid.lattice(REACH), grid.lattice(0)
    assert wide.shape == (2 * grid.modules - 1 + 2 * REACH,) * 2
    assert np.allclose(wide[REACH:-REACH, REACH:-REACH], plain, atol=1e-4)


def test_nearly_every_module_is_right_after_teaching() -> None:
    grid, payload = fitted("phone", "blur", 0.6)
    truth = modules(payload)[BORDER:-BORDER, BORDER:-BORDER]
    lattice, size = grid.lattice(1), grid.modules
    plain = lattice[1:-1:2, 1:-1:2]
    taps = [
        lattice[y : y + 2 * size - 1 : 2, x : x + 2 * size - 1 : 2]
        for y in range(3)
        for x in range(3)
    ]
    guess = taught(np.stack(taps, axis=-1), marks(size).astype(np.float32), 0.01)
    shares = [float(((one > 0) == truth).mean()) for one in (plain, guess)]
    assert shares[0] < shares[1]
    assert shares[1] > 0.93


@pytest.mark.parametrize("kind", ["phone", "paper", "citizen"])
@pytest.mark.parametrize("level", [0.6, 0.75])
def test_a_blurred_code_is_read(kind: Kind, level: float) -> None:
    grid, payload = fitted(kind, "blur", level)
    assert payloads(grid, LONG) == [payload]


def test_a_code_too_soft_for_any_equaliser_is_not_read() -> None:
    grid, _ = fitted("paper", "blur", 0.9)
    assert payloads(grid, LONG) == []


def test_when_the_time_is_over_only_the_plain_guess_was_made() -> None:
    grid, payload = fitted("phone", "blur", 0.6)
    assert payloads(grid, Deadline(0.0)) == []
    assert payloads(grid, LONG) == [payload]
