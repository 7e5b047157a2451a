"""What the patient's side window shows: the picture, what to do with the phone, a tick, a guide.

Whatever is presented at the desk ends the guide: nobody stands before what another was told. A
name, a number or a verdict never comes here: of what was read, only whether it is a card at all.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import get_args

from app_pages.server.limits import LIMITS
from app_pages.server.pairing import Clock
from verification.adapters.scanning.reading import Hint, Reading
from verification.card import presented

KEEP_SECONDS = 3.0
WATCHED_SECONDS = 5.0
UNREAD_SECONDS = 0.9  # "about a second", at ten frames a second
UNREAD_ANYHOW_SECONDS = 2.0
GONE_SECONDS = 1.2
ANSWER_SECONDS = 6.0
SAME_SECONDS = 10.0
_JPEG = b"\xff\xd8\xff"
_HINTS = frozenset(get_args(Hint))


@dataclass
class _Unread:
    """For how long something like a code has stayed unread, and why."""

    since: float = 0.0
    kind: str = ""
    kind_since: float = 0.0
    last: float = float("-inf")

    def note(self, kind: str, now: float) -> None:
        """Take a frame with an unread code."""
        if self.is_over(now):
            self.since = now
            self.kind = ""
        if kind != self.kind:
            self.kind, self.kind_since = kind, now
        self.last = now

    def is_over(self, now: float) -> bool:
        """Tell whether it has left; a frame or two without it is no leaving."""
        return now - self.last > GONE_SECONDS

    def sign(self, now: float) -> str | None:
        """Return the hint to show; one of a moment ago stays out, as does a single odd frame."""
        if self.is_over(now):
            return None
        if self.kind in _HINTS and self.last - self.kind_since >= UNREAD_SECONDS:
            return self.kind
        # causes that change from frame to frame name none of them
        return "unread" if self.last - self.since >= UNREAD_ANYHOW_SECONDS else None


@dataclass
class _Answered:
    """What was read last: whether it was a card, when, and a mark to know it again."""

    sign: str = "idle"
    at: float = float("-inf")
    mark: int = 0
    seen: float = float("-inf")


@dataclass
class _Picture:
    number: int = 0
    jpeg: bytes | None = field(default=None, repr=False)
    at: float = 0.0


@dataclass(frozen=True)
class Guided:
    """A step of the guide that the desk lets the patient read.

    Args:
        key: Of the guide, or the code of a further language where `short`.
        step: Which step, from 1.
        short: Whether it is the short guide in a further language.
        session: Whose it is: it goes with the session.
    """

    key: str
    step: int = 1
    short: bool = False
    session: str = field(default="", repr=False)


class Guest:
    """What the window of one desk shows now.

    Where a desk is open at two browsers, the window follows the one that asked for its code: it
    stands beside the screen, the other one may stand in another room with another patient.

    Args:
        clock: Monotonic seconds.
        today: The date that a card is read on.
    """

    def __init__(self, clock: Clock, today: Callable[[], date]) -> None:
        self._clock = clock
        self._today = today
        # frames come from the event loop or a camera's thread, answers from Streamlit's
        self._lock = threading.RLock()
        self._unread = _Unread()
        self._answered = _Answered()
        self._picture = _Picture()
        self._watched = float("-inf")
        self._forgetting = False
        self._browser: str | None = None
        self._guided: Guided | None = None
        self._guided_until = float("-inf")

    def follow(self, browser: str) -> None:
        """Show from now on what one browser of the desk sends, and nothing of another."""
        with self._lock:
            if browser != self._browser:
                self._blank()
            self._browser = browser

    def end(self) -> None:
        """Forget what is shown, and whose it was."""
        with self._lock:
            self._blank()
            self._browser = None

    def note_frame(self, jpeg: bytes, reading: Reading | None, browser: str | None = None) -> None:
        """Take a frame.

        Args:
            jpeg: The picture.
            reading: What was read in it; None where it is no picture.
            browser: Whose it is; None for the server's own camera, which is the desk's.
        """
        if reading is None or self._is_of_another(browser):
            return
        with self._lock:
            self._keep(jpeg)
            if reading.payloads:
                self._note_read(reading.payloads)
            elif hint := getattr(reading, "hint", None) or ("unread" if reading.unread else None):
                self._unread.note(hint, self._clock())
                if self._unread.sign(self._clock()):  # what is to be done with it is told
                    self._guided = None

    def note_answer(self, *, read_as_card: bool, browser: str | None = None) -> None:
        """Show the tick, or send the patient to the desk.

        Args:
            read_as_card: Whether a card was read; never whether it is valid.
            browser: At which the answer stands.
        """
        if self._is_of_another(browser):
            return
        self._answer(read_as_card=read_as_card)

    def _answer(self, *, read_as_card: bool) -> None:
        with self._lock:
            self._unread, self._guided = _Unread(), None
            self._answered.sign = "read" if read_as_card else "desk"
            self._answered.at = self._clock()

    def show_guide(
        self,
        key: str,
        step: int = 1,
        *,
        short: bool = False,
        session: str = "",
        browser: str | None = None,
    ) -> bool:
        """Show a step of the guide until the desk moves on, ends it, or something is presented.

        Args:
            key: Of the guide, or the code of a further language where `short`.
            step: Which step, from 1.
            short: Whether it is the short guide in a further language.
            session: Whose it is.
            browser: Which asks for it.

        Returns:
            Whether it is shown: a window that follows another browser does not.
        """
        if self._is_of_another(browser):
            return False
        with self._lock:
            self._unread, self._answered.at = _Unread(), float("-inf")
            self._guided = Guided(key, step, short, session)
            self._guided_until = self._clock() + LIMITS.guide.seconds
        return True

    def end_guide(self, browser: str | None = None, *, only: Guided | None = None) -> None:
        """Show the guide no more; another browser than the one that is followed ends nothing.

        Args:
            browser: Which asks for it.
            only: Nothing but this step; None for any.
        """
        if not self._is_of_another(browser):
            with self._lock:
                self._guided = None if only in {None, self._guided} else self._guided

    def guided(self) -> Guided | None:
        """Return the step that is shown, None where none is or nobody moved it for too long."""
        with self._lock:
            if self._clock() >= self._guided_until:
                self._guided = None
            return self._guided

    def follows(self, browser: str) -> bool:
        """Tell whether what a browser sends is shown here."""
        return not self._is_of_another(browser)

    def sign(self) -> str:
        """Return what to show, a key of the `sign`s of the window."""
        with self._lock:
            now = self._clock()
            if self.guided():
                return "guide"
            if now - self._answered.at < ANSWER_SECONDS:
                return self._answered.sign
            return self._unread.sign(now) or "idle"

    def watch(self) -> int | None:
        """Note that a paired screen looks; return the number of the picture, if there is one."""
        with self._lock:
            self._watched = self._clock()
            return self._picture.number if self.picture() else None

    def picture(self) -> bytes | None:
        """Return the newest frame, None once it is too old."""
        with self._lock:
            if self._picture.jpeg and self._clock() - self._picture.at >= KEEP_SECONDS:
                self._picture.jpeg = None
            return self._picture.jpeg

    def _is_of_another(self, browser: str | None) -> bool:
        return browser is not None and self._browser not in {None, browser}

    def _blank(self) -> None:
        self._unread, self._answered, self._guided = _Unread(), _Answered(), None
        self._picture = _Picture(self._picture.number)

    def _keep(self, jpeg: bytes) -> None:
        now = self._clock()
        if now - self._watched > WATCHED_SECONDS or not jpeg.startswith(_JPEG):
            return
        self._picture = _Picture(self._picture.number + 1, jpeg, now)
        if not self._forgetting:
            self._forget_later(KEEP_SECONDS)

    def _forget_later(self, seconds: float) -> None:
        self._forgetting = True
        timer = threading.Timer(seconds, self._forget)
        timer.daemon = True
        timer.start()

    def _forget(self) -> None:
        """Let the last frame go though nobody asks any more."""
        with self._lock:
            self._forgetting = False
            if self.picture():
                left = KEEP_SECONDS - (self._clock() - self._picture.at)
                self._forget_later(max(left, 0.05))

    def _note_read(self, payloads: tuple[bytes, ...]) -> None:
        now, mark = self._clock(), hash(frozenset(payloads))
        known = self._answered
        news = mark != known.mark or now - known.seen > SAME_SECONDS
        if now - known.seen > GONE_SECONDS:  # one that lay there before the guide is no news
            self._guided = None
        known.mark, known.seen = mark, now
        self._unread = _Unread()
        if news:
            counts = presented.read_all(payloads, self._today()).counts
            self._answer(read_as_card=counts.card is not None)
