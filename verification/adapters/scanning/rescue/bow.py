"""A module grid whose edges may bow: for codes on crumpled paper, bottles and bent cards.

The code is straightened by the corners of its finders first; then four corners and four bows are
moved, one after the other, until the fixed modules agree and the others are sure.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from verification.adapters.scanning.gray import Gray
from verification.adapters.scanning.rescue.block import Floats, darkness, multiplied
from verification.adapters.scanning.rescue.pattern import marks
from verification.adapters.scanning.rescue.triples import Laid

QUIET = 4  # modules around the code in its block
_PIXELS = ((33, 10), (57, 8), (177, 6))  # up to so many modules: pixels of each
_LARGEST_STEP = 1.8  # pixels of the picture for one of the block: beyond it the picture is shrunk
_SHRUNK_STEP = 1.2
_MARGIN = 0.3  # of the code's extent, around it
_WINDOW = 9  # modules over which light is evened out
_SOFTENED = 0.22  # of a module
_WHITE, _DROWNED = 250, 0.9  # gray, and the share of the surroundings from which on nothing counts
_TOLD_BY_WHITE = 0.1  # what a module in plain white still counts
_SURENESS = 0.6  # what the sureness of the other modules counts beside the fixed ones
_LIGHT_SURE = 0.55  # light modules are less sure of their own than dark ones
_MOST_OTHERS = 700  # of them looked at
_GAIN = 5e-4  # by which a move must be better
_FAR, _FAR_STEP = 3.0, 0.75  # modules that the corner without a finder may be off
_SEARCHED, _BOWED = 45, 29  # modules a side: its corner is searched, and with bows

Nodes = Floats  # 8 x 2: corners clockwise from the own one, then bows of the top, right, low, left
_Move = tuple[int, ...]  # nodes that move together
_LOW_RIGHT, _TOP, _RIGHT, _LOW, _LEFT = 2, 4, 5, 6, 7
_CORNER: list[_Move] = [(_LOW_RIGHT,), (_TOP, _LOW), (_RIGHT, _LEFT)]
_CORNERS: list[_Move] = [(2,), (1,), (3,), (0,)]
_ALL: list[_Move] = [*_CORNERS, (_TOP,), (_RIGHT,), (_LOW,), (_LEFT,)]


@dataclass(frozen=True)
class Bowed:
    """A grid that may bow, on a straightened block.

    Args:
        block: Darkness about the surroundings.
        white: Share of plain white about each pixel, 0 to 1.
        nodes: Corners and bows, in pixels of the block.
        modules: Modules a side.
        pixels: Pixels a module.
        shifts: Modules x modules x 2: where each module lies off them, in pixels; None if nowhere.
    """

    block: Floats
    white: Floats
    nodes: Nodes
    modules: int
    pixels: int
    shifts: Floats | None = None

    @property
    def agreement(self) -> float:
        """Mean agreement of the fixed modules, at most about 1."""
        places, count, signs = _looked_at(self.modules)
        return float(_at(self.block, multiplied(places[:count], self.nodes)) @ signs) / count

    def middles(self) -> Floats:
        """Return the middle of each module, modules x modules x 2, before any shift."""
        points = multiplied(_basis(_halves(self.modules, 0)[::2]), self.nodes)
        return points.reshape(self.modules, self.modules, 2)

    def at(self, points: Floats) -> Floats:
        """Return the darkness at points of the block: n x 2, or rows x columns x 2."""
        return _at(self.block, points)

    def lattice(self, reach: int) -> Floats:
        """Return the darkness at half modules, from `reach` of them before the first on."""
        halves = _halves(self.modules, reach)
        points = multiplied(_basis(halves), self.nodes).reshape(len(halves), len(halves), 2)
        if self.shifts is not None:
            points += _halved(self.shifts, reach)
        drowned = _at(self.white, points) > _DROWNED
        return np.asarray(self.at(points) * np.where(drowned, _TOLD_BY_WHITE, 1.0), np.float32)


def straightened(gray: Gray, plane: Laid) -> Bowed:
    """Straighten a code by its plane grid.

    Args:
        gray: Height x width.
        plane: Where it is, as far as its finders say.
    """
    modules = plane.modules
    pixels = next(size for most, size in _PIXELS if modules <= most)
    picture, turn = _shrunk(gray, plane, pixels)
    block_to_module = np.array([[1 / pixels, 0, -QUIET], [0, 1 / pixels, -QUIET], [0, 0, 1]])
    side = (modules + 2 * QUIET) * pixels
    flat = cv2.warpPerspective(
        picture, turn @ block_to_module, (side, side),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    dark = darkness(np.asarray(flat, np.uint8), _WINDOW * pixels | 1)
    soft = cv2.GaussianBlur(dark, (0, 0), _SOFTENED * pixels)
    white = cv2.blur((flat >= _WHITE).astype(np.float32), (3 * pixels, 3 * pixels))
    low, high = QUIET * pixels - 0.5, (QUIET + modules) * pixels - 0.5
    nodes = np.zeros((8, 2), np.float32)
    nodes[:4] = [[low, low], [high, low], [high, high], [low, high]]
    return Bowed(
        np.asarray(soft, np.float32), np.asarray(white, np.float32), nodes, modules, pixels
    )


def score(grid: Bowed) -> float:
    """Return how well a grid fits: the fixed modules agree, the others are dark or light."""
    return _score(grid, grid.nodes)


def turned_to_corner(grid: Bowed) -> Bowed:
    """Move the corner without a finder and the common bows: a first and cheap look."""
    return _climbed(grid, _CORNER, (2.0, 1.0, 0.5))


def placed(grid: Bowed) -> Bowed:
    """Move all corners and bows to where the grid fits best."""
    if grid.modules <= _SEARCHED:
        grid = _climbed(_searched(grid), [*_CORNER, (_RIGHT,), (_LOW,)], (1.0, 0.5))
    grid = _climbed(grid, [*_CORNERS, (_TOP, _LOW), (_RIGHT, _LEFT)], (0.7, 0.35))
    return _climbed(grid, _ALL, (0.5, 0.25, 0.12))


def _shrunk(gray: Gray, plane: Laid, pixels: int) -> tuple[Gray, NDArray[np.float64]]:
    """Shrink a large code first, so that no pixel between two samples is lost."""
    size = plane.modules
    square = np.array([[[0, 0], [size, 0], [size, size], [0, size]]], np.float32)
    quad = cv2.perspectiveTransform(square, plane.turn)[0]
    step = float(np.linalg.norm(quad - np.roll(quad, 1, axis=0), axis=1).min()) / size
    if step <= _LARGEST_STEP * pixels:
        return gray, plane.turn
    by, slack = _SHRUNK_STEP * pixels / step, _MARGIN * float(np.ptp(quad))
    left, top = np.maximum(quad.min(axis=0) - slack, 0).astype(int)
    right, low = (quad.max(axis=0) + slack).astype(int)
    cut = gray[top:low, left:right]
    small = cv2.resize(cut, None, fx=by, fy=by, interpolation=cv2.INTER_AREA)
    moved = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]], np.float64)
    return np.asarray(small, np.uint8), np.diag([by, by, 1.0]) @ moved @ plane.turn


def _halves(modules: int, reach: int) -> Floats:
    """Return the half modules across a code, 0 to 1, from `reach` of them before the first on."""
    at = np.arange(-reach, 2 * modules - 1 + reach, dtype=np.float32) / 2 + 0.5
    return np.asarray(at / modules, np.float32)


def _halved(shifts: Floats, reach: int) -> Floats:
    """Return shifts of modules as those of half modules, the outermost going on beyond."""
    twice = np.repeat(np.repeat(shifts, 2, axis=0), 2, axis=1)
    down = twice[1:] + twice[:-1]
    both = (down[:, 1:] + down[:, :-1]) / np.float32(4)
    return np.pad(both, ((reach, reach), (reach, reach), (0, 0)), mode="edge")


def _climbed(
    grid: Bowed, moves: Iterable[_Move], steps: tuple[float, ...], rounds: int = 2
) -> Bowed:
    """Move nodes, one step at a time, while the grid fits better."""
    nodes = grid.nodes
    best = _score(grid, nodes)
    for step in steps:
        for _ in range(rounds):
            before = best
            for move in moves:
                nodes, best = _moved(grid, nodes, best, move, step)
            if best == before:
                break
    return replace(grid, nodes=nodes)


def _moved(grid: Bowed, nodes: Nodes, best: float, move: _Move, step: float) -> tuple[Nodes, float]:
    for way in ((step, 0), (-step, 0), (0, step), (0, -step)):
        tried = nodes.copy()
        tried[list(move)] += np.array(way, np.float32) * np.float32(grid.pixels)
        found = _score(grid, tried)
        if found > best + _GAIN:
            nodes, best = tried, found
    return nodes, best


def _searched(grid: Bowed) -> Bowed:
    """Search the corner without a finder in its surroundings; of a small code with bows."""
    best, nodes = _score(grid, grid.nodes), grid.nodes
    for bow in _bows(grid):
        for way in _ways():
            tried = grid.nodes + bow
            tried[_LOW_RIGHT] += way * np.float32(grid.pixels)
            found = _score(grid, tried)
            if found > best:
                best, nodes = found, tried
    return replace(grid, nodes=nodes)


def _bows(grid: Bowed) -> list[Nodes]:
    bows = [(_LOW, 0.0, 0.0)]
    if grid.modules <= _BOWED:
        bows += [(_LOW, 0, 1.2), (_LOW, 0, -1.2), (_RIGHT, 1.2, 0), (_RIGHT, -1.2, 0)]
        bows += [(_RIGHT, 0, 1), (_RIGHT, 0, -1)]
    found = []
    for node, across, down in bows:
        one = np.zeros((8, 2), np.float32)
        one[node] = across * grid.pixels, down * grid.pixels
        found.append(one)
    return found


@cache
def _ways() -> Floats:
    steps = np.arange(-_FAR, _FAR + 0.01, _FAR_STEP, dtype=np.float32)
    return np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)


def _score(grid: Bowed, nodes: Nodes) -> float:
    places, count, signs = _looked_at(grid.modules)
    dark = _at(grid.block, multiplied(places, nodes))
    rest = dark[count:]
    sure = np.maximum(rest, -_LIGHT_SURE * rest)
    return float(dark[:count] @ signs) / count + _SURENESS * float(sure.sum()) / len(sure)


@cache
def _looked_at(modules: int) -> tuple[Floats, int, Floats]:
    """Return the places of the fixed modules and some others, and how many are fixed, and signs."""
    known = marks(modules).reshape(-1).astype(np.float32)
    fixed, rest = np.nonzero(known)[0], np.nonzero(known == 0)[0]
    some = np.random.default_rng(0).permutation(rest)[:_MOST_OTHERS]
    places = _basis(_halves(modules, 0)[::2])[np.concatenate([fixed, some])]
    return places, len(fixed), known[fixed]


def _basis(at: Floats) -> Floats:
    """Return what each node counts at each place of a square lattice, 0 to 1 across the code."""
    u, v = np.meshgrid(at, at)
    corners = [(1 - u) * (1 - v), u * (1 - v), u * v, (1 - u) * v]
    top, right = 4 * u * (1 - u) * (1 - v), 4 * v * (1 - v) * u
    low, left = 4 * u * (1 - u) * v, 4 * v * (1 - v) * (1 - u)
    stacked = np.stack([*corners, top, right, low, left], axis=-1)
    return np.asarray(stacked.reshape(-1, 8), np.float32)


def _at(picture: Floats, points: Floats) -> Floats:
    """Return the picture at points, x and y last: a row of them, or rows."""
    rows = points if points.ndim == 3 else points[None]  # noqa: PLR2004  # remap wants a picture
    found = cv2.remap(
        picture, np.ascontiguousarray(rows[..., 0]), np.ascontiguousarray(rows[..., 1]),
        cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    return np.asarray(found, np.float32).reshape(points.shape[:-1])
