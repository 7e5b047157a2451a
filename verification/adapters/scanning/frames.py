"""Open a picture file: its frames, the first alone where there is no other."""

import io
import logging
import warnings
from collections.abc import Generator

import numpy as np
from PIL import Image

from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.headers import claimed
from verification.adapters.scanning.kinds import is_raw, kind_of, picture_name
from verification.adapters.scanning.sheets import MOST_SHEETS, Late, Sheets, note, refused
from verification.basics.errors import PictureError

Image.MAX_IMAGE_PIXELS = None  # `_fitting` refuses by limits of its own, and in words
warnings.filterwarnings("ignore", module=r"PIL\.")  # of torn files, which are told
logging.getLogger("PIL").setLevel(logging.CRITICAL)  # the same

_FORMATS = (
    "PNG", "JPEG", "MPO", "WEBP", "GIF", "TIFF", "BMP", "DIB", "JPEG2000", "AVIF", "ICO", "PPM",
)  # fmt: skip
_MOST_PIXELS = 1 << 26  # that are held at once: a phone's 64 megapixels
_MOST_SHRUNK = 1 << 28  # of a JPEG, which can be opened at a share of its size
_AT_A_STROKE = {"WEBP", "JPEG2000", "AVIF"}  # whose decoders do not ask for the file bit by bit
_MOST_AT_A_STROKE = 24_000_000  # pixels of those: some two seconds
_DRAFTED = 32_000_000  # pixels from which on it is
_FEWEST = 21  # modules of the smallest QR: fewer pixels hold none
_MIRRORED = {2, 4, 5, 7}  # orientations of EXIF
_ORIENTATION = 0x0112
_WITH_ALPHA = 32  # bits a pixel
_JPEG = b"\xff\xd8"
_JPEG_END = b"\xff\xd9"


class _Timed(io.BytesIO):
    """A file that cannot be read on when the time is used up: a decoder ends with it."""

    def __init__(self, data: bytes, ends: Deadline) -> None:
        super().__init__(data)
        self._ends = ends

    def read(self, size: int | None = -1, /) -> bytes:
        if self._ends.over:
            raise Late
        return super().read(size)


def picture_sheets(data: bytes, ends: Deadline) -> Sheets:
    """Open a picture file.

    Args:
        data: The file's bytes.
        ends: When to leave it.

    Returns:
        Its frames, plain: gray, RGB or RGBA.

    Raises:
        PictureError: It is no picture that can be opened.
        Late: It could not be opened in time.
    """
    image = _fitting(_opened(data, ends), data)
    sheets = Sheets(each=image.format == "TIFF")
    first = _first(image, data, ends, sheets)
    sheets.images = _frames(first, image, sheets)
    return sheets


def _opened(data: bytes, ends: Deadline) -> Image.Image:
    claim, most = claimed(data), _MOST_SHRUNK if data.startswith(_JPEG) else _MOST_PIXELS
    if claim and claim.width * claim.height > most:  # some libraries hold it all as they open it
        raise refused("too_large", width=claim.width, height=claim.height)
    try:
        Image.init()
        known = [name for name in _FORMATS if name in Image.OPEN]
        return Image.open(_Timed(data, ends), formats=known)
    except (Late, MemoryError):
        raise
    except Exception:  # noqa: BLE001  # a torn file breaks a decoder in any way
        raise _damaged(data) from None


def _damaged(data: bytes) -> PictureError:
    kind, name = kind_of(data), picture_name(data)
    return refused(kind) if name is None or kind == "raw" else refused("damaged", kind=name)


