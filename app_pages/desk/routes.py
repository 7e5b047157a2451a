"""The routes of the desk: frames, pictures, the server's camera, help while typing.

A frame is read and forgotten.
"""

import asyncio
import base64
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from anyio import CancelScope, CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app_pages.desk.typing_view import help_view
from app_pages.server.desks import DeskPlace
from app_pages.server.guarded import FRAMES, MAX_HINT_BYTES, guarded, refusal
from app_pages.server.house import House, current
from app_pages.server.line import Line
from verification.adapters.scanning.limits import PLACES
from verification.adapters.scanning.reading import Reading
from verification.basics.errors import KioskError, PictureError
from verification.basics.limiter import Limiter
from verification.basics.texts import Text
from verification.officers import signin
from verification.operations.settings import MOST_DESKS
from verification.reception.typed import help_for

MAX_FRAME_BYTES = 2_000_000
MAX_PICTURE_BYTES = 10_000_000
_AT_ONCE = 2  # frames that are read; the rest waits its turn
_FRAMES = CapacityLimiter(_AT_ONCE)
_BEHIND = 10  # of `nice`
_PICTURES = CapacityLimiter(PLACES)  # apart, so that no picture takes the place of a frame
# Frames are of a desk, however many sessions it has: one page sends one after another, and may have
# been loaded anew. A picture is its sender's: a costly one holds nobody else up.
_frames_line = Line(each=10, most=10 * MOST_DESKS)
_pictures_line = Line(each=2, most=2 * MOST_DESKS, of_session=True)
_pictures = Limiter(time.monotonic, FRAMES)  # its own: pictures take nothing from the camera


def _goes_behind() -> None:
    """Give this thread a tenth of the processor while check-ins want it, where threads differ."""
    if sys.platform == "linux":
        with suppress(OSError):  # a house may forbid that, too
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _BEHIND)


_readers = ThreadPoolExecutor(_AT_ONCE, "kiosk-frames", _goes_behind)


async def _frame(request: Request, body: bytes) -> Response:
    house, place = current(), _place(request)
    if place is None:
        return refusal(409, "quầy này không còn trong danh sách")
    begun = time.perf_counter()
    async with _FRAMES:
        # who hangs up gives the turn back once the frame is read, not before
        with CancelScope(shield=True):
            reading, spent = await asyncio.get_running_loop().run_in_executor(
                _readers, _read, house, place, body
            )
    place.guest.note_frame(body, reading, house.signer.desk(request.cookies)[1])
    if reading is None:
        return refusal(415, "không phải ảnh")
    return JSONResponse(_seen(reading) | {"delayed": _ms(time.perf_counter() - begun - spent)})


def _read(house: House, place: DeskPlace, body: bytes) -> tuple[Reading | None, float]:
    """Read a frame; return it, and the seconds of processor time that it took."""
    begun, before = time.perf_counter(), time.thread_time()
    others_wait = _FRAMES.statistics().tasks_waiting > 0
    reading = place.live.read_picture(body, rescue=not others_wait)
    house.metrics.framed(time.perf_counter() - begun)
    return reading, time.thread_time() - before


async def _picture(request: Request, body: bytes) -> Response:
    """Answer with what an upload shows, and in words where something is to be said of it."""
    lang = request.headers.get("x-kiosk-lang", "vi")
    try:
        reading = await to_thread.run_sync(current().readers.read, body, limiter=_PICTURES)
    except PictureError as error:
        return _told(Reading(), Text(error.vi, error.en).in_language(lang))
    return _told(reading, ". ".join(said.in_language(lang) for said in reading.notes))


async def _camera(request: Request, _body: bytes) -> Response:
    """Answer with what the server's camera saw last, and its newest picture, to its own desk."""
    house = current()
    if house.camera is None or request.scope["actor"].desk != house.desks.with_camera:
        return refusal(404, "không có camera ở máy chủ")
    seen = house.camera.seen()
    return JSONResponse(
        {
            "boot": house.boot,
            "state": seen.state,
            "number": seen.number,
            "payloads": [base64.b64encode(payload).decode() for payload in seen.payloads],
            "unread": seen.unread,
            "in_view": seen.in_view,
            "picture": base64.b64encode(seen.preview).decode(),
        }
    )


async def _hint(request: Request, body: bytes) -> Response:
    house = current()  # who types is there, unlike a camera
    digest = house.signer.session(request.cookies) or ""
    with suppress(KioskError):  # a full disk is told by the page
        await to_thread.run_sync(signin.touch, house.kiosk, digest)
    found = help_for(house.kiosk, body.decode("utf-8", "replace"))
    return JSONResponse(help_view(found, request.headers.get("x-kiosk-lang", "vi")))


def _place(request: Request) -> DeskPlace | None:
    return current().desks.place(request.scope["actor"].desk)


def _ms(seconds: float) -> int:
    return max(0, round(1000 * seconds))


def _told(reading: Reading, text: str) -> Response:
    return JSONResponse(_seen(reading) | {"text": text})


def _seen(reading: Reading) -> dict[str, Any]:
    payloads = [base64.b64encode(payload).decode() for payload in reading.payloads]
    answer: dict[str, Any] = {"boot": current().boot, "payloads": payloads}
    return answer | {"unread": reading.unread, "hint": reading.hint}


def desk_routes() -> list[Route]:
    """Return the routes of the desk."""
    frame = guarded(_frame, MAX_FRAME_BYTES, line=_frames_line)
    picture = guarded(_picture, MAX_PICTURE_BYTES, limiter=_pictures, line=_pictures_line)
    return [
        Route("/kiosk/frame", frame, methods=["POST"]),
        Route("/kiosk/picture", picture, methods=["POST"]),
        Route("/kiosk/camera", guarded(_camera, MAX_HINT_BYTES), methods=["POST"]),
        Route("/kiosk/hint", guarded(_hint, MAX_HINT_BYTES), methods=["POST"]),
    ]
