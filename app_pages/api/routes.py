"""The routes below `/api/`, each file's own collected."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app_pages.api.checks import check_routes
from app_pages.api.described import described_routes
from app_pages.api.fhir import fhir_routes
from app_pages.api.guarded import api_route
from app_pages.api.handover import handover_routes
from app_pages.api.visits import visit_routes
from verification.rights import SYSTEM, Actor


async def _own_key(request: Request, _body: bytes) -> Response:
    """Tell a system what its key is, so that it can be tried."""
    actor: Actor = request.scope["actor"]
    name = actor.officer.removeprefix(SYSTEM)
    return JSONResponse({"system": name, "rights": sorted(actor.roles)})


def api_routes() -> list[Route]:
    """Return the routes."""
    return [
        api_route("/api/key", _own_key, None, ("GET",)),
        *check_routes(),
        *visit_routes(),
        *handover_routes(),
        *fhir_routes(),
        *described_routes(),
    ]
