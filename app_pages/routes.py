"""The HTTP routes beside the pages: frames, pictures, help while typing, and a sign of life.

Each needs a live session and comes from the page itself (`gate.py`), has the token of this start,
and a limit of size and rate.
A frame is read and forgotten.
"""

import base64
import hmac
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date
from typing import Any

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from app_pages.access import FORMS, export_file
from app_pages.guest import guest_routes
from app_pages.house import current
from app_pages.limits import Budget, body_within
from app_pages.login import login_routes
from app_pages.rules_print import rules_page
from verification import signin
from verification.errors import KioskError
from verification.hints import typing_hint
from verification.kiosk import Kiosk
from verification.rights import Right, may
from verification.scanning.decoder import Reading
from verification.scanning.upload import read_upload

MAX_FRAME_BYTES = 2_000_000
MAX_PICTURE_BYTES = 10_000_000
MAX_HINT_BYTES = 2_000
FRAMES_A_SECOND = 15.0
_DECODERS = CapacityLimiter(2)  # pictures read at one time; the rest waits its turn

Answer = Callable[[Request, bytes], Awaitable[Response]]


_budget = Budget(FRAMES_A_SECOND)
_leaving = Budget(FRAMES_A_SECOND)  # its own: a busy camera keeps nobody from locking


async def _lock(request: Request, _body: bytes) -> Response:
    return await _left(signin.lock, request)


async def _leave(request: Request, _body: bytes) -> Response:
    return await _left(signin.sign_out, request)


async def _left(how: Callable[[Kiosk, str], None], request: Request) -> Response:
    house = current()
    digest = house.signer.session(request.cookies) or ""
    try:
        await to_thread.run_sync(how, house.kiosk, digest)
    except KioskError as error:
        return _refusal(503, error.vi)
    return JSONResponse({"boot": house.boot})


async def alive(_request: Request) -> Response:
    """Answer with the name of this start."""
    return JSONResponse({"boot": current().boot})


async def rules(request: Request) -> Response:
    """Answer with the rules in force on a date, to print; no patient is in it."""
    if not may(request.scope["actor"], Right.CHECK):
        return _refusal(403, "không có quyền")
    kiosk = current().kiosk
    try:
        on = date.fromisoformat(request.query_params.get("on", ""))
    except ValueError:
        on = kiosk.today()
    known = kiosk.cards.facility(kiosk.facility) if kiosk.facility else None
    place = f"{known.ma_cskcb} · {known.ten}" if known else ""
    return HTMLResponse(rules_page(kiosk.rules.law, on, place))


async def _frame(_request: Request, body: bytes) -> Response:
    house = current()
    reading = await to_thread.run_sync(house.live.read_picture, body, limiter=_DECODERS)
    house.guest.note_frame(body, reading)
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
    house = current()  # who types is there, unlike a camera
    digest = house.signer.session(request.cookies) or ""
    with suppress(KioskError):  # a full disk is told by the page
        await to_thread.run_sync(signin.touch, house.kiosk, digest)
    hint = typing_hint(body.decode("utf-8", "replace"))
    if hint is None:
        return JSONResponse({"text": "", "tone": ""})
    lang = request.headers.get("x-kiosk-lang", "vi")
    return JSONResponse({"text": hint.text.in_language(lang), "tone": hint.tone})


async def _access(request: Request) -> Response:
    """Answer with the log of access as a file."""
    form, actor = request.path_params["form"], request.scope["actor"]
    days = request.query_params.get("ngay", "7")
    if not may(actor, Right.MANAGE):
        return _refusal(403, "không có quyền")
    if form not in FORMS or not (days.isascii() and days.isdigit() and len(days) < 5):  # noqa: PLR2004
        return _refusal(404, "không có tệp này")
    made = await to_thread.run_sync(export_file, current(), actor, int(days), form)
    headers = {"content-disposition": f'attachment; filename="truy-cap.{form}"'}
    return Response(made, media_type="application/octet-stream", headers=headers)


def _read_answer(reading: Reading | None) -> Response:
    if reading is None:
        return _refusal(415, "không phải ảnh")
    payloads = [base64.b64encode(payload).decode() for payload in reading.payloads]
    answer: dict[str, Any] = {"boot": current().boot, "payloads": payloads}
    return JSONResponse(answer | {"unread": reading.unread, "hint": reading.hint})


def _guarded(
    answer: Answer, limit: int, right: Right = Right.RECEIVE, budget: Budget = _budget
) -> Callable[[Request], Awaitable[Response]]:
    async def guarded(request: Request) -> Response:
        if not may(request.scope["actor"], right):
            return _refusal(403, "không có quyền")
        if not _is_ours(request):
            return _refusal(403, "không đúng trang của kiosk")
        if not budget.allows(request.client.host if request.client else "", time.monotonic()):
            return _refusal(429, "quá nhiều yêu cầu")
        body = await body_within(request, limit)
        if body is None:
            return _refusal(413, "quá lớn")
        return await answer(request, body)

    return guarded


def _is_ours(request: Request) -> bool:
    given = request.headers.get("x-kiosk-token", "")
    return hmac.compare_digest(given.encode(), current().token.encode())


def _refusal(status: int, why: str) -> Response:
    return JSONResponse({"error": why}, status_code=status)


def routes() -> list[Route]:
    """Return the routes."""
    return [
        Route("/kiosk/alive", alive),
        Route("/kiosk/quy-tac", rules),
        Route("/kiosk/truy-cap.{form}", _access),
        Route("/kiosk/frame", _guarded(_frame, MAX_FRAME_BYTES), methods=["POST"]),
        Route("/kiosk/picture", _guarded(_picture, MAX_PICTURE_BYTES), methods=["POST"]),
        Route("/kiosk/camera", _guarded(_camera, MAX_HINT_BYTES), methods=["POST"]),
        Route("/kiosk/hint", _guarded(_hint, MAX_HINT_BYTES), methods=["POST"]),
        Route(
            "/kiosk/khoa", _guarded(_lock, MAX_HINT_BYTES, Right.OWN, _leaving), methods=["POST"]
        ),
        Route("/kiosk/ra", _guarded(_leave, MAX_HINT_BYTES, Right.OWN, _leaving), methods=["POST"]),
        *guest_routes(),
        *login_routes(),
    ]
