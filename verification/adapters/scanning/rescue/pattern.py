"""What every QR symbol of a size has in common: the modules that carry no data (ISO/IEC 18004)."""

from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

Marks = NDArray[np.int8]  # modules x modules: 1 dark, -1 light, 0 left to the symbol
SMALLEST, LARGEST = 21, 177  # modules a side of version 1 and of version 40


def _rings(modules: int) -> Marks:
    """Return concentric squares with a dark centre and a dark border."""
    at = np.abs(np.arange(modules) - modules // 2)
    ring = np.maximum(at[:, None], at[None, :])
    dark = (ring == modules // 2) | (ring < modules // 2 - 1)
    return np.where(dark, 1, -1).astype(np.int8)


FINDER = _rings(7)
ALIGNMENT = _rings(5)


def _alignment_places(modules: int) -> list[int]:
    version = (modules - 17) // 4
    if version == 1:
        return []
    count = version // 7 + 2
    step = 26 if version == 32 else (version * 4 + count * 2 + 1) // (count * 2 - 2) * 2  # noqa: PLR2004  # the one exception of annex E
    return [6, *sorted(modules - 7 - step * at for at in range(count - 1))]


@cache
def marks(modules: int) -> Marks:
    """Return the fixed modules of a symbol.

    Args:
        modules: Modules a side: 21, 25, ... 177.

    Returns:
        modules x modules: 1 dark, -1 light, 0 where data, format or version stand.
    """
    found = np.zeros((modules, modules), np.int8)
    for row, column in product(_alignment_places(modules), repeat=2):
        if (row, column) in {(6, 6), (6, modules - 7), (modules - 7, 6)}:
            continue  # a finder stands there
        found[row - 2 : row + 3, column - 2 : column + 3] = ALIGNMENT
    timing = np.where(np.arange(modules) % 2 == 0, 1, -1)
    found[6, :], found[:, 6] = timing, timing
    corner = np.full((8, 8), -1, np.int8)
    corner[:7, :7] = FINDER
    found[:8, :8] = corner
    found[:8, -8:] = corner[:, ::-1]
    found[-8:, :8] = corner[::-1]
    found[-8, 8] = 1
    found.setflags(write=False)
    return found
