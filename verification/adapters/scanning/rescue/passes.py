"""The rescue steps: what is tried where the plain frame was not read.

`STEPS` work on the surroundings of one candidate, so each costs a share of the whole frame;
`LIVE_STEPS` are those of a camera, one a frame; `FIRST_STEPS` and `WHOLE_STEPS` are for single
pictures only, before and after them.
Which there are, and their order, follow what `python -m benchmarks decoder` says that each reads.
"""

from collections.abc import Callable

import cv2
import numpy as np

from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.engines import Found, read_only, uncontradicted, zbar, zxing
from verification.adapters.scanning.gray import Gray, shrunk
from verification.adapters.scanning.rescue.equalise import payloads
from verification.adapters.scanning.rescue.framed import by_frame
from verification.adapters.scanning.rescue.grid import grids
from verification.adapters.scanning.rescue.locator import Candidate
from verification.adapters.scanning.rescue.outlined import by_outlines, by_outlines_live

Engine = Callable[[Gray], list[Found]]
Picture = Callable[[Gray], list[bytes]]
Whole = Callable[[Gray, Deadline], list[bytes]]
Step = Callable[[Gray, Candidate, Deadline], list[bytes]]
_MARGIN = 0.15  # of the block's side, around it
_FAINT = 64  # gray steps between the darkest and the lightest of a crop
_MOST = 4_000_000  # pixels of a whole picture
_LARGEST = 1_500_000  # pixels that are worth doubling


def crop(gray: Gray, candidate: Candidate) -> Gray:
    """Return a candidate with some margin, upright as in the frame."""
    slack = _MARGIN * candidate.side
    left, top = np.maximum(candidate.quad.min(axis=0) - slack, 0).astype(int)
    right, low = (candidate.quad.max(axis=0) + slack).astype(int) + 1
    return _stretched(workable(np.ascontiguousarray(gray[top:low, left:right])))


def _stretched(gray: Gray) -> Gray:
    """Spread a faint code over all grays: zxing-cpp takes blocks of little contrast for plain."""
    dark, light = np.percentile(gray, (2, 98))
    if light - dark > _FAINT:
        return gray
    wide = (gray - dark) * (255 / max(light - dark, 1.0))
    return _gray(np.clip(wide, 0, 255).astype(np.uint8))


def doubled(gray: Gray) -> Gray:
    """Return the picture at twice its size, unless it is large enough."""
    if gray.size > _LARGEST:
        return gray
    return _gray(cv2.resize(gray, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC))


def workable(gray: Gray) -> Gray:
    """Return the picture, made smaller where its size would cost seconds and show no more."""
    shrink = (_MOST / gray.size) ** 0.5
    if shrink >= 1:
        return gray
    return shrunk(gray, shrink)


def _gray(picture: cv2.typing.MatLike) -> Gray:
    return np.asarray(picture, np.uint8)


def _sharpened(gray: Gray) -> Gray:
    twice = doubled(gray)
    return _gray(cv2.addWeighted(twice, 4.0, cv2.GaussianBlur(twice, (0, 0), 2.5), -3.0, 0))


def _smoothed(gray: Gray) -> Gray:
    return _gray(cv2.medianBlur(gray, 3))


def _softened(gray: Gray) -> Gray:
    return _gray(cv2.GaussianBlur(gray, (0, 0), 1.5))


def _by(read: Engine, prepare: Callable[[Gray], Gray]) -> Picture:
    other = zbar if read is zxing else zxing

    def step(gray: Gray) -> list[bytes]:
        picture = prepare(gray)
        found = read_only(read(picture))
        if found:
            found = uncontradicted(found, read_only(other(picture)))
        return [one.payload for one in found]

    return step


def _in_crop(read: Picture) -> Step:
    return lambda gray, candidate, _ends: read(crop(gray, candidate))


def _in_all(read: Picture) -> Whole:
    return lambda gray, _ends: read(gray)


def by_grid(gray: Gray, candidate: Candidate, ends: Deadline) -> list[bytes]:
    """Read by the module grid: for blur, motion, few pixels a module, a finder covered."""
    for grid in grids(gray, candidate):
        found = payloads(grid, ends)
        if found or ends.over:
            return found
    return []


STEPS: dict[str, Step] = {
    "x2+unsharp": _in_crop(_by(zxing, _sharpened)),
    "grid": by_grid,
    "pyzbar": _in_crop(_by(zbar, doubled)),
}
LIVE_STEPS: dict[str, Step] = STEPS | {
    "outlines": lambda gray, _candidate, ends: by_outlines_live(gray, ends),
}
FIRST_STEPS: dict[str, Whole] = {"framed": by_frame}
WHOLE_STEPS: dict[str, Whole] = {
    "whole median": _in_all(_by(zxing, _smoothed)),
    "whole unsharp": _in_all(_by(zxing, _sharpened)),
    "whole pyzbar, soft": _in_all(_by(zbar, _softened)),
    "whole outlines": by_outlines,
    "whole outlines, inverted": lambda gray, ends: by_outlines(_gray(cv2.bitwise_not(gray)), ends),
}
