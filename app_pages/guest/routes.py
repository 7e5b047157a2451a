"""The patient's side window: the live picture, what to do with the phone, a tick.

It is paired once with a six-digit code of a desk, and shows that desk alone. A name, a number or a
verdict never comes here: of what was read, only whether it is a card at all.
"""

from collections.abc import Awaitable, Callable
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import parse_qs

from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from app_pages.guest.guide_page import guide_routes
from app_pages.guest.guided_view import View, guided_view
from app_pages.guest.headers import HEADERS
from app_pages.guest.notice_page import notice, notice_routes
from app_pages.server.house import current
from app_pages.server.pairing import COOKIE_SECONDS, Paired
from app_pages.server.window import Guest
from app_pages.shell.fonts import faces
from verification.basics.errors import KioskError
from verification.basics.texts import Text, Texts
from verification.kiosk import Kiosk
from verification.log.house_events import ScreenPaired
from verification.log.writing import Stranger, write_alone
from verification.officers import signin

COOKIE = "kiosk_khach"
_MOST_FORM_BYTES = 200
_FOLDER = Path(__file__).parent
TEXTS = Texts("app_pages.guest")


async def _page(request: Request) -> Response:
    if _window(request):
        return _html(_khach())
    # of several servers another may have paired it: a proxy asks that one next
    return _form(status=403 if request.cookies.get(COOKIE) else 200)


async def _pair(request: Request) -> Response:
    if not _is_same_origin(request):
        return _form(TEXTS("refused.foreign"), 403)
    address = request.client.host if request.client else ""
    if current().pairing.throttled(address):
        return _form(TEXTS("refused.too_often"), 429)
    paired = current().pairing.pair(await _digits(request), address)
    if paired is None:
        return _form(TEXTS("refused.wrong"), 403)
    if not await to_thread.run_sync(_is_logged, paired, address):
        return _form(TEXTS("refused.unlogged"), 503)
    answer = RedirectResponse("/khach", 303, HEADERS)
    answer.set_cookie(
        COOKIE,
        paired.cookie,
        max_age=COOKIE_SECONDS,
        path="/khach",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return answer


def _is_logged(paired: Paired, address: str) -> bool:
    """Write down that a screen looks from now on; without that it does not."""
    house = current()
    who = Stranger(paired.desk, paired.officer)
    try:
        write_alone(house.kiosk.written, who, ScreenPaired(address))
    except KioskError:
        house.pairing.unpair(paired.cookie)
        return False
    return True


async def _state(_request: Request, window: Guest) -> Response:
    guide = await _guided(window)
    number, sign = window.watch(), window.sign()
    if sign == "guide" and guide:
        answer = {"boot": current().boot, "sign": sign, "guide": guide, "picture_number": None}
        return JSONResponse(answer, headers=HEADERS)
    sign = "idle" if sign == "guide" else sign  # begun this moment: with the next question
    text = TEXTS(f"sign.{sign}")
    answer = {"boot": current().boot, "sign": sign, "text_vi": text.vi, "text_en": text.en}
    return JSONResponse(answer | {"picture_number": number}, headers=HEADERS)


async def _guided(window: Guest) -> View | None:
    """Return the guide's step as it is drawn; one that may not stand there any more is ended."""
    house, guided = current(), window.guided()
    if guided is None:
        return None
    view = None
    if await to_thread.run_sync(_goes_on, house.kiosk, guided.session):
        view = guided_view(guided, house.guides.read(), house.kiosk.slips.hotline)
    if view is None:
        window.end_guide(only=guided)
    return view


def _goes_on(kiosk: Kiosk, session: str) -> bool:
    """Tell whether the session that shows it is live: what it left on the window goes with it."""
    try:
        return signin.actor(kiosk, session) is not None
    except KioskError:
        return False


async def _picture(_request: Request, window: Guest) -> Response:
    jpeg = window.picture()
    if jpeg is None:
        return Response(status_code=404, headers=HEADERS)
    return Response(jpeg, media_type="image/jpeg", headers=HEADERS)


def _paired_only(
    answer: Callable[[Request, Guest], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    async def guarded(request: Request) -> Response:
        window = _window(request)
        if window is None:
            return Response(status_code=403, headers=HEADERS)
        return await answer(request, window)

    return guarded


def _served(
    name: str, media_type: str, before: str = ""
) -> Callable[[Request], Awaitable[Response]]:
    async def serve(_request: Request) -> Response:
        return Response(before + _file(name), media_type=media_type, headers=HEADERS)

    return serve


def _window(request: Request) -> Guest | None:
    """Return the window that a screen was paired with, None where it was with none that is here."""
    house = current()
    place = house.desks.place(house.pairing.desk_of(request.cookies.get(COOKIE, "")))
    return place.guest if place else None


def _is_same_origin(request: Request) -> bool:
    origin = request.headers.get("origin", "")
    return bool(origin) and origin.split("//")[-1] == request.headers.get("host")


async def _digits(request: Request) -> str:
    """Return the code that the form sent, empty where it is larger than any form of ours."""
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST_FORM_BYTES:
                return ""
    except ClientDisconnect:
        return ""
    sent = parse_qs(body.decode("ascii", "replace"), max_num_fields=5).get("code", [""])[0]
    return "".join(sent.split())


def _form(message: Text | None = None, status: int = 200) -> Response:
    said = f"{message.vi}<small lang=en>{message.en}</small>" if message else ""
    return _html(_file("pair.html").replace("<!-- message -->", said), status)


def _html(text: str, status: int = 200) -> Response:
    return HTMLResponse(text, status, HEADERS)


@cache
def _khach() -> str:
    """Return the window with the line on the patient's data."""
    line = Text.of(notice()["line"])
    told = f"{escape(line.vi)}<br><span lang=en>{escape(line.en)}</span>"
    return _file("khach.html").replace("<!-- notice -->", told)


@cache
def _file(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def guest_routes() -> list[Route]:
    """Return the routes of the window, whose cookie opens no other, of guide and notice."""
    return [
        Route("/khach", _page),
        Route("/khach/pair", _pair, methods=["POST"]),
        Route("/khach/state", _paired_only(_state)),
        Route("/khach/picture", _paired_only(_picture)),
        Route(
            "/khach/khach.js",
            _served("browser/khach.js", "text/javascript", _file("browser/guided.js")),
        ),
        Route("/khach/khach.css", _served("khach.css", "text/css", faces() + _file("guided.css"))),
        Route("/khach/icon.svg", _served("../shell/icon.svg", "image/svg+xml")),
        *guide_routes(),
        *notice_routes(),
    ]


def guest_paths() -> frozenset[str]:
    """Return the paths of window, guide and notice, for the gate."""
    return frozenset(route.path for route in guest_routes())
