"""The one decoder for every source: zxing-cpp first, pyzbar on a miss.

Payloads are bytes; what they mean is decided elsewhere. pyzbar guesses at encodings, so its result
counts only when it is pure ASCII.
"""

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
import zxingcpp
from numpy.typing import NDArray

os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(1 << 26))  # before cv2 reads it
import cv2  # after the limit above

try:
    from pyzbar import pyzbar as _found_pyzbar
except ImportError:  # the wheel is there, the system's libzbar0 may not be
    _pyzbar: Any = None
else:
    _pyzbar = _found_pyzbar

Gray = NDArray[np.uint8]
_SMALLEST = 21  # modules of the smallest QR: fewer pixels hold none
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_TO_GRAY = {3: cv2.COLOR_BGR2GRAY, 4: cv2.COLOR_BGRA2GRAY}


@dataclass(frozen=True)
class Reading:
    """What a frame shows.

    Args:
        payloads: Payload bytes of each QR, each once.
        step: What read it, `zxing` or `pyzbar`; None where nothing was read.
        unread: True where something like a code is there but was not read.
    """

    payloads: tuple[bytes, ...] = ()
    step: str | None = None
    unread: bool = False


def has_pyzbar() -> bool:
    """Tell whether pyzbar can be used; without `libzbar0` zxing-cpp reads alone."""
    return _pyzbar is not None


def read_picture(data: bytes) -> Reading | None:
    """Read a picture file (PNG, JPEG, WebP).

    Args:
        data: The file's bytes.

    Returns:
        What it shows, or None where the bytes are no picture.
    """
    if not data:
        return None
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error:
        return None
    return None if picture is None else read_frame(picture)


def read_frame(frame: object) -> Reading:
    """Read a frame.

    Args:
        frame: An array of any shape and dtype; height x width, gray, BGR or BGRA is read.

    Returns:
        What it shows; nothing where it is no picture.
    """
    gray = to_gray(frame)
    if gray is None:
        return Reading()
    payloads, located = _zxing(gray)
    if payloads:
        return Reading(payloads, "zxing")
    if payloads := _zbar(gray):
        return Reading(payloads, "pyzbar")
    return Reading(unread=located)


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


def _zxing(gray: Gray) -> tuple[tuple[bytes, ...], bool]:
    try:
        found = zxingcpp.read_barcodes(gray, formats=_QR, return_errors=True)
    except (ValueError, TypeError):
        return (), False
    payloads = dict.fromkeys(code.bytes for code in found if code.valid and code.bytes)
    return tuple(payloads), any(not code.valid for code in found)


def _zbar(gray: Gray) -> tuple[bytes, ...]:
    if _pyzbar is None:
        return ()
    found = _pyzbar.decode(gray, symbols=[_pyzbar.ZBarSymbol.QRCODE])
    return tuple(dict.fromkeys(code.data for code in found if code.data and code.data.isascii()))
