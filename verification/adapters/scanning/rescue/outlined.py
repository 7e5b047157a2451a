"""Read a code by the outlines of its finders and a grid that may bow.

For what is tilted strongly, bent, crumpled, or dark beside a lamp: the code is plain to see there,
only its grid is not where a decoder lays it.
"""

from collections.abc import Callable, Iterator

import cv2
import numpy as np

from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.gray import Gray, shrunk
from verification.adapters.scanning.limits import FRAME_OUTLINES
from verification.adapters.scanning.rescue import bow, equalise
from verification.adapters.scanning.rescue.contours import (
    Quad,
    few_outlines,
    finder_quads,
    joined,
)
from verification.adapters.scanning.rescue.settle import settled
from verification.adapters.scanning.rescue.triples import Triple, laid, triples

_LIVE_TRIPLES, _STILL_TRIPLES = 4, 6
_LEAST_BEFORE, _LEAST = 0.25, 0.35  # agreement before and after a grid was placed
_MOST_PLACED = 2  # sizes of a triple
_LIVE_SIZE = 1280  # pixels of the longer side
_SOFT = 0.9  # pixels: specks of grain, each an outline, are gone before they are looked at
_STILL_SIZES = (900, 1700, 450, 250)
_SMALL = 1400  # pixels: a smaller picture is worth doubling

_Level = tuple[float, list[Gray]]  # pixels by pixels of the picture, and pictures parted


def by_outlines_live(gray: Gray, ends: Deadline) -> list[bytes]:
    """Read a live frame: one size, two windows, few triples, one code."""
    scale, pictures = _softened(gray)
    looked_at = [picture for picture in pictures if few_outlines(picture, FRAME_OUTLINES)]
    return next(_read(gray, iter([(scale, looked_at)]), _LIVE_TRIPLES, ends), [])


def by_outlines(gray: Gray, ends: Deadline) -> list[bytes]:
    """Read a single picture: every size and every way to part it, the codes beside each other."""
    return [
        payload for found in _read(gray, _levels(gray), _STILL_TRIPLES, ends) for payload in found
    ]


def _read(gray: Gray, levels: Iterator[_Level], most: int, ends: Deadline) -> Iterator[list[bytes]]:
    """Yield what is read at the first size at which anything is."""
    quads: list[Quad] = []
    tried: list[Triple] = []
    read: list[Triple] = []
    for scale, pictures in levels:
        for picture in pictures:
            if ends.over:
                return
            more = [(quad + 0.5) / scale - 0.5 for quad in finder_quads(picture, ends)]
            quads = joined(quads, [np.asarray(quad, np.float32) for quad in more])
        for triple in triples(quads, most):
            if ends.over:
                return
            if any(triple.is_at(other) for other in tried) or any(map(triple.shares, read)):
                continue
            tried.append(triple)
            found = _by_triple(gray, triple, ends)
            if found:
                read.append(triple)
                yield found
        if read:
            return


def _by_triple(gray: Gray, triple: Triple, ends: Deadline) -> list[bytes]:
    grids = [bow.turned_to_corner(bow.straightened(gray, plane)) for plane in laid(triple)]
    grids.sort(key=lambda grid: -grid.agreement)
    for grid in grids[:_MOST_PLACED]:
        if grid.agreement < _LEAST_BEFORE or ends.over:
            return []
        fitted = bow.placed(grid)
        if fitted.agreement < _LEAST:
            continue
        found = equalise.payloads(fitted, ends)
        if not found and not ends.over:
            found = equalise.payloads(settled(fitted), ends)
        if found:
            return found
    return []


def _levels(gray: Gray) -> Iterator[_Level]:
    """Yield the sizes of a picture and the ways to part it, the cheapest first."""
    yield _softened(gray)
    ways: list[Callable[[Gray], list[Gray]]] = [_plain, _evened, _opened]
    seen = set()
    for size in _STILL_SIZES:
        scale, picture = _at_size(gray, size)
        if picture.shape not in seen:
            seen.add(picture.shape)
            for way in ways:
                yield scale, way(picture)
    if max(gray.shape) < _SMALL:
        yield 2.0, _plain(_gray(cv2.resize(gray, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)))


def _softened(gray: Gray) -> _Level:
    scale, picture = _at_size(gray, _LIVE_SIZE)
    return scale, _plain(_gray(cv2.GaussianBlur(picture, (0, 0), _SOFT)))


def _at_size(gray: Gray, size: int) -> tuple[float, Gray]:
    by = size / max(gray.shape)
    if by >= 1:
        return 1.0, gray
    return by, shrunk(gray, by)


def _plain(gray: Gray) -> list[Gray]:
    return [_parted(gray, 25, 4), _parted(gray, 61, 4)]


def _evened(gray: Gray) -> list[Gray]:
    """Even out the light, or the grain."""
    window = max(31, max(gray.shape) // 16 | 1)
    plain = gray.astype(np.float32)
    mean = cv2.blur(plain, (window, window))
    spread = cv2.sqrt(np.maximum(cv2.blur(plain * plain, (window, window)) - mean * mean, 4.0))
    even = _gray(np.clip(128 + 64 * (plain - mean) / spread, 0, 255).astype(np.uint8))
    soft = _gray(cv2.GaussianBlur(even, (0, 0), 1.1))
    return [_parted(soft, 41, 10), _parted(_gray(cv2.medianBlur(gray, 5)), 41, 6)]


def _opened(gray: Gray) -> list[Gray]:
    """Close what breaks a ring, dark or light."""
    soft, spot = cv2.medianBlur(gray, 5), np.ones((3, 3), np.uint8)
    return [
        _parted(_gray(cv2.morphologyEx(soft, cv2.MORPH_OPEN, spot)), 41, 4),
        _parted(_gray(cv2.morphologyEx(soft, cv2.MORPH_CLOSE, spot)), 41, 8),
    ]


def _parted(gray: Gray, window: int, below: int) -> Gray:
    return _gray(
        cv2.adaptiveThreshold(
            gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, window, below
        )
    )


def _gray(picture: cv2.typing.MatLike) -> Gray:
    return np.asarray(picture, np.uint8)
