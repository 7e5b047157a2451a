"""A candidate straightened to a square, and how dark it is about its surroundings."""

import cv2
import numpy as np
from numpy.typing import NDArray

from verification.adapters.scanning.gray import Gray
from verification.adapters.scanning.rescue.locator import Candidate

Floats = NDArray[np.float32]
SIDE = 384  # pixels a side of the straightened block
MARGIN = 48  # pixels around it


def straightened(gray: Gray, candidate: Candidate) -> Gray:
    """Return the candidate's block as a square with a margin, in gray."""
    far = MARGIN + SIDE
    goal = np.array([[MARGIN, MARGIN], [far, MARGIN], [far, far], [MARGIN, far]], np.float32)
    turn = cv2.getPerspectiveTransform(candidate.quad, goal)
    size = (far + MARGIN, far + MARGIN)
    flat = cv2.warpPerspective(
        gray, turn, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(flat, np.uint8)


def darkness(flat: Gray, window: int = 49) -> Floats:
    """Return how much darker each pixel is than its surroundings, in their spread."""
    plain = flat.astype(np.float32)
    mean = cv2.blur(plain, (window, window))
    spread = cv2.sqrt(np.maximum(cv2.blur(plain * plain, (window, window)) - mean * mean, 1.0))
    return np.asarray(np.clip((mean - plain) / (spread + 2.0), -2.0, 2.0), np.float32)


def multiplied(one: Floats, two: Floats, flags: int = 0) -> Floats:
    """Multiply two matrices in one thread: numpy would take every core of the server.

    Args:
        one: Rows x inner.
        two: Inner x columns.
        flags: Such as `cv2.GEMM_1_T`, for the first one turned over.
    """
    return np.asarray(cv2.gemm(one, two, 1.0, np.empty((0, 0), np.float32), 0.0, flags=flags))
