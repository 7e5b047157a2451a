"""Small picture files of codes, damaged in their pixels, their bytes or their headers.

Each comes with the one text that its code says.
"""

import io
import random
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fixtures.filed import FILES, saved
from fixtures.filed import drawn as code_of
from tests.adapters.scanning.bombs import jpeg_of_scans, png_of, png_with_texts

_PAYLOADS = Path(__file__).resolve().parents[2] / "fixtures/payloads"
_SIDES = (
    b"\0\0\0\0",
    b"\0\0\0\1",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\0\0\xff\xff",
    b"\0\1\0\0",
)
_PLACES = {"PNG": 16, "BMP": 18, "GIF": 6, "WEBP": 24, "JPEG": 160, "TIFF": 8}  # of the size, about
_KINDS: dict[str, dict[str, object]] = {
    "PNG": {}, "JPEG": {"quality": 60}, "WEBP": {"quality": 60}, "GIF": {}, "BMP": {}, "TIFF": {},
}  # fmt: skip
FRAMES = ("PNG", "JPEG", "WEBP")
# Of each how many in a hundred: what a step of rescue costs ten plain frames are read for, an
# upload thirty and more.
PLAIN, RESCUED, UPLOADED = WAYS = ("plain frames", "rescued frames", "uploads")
SHARES = (95.0, 4.5, 0.5)


@dataclass(frozen=True)
class Damaged:
    """One file.

    Args:
        data: Its bytes.
        how: What was done to it.
        payload: What its code says.
        way: How it is sent: as a frame of the camera, as one with a step of rescue, as an upload.
    """

    data: bytes
    how: str
    payload: bytes
    way: str


@cache
def _payloads() -> Sequence[bytes]:
    texts = [path.read_bytes() for path in sorted(_PAYLOADS.glob("*.txt"))]
    return sorted(texts, key=len)[:70]  # the longest make pictures that are not small


@cache
def _code(payload: bytes, pitch: int) -> NDArray[np.uint8]:
    return code_of(payload, pitch)


def damaged(chance: random.Random) -> Damaged:
    """Return the next file and the way that it goes."""
    (way,) = chance.choices(WAYS, SHARES)
    frame = way != UPLOADED
    # numbers alone make the smallest codes, and are whose digit is wrongly corrected soonest
    payload = chance.choice(_payloads() if chance.random() < 0.4 else _payloads()[:12])
    gray = _code(payload, chance.choice((2, 2, 3)))
    ways: tuple[Callable[[], tuple[bytes, str]], ...] = (
        lambda: (_file(_scratched(gray, chance), _kind(chance, frame=frame)), "pixels"),
        lambda: (_file(_scratched(gray, chance), _kind(chance, frame=frame)), "pixels"),
        lambda: _bytes(_file(gray, _kind(chance, frame=frame)), chance),
        lambda: _bytes(_file(gray, _kind(chance, frame=frame)), chance),
        lambda: _resized(gray, _kind(chance, frame=frame), chance),
        lambda: _bytes(chance.choice(list(FILES.values()))(gray), chance),
        lambda: (chance.choice(_bombs())(chance), "bomb"),
    )
    data, how = ways[chance.choices(range(len(ways)), (6, 6, 8, 8, 6, 4, 1))[0]]()
    return Damaged(data, how, payload, way)


def _kind(chance: random.Random, *, frame: bool) -> str:
    return chance.choice(FRAMES if frame else tuple(_KINDS))


def _file(gray: NDArray[np.uint8], kind: str) -> bytes:
    return saved(Image.fromarray(gray), kind, **_KINDS[kind])


def _scratched(gray: NDArray[np.uint8], chance: random.Random) -> NDArray[np.uint8]:
    """Turn, cover, shift or noise parts of a code, so that what corrects its errors has to work."""
    made = gray.copy()
    height, width = made.shape
    for _ in range(chance.randrange(1, 7)):
        top, left = chance.randrange(height), chance.randrange(width)
        tall, wide = chance.randrange(1, height // 4), chance.randrange(1, width // 4)
        part = made[top : top + tall, left : left + wide]
        match chance.randrange(4):
            case 0:
                part ^= np.uint8(255)
            case 1:
                part[:] = chance.choice((0, 128, 255))
            case 2:
                part[:] = np.roll(part, chance.randrange(1, 9), axis=1)
            case _:
                rng = np.random.default_rng(chance.getrandbits(32))
                part[:] = rng.integers(0, 256, part.shape, np.uint8)
    return made


def _bytes(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Flip, cut, insert or double bytes of a file."""
    text = bytearray(data)
    for _ in range(chance.randrange(1, 6)):
        if not text:
            break
        at = chance.randrange(len(text))
        match chance.randrange(6):
            case 0 | 1:
                text[at] ^= 1 << chance.randrange(8)
            case 2:
                text[at] = chance.randrange(256)
            case 3:
                text[at:at] = chance.randbytes(chance.randrange(1, 9))
            case 4:
                del text[at : at + chance.randrange(1, 60)]
            case _:
                del text[at if chance.random() < 0.5 else max(at, len(text) - 40) :]
    return bytes(text), "bytes"


def _resized(gray: NDArray[np.uint8], kind: str, chance: random.Random) -> tuple[bytes, str]:
    """Let the header say another size, or something else about there."""
    text = bytearray(_file(gray, kind))
    at = max(0, min(_PLACES[kind] + chance.randrange(-8, 9) // 4 * 4, len(text) - 4))
    new = chance.choice(_SIDES) if chance.random() < 0.5 else chance.randbytes(4)
    size = chance.choice((1, 2, 4))
    text[at : at + size] = new[:size]
    return bytes(text), "header"


@cache
def _bombs() -> Sequence[Callable[[random.Random], bytes]]:
    scans = jpeg_of_scans(300, 300)
    texts = png_with_texts(b"zTXt", b"k\0\0", 3)
    head = struct.pack(
        "<2sIHHIIiiHHIIIIII", b"BM", 100, 0, 0, 54, 40, 30_000, 30_000, 1, 8, 1, 40, 0, 0, 256, 0
    )
    return (
        lambda chance: png_of(
            chance.randrange(1, 70_000), chance.randrange(1, 70_000), data=b"x\x9c"
        ),
        lambda chance: scans[: chance.randrange(200, len(scans))],
        lambda chance: texts[: chance.randrange(60, len(texts))],
        lambda chance: head + chance.randbytes(chance.randrange(600)),
        lambda _chance: _film(),
    )


@cache
def _film() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("L", (60, 60), at % 2 * 255) for at in range(200)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()
