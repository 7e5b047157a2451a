"""The patient's side window: the live picture, what to do with the phone, a tick.

It is paired once with a six-digit code from the desk. A name, a number or a verdict never comes
here: of what was read, only whether it is a card at all.
"""

import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from app_pages.house import current
from app_pages.pairing import COOKIE_SECONDS, Clock, Pairing
from verification import presented
from verification.scanning.decoder import Reading
from verification.texts import Text

COOKIE = "kiosk_khach"
KEEP_SECONDS = 3.0
WATCHED_SECONDS = 5.0
UNREAD_SECONDS = 0.9  # "about a second", at ten frames a second
UNREAD_ANYHOW_SECONDS = 2.0
GONE_SECONDS = 1.2
ANSWER_SECONDS = 6.0
SAME_SECONDS = 10.0
_MOST_FORM_BYTES = 200
_JPEG = b"\xff\xd8\xff"
_FOLDER = Path(__file__).parent / "components" / "guest"
_HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # without it the browser sends `Origin: null` with the form
    "referrer-policy": "same-origin",
    "content-security-policy": (
        "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
}
SIGNS = {
    "idle": Text(
        "Mời đưa mã QR của thẻ BHYT trên điện thoại vào khung",
        "Please hold your health insurance QR code inside the frame",
    ),
    "too_small": Text("Đưa điện thoại lại gần hơn", "Bring the phone closer"),
    "blurred": Text("Giữ yên điện thoại", "Hold the phone still"),
    "too_soft": Text("Giữ yên, lùi lại một chút", "Hold still, move back a little"),
    "too_dark": Text("Tăng độ sáng màn hình", "Turn up the screen brightness"),
    "overexposed": Text("Giảm độ sáng màn hình", "Turn down the screen brightness"),
    "glare": Text("Nghiêng máy để tránh chói", "Tilt the phone to avoid the glare"),
    "cut_off": Text("Đưa trọn mã vào khung", "Bring the whole code into the frame"),
    "unread": Text("Giữ mã QR ở giữa khung", "Keep the QR code in the middle of the frame"),
    "read": Text("Đã đọc xong thẻ", "Card read"),
    "desk": Text("Mời làm việc với quầy", "Please talk to the desk"),
}
_HINTS = frozenset(SIGNS) - {"idle", "unread", "read", "desk"}
_WRONG = Text(
    "Mã không đúng hoặc đã hết hạn. Xin quầy mã mới.",
    "The code is wrong or has expired. Ask the desk for a new one.",
)
_TOO_OFTEN = Text(
    "Thử quá nhiều lần. Chờ một phút rồi thử lại.",
    "Too many tries. Wait a minute, then try again.",
)
_FOREIGN = Text("Yêu cầu không đến từ trang này.", "The request does not come from this page.")


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


class Guest:
    """What the window shows now.

    Args:
        clock: Monotonic seconds.
        today: The date that a card is read on.
    """

    def __init__(self, clock: Clock, today: Callable[[], date]) -> None:
        self.pairing = Pairing(clock)
        self._clock = clock
        self._today = today
        # frames come from the event loop or a camera's thread, answers from Streamlit's
        self._lock = threading.RLock()
        self._unread = _Unread()
        self._answered = _Answered()
        self._picture = _Picture()
        self._watched = float("-inf")
        self._forgetting = False

    def new_code(self) -> str:
        """Return a new six-digit code for the desk to show."""
        with self._lock:
            return self.pairing.new_code()

    def note_frame(self, jpeg: bytes, reading: Reading | None) -> None:
        """Take a posted frame and what was read in it; None where it is no picture."""
        if reading is None:
            return
        with self._lock:
            self._keep(jpeg)
            if reading.payloads:
                self._note_read(reading.payloads)
            elif hint := getattr(reading, "hint", None) or ("unread" if reading.unread else None):
                self._unread.note(hint, self._clock())

    def note_answer(self, read_as_card: bool) -> None:  # noqa: FBT001  # the one thing it says
        """Show the tick, or send the patient to the desk.

        Args:
            read_as_card: Whether a card was read; never whether it is valid.
        """
        with self._lock:
            self._unread = _Unread()
            self._answered.sign = "read" if read_as_card else "desk"
            self._answered.at = self._clock()

    def sign(self) -> str:
        """Return what to show, one of `SIGNS`."""
        with self._lock:
            now = self._clock()
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
        known.mark, known.seen = mark, now
        self._unread = _Unread()
        if news:
            read = presented.choose([presented.read(raw, self._today()) for raw in payloads])
            self.note_answer(read is not None and read.card is not None)


