"""Find the three finders of a code by correlation, which a blur or a crack only weakens."""

from functools import cache

import cv2
import numpy as np

from verification.adapters.scanning.rescue.block import MARGIN, SIDE, Floats
from verification.adapters.scanning.rescue.pattern import FINDER

_BORDERED = np.pad(FINDER, (0, 1), constant_values=-1).astype(np.float32)
_REACH = 0.37  # of the straightened picture: where a finder is looked for from its corner
_FAR_COSTS = 0.25  # correlation, across the whole window
_NEAR = (0.78, 0.88, 1.0, 1.13, 1.28)  # times the common pitch: a finder nearer or farther
_PITCHES = np.geomspace(SIDE / 101, SIDE / 19, 22)  # pixels a module that are tried
SURE = 0.55  # correlation of a finder that is there

Peak = tuple[float, tuple[float, float]]  # correlation, x and y of the middle of a finder


def finders(block: Floats) -> tuple[float, list[Peak]]:
    """Return the pitch at which the finders match best, and the best match in each corner.

    All are scanned at half size first; then each corner may differ, as one nearer the camera does.
    """
    half = np.asarray(
        cv2.resize(block, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.float32
    )
    scanned = [(_three(_peaks(half, float(pitch) / 2)), float(pitch)) for pitch in _PITCHES]
    pitch = max(scanned)[1]
    near = [_peaks(block, pitch * share) for share in _NEAR]
    best = [max(peaks[at] for peaks in near) for at in range(4)]
    return pitch, [_or_corner(peak, at, pitch) for at, peak in enumerate(best)]


def _three(peaks: list[Peak]) -> float:
    return sum(sorted(peak[0] for peak in peaks)[1:])


def _peaks(block: Floats, pitch: float) -> list[Peak]:
    """Return the best finder in each corner of a picture, its light inner border included."""
    side = max(round(8 * pitch), 8)
    sharp = cv2.resize(_BORDERED, (side, side), interpolation=cv2.INTER_AREA)
    finder = np.asarray(cv2.GaussianBlur(sharp, (0, 0), 0.45 * pitch), np.float32)
    middle, size = (3.5 * pitch, 4.5 * pitch), block.shape[0]
    reach = int(size * _REACH)
    peaks = []
    for right, low in ((0, 0), (1, 0), (1, 1), (0, 1)):
        x, y = right * (size - reach), low * (size - reach)
        turned = finder[:: 1 - 2 * low, :: 1 - 2 * right]
        window = block[y : y + reach, x : x + reach]
        match = cv2.matchTemplate(window, np.ascontiguousarray(turned), cv2.TM_CCOEFF_NORMED)
        ramp = _ramp(match.shape[0])[:: 1 - 2 * low, :: 1 - 2 * right]
        _, _, _, place = cv2.minMaxLoc(match - ramp)
        score = float(match[place[1], place[0]])
        at = (x + place[0] + middle[right] - 0.5, y + place[1] + middle[low] - 0.5)
        peaks.append((score, at))
    return peaks


@cache
def _ramp(size: int) -> Floats:
    """Return what a place costs that is far from the corner: inside stand alignment patterns."""
    far = np.arange(size, dtype=np.float32) / size
    return np.asarray(_FAR_COSTS * (far[:, None] + far[None, :]), np.float32)


def _or_corner(peak: Peak, at: int, pitch: float) -> Peak:
    """Put an unsure finder where the corner of the block says."""
    if peak[0] >= SURE:
        return peak
    near, far = MARGIN + 3.5 * pitch, MARGIN + SIDE - 3.5 * pitch
    return peak[0], ((near, near), (far, near), (far, far), (near, far))[at]
