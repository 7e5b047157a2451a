"""One sheet as grays to look at: in parts, on white and on black, by alpha, by single colours.

A code may stand in the alpha channel alone, or in colours of one brightness; a huge picture is
looked at smaller first, then piece by piece as it is.
"""

from collections.abc import Iterator
from itertools import product

import cv2
import numpy as np
from PIL import Image

from verification.adapters.scanning.gray import Gray

_MOST = 16_000_000  # pixels that are looked at as one
_TILE, _OVERLAP = 4000, 800  # pixels a side of a piece
_FLAT = 3  # gray steps between darkest and lightest that show nothing
_FAINT = 64  # gray steps below which they are spread: zxing-cpp takes little contrast for plain
_COLOURED = 40  # steps between a colour and the gray from which on it is looked at alone


def views(image: Image.Image) -> Iterator[Gray]:
    """Yield the ways to see a sheet, the likeliest first.

    Args:
        image: Gray, RGB or RGBA.
    """
    for part in _parts(image):
        for gray in _grays(part):
            seen = _spread(gray)
            if seen is not None:
                yield seen


def _parts(image: Image.Image) -> Iterator[Image.Image]:
    width, height = image.size
    if width * height <= _MOST:
        yield image
        return
    by = (_MOST / (width * height)) ** 0.5
    yield image.resize((max(int(width * by), 1), max(int(height * by), 1)), Image.Resampling.BOX)
    step = _TILE - _OVERLAP
    for top, left in product(range(0, height, step), range(0, width, step)):
        if (top and top + _OVERLAP >= height) or (left and left + _OVERLAP >= width):
            continue  # the piece before it holds that
        yield image.crop((left, top, min(left + _TILE, width), min(top + _TILE, height)))


def _grays(image: Image.Image) -> Iterator[Gray]:
    if image.mode != "RGBA":
        yield from _colours(image)
        return
    alpha = np.asarray(image.getchannel("A"), np.uint8)
    plain = image.convert("RGB")
    if alpha.min() != alpha.max():
        colour = np.asarray(plain.convert("L"), np.uint8)
        black = cv2.multiply(colour, alpha, scale=1 / 255)
        yield np.asarray(cv2.add(black, cv2.bitwise_not(alpha)), np.uint8)
        yield np.asarray(black, np.uint8)
        yield alpha
    yield from _colours(plain)


def _colours(image: Image.Image) -> Iterator[Gray]:
    gray = np.asarray(image.convert("L"), np.uint8)
    yield gray
    if image.mode == "L":
        return
    for name in "RGB":
        one = np.asarray(image.getchannel(name), np.uint8)
        if int(cv2.absdiff(one, gray).max()) >= _COLOURED:
            yield one


def _spread(gray: Gray) -> Gray | None:
    """Return a gray that shows something, over all levels where it uses few of them."""
    low, high = int(gray.min()), int(gray.max())
    if high - low < _FLAT:
        return None
    if high - low >= _FAINT:
        return np.ascontiguousarray(gray)
    levels = np.clip((np.arange(256) - low) * (255 / (high - low)), 0, 255)
    return np.asarray(cv2.LUT(gray, levels.astype(np.uint8)), np.uint8)
