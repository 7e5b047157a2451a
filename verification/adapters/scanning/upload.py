"""Uploaded files: pictures of every kind, PDFs, and a sentence where it is neither.

One file costs at most 5 seconds. Every sheet is looked at plainly first; only where none is
read do the rescue steps begin, on what looks most like a code.
"""

import time
from dataclasses import dataclass, replace

from PIL import Image

from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.decoder import STILL_SECONDS, look, rescued
from verification.adapters.scanning.frames import picture_sheets
from verification.adapters.scanning.gray import Gray
from verification.adapters.scanning.kinds import is_raw, kind_of
from verification.adapters.scanning.pages import is_pdf, pdf_sheets
from verification.adapters.scanning.reading import Reading
from verification.adapters.scanning.rescue.locator import Candidate
from verification.adapters.scanning.sheets import Late, Sheets, note, refused
from verification.adapters.scanning.views import views
from verification.basics.texts import Text

_SECONDS = 3.2  # of the 5 that a file may cost: nothing new begins, the step under way ends
_MOST_KEPT = 3  # grays that are worth a rescue
MOST_BYTES = 100_000_000


@dataclass(frozen=True)
class _Kept:
    gray: Gray
    candidates: list[Candidate]
    reading: Reading


def read_upload(data: bytes, ends: Deadline | None = None) -> Reading:
    """Read the codes of an uploaded file.

    Args:
        data: A picture (PNG, JPEG, WebP, GIF, TIFF, BMP, AVIF, JPEG 2000) or a PDF.
        ends: When nothing new begins any more; `_SECONDS` from now where it is left out.

    Returns:
        What it shows, with a note where not all of it was looked at.

    Raises:
        PictureError: It cannot be opened; the sentence says what to send instead.
    """
    ends = ends or Deadline(_SECONDS, time.monotonic)
    if len(data) > MOST_BYTES:
        kind = kind_of(data)
        raise (
            refused("too_long", megabytes=MOST_BYTES // 1_000_000)
            if kind == "unknown"
            else refused(kind)
        )
    looking = _Looking(ends)
    try:
        sheets = pdf_sheets(data, ends) if is_pdf(data) else picture_sheets(data, ends)
        reading = looking.through(sheets)
    except Late:
        return Reading(notes=(note("too_hard"),))
    except MemoryError:
        raise refused("too_heavy") from None
    if not reading.payloads and is_raw(data):
        raise refused("raw")
    return reading


class _Looking:
    """What was read so far, and what is worth a rescue.

    Args:
        ends: When nothing new begins any more.
    """

    def __init__(self, ends: Deadline) -> None:
        self._ends = ends
        self._late = False
        self._payloads: dict[bytes, None] = {}
        self._kept: list[_Kept] = []

    def through(self, sheets: Sheets) -> Reading:
        """Look through a file: every sheet plainly, then the likeliest ones with every step."""
        try:
            for image in sheets.images:
                self._look(image)
                if self._payloads and not sheets.each:
                    break
        except Late:
            self._late = True
        if self._payloads:
            return Reading(tuple(self._payloads), "zxing", notes=_said(sheets, read=True))
        return self._rescued(sheets)

    def _look(self, image: Image.Image) -> None:
        self._go_on()
        for gray in views(image):
            self._go_on()
            reading, candidates = look(gray)
            if reading.payloads:
                self._payloads |= dict.fromkeys(reading.payloads)
                return
            self._keep(_Kept(gray, candidates, reading))

    def _go_on(self) -> None:
        if self._ends.over:
            raise Late

    def _keep(self, one: _Kept) -> None:
        """Keep the first ones that show something like a code; if none does, the first."""
        if one.candidates:
            self._kept = [kept for kept in self._kept if kept.candidates]
        if not self._kept or (one.candidates and len(self._kept) < _MOST_KEPT):
            self._kept.append(one)

    def _rescued(self, sheets: Sheets) -> Reading:
        for at, kept in enumerate(self._kept):
            ends = Deadline(STILL_SECONDS / (1 + at), within=self._ends)
            found = rescued(kept.gray, kept.candidates, ends)
            if found is not None:
                return replace(found, notes=_said(sheets, read=True))
            self._late |= ends.over and kept.reading.unread
        self._late |= self._ends.over
        hard = (note("too_hard"),) if self._late else ()
        seen = self._kept[0].reading if self._kept else Reading()
        return replace(seen, notes=(*hard, *_said(sheets, read=False)))


def _said(sheets: Sheets, *, read: bool) -> tuple[Text, ...]:
    """Return what is to be said of the sheets; that one was cut off counts where it hid a code."""
    sheets.images.close()  # what is left of them says so
    return tuple(said for said in sheets.notes if not (read and said == note("cut")))
