"""Which three finders are one code, and where its grid lies by their twelve corners.

Angles and lengths are taken in the frame of the finder in the middle of the three, which is tilted
as the code is.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from verification.adapters.scanning.rescue.contours import MOST, Quad
from verification.adapters.scanning.rescue.pattern import LARGEST, SMALLEST

_UNIT = np.array([[0, 0], [7, 0], [7, 7], [0, 7]], np.float32)
_AREAS = (0.12, 8.0)  # of one finder by another
_FAR = (9.0, 260.0)  # modules from finder to finder, by the first one's size
_LEGS = 3.3  # longer leg by shorter at most
_ASKEW = 28.0  # degrees that a leg may lie off the finder's edge
_TURN = 35.0  # degrees that both legs may lie off a right angle
_SAME = 6.0  # pixels
_SIZES = 3
_WORSE, _WORST = 0.45, 1.6  # modules that the corners may lie off: beyond the best, and at all

Points = NDArray[np.float32]


@dataclass(frozen=True)
class Triple:
    """Three finders of one code.

    Args:
        corners: 12 x 2: those of the first finder, clockwise from the code's own corner, then
            alike those to its right and below it.
        cost: How unlike a code they stand; 0 is a square.
    """

    corners: Points
    cost: float

    def is_at(self, other: "Triple") -> bool:
        """Tell whether it is the other one, found again."""
        off = self.corners[[0, 4, 8]] - other.corners[[0, 4, 8]]
        return bool(np.abs(off).max() < _SAME)

    def shares(self, other: "Triple") -> bool:
        """Tell whether a finder belongs to both."""
        one, two = (triple.corners.reshape(3, 4, 2).mean(axis=1) for triple in (self, other))
        apart = np.linalg.norm(one[:, None] - two[None], axis=2)
        return bool(apart.min() < _SAME)


@dataclass(frozen=True)
class Laid:
    """A plane grid on a triple.

    Args:
        modules: Modules a side.
        turn: From modules to pixels.
        off: How far the corners lie off, in modules.
    """

    modules: int
    turn: NDArray[np.float64]
    off: float


def triples(quads: list[Quad], most: int) -> list[Triple]:
    """Return the likeliest triples among finders, the best first."""
    turned = [_clockwise(quad) for quad in quads[:MOST]]
    found: dict[frozenset[int], _Legs] = {}
    for first in range(len(turned)):
        for legs in _around(first, turned, most):
            key = frozenset((first, legs.right, legs.below))
            if key not in found or legs.cost < found[key].cost:
                found[key] = legs
    best = sorted(found.values(), key=lambda legs: legs.cost)[:most]
    return [Triple(_alike(turned, legs), legs.cost) for legs in best]


def laid(triple: Triple) -> list[Laid]:
    """Return the plane grids that fit a triple's corners, the best size first."""
    found = [one for size in range(SMALLEST, LARGEST + 1, 4) if (one := _laid(triple, size))]
    found.sort(key=lambda one: one.off)
    return [one for one in found[:_SIZES] if one.off <= min(_WORST, found[0].off + _WORSE)]


def _laid(triple: Triple, modules: int) -> Laid | None:
    shift = modules - 7
    ways = np.array([[0, 0], [shift, 0], [0, shift]], np.float32)
    flat = (_UNIT[None] + ways[:, None]).reshape(-1, 2)
    turn, _ = cv2.findHomography(flat, triple.corners, 0)
    if turn is None or turn[2] @ [modules, modules, 1] <= 0.05:  # noqa: PLR2004  # behind the camera
        return None
    try:
        back = np.linalg.inv(turn)
    except np.linalg.LinAlgError:
        return None
    seen = cv2.perspectiveTransform(triple.corners[None], back)[0]
    off = float(np.sqrt(((seen - flat) ** 2).sum(axis=1).mean()))
    return Laid(modules, np.asarray(turn, np.float64), off)


@dataclass(frozen=True)
class _Legs:
    """A finder and two others by their numbers, and the way to the one on its right."""

    cost: float
    first: int
    right: int
    below: int
    angle: float  # degrees, in the frame of the first


def _around(first: int, quads: list[Quad], most: int) -> Iterator[_Legs]:
    """Yield the likeliest triples in whose corner one finder stands."""
    others, ways = _ways(first, quads)
    if len(others) < 2:  # noqa: PLR2004  # two legs
        return
    one, two = np.triu_indices(len(others), 1)
    angles = np.degrees(np.arctan2(ways[:, 1], ways[:, 0]))
    lengths, areas = np.log(np.hypot(*ways.T)), np.log([_area(quads[at]) for at in others])
    askew = np.abs((angles + 45) % 90 - 45)
    turn = (angles[two] - angles[one]) % 360
    longer = np.abs(lengths[one] - lengths[two])
    unlike = np.abs(areas - np.log(_area(quads[first])))
    cost = askew[one] + askew[two] + 25 * longer + 6 * (unlike[one] + unlike[two])
    fits = (
        (longer <= np.log(_LEGS))
        & (np.maximum(askew[one], askew[two]) <= _ASKEW)
        & (np.abs(turn % 180 - 90) < _TURN)
    )
    likely = [at for at in np.argsort(cost) if fits[at]][:most]
    for at in likely:
        right, below = (one[at], two[at]) if turn[at] < 180 else (two[at], one[at])  # noqa: PLR2004
        yield _Legs(float(cost[at]), first, others[right], others[below], float(angles[right]))


def _ways(first: int, quads: list[Quad]) -> tuple[list[int], NDArray[np.float64]]:
    """Return which finders may belong to a first one, and the way to each in its modules."""
    flat = cv2.getAffineTransform(quads[first][:3], _UNIT[:3])
    middles = np.array([quad.mean(axis=0) for quad in quads], np.float64)
    ways = middles @ flat[:, :2].T + flat[:, 2] - 3.5
    far = np.hypot(*ways.T)
    others = [
        at
        for at, quad in enumerate(quads)
        if at != first
        and _FAR[0] <= far[at] <= _FAR[1]
        and _AREAS[0] < _area(quad) / _area(quads[first]) < _AREAS[1]
    ]
    return others, ways[others]


def _area(quad: Quad) -> float:
    return max(float(cv2.contourArea(quad)), 1.0)


def _alike(quads: list[Quad], legs: _Legs) -> Points:
    """Turn the corners of three finders alike: the first's own corner is the code's."""
    start = np.roll(quads[legs.first], -(round(legs.angle / 90) % 4), axis=0)
    edges = start[1] - start[0], start[3] - start[0]

    def fit(quad: Quad) -> float:
        across, down = quad[1] - quad[0], quad[3] - quad[0]
        return float(_unit(across) @ edges[0] + _unit(down) @ edges[1])

    others = [
        max((np.roll(quads[at], -by, axis=0) for by in range(4)), key=fit)
        for at in (legs.right, legs.below)
    ]
    return np.asarray(np.vstack([start, *others]), np.float32)


def _unit(edge: Points) -> Points:
    return np.asarray(edge / (np.linalg.norm(edge) + 1e-6), np.float32)


def _clockwise(quad: Quad) -> Quad:
    one, two = quad[1] - quad[0], quad[2] - quad[1]
    return quad if one[0] * two[1] - one[1] * two[0] > 0 else quad[::-1].copy()
