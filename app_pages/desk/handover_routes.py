"""The route that hands the desk the address by which a visit is opened in the hospital system."""

import time

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app_pages.server.guarded import MAX_HINT_BYTES, guarded, refusal
from app_pages.server.house import House, current
from verification.basics.errors import KioskError, RequestError
from verification.basics.limiter import Limiter, Window
from verification.operations.hospital_link import with_token
from verification.reception.copying import opened
from verification.rights import Actor

_opened = Limiter(time.monotonic, Window(60, 60.0))
_MOST_CHARS = 64


async def _open(request: Request, body: bytes) -> Response:
    """Answer with the address; the token in it is made now and held by the server alone."""
    house, actor = current(), request.scope["actor"]
    visit_id = body.decode("utf-8", "replace")[:_MOST_CHARS]
    try:
        address = await to_thread.run_sync(_address, house, actor, visit_id)
    except RequestError as error:
        return refusal(404, error.vi)
    except KioskError as error:
        return refusal(503, error.vi)
    return JSONResponse({"address": address}, headers={"cache-control": "no-store"})


def _address(house: House, actor: Actor, visit_id: str) -> str:
    visit = opened(actor, house.kiosk, visit_id)
    token = house.handover_tokens.give(visit.visit_id)
    return with_token(house.settings.hospital.link or "", token)


def handover_routes() -> list[Route]:
    """Return the route."""
    answer = guarded(_open, MAX_HINT_BYTES, limiter=_opened)
    return [Route("/kiosk/mo-his", answer, methods=["POST"])]