@cache
def guest() -> Guest:
    """Return the one window state of this server."""
    return Guest(time.monotonic, _today)


def _today() -> date:
    return current().kiosk.today()


async def _page(request: Request) -> Response:
    return _html(_file("khach.html")) if _is_paired(request) else _form()


async def _pair(request: Request) -> Response:
    if not _is_same_origin(request):
        return _form(_FOREIGN, 403)
    address = request.client.host if request.client else ""
    if guest().pairing.throttled(address):
        return _form(_TOO_OFTEN, 429)
    cookie = guest().pairing.pair(await _digits(request), address)
    if cookie is None:
        return _form(_WRONG, 403)
    answer = RedirectResponse("/khach", 303, _HEADERS)
    answer.set_cookie(
        COOKIE,
        cookie,
        max_age=COOKIE_SECONDS,
        path="/khach",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return answer


async def _state(_request: Request) -> Response:
    number, sign = guest().watch(), guest().sign()
    text = SIGNS[sign]
    answer = {"boot": current().boot, "sign": sign, "text_vi": text.vi, "text_en": text.en}
    return JSONResponse(answer | {"picture_number": number}, headers=_HEADERS)


async def _picture(_request: Request) -> Response:
    jpeg = guest().picture()
    if jpeg is None:
        return Response(status_code=404, headers=_HEADERS)
    return Response(jpeg, media_type="image/jpeg", headers=_HEADERS)


def _paired_only(
    answer: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    async def guarded(request: Request) -> Response:
        if not _is_paired(request):
            return Response(status_code=403, headers=_HEADERS)
        return await answer(request)

    return guarded


def _served(name: str, media_type: str) -> Callable[[Request], Awaitable[Response]]:
    async def serve(_request: Request) -> Response:
        return Response(_file(name), media_type=media_type, headers=_HEADERS)

    return serve


def _is_paired(request: Request) -> bool:
    return guest().pairing.is_paired(request.cookies.get(COOKIE, ""))


def _is_same_origin(request: Request) -> bool:
    origin = request.headers.get("origin", "")
    return bool(origin) and origin.split("//")[-1] == request.headers.get("host")


async def _digits(request: Request) -> str:
    """Return the code that the form sent, empty where it is larger than any form of ours."""
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST_FORM_BYTES:
                return ""
    except ClientDisconnect:
        return ""
    sent = parse_qs(body.decode("ascii", "replace"), max_num_fields=5).get("code", [""])[0]
    return "".join(sent.split())


def _form(message: Text | None = None, status: int = 200) -> Response:
    said = f"{message.vi}<small lang=en>{message.en}</small>" if message else ""
    return _html(_file("pair.html").replace("<!-- message -->", said), status)


def _html(text: str, status: int = 200) -> Response:
    return HTMLResponse(text, status, _HEADERS)


@cache
def _file(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def guest_routes() -> list[Route]:
    """Return the routes of the window; its cookie opens no other."""
    return [
        Route("/khach", _page),
        Route("/khach/pair", _pair, methods=["POST"]),
        Route("/khach/state", _paired_only(_state)),
        Route("/khach/picture", _paired_only(_picture)),
        Route("/khach/khach.js", _served("khach.js", "text/javascript")),
        Route("/khach/khach.css", _served("khach.css", "text/css")),
    ]
