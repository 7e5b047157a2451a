"""From a file or an array to contiguous 8-bit gray."""

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(1 << 26))  # before cv2 reads it
import cv2  # after the limit above

cv2.setNumThreads(1)  # a desk's share of the server is counted by thread

Gray = NDArray[np.uint8]
_FEWEST = 2  # rows and columns: what is looked at has neighbours to differ from
_SMALLEST = 21  # modules of the smallest QR: fewer pixels hold none
_TO_GRAY = {3: cv2.COLOR_BGR2GRAY, 4: cv2.COLOR_BGRA2GRAY}


def open_picture(data: bytes) -> Gray | None:
    """Return a picture file (PNG, JPEG, WebP) as gray, or None where the bytes are no picture."""
    if not data:
        return None
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error:
        return None
    return None if picture is None else np.asarray(picture, np.uint8)


def to_gray(frame: object) -> Gray | None:
    """Return a frame as contiguous 8-bit gray, or None where it is no picture."""
    if not isinstance(frame, np.ndarray) or frame.ndim not in {2, 3}:
        return None
    if not frame.size or min(frame.shape[:2]) < _SMALLEST:
        return None
    plain = _eight_bit(frame)
    if plain is None or plain.ndim == 2:  # noqa: PLR2004  # gray already
        return plain
    if plain.shape[2] in _TO_GRAY:
        return np.asarray(cv2.cvtColor(plain, _TO_GRAY[plain.shape[2]]), np.uint8)
    return np.ascontiguousarray(plain[:, :, 0]) if plain.shape[2] in {1, 2} else None


def shrunk(gray: Gray, by: float) -> Gray:
    """Return a picture at a share of its size; of a long strip some rows are left."""
    if min(gray.shape) * by >= _FEWEST:
        small = cv2.resize(gray, None, fx=by, fy=by, interpolation=cv2.INTER_AREA)
    else:
        height, width = (max(round(side * by), _FEWEST) for side in gray.shape)
        small = cv2.resize(gray, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def _eight_bit(frame: NDArray[Any]) -> Gray | None:
    if frame.dtype == np.uint8:
        return np.ascontiguousarray(frame)
    if frame.dtype.kind not in "biuf":
        return None
    if frame.dtype == np.uint16:
        return np.ascontiguousarray(frame >> 8, np.uint8)
    finite = np.nan_to_num(frame.astype(np.float64), nan=0.0, posinf=255.0, neginf=0.0)
    scale = 255.0 if finite.max() <= 1.0 else 1.0
    return np.ascontiguousarray(np.clip(finite * scale, 0, 255).astype(np.uint8))
