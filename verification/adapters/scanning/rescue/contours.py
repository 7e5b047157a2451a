"""Find finders by their nested outlines: a dark ring, a light one in it, a dark core in that.

Nesting outlives strong tilt, bent paper and a lamp beside the code, where the widths along a line,
by which decoders search, no longer stand as 1:1:3:1:1.
"""

import math
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.gray import Gray

Quad = NDArray[np.float32]  # 4 x 2: corners of the 7 modules of a finder, x and y, in turn
_Outline = cv2.typing.MatLike
_Boxes = NDArray[np.float32]  # n x 4: middle x, middle y, width, height
_SHORTEST, _SHORTEST_HOLE = 8, 12  # points of an outline
_LEAST_AREA = 30.0  # pixels
_FILLED = 0.75  # of its hull at least, for a four-cornered outline
_OFF_MIDDLE = 0.17  # of the hole: core and hole have one middle
_CORE_SIDE = (0.35, 0.85)  # of the hole's
_CORE_AREA = (0.18, 0.62)  # of the hole's; 9 of 25 modules are right
_HOLE_TO_RING = 7 / 5.2  # the outline of the hole runs on the ring, so it is more than 5 wide
_RING_LENGTH = 2.4  # of the hole's outline at most, where nothing else touches the ring
_MOST_HOLES = 2
_RING_AREA = (0.8, 1.3)  # of what the hole says
_SAME = 0.3  # of a finder's side: two found nearer to each other are one
MOST = 40  # finders of a picture that are looked at


def finder_quads(parted: Gray, ends: Deadline) -> list[Quad]:
    """Return the finders of a picture that is parted into dark (0) and light (255).

    Args:
        parted: Height x width.
        ends: When to leave the other outlines: noise has a hundred thousand of them.
    """
    outlines, nesting = cv2.findContours(
        cv2.bitwise_not(parted), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE
    )
    if not outlines:
        return []
    nest = np.asarray(nesting)[0].tolist()
    dark = [
        at for at, outline in enumerate(outlines) if nest[at][3] < 0 and len(outline) >= _SHORTEST
    ]
    cores = [outlines[at] for at in dark if nest[at][2] < 0]
    if not cores:
        return []
    boxes = np.array([_box(core) for core in cores], np.float32)
    found: list[Quad] = []
    for ring in dark:
        if ends.over:
            break
        holes = [outlines[at] for at in _holes(nest, ring)]
        for hole in holes:
            if len(hole) >= _SHORTEST_HOLE and _has_core(hole, cores, boxes):
                found += _ring_quad(outlines[ring], hole, len(holes))
    return found


def few_outlines(parted: Gray, most: int) -> bool:
    """Tell whether a picture that is parted has no more outlines than that, in linear time."""
    dark = cv2.connectedComponents(cv2.bitwise_not(parted), connectivity=8)[0]
    return dark <= most and dark + cv2.connectedComponents(parted, connectivity=4)[0] <= most


def joined(quads: list[Quad], more: list[Quad]) -> list[Quad]:
    """Return finders and more of them, each once, as many as are looked at."""
    found = list(quads)
    for quad in more:
        if len(found) >= MOST:
            break
        if not any(_same(quad, other) for other in found):
            found.append(quad)
    return found


def _same(one: Quad, two: Quad) -> bool:
    apart = float(np.linalg.norm(one.mean(axis=0) - two.mean(axis=0)))
    side = math.sqrt(max(cv2.contourArea(one), cv2.contourArea(two), 1.0))
    return apart < _SAME * side


def _holes(nest: list[list[int]], ring: int) -> Iterator[int]:
    """Yield the holes of a ring: its first child, then each one's next."""
    hole = nest[ring][2]
    while hole >= 0:
        yield hole
        hole = nest[hole][0]


def _box(outline: _Outline) -> tuple[float, float, float, float]:
    x, y, width, height = cv2.boundingRect(outline)
    return x + width / 2 - 0.5, y + height / 2 - 0.5, width, height


def _has_core(hole: _Outline, cores: list[_Outline], boxes: _Boxes) -> bool:
    """Tell whether a dark spot of the right size stands in the middle of a hole."""
    x, y, width, height = _box(hole)
    low, high = _CORE_SIDE
    fits = (
        (np.abs(boxes[:, 0] - x) < _OFF_MIDDLE * width)
        & (np.abs(boxes[:, 1] - y) < _OFF_MIDDLE * height)
        & (boxes[:, 2] > low * width) & (boxes[:, 2] < high * width)
        & (boxes[:, 3] > low * height) & (boxes[:, 3] < high * height)
    )  # fmt: skip
    near = np.nonzero(fits)[0]
    if not len(near):
        return False
    core = cores[near[np.argmax(boxes[near, 2] * boxes[near, 3])]]
    share = _area(core) / max(_area(hole), 1.0)
    return _CORE_AREA[0] < share < _CORE_AREA[1]


def _area(outline: _Outline) -> float:
    return float(cv2.contourArea(cv2.convexHull(outline)))


def _ring_quad(ring: _Outline, hole: _Outline, holes: int) -> list[Quad]:
    """Return a finder by the hole in its ring; by the ring where that stands alone."""
    inner = _quad(hole)
    if inner is None:
        return []
    middle = inner.mean(axis=0)
    by_hole = np.asarray(middle + (inner - middle) * _HOLE_TO_RING, np.float32)
    if len(ring) < _RING_LENGTH * len(hole) and holes <= _MOST_HOLES:
        outer = _quad(ring)
        area = max(cv2.contourArea(by_hole), 1.0)
        if outer is not None and _RING_AREA[0] < cv2.contourArea(outer) / area < _RING_AREA[1]:
            return [outer]
    return [by_hole]


def _quad(outline: _Outline) -> Quad | None:
    """Return the four corners of an outline, or None where it has not four."""
    hull = cv2.convexHull(outline)
    area = cv2.contourArea(hull)
    if area < _LEAST_AREA:
        return None
    around = cv2.arcLength(hull, closed=True)
    for slack in (0.04, 0.06, 0.08, 0.1, 0.13):
        corners = cv2.approxPolyDP(hull, slack * around, closed=True)
        if len(corners) == 4:  # noqa: PLR2004  # a quad
            whole = cv2.contourArea(corners) >= _FILLED * area
            return np.asarray(corners.reshape(4, 2), np.float32) if whole else None
    return None
