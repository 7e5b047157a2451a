"""The one decoder for every source: zxing-cpp on the plain frame, then the rescue steps.

A single picture gets all of them; a live frame gets one in turn (`live.py`). Payloads are bytes;
what they mean is decided elsewhere.
"""

from collections.abc import Callable, Iterator

from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.engines import pyzbar as _pyzbar
from verification.adapters.scanning.engines import read_only, zxing
from verification.adapters.scanning.gray import Gray, open_picture, to_gray
from verification.adapters.scanning.reading import Hint, Reading
from verification.adapters.scanning.rescue.faint import faint_places
from verification.adapters.scanning.rescue.hints import hint_of
from verification.adapters.scanning.rescue.locator import Candidate, Changes, changes, from_box
from verification.adapters.scanning.rescue.passes import FIRST_STEPS, STEPS, WHOLE_STEPS, workable

__all__ = ["Hint", "Reading", "has_pyzbar", "look", "read_frame", "read_picture", "to_gray"]

STILL_SECONDS = 1.6  # of CPU after which no further rescue of a single picture begins


def has_pyzbar() -> bool:
    """Tell whether pyzbar can be used; without its library zxing-cpp reads alone."""
    return _pyzbar is not None


def read_picture(data: bytes) -> Reading | None:
    """Read a picture file (PNG, JPEG, WebP) with every step there is.

    Args:
        data: The file's bytes.

    Returns:
        What it shows, or None where the bytes are no picture.
    """
    picture = open_picture(data)
    return None if picture is None else read_frame(picture)


def read_frame(frame: object) -> Reading:
    """Read a frame with every step there is.

    Args:
        frame: An array of any shape and dtype; height x width, gray, BGR or BGRA is read.

    Returns:
        What it shows; nothing where it is no picture.
    """
    gray = to_gray(frame)
    if gray is None:
        return Reading()
    reading, candidates = look(gray)
    if reading.payloads:
        return reading
    return rescued(gray, candidates, Deadline(STILL_SECONDS)) or reading


def rescued(gray: Gray, candidates: list[Candidate], ends: Deadline) -> Reading | None:
    """Read what the plain frame did not show, with every step there is.

    Args:
        gray: Height x width.
        candidates: The places worth a rescue; the whole is searched after them.
        ends: When no further step begins.

    Returns:
        What a step read, or None.
    """
    for step, payloads in _tried(gray, candidates, ends):
        if payloads:
            return Reading(tuple(dict.fromkeys(payloads)), step)
    return None


def look(
    gray: Gray, in_the_dark: Callable[[Gray, Changes], list[Candidate]] = faint_places
) -> tuple[Reading, list[Candidate]]:
    """Read the plain frame; where that fails, say where something like a code is.

    Args:
        gray: Height x width.
        in_the_dark: Looks for one where nothing else is like a code.

    Returns:
        What was read, or that something is unread and why, and the places worth a rescue.
    """
    found = zxing(gray)
    payloads = tuple(dict.fromkeys(one.payload for one in read_only(found)))
    if payloads:
        return Reading(payloads, "zxing"), []
    seen = changes(gray)
    candidates = seen.places() or in_the_dark(gray, seen)
    candidates += [from_box(one.box) for one in found if not candidates]
    if not candidates:
        return Reading(), []
    return Reading(unread=True, hint=hint_of(gray, candidates[0])), candidates


def _tried(
    gray: Gray, candidates: list[Candidate], ends: Deadline
) -> Iterator[tuple[str, list[bytes]]]:
    for name, whole in FIRST_STEPS.items():
        yield name, whole(gray, ends)
    for candidate in candidates:
        for name, step in STEPS.items():
            if ends.over:
                return
            yield name, step(gray, candidate, ends)
    worked = workable(gray)
    for name, whole in WHOLE_STEPS.items():
        if ends.over:
            return
        yield name, whole(worked, ends)
