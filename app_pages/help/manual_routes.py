"""The manual, read in the house: `/kiosk/sach/PART`, and the pictures in it."""

from functools import cache

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from app_pages.help.key_card import key_card
from app_pages.help.manual import ADDRESS, KEY_CARD, PARTS, pages, pictures
from app_pages.help.manual_page import manual_page
from app_pages.server.guarded import refusal
from verification.rights import Right, may


async def _part(request: Request) -> Response:
    """Answer with a part; no patient is in it."""
    if not may(request.scope["actor"], Right.HELP):
        return refusal(403, "không có quyền")
    lang = "en" if request.query_params.get("lang") == "en" else "vi"
    name = request.path_params["part"]
    if name != KEY_CARD and name not in PARTS and name not in pages():
        return refusal(404, "sách không có phần này")  # a name that is none is not remembered
    page = await to_thread.run_sync(drawn, name, lang)
    return HTMLResponse(page) if page else refusal(404, "sách không có phần này")


@cache
def drawn(name: str, lang: str) -> str | None:
    """Return a page of the manual; it stays as it is while the server runs."""
    if name == KEY_CARD:
        return key_card(lang)
    if part := PARTS.get(name):
        return manual_page(part.file(lang), name, lang)
    file = pages().get(name)
    return manual_page(file, name, lang) if file else None


async def _picture(request: Request) -> Response:
    if not may(request.scope["actor"], Right.HELP):
        return refusal(403, "không có quyền")
    found = pictures().get(request.path_params["name"])
    return FileResponse(found) if found else refusal(404, "sách không có hình này")


def manual_routes() -> list[Route]:
    """Return the routes of the manual."""
    return [
        Route(f"{ADDRESS}/hinh/{{name}}", _picture),
        Route(f"{ADDRESS}/{{part}}", _part),
    ]
