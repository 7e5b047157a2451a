"""The guide to VssID for everybody who opens it: no sign-in, no script, no data of the house.

Only the facility's name and the hotline come from the house. A page holds one branch, its steps
large enough for a phone, and prints as A5; `?in=1` opens the print dialogue by itself.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from app_pages.guest.guide_html import Reader, branch_html, index_html
from app_pages.guest.headers import HEADERS
from app_pages.guest.language_page import language_routes
from app_pages.server.house import House, current
from app_pages.shell.fonts import faces
from verification.basics.errors import KioskError
from verification.reception.guide.guide import GUIDES, Guide

ADDRESS = "/huong-dan"
_FOLDER = Path(__file__).parent


def _reader(request: Request, house: House) -> Reader:
    asked = request.query_params
    return Reader(
        lang="en" if asked.get("nn") == "en" else "vi",
        printing="in" in asked,
        facility=_facility(house),
        hotline=house.kiosk.slips.hotline,
        languages=tuple((one.lang, one.name) for one in house.guides.read().guides.values()),
    )


def _facility(house: House) -> str:
    kiosk = house.kiosk
    with suppress(KioskError):  # the guide is good without it
        known = kiosk.cards.facility(kiosk.facility) if kiosk.facility else None
        return known.ten if known else ""
    return ""


async def _index(request: Request) -> Response:
    reader = await to_thread.run_sync(_reader, request, current())
    return HTMLResponse(index_html(reader), headers=HEADERS)


async def _unknown(request: Request) -> Response:
    """Answer an address that no branch has with all branches: a patient has no account."""
    reader = await to_thread.run_sync(_reader, request, current())
    return HTMLResponse(index_html(reader), 404, HEADERS)


def _branch(guide: Guide) -> Callable[[Request], Response]:
    def branch(request: Request) -> Response:
        return HTMLResponse(branch_html(guide, _reader(request, current())), headers=HEADERS)

    return branch


@cache
def _file(name: str, before: str = "") -> str:
    return before + (_FOLDER / name).read_text(encoding="utf-8")


async def _style(_request: Request) -> Response:
    return Response(_file("huong-dan.css", faces()), media_type="text/css", headers=HEADERS)


async def _print(_request: Request) -> Response:
    script = _file("browser/huong-dan.js")
    return Response(script, media_type="text/javascript", headers=HEADERS)


def guide_routes() -> list[Route]:
    """Return the routes of the guide, each branch by its own address."""
    return [
        Route(ADDRESS, _index),
        *(Route(f"{ADDRESS}/{key}", _branch(guide)) for key, guide in GUIDES.items()),
        *language_routes(),
        Route(f"{ADDRESS}/huong-dan.css", _style),
        Route(f"{ADDRESS}/huong-dan.js", _print),
        Route(f"{ADDRESS}/{{key}}", _unknown),
    ]