def _fitting(image: Image.Image, data: bytes) -> Image.Image:
    """Return it, at a share of its size where it is huge; refuse what would fill the memory."""
    width, height = image.size
    shrinks = image.format in {"JPEG", "MPO"} and not image.info.get("progressive")
    whole = _MOST_AT_A_STROKE if image.format in _AT_A_STROKE else _MOST_PIXELS
    if width * height > (_MOST_SHRUNK if shrinks else whole):
        raise refused("too_large", width=width, height=height)
    if min(width, height) < _FEWEST and not is_raw(data):
        raise refused("too_small", width=width, height=height)
    if shrinks and width * height > _DRAFTED:
        image.draft("L", (width // 2, height // 2))
    return image


def _first(image: Image.Image, data: bytes, ends: Deadline, sheets: Sheets) -> Image.Image:
    """Return the first frame, as much of it as there is."""
    try:
        image.load()
        made = plain(image)
        return _with_hidden_alpha(made, data) if image.format in {"BMP", "DIB"} else made
    except (Late, MemoryError):
        raise
    except Exception:  # noqa: BLE001  # as above
        rest = _rest(image, data, ends)
        if rest is None:
            raise _damaged(data) from None
        sheets.notes.append(note("cut"))
        return rest


def _rest(image: Image.Image, data: bytes, ends: Deadline) -> Image.Image | None:
    """Return what arrived of a picture, or None where that shows nothing."""
    try:
        if image.format in {"JPEG", "MPO"} and not data.endswith(_JPEG_END):
            image = _fitting(_opened(data + _JPEG_END, ends), data)
        else:
            image.tile = []  # type: ignore[attr-defined]  # of `ImageFile`: nothing more is to come
        rest = plain(image)
    except (Late, PictureError, MemoryError):
        raise
    except Exception:  # noqa: BLE001  # as above
        return None
    low, high = rest.convert("L").getextrema()
    return rest if low != high else None


def _with_hidden_alpha(image: Image.Image, data: bytes) -> Image.Image:
    """Return a bitmap with its fourth byte as alpha: older headers do not say that it is one."""
    start, bits = int.from_bytes(data[10:14], "little"), int.from_bytes(data[28:30], "little")
    width, height = image.size
    if bits != _WITH_ALPHA or len(data) < start + 4 * width * height:
        return image
    fourth = np.frombuffer(data, np.uint8, 4 * width * height, start)[3::4].reshape(height, width)
    upward = int.from_bytes(data[22:26], "little", signed=True) > 0
    if fourth.min() != fourth.max():
        image.putalpha(Image.fromarray(np.ascontiguousarray(fourth[::-1] if upward else fourth)))
    return image


def _frames(first: Image.Image, image: Image.Image, sheets: Sheets) -> Generator[Image.Image]:
    yield first
    number = 1
    try:
        while number < MOST_SHEETS:
            image.seek(number)
            yield plain(image)
            number += 1
        image.seek(number)
    except (Late, MemoryError):
        raise
    except Exception:  # noqa: BLE001  # no further frame, or a torn one
        return
    pages = getattr(image, "n_frames", number + 1)
    sheets.notes.append(note("pages_left", pages=pages, seen=number))


def plain(image: Image.Image) -> Image.Image:
    """Return an image as gray, RGB or RGBA, mirrored back where it was stored so."""
    if "transparency" in image.info or image.mode in {"LA", "La", "PA", "RGBa", "RGBA"}:
        made = image.convert("RGBA")
    elif image.mode.startswith(("I", "F")):
        made = _spread(image)
    else:
        made = image.convert("L" if image.mode in {"1", "L"} else "RGB")
    mirrored = _orientation(image) in _MIRRORED
    return made.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else made


def _spread(image: Image.Image) -> Image.Image:
    """Return many levels as 256, whichever part of them is used."""
    levels = np.nan_to_num(np.asarray(image).astype(np.float32), posinf=0, neginf=0)
    low, high = float(levels.min()), float(levels.max())
    return Image.fromarray(((levels - low) * (255 / max(high - low, 1e-6))).astype(np.uint8))


def _orientation(image: Image.Image) -> object:
    try:
        return image.getexif().get(_ORIENTATION)
    except Exception:  # noqa: BLE001  # broken EXIF says nothing
        return None
