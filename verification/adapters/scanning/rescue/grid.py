"""Find the module grid of a code that its decoder cannot find, by what each code has in common.

It is laid on the three finders; one that is covered is searched around the corner of the block.
The grid is then moved until all fixed modules agree.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product

import cv2
import numpy as np

from verification.adapters.scanning.gray import Gray
from verification.adapters.scanning.rescue.block import Floats, darkness, straightened
from verification.adapters.scanning.rescue.finders import SURE, Peak, finders
from verification.adapters.scanning.rescue.locator import Candidate
from verification.adapters.scanning.rescue.pattern import LARGEST, SMALLEST, marks

_AGREED = 0.35  # mean agreement of the fixed modules that makes a grid worth reading
_STEPS = (1.0, 0.5, 0.25, 0.12)  # modules a corner is moved by
_SIZES_TRIED = 4
_FAR = (-4, -2, 0, 2, 4)  # modules that the fourth corner may be off; then one more each way


@dataclass(frozen=True)
class Grid:
    """A module grid on a straightened block.

    Args:
        block: The straightened block, darkness from -1 to 1 about its surroundings.
        corners: 4 x 2, x and y of the outer corners of the code in it, clockwise from the
            corner opposite the one without a finder.
        modules: Modules a side.
        agreement: Mean agreement of the fixed modules, at most about 1.
    """

    block: Floats
    corners: Floats
    modules: int
    agreement: float

    def lattice(self, reach: int) -> Floats:
        """Return the darkness at half modules, from `reach` of them before the first on."""
        at = np.arange(-reach, 2 * self.modules - 1 + reach, dtype=np.float32) / 2 + 0.5
        columns, rows = np.meshgrid(at, at)
        points = _placed(self.corners, self.modules, np.stack([columns, rows], axis=-1))
        return _at(self.block, points)


def grids(gray: Gray, candidate: Candidate) -> Iterator[Grid]:
    """Yield the grids that fit a candidate, the best first.

    Args:
        gray: Height x width.
        candidate: Where to look.
    """
    block = darkness(straightened(gray, candidate))
    found = sorted(_fits(block), key=lambda grid: -grid.agreement)
    for grid in found[:2]:
        if grid.agreement >= _AGREED:
            yield grid


def _fits(block: Floats) -> Iterator[Grid]:
    pitch, peaks = finders(block)
    for first in _turns(peaks):
        order = [(first + at) % 4 for at in range(4)]
        centres = np.array([peaks[at][1] for at in order], np.float32)
        unsure = [at for at in (0, 1, 3) if peaks[order[at]][0] < SURE]
        sizes = _sizes(centres, pitch)
        rough = [_laid(block, centres, modules, unsure) for modules in sizes]
        best = max(rough, key=lambda grid: grid.agreement)
        yield _moved(best, _STEPS)


def _turns(peaks: list[Peak]) -> list[int]:
    """Return the corners that may be the first: opposite the weakest, and the next weakest."""
    weakest = sorted(range(4), key=lambda at: peaks[at][0])
    return [(at + 2) % 4 for at in weakest[:2]]


def _sizes(centres: Floats, pitch: float) -> list[int]:
    across = np.linalg.norm(centres[1] - centres[0])
    down = np.linalg.norm(centres[3] - centres[0])
    guess = (across + down) / 2 / pitch + 7
    sizes = range(SMALLEST, LARGEST + 1, 4)
    return sorted(sizes, key=lambda size: abs(size - guess))[:_SIZES_TRIED]


def _laid(block: Floats, centres: Floats, modules: int, unsure: list[int]) -> Grid:
    """Lay a grid on three finders; its other corners are searched around their parallelogram."""
    ends = np.array([[3.5, 3.5], [modules - 3.5, 3.5], [3.5, modules - 3.5]], np.float32)
    flat = np.asarray(cv2.getAffineTransform(ends, centres[[0, 1, 3]]), np.float32)
    square = np.array([[0, 0, 1], [modules, 0, 1], [modules, modules, 1], [0, modules, 1]])
    grid = Grid(block, np.asarray(square @ flat.T, np.float32), modules, -1.0)
    grid = _searched(grid, 2)
    for corner in (*unsure, 2) if unsure else ():
        grid = _searched(grid, corner)
    return _moved(grid, _STEPS[:2])


def _searched(grid: Grid, corner: int) -> Grid:
    """Put one corner where the fixed modules agree best, up to some modules away."""
    points, signs = _fixed(grid.modules)
    pitch = np.float32(_pitch(grid))
    best = (-9.0, grid.corners)
    for ways in (_FAR, (-1, 0, 1)):
        middle = best[1]
        for way in product(ways, repeat=2):
            corners = middle.copy()
            corners[corner] += np.array(way, np.float32) * pitch
            score = _agreement(grid.block, corners, grid.modules, points, signs)
            best = max(best, (score, corners), key=lambda found: found[0])
    return Grid(grid.block, best[1], grid.modules, best[0])


def _moved(grid: Grid, steps: tuple[float, ...]) -> Grid:
    """Move the corners, one step at a time, while the fixed modules agree better."""
    points, signs = _fixed(grid.modules)
    corners, pitch = grid.corners.copy(), _pitch(grid)
    best = _agreement(grid.block, corners, grid.modules, points, signs)
    for step in steps:
        better = True
        rounds = 0
        while better and rounds < 6:  # noqa: PLR2004  # it settles in two or three
            better, rounds = False, rounds + 1
            for move in _moves(step * pitch):
                score = _agreement(grid.block, corners + move, grid.modules, points, signs)
                if score > best + 1e-4:
                    best, corners, better = score, corners + move, True
    return Grid(grid.block, corners, grid.modules, best)


def _moves(step: float) -> Iterator[Floats]:
    """Yield each corner's four moves; the fourth corner first, it is the least known."""
    for corner in (2, 1, 3, 0):
        for x, y in ((step, 0), (-step, 0), (0, step), (0, -step)):
            move = np.zeros((4, 2), np.float32)
            move[corner] = x, y
            yield move


def _pitch(grid: Grid) -> float:
    ring = [*grid.corners, grid.corners[0]]
    return float(np.mean([np.linalg.norm(b - a) for a, b in pairwise(ring)])) / grid.modules


@cache
def _fixed(modules: int) -> tuple[Floats, Floats]:
    """Return middles (x, y) and signs of the fixed modules."""
    known = marks(modules)
    rows, columns = np.nonzero(known)
    points = np.stack([columns, rows], axis=-1).astype(np.float32) + 0.5
    return points, known[rows, columns].astype(np.float32)


def _agreement(
    block: Floats, corners: Floats, modules: int, points: Floats, signs: Floats
) -> float:
    dark = _at(block, _placed(corners, modules, points))
    return float(dark @ signs) / len(signs)


def _placed(corners: Floats, modules: int, points: Floats) -> Floats:
    """Return points of the grid (x, y in modules) as points of the block (x, y in pixels)."""
    square = np.array([[0, 0], [modules, 0], [modules, modules], [0, modules]], np.float32)
    turn = cv2.getPerspectiveTransform(square, corners)
    found = cv2.perspectiveTransform(points.reshape(1, -1, 2), turn)
    return np.asarray(found.reshape(points.shape), np.float32)


def _at(block: Floats, points: Floats) -> Floats:
    rows = points if points.ndim == 3 else points[None]  # noqa: PLR2004  # remap wants a picture
    found = cv2.remap(
        block, np.ascontiguousarray(rows[..., 0]), np.ascontiguousarray(rows[..., 1]),
        cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    return np.asarray(found.reshape(points.shape[:-1]), np.float32)
