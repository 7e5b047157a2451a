"""`POST /api/check`: the desk's answer to a card, for other programs of the hospital."""

from dataclasses import replace
from datetime import date, datetime, time
from threading import BoundedSemaphore
from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app_pages.api import access
from app_pages.api.bodies import body_as
from app_pages.api.guarded import api_route
from app_pages.api.problems import known
from app_pages.server.house import House, current
from verification.basics.dates import VIETNAM
from verification.operations.answer_json import verdict_json
from verification.operations.asking import portal_json
from verification.operations.checking import answered
from verification.rights import Actor, Right
from verification.rules.law.verdict import Verdict

_BUSY = {"retry-after": "3"}
_ASKING = BoundedSemaphore(4)
"""So many wait for the national portal at once: it is the desks' first, and so are the threads."""


async def _check(request: Request, body: bytes) -> Response:
    asked, house = body_as("Question", body), current()
    wants = asked.get("portal", False)
    if wants and not _ASKING.acquire(blocking=False):
        return known("busy", _BUSY)
    try:
        verdict, told = await to_thread.run_sync(_answer, house, request.scope["actor"], asked)
    finally:
        if wants:
            _ASKING.release()
    cards = [verdict.card] if verdict.card else []
    access.shows(request, cards=cards, result=verdict.outcome.value)
    return JSONResponse(verdict_json(verdict, house.kiosk.rules.law, told))


def _answer(
    house: House, actor: Actor, asked: dict[str, Any]
) -> tuple[Verdict, dict[str, Any] | None]:
    wants, facility = asked.get("portal", False), asked.get("facility")
    kiosk = replace(house.kiosk, facility=facility) if facility else house.kiosk
    day = date.fromisoformat(asked["on"]) if "on" in asked else None
    noon = datetime.combine(day, time(12), VIETNAM) if day else None
    portal = house.portal if wants else None
    verdict, said = answered(actor, kiosk, asked["text"].encode(), noon, portal)
    return verdict, portal_json(said) if wants else None


def check_routes() -> list[Route]:
    """Return the route."""
    return [api_route("/api/check", _check, Right.CHECK)]
