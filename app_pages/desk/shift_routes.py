"""The route that opens the sheet of a shift beside the desk."""

import re
import time
from urllib.parse import urlencode

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app_pages.server.guarded import refusal, refusal_of, refused
from app_pages.server.house import House, current
from verification.adapters.papers.report_papers import FORMS, printed
from verification.basics.errors import KioskError
from verification.basics.limiter import Limiter, Window
from verification.exchange.reports.shift import take_closing
from verification.rights import Actor, Right

_PATH = "/kiosk/ca.pdf"
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_sheets = Limiter(time.monotonic, Window(20, 60.0))


def shift_address(event_id: str, lang: str) -> str:
    """Return where the sheet of a closing is read."""
    return f"{_PATH}?{urlencode({'ca': event_id, 'lang': lang})}"


async def _sheet(request: Request) -> Response:
    """Answer with a sheet: the own desk's, or any for who may see reports; no patient is named."""
    if no := await refused(request, Right.HELP, _sheets, token=False):
        return no
    house, actor, given = current(), request.scope["actor"], request.query_params
    event_id = given.get("ca", "")
    if not _NAME.fullmatch(event_id):
        return refusal(404, "không có phiếu ca này")
    lang = "en" if given.get("lang") == "en" else "vi"
    try:
        made = await to_thread.run_sync(_made, house, actor, event_id, lang)
    except KioskError as error:
        return refusal_of(error)
    headers = {
        "content-disposition": f'inline; filename="ca-{event_id}.pdf"',
        "cache-control": "no-store",
    }
    return Response(made, media_type=FORMS["pdf"], headers=headers)


def _made(house: House, actor: Actor, event_id: str, lang: str) -> bytes:
    report = take_closing(actor, house.kiosk, event_id)
    return printed(report, "pdf", lang)


def shift_routes() -> list[Route]:
    """Return the route."""
    return [Route(_PATH, _sheet, methods=["GET"])]
