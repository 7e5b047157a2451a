"""Where something like a code is: a block whose gray changes fast both across and down.

Text changes mostly across, edges in one direction; a code in both, everywhere. It costs a few
milliseconds on a 720p frame.
"""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from verification.adapters.scanning.gray import Gray, shrunk

Quad = NDArray[np.float32]  # 4 x 2: corners as x, y in pixels, clockwise in the picture
_WIDE = 640  # pixels of the longer side that is searched
_WINDOW = 13  # pixels of it over which changes are averaged
_LEAST_SIDE = 22.0  # pixels of the searched picture
_SQUARE = 2.6  # longer side by shorter side at most
_FILLED = 0.6  # of its rectangle at least


@dataclass(frozen=True)
class Search:
    """How faint a change counts.

    Args:
        least: Gray steps a pixel.
        over_noise: Times the middle of the frame, and steps more.
        shares: Of the strongest change, the levels at which blocks are cut out.
    """

    least: float
    over_noise: tuple[float, float]
    shares: tuple[float, ...]


PLAIN = Search(2.6, (1.25, 0.6), (0.5, 0.3))


@dataclass(frozen=True)
class Candidate:
    """A place where something like a code is.

    Args:
        quad: Its corners, in pixels of the frame.
        change: Mean change of gray in it, in steps a pixel of the searched picture.
    """

    quad: Quad
    change: float

    @cached_property
    def side(self) -> float:
        """Mean length of its sides in pixels."""
        return float(np.linalg.norm(self.quad - np.roll(self.quad, 1, axis=0), axis=1).mean())


def are_alike(one: Candidate, two: Candidate) -> bool:
    """Tell whether two places are of the same size and hardly apart."""
    apart = float(np.linalg.norm(one.quad.mean(axis=0) - two.quad.mean(axis=0)))
    return apart < two.side / 8 and abs(one.side - two.side) < two.side / 12


def from_box(box: tuple[float, float, float, float]) -> Candidate:
    """Return an upright box (left, top, right, bottom) as a candidate."""
    left, top, right, low = box
    corners = [[left, top], [right, top], [right, low], [left, low]]
    return Candidate(np.array(corners, np.float32), 0.0)


@dataclass(frozen=True)
class Changes:
    """How fast the gray changes in a frame.

    Args:
        change: Of the searched picture, the slower of both directions.
        factor: Pixels of the frame by pixels of the searched picture.
    """

    change: NDArray[np.float32]
    factor: float

    def places(self, search: Search = PLAIN, most: int = 3) -> list[Candidate]:
        """Return the blocks that change fast, the strongest first.

        Args:
            search: How faint a change counts.
            most: How many at most.
        """
        by = np.float32(self.factor)
        found = [
            Candidate((one.quad + 0.5) * by - 0.5, one.change)
            for one in _blocks(self.change, search)
        ]
        return sorted(found, key=lambda one: -one.change * one.side)[:most]


def changes(gray: Gray) -> Changes:
    """Measure a frame, height x width, once for all searches."""
    shrink = max(gray.shape) / _WIDE
    if shrink <= 1:
        return Changes(_change(gray), 1.0)
    return Changes(_change(shrunk(gray, 1 / shrink)), shrink)


def locate(gray: Gray, most: int = 3) -> list[Candidate]:
    """Find the places where something like a code is, the strongest first.

    Args:
        gray: Height x width.
        most: How many at most.
    """
    return changes(gray).places(most=most)


def _change(small: Gray) -> NDArray[np.float32]:
    """Return how fast the gray changes around each pixel, the slower of both directions."""
    across = cv2.absdiff(small[1:, 1:], small[1:, :-1])
    down = cv2.absdiff(small[1:, 1:], small[:-1, 1:])
    window = (_WINDOW, _WINDOW)
    slower = cv2.min(
        cv2.boxFilter(across, cv2.CV_32F, window), cv2.boxFilter(down, cv2.CV_32F, window)
    )
    return np.asarray(slower, np.float32)


def _blocks(change: NDArray[np.float32], search: Search) -> list[Candidate]:
    quiet = float(np.median(change[::4, ::4]))
    times, more = search.over_noise
    least = max(search.least, times * quiet + more)
    strongest = float(change.max())
    found: list[Candidate] = []
    for share in search.shares:
        level = max(least, quiet + share * (strongest - quiet))
        found += [one for one in _at_level(change, level) if not _known(one, found)]
        if level == least:
            break
    return found


def _at_level(change: NDArray[np.float32], level: float) -> list[Candidate]:
    """Return the blocks over a level; holes of glare are filled."""
    mask = (change > level).astype(np.uint8)
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for outline in outlines:
        quad = _quad_of(outline)
        if quad is not None:
            x, y, width, height = cv2.boundingRect(outline)
            inside = change[y : y + height, x : x + width]
            found.append(Candidate(quad, float(np.percentile(inside, 75))))
    return found


def _quad_of(outline: NDArray[np.int32] | cv2.typing.MatLike) -> Quad | None:
    _, _, width, height = cv2.boundingRect(outline)
    if width * width + height * height < _LEAST_SIDE * _LEAST_SIDE:
        return None  # hundreds in a grainy frame
    hull = cv2.convexHull(np.asarray(outline))
    rectangle = cv2.minAreaRect(hull)
    short, long = sorted(rectangle[1])
    if short < _LEAST_SIDE or long > _SQUARE * short:
        return None
    if cv2.contourArea(hull) < _FILLED * short * long:
        return None
    for slack in (0.03, 0.05, 0.08, 0.12):
        corners = cv2.approxPolyDP(hull, slack * cv2.arcLength(hull, closed=True), closed=True)
        if len(corners) == 4 and cv2.contourArea(corners) > _FILLED * short * long:  # noqa: PLR2004  # a quad
            return np.asarray(corners.reshape(4, 2), np.float32)
    return np.asarray(cv2.boxPoints(rectangle), np.float32)


def _known(one: Candidate, found: list[Candidate]) -> bool:
    middle = one.quad.mean(axis=0)
    return any(np.linalg.norm(middle - other.quad.mean(axis=0)) < other.side / 4 for other in found)
