"""What a patient is told about their data: `/du-lieu-ca-nhan`, for everybody, printed as A5.

Luật 91/2025/QH15: who takes data says what for, which, to whom they go and for how long. The terms
are the house's own settings.
"""

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from app_pages.guest.guide_html import Reader, both, page
from app_pages.guest.headers import HEADERS
from app_pages.server.house import House, current
from verification.basics.errors import KioskError
from verification.basics.texts import Text, Texts, read

ADDRESS = "/du-lieu-ca-nhan"
_TEXTS = Texts("app_pages.guest")


@cache
def notice() -> Mapping[str, Any]:
    """Return what is told, as its file has it."""
    return read("app_pages.guest", "notice.toml")


def notice_html(reader: Reader, told: Mapping[str, object]) -> str:
    """Return the page.

    Args:
        reader: Who reads.
        told: What the house says of itself: `facility`, `contact`, and the terms in years.
    """
    parts = "".join(_part(reader, part, told) for part in notice()["part"])
    by = f'<p class="by">{both(reader, Text.of(notice()["unchecked"]))}</p>'
    return page(reader, Text.of(notice()["title"]), "", f"{parts}{by}{_acts(reader)}", "notice")


def _part(reader: Reader, part: Mapping[str, Any], told: Mapping[str, object]) -> str:
    lines = (Text.of(line).checked().filled(told) for line in part["lines"])
    drawn = "".join(f"<li>{both(reader, line)}</li>" for line in lines)
    return f"<h2>{both(reader, Text.of(part))}</h2><ul class=short>{drawn}</ul>"


def _acts(reader: Reader) -> str:
    swap = ADDRESS if reader.lang == "en" else f"{ADDRESS}?nn=en"
    printed = f"{ADDRESS}?in=1{'&amp;nn=en' if reader.lang == 'en' else ''}"
    words = _TEXTS("book.print").in_language(reader.lang)
    other = _TEXTS("book.swap").in_language(reader.other)
    return (
        f'<p class="acts"><a href="{printed}">{words}</a>'
        f'<a href="{swap}" lang="{reader.other}">{other}</a></p>'
    )


def told_by(house: House) -> Mapping[str, object]:
    """Return what a house says of itself in the notice."""
    settings, facility = house.settings, _TEXTS("notice.facility")
    with suppress(KioskError):  # the notice is good without the name
        known = house.kiosk.cards.facility(house.kiosk.facility) if house.kiosk.facility else None
        facility = Text(known.ten, known.ten) if known else facility
    named = settings.data_contact
    contact = Text(named, named) if named else _TEXTS("notice.contact")
    return {"facility": facility, "contact": contact, **vars(settings.keeping)}


async def _notice(request: Request) -> Response:
    house = current()
    told = await to_thread.run_sync(told_by, house)
    lang = "en" if request.query_params.get("nn") == "en" else "vi"
    reader = Reader(lang, "in" in request.query_params, hotline=house.kiosk.slips.hotline)
    return HTMLResponse(notice_html(reader, told), headers=HEADERS)


def notice_routes() -> list[Route]:
    """Return the route of the notice."""
    return [Route(ADDRESS, _notice)]
