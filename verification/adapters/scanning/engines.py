"""The two engines behind one form: payload bytes and where they stand.

pyzbar guesses at encodings, so its result counts only when it is pure ASCII.
"""

from dataclasses import dataclass
from typing import Any

import zxingcpp

from verification.adapters.scanning.gray import Gray

try:
    from pyzbar import pyzbar as _found_pyzbar
except (ImportError, OSError):  # libzbar0, on Windows the Visual C++ 2013 runtime, may be missing
    pyzbar: Any = None
else:
    pyzbar = _found_pyzbar

Box = tuple[float, float, float, float]  # left, top, right, bottom in pixels
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


@dataclass(frozen=True)
class Found:
    """A code that an engine read, or located only.

    Args:
        payload: Its bytes; empty where it was located and not read.
        box: Where it is in the picture given.
    """

    payload: bytes
    box: Box


def zxing(gray: Gray, *, pure: bool = False) -> list[Found]:
    """Read with zxing-cpp; what it locates only has an empty payload.

    Args:
        gray: Height x width.
        pure: True for a drawn code that fills the picture.
    """
    try:
        codes = zxingcpp.read_barcodes(gray, formats=_QR, is_pure=pure, return_errors=True)
    except (ValueError, TypeError):
        return []
    return [Found(code.bytes if code.valid else b"", _box(code.position)) for code in codes]


def zbar(gray: Gray) -> list[Found]:
    """Read with pyzbar; only what is pure ASCII."""
    if pyzbar is None:
        return []
    codes = pyzbar.decode(gray, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return [
        Found(
            code.data,
            (r.left, r.top, r.left + r.width, r.top + r.height),
        )
        for code in codes
        if (r := code.rect) is not None and code.data and code.data.isascii()
    ]


def read_only(found: list[Found]) -> list[Found]:
    """Leave out what was located and not read."""
    return [one for one in found if one.payload]


def uncontradicted(found: list[Found], others: list[Found]) -> list[Found]:
    """Leave out each code of which another engine says something else at the same place."""
    return [
        one
        for one in found
        if not any(_overlap(one.box, two.box) and one.payload != two.payload for two in others)
    ]


def _box(position: Any) -> Box:  # noqa: ANN401  # zxing-cpp's stubs name no such class
    corners = (
        position.top_left, position.top_right, position.bottom_left, position.bottom_right,
    )  # fmt: skip
    across, down = [corner.x for corner in corners], [corner.y for corner in corners]
    return min(across), min(down), max(across), max(down)


def _overlap(one: Box, two: Box) -> bool:
    """Tell whether the middle of one lies in the other."""
    x, y = (two[0] + two[2]) / 2, (two[1] + two[3]) / 2
    return one[0] <= x <= one[2] and one[1] <= y <= one[3]
