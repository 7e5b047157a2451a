"""Routes that a live session alone does not open, and those of every page.

Each such request comes from the page itself, has the token of this start, a right, and a limit of
size and rate; what costs time has a line.
"""

import hmac
import time
from collections.abc import Awaitable, Callable

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app_pages.server import portal_chip
from app_pages.server.house import current
from app_pages.server.limits import LIMITS, Bodies, body_within
from app_pages.server.line import Line
from verification.basics.errors import Forbidden, KioskError, RequestError
from verification.basics.limiter import Bucket, Limiter
from verification.kiosk import Kiosk
from verification.officers import signin
from verification.rights import Actor, Right, may

MAX_HINT_BYTES = 2_000
FRAMES_A_SECOND = 15.0

Answer = Callable[[Request, bytes], Awaitable[Response]]


FRAMES = Bucket(FRAMES_A_SECOND, burst=FRAMES_A_SECOND)
_bodies = Bodies(LIMITS.sizes)
_sending = Limiter(time.monotonic, FRAMES)
_leaving = Limiter(time.monotonic, FRAMES)  # its own: a busy camera keeps nobody from locking


def guarded(
    answer: Answer,
    limit: int,
    right: Right = Right.RECEIVE,
    limiter: Limiter = _sending,
    line: Line | None = None,
) -> Callable[[Request], Awaitable[Response]]:
    """Return a route's answer behind right, token, rate, turn and size.

    Args:
        answer: Gets the request and its body.
        limit: Bytes of the body.
        right: What the officer must have.
        limiter: How often one session may send; desks behind one address do not share it.
        line: Where it waits for the turn of its desk or session; None: at once.
    """

    async def read(request: Request, who: str) -> Response:
        with _bodies.of(who) as takes:
            body = await body_within(request, limit, takes)
            return refusal(413, "quá lớn") if body is None else await answer(request, body)

    async def checked(request: Request) -> Response:
        if no := await refused(request, right, limiter):
            return no
        who = current().signer.session(request.cookies) or ""
        if line is None:
            return await read(request, who)
        sender = who if line.of_session else request.scope["actor"].desk
        async with line.turn(sender) as is_ours:
            if not is_ours:
                return refusal(429, "đang bận, thử lại sau vài giây")
            return await read(request, who)

    return checked


async def refused(
    request: Request, right: Right, limiter: Limiter, *, token: bool = True
) -> Response | None:
    """Return why a request is not answered, before any of its body is read; None where it may be.

    Args:
        request: The request.
        right: What the officer must have.
        limiter: How often one session may ask.
        token: False for what a browser asks by an address alone.
    """
    actor = request.scope["actor"]
    if not may(actor, right):
        await to_thread.run_sync(current().kiosk.note_refused, actor, request.url.path, right)
        return refusal(403, "không có quyền")
    if token and not _is_ours(request):
        return refusal(403, "không đúng trang của kiosk")
    if not limiter.allows(current().signer.session(request.cookies) or ""):
        return refusal(429, "quá nhiều yêu cầu")
    return None


def _is_ours(request: Request) -> bool:
    given = request.headers.get("x-kiosk-token", "")
    return hmac.compare_digest(given.encode(), current().token.encode())


def refusal(status: int, why: str) -> Response:
    """Return a refusal in words."""
    return JSONResponse({"error": why}, status_code=status)


def refusal_of(error: KioskError) -> Response:
    """Return why a file is not given, as an error says it."""
    status = 404 if isinstance(error, RequestError) else 503
    return refusal(403 if isinstance(error, Forbidden) else status, error.vi)


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
        return refusal(503, error.vi)
    return JSONResponse({"boot": house.boot})


async def _alive(request: Request) -> Response:
    """Answer with the name of this start, the roles of the page, and how the portal is."""
    house = current()
    actor: Actor = request.scope["actor"]
    told = {"boot": house.boot, "roles": roles_of(actor), "late": house.asking.late.of(actor.desk)}
    return JSONResponse(told | {"portal": portal_chip.told(house)})


def roles_of(actor: Actor) -> str:
    """Return what a page remembers of the roles that it was drawn for."""
    return " ".join(sorted(actor.roles))


def server_routes() -> list[Route]:
    """Return the routes that every page uses: a sign of life, locking and leaving."""
    lock = guarded(_lock, MAX_HINT_BYTES, Right.OWN, _leaving)
    leave = guarded(_leave, MAX_HINT_BYTES, Right.OWN, _leaving)
    return [
        Route("/kiosk/alive", _alive),
        Route("/kiosk/khoa", lock, methods=["POST"]),
        Route("/kiosk/ra", leave, methods=["POST"]),
    ]
