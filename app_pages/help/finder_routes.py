"""The routes of the finder: places and codes as somebody types, persons once Enter was pressed.

What was typed is in the body, never in an address: it may be somebody's number.
"""

import hmac
import json
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app_pages.help.finder_view import mark_of, numbers_view, persons_view, places_view
from app_pages.server.guarded import MAX_HINT_BYTES, guarded, refusal
from app_pages.server.house import current
from app_pages.shell.language import View
from verification.basics.errors import KioskError, RequestError
from verification.basics.limiter import Bucket, Limiter
from verification.basics.texts import Text
from verification.officers import signin
from verification.reception.places.finding import find_places
from verification.reception.whose import whole_numbers, whose
from verification.rights import Right

_TYPING = Bucket(rate=15.0, burst=15.0)  # who types fast makes ten letters a second
_LOOKING = Bucket(rate=1.0, burst=5.0)
_typing = Limiter(time.monotonic, _TYPING)  # their own: nothing here takes from a camera
_looking = Limiter(time.monotonic, _LOOKING)
_AT_ONCE = CapacityLimiter(2)


async def _places(request: Request, body: bytes) -> Response:
    house, actor = current(), request.scope["actor"]
    digest = house.signer.session(request.cookies) or ""
    with suppress(KioskError):  # who types is there; a full disk is told by the page
        await to_thread.run_sync(signin.touch, house.kiosk, digest)
    find = partial(find_places, actor, house.kiosk, _text(body))
    found = await to_thread.run_sync(find, limiter=_AT_ONCE)
    return JSONResponse(places_view(found, _lang(request)))


async def _persons(request: Request, body: bytes) -> Response:
    kiosk, actor, lang = current().kiosk, request.scope["actor"], _lang(request)

    def look() -> View:
        return persons_view(kiosk, whose(actor, kiosk, _text(body).strip()), lang)

    return await _looked(look, lang)


async def _numbers(request: Request, body: bytes) -> Response:
    kiosk, actor, lang = current().kiosk, request.scope["actor"], _lang(request)
    asked = _json(body)
    text, mark = str(asked.get("text", "")), str(asked.get("mark", "")).encode("utf-8", "replace")

    def look() -> View:
        card = whole_numbers(
            actor,
            kiosk,
            text.strip(),
            lambda card: hmac.compare_digest(mark_of(card).encode(), mark),
        )
        return {"numbers": numbers_view(card, lang, whole=True)}

    return await _looked(look, lang)


async def _looked(look: Callable[[], View], lang: str) -> Response:
    try:
        return JSONResponse(await to_thread.run_sync(look, limiter=_AT_ONCE))
    except RequestError as error:
        return JSONResponse({"people": [], "said": [Text(error.vi, error.en).in_language(lang)]})
    except KioskError as error:
        return refusal(503, Text(error.vi, error.en).in_language(lang))


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")


def _json(body: bytes) -> dict[str, object]:
    with suppress(ValueError, RecursionError):
        asked = json.loads(body)
        if isinstance(asked, dict):
            return asked
    return {}


def _lang(request: Request) -> str:
    return request.headers.get("x-kiosk-lang", "vi")


def finder_routes() -> list[Route]:
    """Return the routes of the finder."""
    places = guarded(_places, MAX_HINT_BYTES, Right.HELP, _typing)
    persons = guarded(_persons, MAX_HINT_BYTES, Right.VIEW_PERSON, _looking)
    numbers = guarded(_numbers, MAX_HINT_BYTES, Right.VIEW_PERSON, _looking)
    return [
        Route("/kiosk/tra-cuu", places, methods=["POST"]),
        Route("/kiosk/tra-cuu/nguoi", persons, methods=["POST"]),
        Route("/kiosk/tra-cuu/so", numbers, methods=["POST"]),
    ]
