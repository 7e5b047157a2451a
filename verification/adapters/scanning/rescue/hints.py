"""Why something like a code stays unread, for the person who aims.

One cause is named, the first that holds: a code that is cut off is also small, one in the dark
also looks blurred.
"""

import cv2
import numpy as np

from verification.adapters.scanning.gray import Gray
from verification.adapters.scanning.reading import Hint
from verification.adapters.scanning.rescue.block import MARGIN, straightened
from verification.adapters.scanning.rescue.locator import Candidate

_AT_BORDER = 0.012  # of the frame's longer side
_DARK_WHITE = 100  # gray of the brightest tenth
_DARK_SPREAD = 32  # gray steps between the brightest and the darkest tenth
_WHITE = 248  # gray that a camera shows where there is too much light
_GLARE_SHARE = 0.015  # of the block, after a patch of the size of some modules fits into it
_TILES, _WHITE_SHARE = 4, 0.45  # a side; of each tile: light modules swallow the dark ones
_HOPELESS_PITCH, _SMALLEST_PITCH = 1.3, 1.9  # pixels a module: even if sharp, and else
_MODULES = 65  # a side of a card's code, about
_MOST_SIDE = 1024.0  # pixels a side that are measured
_SHARP, _SOFT = 0.5, 0.27  # of edges along the softer and the sharper direction; sharp: about 1


def hint_of(gray: Gray, candidate: Candidate) -> Hint | None:
    """Say what to do about an unread code.

    Args:
        gray: The frame.
        candidate: Where something like a code is in it.

    Returns:
        The cause that stands out, or None.
    """
    if _cut_off(gray, candidate):
        return "cut_off"
    block = _inside(gray, candidate)
    dark, white = np.percentile(block, (10, 90))
    if white < _DARK_WHITE or white - dark < _DARK_SPREAD:
        return "too_dark"
    if _is_overexposed(block):
        return "overexposed"
    if _glare(block) > _GLARE_SHARE:
        return "glare"
    if candidate.side < _HOPELESS_PITCH * _MODULES:
        return "too_small"
    small = candidate.side < _SMALLEST_PITCH * _MODULES
    soft, sharp = sharpness(gray, candidate)
    if soft < _SHARP:
        # Out of focus every way, and near enough that going back helps; else a hand that shakes.
        return "too_soft" if sharp < _SOFT and not small else "blurred"
    return "too_small" if small else None


def _cut_off(gray: Gray, candidate: Candidate) -> bool:
    height, width = gray.shape
    least = _AT_BORDER * max(height, width)
    near = min(candidate.quad.min(), *(np.array([width, height]) - candidate.quad.max(axis=0)))
    return bool(near < least)


def _inside(gray: Gray, candidate: Candidate) -> Gray:
    """Return the block itself, straightened, without its margin."""
    return straightened(gray, candidate)[MARGIN:-MARGIN, MARGIN:-MARGIN]


def _is_overexposed(block: Gray) -> bool:
    """Tell whether there is too much light everywhere: no decoder mends that."""
    white = (block >= _WHITE).astype(np.float32)
    tiles = cv2.resize(white, (_TILES, _TILES), interpolation=cv2.INTER_AREA)
    return bool(tiles.min() >= _WHITE_SHARE)


def _glare(block: Gray) -> float:
    """Return the share of the block that is white where no code is so white."""
    white = (cv2.blur(block, (5, 5)) >= _WHITE).astype(np.uint8)
    patch = np.ones((block.shape[0] // 14,) * 2, np.uint8)
    return float(cv2.morphologyEx(white, cv2.MORPH_OPEN, patch).mean())


def sharpness(gray: Gray, candidate: Candidate) -> tuple[float, float]:
    """Return how steep the edges of a block are along its softer and its sharper direction.

    A shaking hand softens one direction only, a lens both. The steepness, 0 to about 1, is taken
    in modules of a dense code, so that a code far away does not look sharper.
    """
    side = min(candidate.side, _MOST_SIDE)
    size = max(int(side), 8)
    goal = np.array([[0, 0], [size, 0], [size, size], [0, size]], np.float32)
    turn = cv2.getPerspectiveTransform(candidate.quad, goal)
    block = cv2.warpPerspective(gray, turn, (size, size)).astype(np.float32)
    across, down = np.diff(block, axis=1)[1:], np.diff(block, axis=0)[:, 1:]
    steep = np.linalg.eigvalsh(np.cov(across.ravel(), down.ravel()))
    soft, sharp = steep / max(block.var(), 1.0) * side / _MODULES
    return float(soft), float(sharp)
