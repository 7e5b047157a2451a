"""The HTTP routes beside the pages: frames, pictures, help while typing, and a sign of life.

Each needs the token of this start, comes from the page itself, and has a limit of size and rate.
A frame is read and forgotten.
"""

import base64
import hmac
import time
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from app_pages.guest import guest, guest_routes
from app_pages.house import current
from app_pages.rules_print import rules_page
from verification.hints import typing_hint
from verification.scanning.decoder import Reading
from verification.scanning.upload import read_upload

MAX_FRAME_BYTES = 2_000_000
MAX_PICTURE_BYTES = 10_000_000
MAX_HINT_BYTES = 2_000
FRAMES_A_SECOND = 15.0
_DECODERS = CapacityLimiter(2)  # pictures read at one time; the rest waits its turn

Answer = Callable[[Request, bytes], Awaitable[Response]]


class Budget:
    """A rate limit: a bucket that refills.

    Args:
        rate: Requests a second; a burst of one second's worth is let through.
    """

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._left: dict[str, tuple[float, float]] = {}

    def allows(self, who: str, now: float) -> bool:
        """Tell whether one more request of somebody fits."""
        if len(self._left) > 1_000:  # noqa: PLR2004  # more addresses than any house has desks
            self._left.clear()
        left, last = self._left.get(who, (self._rate, now))
        left = min(self._rate, left + (now - last) * self._rate)
        self._left[who] = (max(left - 1, 0.0), now)
        return left >= 1


_budget = Budget(FRAMES_A_SECOND)


async def alive(_request: Request) -> Response:
    """Answer with the name of this start."""
    return JSONResponse({"boot": current().boot})


async def rules(request: Request) -> Response:
    """Answer with the rules in force on a date, to print; no patient is in it."""
    kiosk = current().kiosk
    try:
        on = date.fromisoformat(request.query_params.get("on", ""))
    except ValueError:
        on = kiosk.today()
    known = kiosk.cards.facility(kiosk.facility) if kiosk.facility else None
    place = f"{known.ma_cskcb} · {known.ten}" if known else ""
    return HTMLResponse(rules_page(kiosk.rules.law, on, place))


async def _frame(_request: Request, body: bytes) -> Response:
    reading = await to_thread.run_sync(current().live.read_picture, body, limiter=_DECODERS)
    guest().note_frame(body, reading)
    return _read_answer(reading)


async def _picture(_request: Request, body: bytes) -> Response:
    return _read_answer(await to_thread.run_sync(read_upload, body, limiter=_DECODERS))


async def _camera(_request: Request, _body: bytes) -> Response:
    """Answer with what the server's camera saw last, and its newest picture."""
    house = current()
    if house.camera is None:
        return _refusal(404, "không có camera ở máy chủ")
    seen = house.camera.seen()
    return JSONResponse(
        {
            "boot": house.boot,
            "state": seen.state,
            "number": seen.number,
            "payloads": [base64.b64encode(payload).decode() for payload in seen.payloads],
            "unread": seen.unread,
            "picture": base64.b64encode(seen.preview).decode(),
        }
    )


async def _hint(request: Request, body: bytes) -> Response:
    hint = typing_hint(body.decode("utf-8", "replace"))
    if hint is None:
        return JSONResponse({"text": "", "tone": ""})
    lang = request.headers.get("x-kiosk-lang", "vi")
    return JSONResponse({"text": hint.text.in_language(lang), "tone": hint.tone})


def _read_answer(reading: Reading | None) -> Response:
    if reading is None:
        return _refusal(415, "không phải ảnh")
    payloads = [base64.b64encode(payload).decode() for payload in reading.payloads]
    answer: dict[str, Any] = {"boot": current().boot, "payloads": payloads}
    return JSONResponse(answer | {"unread": reading.unread, "hint": reading.hint})


def _guarded(answer: Answer, limit: int) -> Callable[[Request], Awaitable[Response]]:
    async def guarded(request: Request) -> Response:
        if not _is_ours(request):
            return _refusal(403, "không đúng trang của kiosk")
        if not _budget.allows(request.client.host if request.client else "", time.monotonic()):
            return _refusal(429, "quá nhiều yêu cầu")
        body = await _body_within(request, limit)
        if body is None:
            return _refusal(413, "quá lớn")
        return await answer(request, body)

    return guarded


def _is_ours(request: Request) -> bool:
    origin = request.headers.get("origin")
    same = origin is None or origin.split("//")[-1] == request.headers.get("host")
    given = request.headers.get("x-kiosk-token", "")
    return same and hmac.compare_digest(given.encode(), current().token.encode())


async def _body_within(request: Request, limit: int) -> bytes | None:
    """Return the body, or None as soon as it is too large."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                return None
    except ClientDisconnect:
        return b""
    return bytes(body)


def _refusal(status: int, why: str) -> Response:
    return JSONResponse({"error": why}, status_code=status)


def routes() -> list[Route]:
    """Return the routes."""
    return [
        Route("/kiosk/alive", alive),
        Route("/kiosk/quy-tac", rules),
        Route("/kiosk/frame", _guarded(_frame, MAX_FRAME_BYTES), methods=["POST"]),
        Route("/kiosk/picture", _guarded(_picture, MAX_PICTURE_BYTES), methods=["POST"]),
        Route("/kiosk/camera", _guarded(_camera, MAX_HINT_BYTES), methods=["POST"]),
        Route("/kiosk/hint", _guarded(_hint, MAX_HINT_BYTES), methods=["POST"]),
        *guest_routes(),
    ]
