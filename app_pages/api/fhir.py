"""FHIR below `/api/fhir/`: eligibility asked as a resource, and what the kiosk can do of FHIR."""

import json
from collections.abc import Mapping
from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app_pages.api import access
from app_pages.api.bodies import query_of
from app_pages.api.guarded import api_route
from app_pages.server.house import current
from verification.adapters.hospital.fhir.capability import capability
from verification.adapters.hospital.fhir.submit import submitted
from verification.adapters.hospital.fhir.systems import MEDIA, MEDIAS
from verification.rights import Right

SUBMIT = "/api/fhir/CoverageEligibilityRequest/$submit"
METADATA = "/api/fhir/metadata"
MOST_BYTES = 200_000


async def _submit(request: Request, body: bytes) -> Response:
    kiosk = current().kiosk
    answer = await to_thread.run_sync(submitted, request.scope["actor"], kiosk, body)
    shown = [answer.shown] if answer.shown else []
    access.shows(request, cards=shown, result=answer.result)
    return _resource(answer.resource, answer.status)


async def _metadata(request: Request, _body: bytes) -> Response:
    query_of(request, METADATA)
    return _resource(capability())


def _resource(resource: Mapping[str, Any], status: int = 200) -> Response:
    raw = json.dumps(resource, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(raw, status, {"cache-control": "no-store"}, MEDIA)


def fhir_routes() -> list[Route]:
    """Return the routes."""
    return [
        api_route(SUBMIT, _submit, Right.CHECK, limit=MOST_BYTES, takes=MEDIAS),
        api_route(METADATA, _metadata, None, ("GET",)),
    ]
