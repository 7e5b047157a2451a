"""`POST /api/handover`: a visit, by the token of the link that a desk opened."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app_pages.api import access
from app_pages.api.bodies import body_as
from app_pages.api.guarded import api_route
from app_pages.api.problems import Refused, known
from app_pages.api.visits import done, visit_json
from app_pages.server.house import current
from verification.exchange.visits_told import fetch
from verification.rights import Actor, Right


async def _redeem(request: Request, body: bytes) -> Response:
    house = current()
    visit_id = house.handover_tokens.redeem(body_as("Token", body)["token"])
    if visit_id is None:
        raise Refused(known("no_token"))
    actor: Actor = request.scope["actor"]
    fetched = await done(lambda: fetch(actor, house.kiosk, visit_id))
    access.shows(request, presented=fetched.visit.presented, result="visit")
    return JSONResponse(visit_json(fetched))


def handover_routes() -> list[Route]:
    """Return the route."""
    return [api_route("/api/handover", _redeem, Right.READ_VISITS)]
