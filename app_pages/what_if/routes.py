"""The route of the page "thử tình huống khác": the rules in force on a date, to print."""

from datetime import date

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from app_pages.server.guarded import refusal
from app_pages.server.house import current
from app_pages.what_if.rules_print import rules_page
from verification.rights import Right, may


async def _rules(request: Request) -> Response:
    """Answer with the rules in force on a date, to print; no patient is in it."""
    if not may(request.scope["actor"], Right.CHECK):
        return refusal(403, "không có quyền")
    kiosk = current().kiosk
    try:
        on = date.fromisoformat(request.query_params.get("on", ""))
    except ValueError:
        on = kiosk.today()
    known = kiosk.cards.facility(kiosk.facility) if kiosk.facility else None
    place = f"{known.ma_cskcb} · {known.ten}" if known else ""
    return HTMLResponse(rules_page(kiosk.rules.law, on, place))


def what_if_routes() -> list[Route]:
    """Return the routes of the page."""
    return [Route("/kiosk/quy-tac", _rules)]
