"""The route that hands the desk the sheet of a portal that failed."""

import time

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app_pages.server.guarded import MAX_HINT_BYTES, guarded, refusal
from app_pages.server.house import House, current
from verification.adapters.papers.outage_pdf import outage_pdf
from verification.basics.errors import KioskError, RequestError
from verification.basics.limiter import Limiter, Window
from verification.exchange.evidence import evidence_of
from verification.rights import Actor

_sheets = Limiter(time.monotonic, Window(20, 60.0))
_MOST_CHARS = 64


async def _sheet(request: Request, _body: bytes) -> Response:
    house, actor = current(), request.scope["actor"]
    visit_id = str(request.path_params["visit"])[:_MOST_CHARS]
    try:
        made = await to_thread.run_sync(_made, house, actor, visit_id)
    except RequestError as error:
        return refusal(404, error.vi)
    except KioskError as error:
        return refusal(503, error.vi)
    return Response(made, media_type="application/pdf", headers={"cache-control": "no-store"})


def _made(house: House, actor: Actor, visit_id: str) -> bytes:
    account = house.settings.portal.masked_user if house.settings.portal else ""
    found = evidence_of(actor, house.kiosk, visit_id)
    return outage_pdf(found, actor, house.kiosk, account)


def sheet_routes() -> list[Route]:
    """Return the route."""
    answer = guarded(_sheet, MAX_HINT_BYTES, limiter=_sheets)
    return [Route("/kiosk/bang-chung/{visit}.pdf", answer, methods=["GET"])]
