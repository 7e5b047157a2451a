"""Lists for the card store come in: written to the disk as they come, never held in memory."""

import time
from collections.abc import AsyncIterator
from contextlib import ExitStack
from urllib.parse import unquote

from anyio import CancelScope, fail_after, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app_pages.server.connections import place_of
from app_pages.server.guarded import refusal, refused
from app_pages.server.house import House, current
from app_pages.server.limits import LIMITS
from verification.basics.errors import KioskError, RequestError
from verification.basics.limiter import Bucket, Limiter
from verification.basics.texts import Texts
from verification.officers import signin
from verification.operations.lists.asked import Asked, day_in
from verification.operations.lists.shelf import Given, see_room
from verification.rights import Right, may

_TEXTS = Texts("app_pages.admin")
_LONGEST_NAME = 1_000  # as it comes, encoded
_LONGEST_COUNT = 20  # digits
_TOUCH_EVERY = 10.0  # seconds
_asking = Limiter(time.monotonic, Bucket(2.0, burst=20))
_polling = Limiter(time.monotonic, Bucket(5.0, burst=50))
_coming: set[str] = set()  # sessions that are sending


class _Over(Exception):
    """The session of the sender has ended."""


async def _upload(request: Request) -> Response:
    """Take a list in; one without a body only asks whether it would be taken."""
    if no := await refused(request, Right.CHANGE_HOUSE, _asking):
        return no
    size = max(_bytes(header, request) for header in ("content-length", "x-kiosk-size"))
    if no := _of_no_size(request, size):
        return no
    who = current().signer.session(request.cookies) or ""
    if who in _coming or len(_coming) >= LIMITS.uploads.at_once:
        return _told(request, 429, "upload_busy")
    try:
        if not _bytes("content-length", request):
            await to_thread.run_sync(see_room, current().lists.shelf.folder, size)
            return JSONResponse({})
        number = await _alone(request, who, size)
    except KioskError as error:  # the disk is full, or fails
        return refusal(507, error.en if _lang(request) == "en" else error.vi)
    except (ClientDisconnect, TimeoutError):
        return _told(request, 408, "upload_cut")
    except _Over:
        return _told(request, 401, "upload_over")
    return JSONResponse({"number": number})


def _of_no_size(request: Request, size: int) -> Response | None:
    """Answer where a list is too large, or has nothing in it; None where neither is so."""
    if size > LIMITS.uploads.bytes:
        return _told(request, 413, "upload_large", most=LIMITS.uploads.bytes // 1_000_000)
    if request.headers.get("x-kiosk-size") == "0":
        return _told(request, 400, "upload_empty")
    return None


def _bytes(header: str, request: Request) -> int:
    """Return how many bytes a header names; 0 where it names none."""
    said = request.headers.get(header, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < _LONGEST_COUNT else 0


async def _alone(request: Request, who: str, size: int) -> str:
    """Receive a list while the session sends no other; return its number."""
    _coming.add(who)  # before anything is waited for: the next one may ask meanwhile
    try:
        await to_thread.run_sync(see_room, current().lists.shelf.folder, size)
        return (await _received(request, who)).number
    finally:
        _coming.discard(who)


async def _received(request: Request, who: str) -> Given:
    """Write a list to the disk; whatever happens, half of one does not stay."""
    house, name = current(), unquote(request.headers.get("x-kiosk-name", "")[:_LONGEST_NAME])
    if place := place_of(request.scope):
        place.body_at_most = LIMITS.uploads.at_most
    officer = request.scope["actor"].officer
    asked = Asked(as_of=day_in(name, house.kiosk.likely_day()))
    with ExitStack() as stack:
        begun = house.lists.shelf.receiving(name, officer, asked)
        coming, whole = await to_thread.run_sync(stack.enter_context, begun)
        try:
            async for piece in _pieces(request, house, who):
                await to_thread.run_sync(coming.write, piece)
            return await to_thread.run_sync(whole)
        finally:
            with CancelScope(shield=True):
                await to_thread.run_sync(stack.close)


async def _pieces(request: Request, house: House, who: str) -> AsyncIterator[bytes]:
    """Yield what comes in pieces of a good size, while the session lives.

    Raises:
        ClientDisconnect: The other side has gone.
        TimeoutError: Nothing comes any more.
    """
    most, piece, touched = LIMITS.uploads, bytearray(), time.monotonic()
    sent, chunks = 0, aiter(request.stream())
    while True:
        with fail_after(most.stall):
            chunk = await anext(chunks, None)
        if chunk is None:
            break
        sent += len(chunk)
        if sent > most.bytes:
            raise RequestError("Tệp quá lớn", "The file is too large")
        piece += chunk
        if time.monotonic() - touched > _TOUCH_EVERY:
            touched = time.monotonic()
            await to_thread.run_sync(_still_there, house, who)
        if len(piece) >= most.piece:
            yield bytes(piece)
            piece.clear()
    if piece:
        yield bytes(piece)


def _still_there(house: House, who: str) -> None:
    """See that the sender may still send; sending is a sign of a person, as a key is.

    Raises:
        _Over: They may not.
    """
    actor = signin.actor(house.kiosk, who)
    if actor is None or not may(actor, Right.CHANGE_HOUSE):
        raise _Over
    signin.touch(house.kiosk, who)


async def _progress(request: Request) -> Response:
    """Answer how far the reading of a list is."""
    if no := await refused(request, Right.MANAGE, _polling, token=False):
        return no
    running = current().lists.running
    if running is None:
        return JSONResponse({"number": None})
    done = running.progress
    if done is None:
        return JSONResponse({"number": running.number})
    told = {"rows": done.read, "all": done.total, "rate": done.rate, "left": done.rest_seconds}
    return JSONResponse({"number": running.number, **told})


def _told(request: Request, status: int, key: str, **values: object) -> Response:
    return refusal(status, _TEXTS(key, **values).in_language(_lang(request)))


def _lang(request: Request) -> str:
    return request.headers.get("x-kiosk-lang", "vi")


def upload_routes() -> list[Route]:
    """Return the routes by which lists come in."""
    return [
        Route("/kiosk/the", _upload, methods=["POST"]),
        Route("/kiosk/the/tien-do", _progress),
    ]
