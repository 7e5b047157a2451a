"""The route that tells a desk's page that its question to the national portal has ended."""

import time

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app_pages.server.guarded import FRAMES, MAX_HINT_BYTES, guarded, refusal
from app_pages.server.house import House, current
from verification.basics.errors import KioskError
from verification.basics.limiter import Limiter
from verification.card.portal import PortalOutcome
from verification.log.events import EventKind
from verification.reception import portal_desk

_waiting = Limiter(time.monotonic, FRAMES)  # its own: a busy camera keeps no answer away
_MOST_CHARS = 64


async def _portal(request: Request, _body: bytes) -> Response:
    """Answer once the question has ended, or when the desk's budget is over; nobody's data."""
    house, presented = current(), str(request.path_params["presented"])[:_MOST_CHARS]
    desk = house.asking.desk_of(presented) or await to_thread.run_sync(_desk_of, house, presented)
    if desk is None or desk != request.scope["actor"].desk:
        return refusal(404, "không có câu hỏi này")
    ended = await house.asking.has_ended(presented)
    settled = ended and await to_thread.run_sync(_is_settled, house, presented)
    return JSONResponse({"boot": house.boot, "ended": ended, "settled": settled})


def _desk_of(house: House, presented: str) -> str | None:
    try:
        event = house.kiosk.written.event(presented)
    except KioskError:
        return None
    return event.desk if event and event.kind is EventKind.PRESENTED else None


def _is_settled(house: House, presented: str) -> bool:
    """Tell whether the portal has answered, the desk or the outbox."""
    try:
        event = portal_desk.newest(house.kiosk, presented)
    except KioskError:
        return False
    return event is not None and PortalOutcome(event.codes["outcome"]).settles


def portal_routes() -> list[Route]:
    """Return the route."""
    answer = guarded(_portal, MAX_HINT_BYTES, limiter=_waiting)
    return [Route("/kiosk/portal/{presented}", answer, methods=["GET"])]
