"""Small files that cost much: pictures and documents that a stranger could send.

They are built when they are needed, by few lines each; none is kept. Each is what its name says,
and of a size that the desk takes.
"""

from __future__ import annotations

import struct
import zlib
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from fixtures.documents import endless
from fixtures.filed import saved

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]


def corners(height: int, width: int, gap: int = 1) -> Picture:
    """Return nothing but corners of codes, one module a pixel: a decoder tries each with each."""
    one = np.full((7 + gap, 7 + gap), 255, np.uint8)
    one[:7, :7], one[1:6, 1:6], one[2:5, 2:5] = 0, 255, 0
    side = 7 + gap
    return np.tile(one, (height // side + 1, width // side + 1))[:height, :width].copy()


def checkered(height: int, width: int, side: int = 2) -> Picture:
    """Return a chessboard: more outlines than anything else of its size."""
    one = np.kron(np.array([[0, 255], [255, 0]], np.uint8), np.ones((side, side), np.uint8))
    return np.tile(one, (height // (2 * side) + 1, width // (2 * side) + 1))[:height, :width].copy()


def png(picture: Picture) -> bytes:
    """Return a picture as PNG."""
    return saved(Image.fromarray(picture).convert("1", dither=Image.Dither.NONE), "PNG")


def _chunk(name: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + check


def _zeros(megabytes: int) -> bytes:
    """Return deflated zeros, a thousandth of their size."""
    # after a full flush nothing looks back, so that one piece is followed by itself
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    piece = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    check = struct.pack(">HH", megabytes * 1_000_000 % 65_521, 1)  # Adler-32 of zeros
    return b"\x78\xda" + piece * megabytes + packer.flush() + check


def png_of(width: int, height: int, *more: bytes, data: bytes = b"") -> bytes:
    """Return a PNG that says it has that many pixels, with further chunks before its data."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [_chunk(b"IHDR", head), *more, _chunk(b"IDAT", data), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def flat_png(side: int) -> bytes:
    """Return a PNG of nothing that holds all the pixels that it says it has."""
    return png_of(side, side, data=_zeros(side * (side + 1) // 1_000_000 + 1))


def png_with_profile(megabytes: int) -> bytes:
    """Return a small PNG whose colour profile and texts unpack to that much each."""
    packed = _zeros(megabytes)
    profile = _chunk(b"iCCP", b"icc\0\0" + packed)
    texts = [_chunk(b"zTXt", b"k%d\0\0" % at + packed) for at in range(8)]
    return png_of(100, 100, profile, *texts, data=zlib.compress(bytes(101 * 100)))


def png_with_texts(name: bytes, head: bytes, times: int = 100) -> bytes:
    """Return a small PNG with chunks that each unpack to as much as a decoder takes of one."""
    text = _chunk(name, head + _zeros(7))
    return png_of(300, 300, *[text] * times, data=zlib.compress(bytes(301 * 300)))


def jpeg_of_scans(side: int, scans: int) -> bytes:
    """Return a progressive JPEG of so many scans, each of a few bytes and over all pixels."""
    whole = saved(Image.new("L", (side, side), 128), "JPEG", progressive=True)
    last = whole.rindex(b"\xff\xc4")  # the last scan's own table; a flat picture needs little
    return whole[:last] + whole[last:-2] * scans + whole[-2:]


def film(kind: str, side: int, frames: int, **how: object) -> bytes:
    """Return a film of large frames, of which each is nearly nothing."""
    pictures = [Image.new("L", (side, side), at % 2 * 200) for at in range(frames)]
    return saved(pictures[0], kind, save_all=True, append_images=pictures[1:], **how)


def huge(kind: str, side: int, **how: object) -> bytes:
    """Return a flat picture of that many pixels a side."""
    return saved(Image.new("L", (side, side), 200), kind, **how)


def pdf_of(*objects: bytes) -> bytes:
    """Return a PDF of these objects, the first of which is its catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % table)


def _stream(entries: bytes, data: bytes) -> bytes:
    return b"<< /Length %d %s >>\nstream\n" % (len(data), entries) + data + b"\nendstream"


def _page(content: bytes, resources: bytes, *more: bytes, box: int = 500) -> bytes:
    return pdf_of(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R /Resources << %s >> >>"
        % (box, box, resources),
        _stream(b"", content),
        *more,
    )


def pdf_of_picture(side: int) -> bytes:
    """Return a PDF with one picture of so many pixels a side, packed twice."""
    entries = (
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB"
        b" /BitsPerComponent 8 /Filter [/FlateDecode /FlateDecode]" % (side, side)
    )
    packed = zlib.compress(_zeros(side * side * 3 // 1_000_000 + 1), 9)
    picture = _stream(entries, packed)
    return _page(b"q 500 0 0 500 0 0 cm /I Do Q", b"/XObject << /I 5 0 R >>", picture)


def pdf_of_forms(depth: int, times: int) -> bytes:
    """Return a PDF whose drawings each draw the next one many times: a billion in two kilobytes."""
    forms = []
    for level in range(depth):
        last = level == depth - 1
        content = b"0 0 400 400 re f " * times if last else b"/F Do " * times
        inner = b"" if last else b"/Resources << /XObject << /F %d 0 R >> >>" % (6 + level)
        forms.append(
            _stream(b"/Type /XObject /Subtype /Form /BBox [0 0 500 500] " + inner, content)
        )
    return _page(b"/F Do", b"/XObject << /F 5 0 R >>", *forms)


def pdf_of_pages(pages: int, box: int = 14_000) -> bytes:
    """Return a PDF of many huge pages, all of them one object."""
    return pdf_of(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b"3 0 R " * pages, pages),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] >>" % (box, box),
    )


UPLOADS: dict[str, Callable[[], bytes]] = {
    "a PDF that is never drawn": endless,
    "a PDF of drawings in drawings": lambda: pdf_of_forms(9, 10),
    "a PDF of a picture packed twice": lambda: pdf_of_picture(6_000),
    "a PDF of ten thousand huge pages": lambda: pdf_of_pages(10_000),
    "a picture of nothing but corners": lambda: png(corners(8_000, 8_000)),
    "a chessboard": lambda: png(checkered(6_000, 6_000)),
    "a PNG that says it is huge": lambda: png_of(60_000, 60_000, data=_zeros(5)),
    "a PNG that is as large as is taken": lambda: flat_png(8_190),
    "a PNG with a profile of gigabytes": lambda: png_with_profile(30),
    "a JPEG of thousands of scans": lambda: jpeg_of_scans(8_000, 4_000),
    "a WebP as large as there is": lambda: huge("WEBP", 16_383, lossless=True, method=0, quality=0),
    "a JPEG 2000 as large as is taken": lambda: huge("JPEG2000", 4_890),
    "an AVIF as large as is taken": lambda: huge("AVIF", 4_890, speed=10),
    "a film of large frames": lambda: film("GIF", 4_000, 8),
    "a TIFF of large pages": lambda: film("TIFF", 4_000, 8, compression="tiff_adobe_deflate"),
    "a bitmap that says it is huge": lambda: struct.pack(
        "<2sIHHIIiiHHIIIIII", b"BM", 100, 0, 0, 54, 40, 60_000, 60_000, 1, 8, 1, 40, 0, 0, 256, 0
    ) + bytes(2_000),
}  # fmt: skip


@cache
def upload(name: str) -> bytes:
    """Return a bomb for `/kiosk/picture`."""
    return UPLOADS[name]()


FRAMES: dict[str, Callable[[], bytes]] = {
    "a PNG that says it is huge": lambda: png_of(60_000, 60_000, data=_zeros(1)),
    "a JPEG of thousands of scans": lambda: jpeg_of_scans(1_280, 4_000),
    "a PNG with more data than pixels": lambda: png_of(300, 300, data=_zeros(1_000)),
    "a PNG of packed texts": lambda: png_with_texts(b"zTXt", b"k\0\0"),
    "a PNG of packed texts in other letters": lambda: png_with_texts(b"iTXt", b"k\0\1\0\0\0"),
    "a PNG with a packed profile": lambda: png_with_texts(b"iCCP", b"k\0\0", 1),
    "a PNG that is a film": lambda: png_with_texts(b"fdAT", b"\0\0\0\1"),
    "a strip": lambda: png_of(1_638_400, 1, data=_zeros(2)),
    "a picture without pixels": lambda: png_of(0, 0),
    "a picture larger than the page sends": lambda: png(checkered(1_300, 1_300)),
    "a WebP that is larger": lambda: huge("WEBP", 1_500, lossless=True),
    "a film": lambda: film("GIF", 500, 3),
    "a moving WebP": lambda: film("WEBP", 500, 3, lossless=True),
    "a TIFF": lambda: huge("TIFF", 300),
    "a JPEG 2000": lambda: huge("JPEG2000", 300),
    "a bitmap": lambda: huge("BMP", 300),
    "an AVIF": lambda: huge("AVIF", 300, speed=10),
    "a portable map": lambda: b"P5 300 300 255\n" + bytes(90_000),
    "a PDF": endless,
    "a drawing": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="1e9"/></svg>',
    "an archive": lambda: b"PK\x03\x04" + bytes(2_000),
    "a torn JPEG": lambda: b"\xff\xd8\xff\xe0" + b"\xff" * 1_000_000,
    "a JPEG of empty segments": lambda: b"\xff\xd8" + b"\xff\xe1\0\2" * 400_000,
}


@cache
def frame(name: str) -> bytes:
    """Return a bomb for `/kiosk/frame`, which is refused before it is decoded."""
    return FRAMES[name]()
