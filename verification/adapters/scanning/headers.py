"""What a picture says of itself in its first bytes, before anything of it is decoded.

PNG: ISO/IEC 15948, 11.2.2; JPEG: ITU-T T.81, Annex B; WebP: RFC 9649.
"""

import zlib
from dataclasses import dataclass

from verification.adapters.scanning.limits import (
    FRAME_PIXELS,
    FRAME_SCANS,
    FRAME_SIDE,
    FRAME_UNPACKED,
)

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_NAME = 8  # bytes of a chunk's length and name
_PNG_CHECK = 4  # bytes behind its data
# chunks that are packed by themselves, each of which a decoder unpacks, or that make it a film
_PNG_COSTLY = frozenset({b"zTXt", b"iTXt", b"iCCP", b"acTL", b"fdAT"})
_JPEG = b"\xff\xd8"
_SCAN = b"\xff\xda"
_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF0 to SOF15
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length
_MOST_SEGMENTS = 200  # before the size; an encoder writes ten


@dataclass(frozen=True)
class Claim:
    """What a picture says that it is.

    Args:
        width: In pixels.
        height: In pixels.
        scans: How often its decoder goes over all of them.
    """

    width: int
    height: int
    scans: int = 1


def is_frame(data: bytes) -> bool:
    """Tell whether it is a frame as a browser sends one, and small enough to be read at once."""
    claim = claimed(data)
    return (
        claim is not None
        and 0 < claim.width <= FRAME_SIDE
        and 0 < claim.height <= FRAME_SIDE
        and claim.width * claim.height <= FRAME_PIXELS
        and claim.scans <= FRAME_SCANS
        and (not data.startswith(_PNG) or _is_plain_png(data))
    )


def claimed(data: bytes) -> Claim | None:
    """Return what a JPEG, PNG or WebP says of itself; None of anything else."""
    if data.startswith(_PNG):
        return _png(data)
    if data.startswith(_JPEG):
        return _jpeg(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    return None


def _png(data: bytes) -> Claim | None:
    if data[12:16] != b"IHDR" or len(data) < 24:  # noqa: PLR2004  # where the height ends
        return None
    return Claim(int.from_bytes(data[16:20]), int.from_bytes(data[20:24]))


def _is_plain_png(data: bytes) -> bool:
    """Tell whether a PNG unpacks to pixels alone: a decoder unpacks what comes after them too."""
    unpacker, left = zlib.decompressobj(), FRAME_UNPACKED
    at, is_whole = len(_PNG), False
    while at + _PNG_NAME <= len(data):
        length, name = int.from_bytes(data[at : at + 4]), data[at + 4 : at + _PNG_NAME]
        begin = at + _PNG_NAME
        if length > len(data):  # OpenCV takes as much memory as that before it reads
            return False
        if name in _PNG_COSTLY:
            return False
        if name == b"IDAT" and not is_whole:
            try:
                left -= len(unpacker.decompress(data[begin : begin + length], left + 1))
            except zlib.error:  # torn: the decoder ends there too
                is_whole = True
            if left < 0:
                return False
            is_whole = is_whole or unpacker.eof
        at = begin + length + _PNG_CHECK
    return True


def _jpeg(data: bytes) -> Claim | None:
    at = len(_JPEG)
    for _ in range(_MOST_SEGMENTS):
        while data[at : at + 2] == b"\xff\xff":  # fill bytes
            at += 1
        if at + 9 > len(data) or data[at] != 0xFF:  # noqa: PLR2004  # what each marker begins with
            return None
        kind = data[at + 1]
        if kind in _SIZES:
            height, width = int.from_bytes(data[at + 5 : at + 7]), data[at + 7 : at + 9]
            return Claim(int.from_bytes(width), height, data.count(_SCAN, at))
        at += 2 if kind in _ALONE else 2 + int.from_bytes(data[at + 2 : at + 4])
    return None


def _webp(data: bytes) -> Claim | None:
    kind, head = data[12:16], data[20:30]
    if len(head) < 10:  # noqa: PLR2004  # where the last of the sizes ends
        return None
    if kind == b"VP8 ":
        return Claim(*(int.from_bytes(head[at : at + 2], "little") & 0x3FFF for at in (6, 8)))
    if kind == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        return Claim((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8X" and not head[0] & 0x02:  # no film
        return Claim(*(int.from_bytes(head[at : at + 3], "little") + 1 for at in (4, 7)))
    return None
