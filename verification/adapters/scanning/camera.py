"""A camera that is attached to the server: a device, a file or an address (RTSP).

One background thread reads it, follows changes as the browser's camera does, and tells each card
once while it stays in view. Frames are kept in memory only, the newest one.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from verification.adapters.scanning.live import LiveDecoder
from verification.adapters.scanning.reading import Reading

LOOK_SECONDS = 0.1
_BACK_OFF = (1.0, 2.0, 4.0, 8.0, 15.0)  # seconds between tries to open it again
_SMALL = (64, 36)
_CHANGED = 8.0  # gray levels by which a block of the small picture must change
_SETTLE_SECONDS = 1.0  # after a change, for the sharp frame that follows
_GONE_SECONDS = 1.2
_GONE_FRAMES = 3
_ENDING_SECONDS = 1.0
_PREVIEW_WIDTH = 640
_PREVIEW_QUALITY = 70

Frame = NDArray[np.uint8]


@dataclass(frozen=True)
class Seen:
    """What the camera saw last.

    Args:
        state: `starting`, `live` or `failed`.
        number: How many cards were told since the start; it grows with each.
        payloads: The payloads of the last one told.
        unread: True while something like a code is there but unread.
        in_view: True while a card that was read is in view, told before or not.
        preview: The newest picture as JPEG, empty until there is one.
    """

    state: str = "starting"
    number: int = 0
    payloads: tuple[bytes, ...] = ()
    unread: bool = False
    in_view: bool = False
    preview: bytes = b""


class Sight:
    """Which payloads are in view: told when they come, not while they stay."""

    def __init__(self) -> None:
        self._payloads: tuple[bytes, ...] = ()
        self._last = 0.0
        self._misses = 0

    @property
    def unsure(self) -> bool:
        """Tell whether it is not yet sure that a card has left."""
        return bool(self._payloads) and self._misses > 0

    def is_news(self, payloads: tuple[bytes, ...], now: float) -> bool:
        """Take the payloads of one frame; tell whether they are new."""
        found = tuple(sorted(payloads))
        if found and found == self._payloads:
            self._last, self._misses = now, 0
            return False
        if found:
            self._payloads, self._last, self._misses = found, now, 0
            return True
        self._misses += 1
        if self._misses >= _GONE_FRAMES and now - self._last >= _GONE_SECONDS:
            self._payloads = ()
        return False


class Watch:
    """When a frame is worth reading: on change, a moment longer, and while a code is unread."""

    def __init__(self) -> None:
        self._read: NDArray[np.float32] | None = None
        self._changed_at = float("-inf")

    def due(self, frame: Frame, now: float, *, pending: bool) -> bool:
        """Tell whether to read this frame."""
        small = cv2.resize(frame, _SMALL, interpolation=cv2.INTER_AREA).astype(np.float32)
        if small.ndim > 2:  # noqa: PLR2004  # colour
            small = small.mean(axis=2)
        if self._read is None or float(np.abs(small - self._read).max()) > _CHANGED:
            self._changed_at = now
        if not pending and now - self._changed_at >= _SETTLE_SECONDS:
            return False
        self._read = small
        return True


class ServerCamera:
    """Reads a camera of the server in one background thread.

    Args:
        source: Device number, file or address, as `KIOSK_CAMERA` gives it.
        read: Reads a frame; by itself as any live camera's frames are read.
        told: Is told of each frame that was read: its preview as JPEG, and what it shows.
    """

    def __init__(
        self,
        source: str,
        read: Callable[[object], Reading] | None = None,
        told: Callable[[bytes, Reading], None] = lambda _jpeg, _reading: None,
    ) -> None:
        self._source: str | int = int(source) if source.isdigit() else source
        self._read, self._told = read or LiveDecoder().read, told
        self._seen = Seen()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kiosk-camera", daemon=True)

    def start(self) -> "ServerCamera":
        """Start it."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """End it; one that hangs in an address that does not answer ends with the process."""
        self._ended.set()
        self._thread.join(_ENDING_SECONDS)

    def seen(self) -> Seen:
        """Return what it saw last."""
        return self._seen

    def _run(self) -> None:
        failures = 0
        while not self._ended.is_set():
            capture = cv2.VideoCapture(self._source)
            frames = self._play(capture) if capture.isOpened() else 0
            capture.release()
            failures = 0 if frames else failures + 1
            if failures:
                self._seen = Seen("failed", self._seen.number, self._seen.payloads)
                self._ended.wait(_BACK_OFF[min(failures, len(_BACK_OFF)) - 1])

    def _play(self, capture: cv2.VideoCapture) -> int:
        """Read until the camera gives no more; return how many frames it gave."""
        sight, watch, count = Sight(), Watch(), 0
        while not self._ended.is_set():
            begun = time.monotonic()
            there, frame = capture.read()
            if not there:
                break
            count += 1
            self._look(np.asarray(frame, np.uint8), sight, watch, begun)
            self._ended.wait(max(0.0, LOOK_SECONDS - (time.monotonic() - begun)))
        return count

    def _look(self, frame: Frame, sight: Sight, watch: Watch, now: float) -> None:
        before = self._seen
        unread, payloads, number = before.unread, before.payloads, before.number
        in_view = before.in_view
        preview = _preview(frame)
        if watch.due(frame, now, pending=unread or sight.unsure):
            reading = self._read(frame)
            unread, in_view = reading.unread, bool(reading.payloads)
            self._told(preview, reading)
            if sight.is_news(reading.payloads, now):
                payloads, number = reading.payloads, number + 1
        self._seen = Seen("live", number, payloads, unread, in_view, preview)


def _preview(frame: Frame) -> bytes:
    height = max(1, round(frame.shape[0] * _PREVIEW_WIDTH / frame.shape[1]))
    small = cv2.resize(frame, (_PREVIEW_WIDTH, height), interpolation=cv2.INTER_AREA)
    done, jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _PREVIEW_QUALITY])
    return jpeg.tobytes() if done else b""
