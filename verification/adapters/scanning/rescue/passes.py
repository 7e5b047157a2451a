"""The rescue steps: what is tried where the plain frame was not read.

`STEPS` work on the surroundings of one candidate, so each costs a share of the whole frame;
`WHOLE_STEPS` are for single pictures only. `python -m benchmarks decoder` says what each reads.
"""

from collections.abc import Callable

import cv2
import numpy as np

from verification.adapters.scanning.engines import Found, read_only, uncontradicted, zbar, zxing
from verification.adapters.scanning.gray import Gray
from verification.adapters.scanning.rescue.equalise import clean_pictures
from verification.adapters.scanning.rescue.grid import grids
from verification.adapters.scanning.rescue.locator import Candidate

Engine = Callable[[Gray], list[Found]]
Whole = Callable[[Gray], list[bytes]]
Step = Callable[[Gray, Candidate], list[bytes]]
_MARGIN = 0.15  # of the block's side, around it
_FAINT = 64  # gray steps between the darkest and the lightest of a crop
_MOST = 4_000_000  # pixels of a whole picture
_LARGEST = 1_500_000  # pixels that are worth doubling


def crop(gray: Gray, candidate: Candidate) -> Gray:
    """Return a candidate with some margin, upright as in the frame."""
    slack = _MARGIN * candidate.side
    left, top = np.maximum(candidate.quad.min(axis=0) - slack, 0).astype(int)
    right, low = (candidate.quad.max(axis=0) + slack).astype(int) + 1
    return _stretched(np.ascontiguousarray(gray[top:low, left:right]))


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
    return _gray(cv2.resize(gray, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA))


def _gray(picture: cv2.typing.MatLike) -> Gray:
    return np.asarray(picture, np.uint8)


def _sharpened(gray: Gray) -> Gray:
    twice = doubled(gray)
    return _gray(cv2.addWeighted(twice, 4.0, cv2.GaussianBlur(twice, (0, 0), 2.5), -3.0, 0))


def _halved(gray: Gray) -> Gray:
    return _gray(cv2.resize(gray, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))


def _smoothed(gray: Gray) -> Gray:
    return _gray(cv2.medianBlur(gray, 3))


def _softened(gray: Gray) -> Gray:
    return _gray(cv2.GaussianBlur(gray, (0, 0), 1.5))


def _parted(gray: Gray) -> Gray:
    """Part dark from light once for the whole picture: for grain in the dark."""
    soft = cv2.GaussianBlur(gray, (0, 0), 2)
    return _gray(cv2.threshold(soft, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1])


def _cut(gray: Gray) -> Gray:
    """Cut at the mean of the surroundings: for glare and dim screens."""
    return _gray(
        cv2.adaptiveThreshold(
            doubled(gray), 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 31, 5
        )
    )


def _by(read: Engine, prepare: Callable[[Gray], Gray]) -> Whole:
    other = zbar if read is zxing else zxing

    def step(gray: Gray) -> list[bytes]:
        picture = prepare(gray)
        found = read_only(read(picture))
        if found:
            found = uncontradicted(found, read_only(other(picture)))
        return [one.payload for one in found]

    return step


def _in_crop(whole: Whole) -> Step:
    return lambda gray, candidate: whole(crop(gray, candidate))


def by_grid(gray: Gray, candidate: Candidate) -> list[bytes]:
    """Read by the module grid: for blur, motion, few pixels a module, a finder covered."""
    for grid in grids(gray, candidate):
        for picture in clean_pictures(grid):
            found = read_only(zxing(picture, pure=True))
            if found:
                found = uncontradicted(found, zbar(picture))
                return [one.payload for one in found]
    return []


STEPS: dict[str, Step] = {
    "x2": _in_crop(_by(zxing, doubled)),
    "x2+unsharp": _in_crop(_by(zxing, _sharpened)),
    "grid": by_grid,
    "x2+adaptive": _in_crop(_by(zxing, _cut)),
    "pyzbar": _in_crop(_by(zbar, doubled)),
}
WHOLE_STEPS: dict[str, Whole] = {
    "whole x2": _by(zxing, doubled),
    "whole x4": _by(zxing, lambda gray: doubled(doubled(gray))),
    "whole half": _by(zxing, _halved),
    "whole median": _by(zxing, _smoothed),
    "whole unsharp": _by(zxing, _sharpened),
    "whole x2+adaptive": _by(zxing, _cut),
    "whole Otsu": _by(zxing, _parted),
    "whole pyzbar": _by(zbar, lambda gray: gray),
    "whole pyzbar, soft": _by(zbar, _softened),
}
