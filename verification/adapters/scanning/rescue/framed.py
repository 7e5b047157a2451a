"""Read a code without a margin of its own by giving it one: on a dark page, or inverted on a light.

A decoder finds no finder whose ring runs into the ground. The code's light modules reach all four
of its sides, so they say where it ends, upright or turned; where the ground is light, its dark
ones do.
"""

from collections.abc import Iterator

import cv2
import numpy as np

from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.engines import read_only, zxing
from verification.adapters.scanning.gray import Gray, shrunk
from verification.adapters.scanning.rescue.pattern import SMALLEST

_SIZE = 1000  # pixels of the longer side in which squares are looked for
_CLOSED = (7, 15, 31, 61)  # pixels of it over which light modules grow together
_LEAST, _SQUARE, _FILLED = 30.0, 1.25, 0.75  # side; longer by shorter; of its rectangle
_MOST = 3  # squares of a width; the largest first
_MOST_SIDE = 1400.0  # pixels a side of a straightened code
_MARGIN = 4  # modules, of the largest ones that so many pixels may hold


def by_frame(gray: Gray, ends: Deadline) -> list[bytes]:
    """Read the codes in the squares that light modules, or dark ones, make together.

    Args:
        gray: Height x width.
        ends: When to look at no further square.
    """
    found: list[bytes] = []
    for picture in (gray, np.asarray(cv2.bitwise_not(gray), np.uint8)):
        for square in _squares(picture, ends):
            if ends.over:
                return found
            found += [one.payload for one in read_only(zxing(_straightened(picture, square)))]
        if found:
            return found
    return found


def _squares(gray: Gray, ends: Deadline) -> Iterator[cv2.typing.RotatedRect]:
    """Yield squares of light, in pixels of the picture, each once."""
    by = min(_SIZE / max(gray.shape), 1.0)
    small = shrunk(gray, by) if by < 1 else gray
    _, light = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    seen: list[cv2.typing.RotatedRect] = []
    for width in _CLOSED:
        if ends.over:
            return
        for rect in _of_width(light, width):
            if not any(_alike(rect, other) for other in seen):
                seen.append(rect)
                (x, y), (across, down), angle = rect
                yield (x / by, y / by), (across / by, down / by), angle


def _of_width(light: cv2.typing.MatLike, width: int) -> list[cv2.typing.RotatedRect]:
    """Return the squares of light that grows together over a width, the largest first."""
    kernel = np.ones((width, width), np.uint8)
    around = cv2.copyMakeBorder(light, width, width, width, width, cv2.BORDER_CONSTANT, value=0)
    grown = cv2.morphologyEx(around, cv2.MORPH_CLOSE, kernel)[width:-width, width:-width]
    outlines, _ = cv2.findContours(
        np.ascontiguousarray(grown), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )
    rects = [cv2.minAreaRect(outline) for outline in outlines if _is_square(outline)]
    return sorted(rects, key=lambda rect: -rect[1][0])[:_MOST]


def _is_square(outline: cv2.typing.MatLike) -> bool:
    _, (across, down), _ = cv2.minAreaRect(outline)
    short, long = sorted((across, down))
    if short < _LEAST or long > _SQUARE * short:
        return False
    return cv2.contourArea(cv2.convexHull(outline)) > _FILLED * short * long


def _alike(one: cv2.typing.RotatedRect, two: cv2.typing.RotatedRect) -> bool:
    return all(abs(a - b) < 2 for a, b in zip((*one[0], *one[1]), (*two[0], *two[1]), strict=True))  # noqa: PLR2004  # pixels


def _straightened(gray: Gray, rect: cv2.typing.RotatedRect) -> Gray:
    """Return a square upright, with a light margin around it."""
    middle, (across, down), angle = rect
    # The outline runs through the middles of the outermost pixels.
    corners = cv2.boxPoints((middle, (across + 1, down + 1), angle))
    side = round(min(max(across, down), _MOST_SIDE)) + 1
    goal = np.array([[0, side], [0, 0], [side, 0], [side, side]], np.float32) - np.float32(0.5)
    turn = cv2.getPerspectiveTransform(np.asarray(corners, np.float32), goal)
    way = cv2.INTER_AREA if across > _MOST_SIDE else cv2.INTER_LINEAR
    flat = cv2.warpPerspective(gray, turn, (side, side), flags=way, borderMode=cv2.BORDER_REPLICATE)
    margin = side // SMALLEST * _MARGIN
    return np.pad(np.asarray(flat, np.uint8), margin, constant_values=255)
