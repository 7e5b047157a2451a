"""The gate in front of everything: without a live session there is the form and nothing else."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from anyio import to_thread
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from app_pages.entry.forms import Forms
from app_pages.entry.login import form_for
from app_pages.entry.openings import PAGE_PATHS, Openings, is_hidden
from app_pages.entry.sockets import Socket, Sockets
from app_pages.server import listening
from app_pages.server.connections import door_of, place_of
from app_pages.server.house import House, current
from app_pages.server.probes import PROBES, probed
from verification.basics.errors import KioskError, StoreBusy
from verification.basics.texts import Text
from verification.officers import signin
from verification.rights import Actor

_SAFE = frozenset({"GET", "HEAD"})
_NO_STORE = {"cache-control": "no-store"}


class Gate:
    """Lets through what a live session asks for.

    A request that goes through carries its `Actor` in `scope["actor"]`. What is for systems of the
    hospital goes to an application of its own, whatever its cookies say: it asks for a key.

    Args:
        app: What stands behind it.
        guests: Paths of the patient's window, which has a cookie of its own, and of the guide.
        guests_folders: What lies right in one is for everybody too, there or not.
        forms: Methods and paths of the sign-in forms.
        ours: The kiosk's own routes; with a live session, beside what Streamlit needs.
        api: Serves systems of the hospital, by their keys.
        is_api: Tells by the path what is for it.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        guests: frozenset[str],
        guests_folders: frozenset[str],
        forms: frozenset[tuple[str, str]],
        ours: Sequence[BaseRoute],
        api: ASGIApp,
        is_api: Callable[[str], bool],
    ) -> None:
        self._app = app
        self._openings = Openings(ours)
        self._api, self._is_api = api, is_api
        self._guests, self._guests_folders = guests, guests_folders
        self._forms = forms
        self._sockets = Sockets()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif scope["type"] == "http" and self._is_api(scope["path"]):
            await self._api(scope, receive, send)
        elif scope["type"] == "http":
            await self._request(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_guests(self, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        return path in self._guests or (folder in self._guests_folders and bool(name))

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked, path = HTTPConnection(scope), scope["path"]
        safe = scope["method"] in _SAFE
        if not listening.knows_host(current().settings, asked):
            answer: Response | None = _nothing(421)
        elif self._is_guests(path):
            answer = None
        elif path in PROBES and safe:
            answer = await probed(asked)
        elif is_hidden(path):
            answer = _nothing(404)
        elif not safe and not listening.is_own_origin(asked):
            answer = _nothing(403)
        elif (scope["method"], path) in self._forms:
            answer = None
        else:
            answer = await self._behind(scope, asked)
        await (answer or self._app)(scope, receive, send)

    async def _behind(self, scope: Scope, asked: HTTPConnection) -> Response | None:
        """Return what answers a request that needs a session, None where it may go through."""
        path, gets = scope["path"], scope["method"] == "GET"
        try:
            if await _let_in(scope, asked):
                return None if scope in self._openings else _nothing(404)
            return await form_for(asked, path) if gets else _nothing(401)
        except StoreBusy as error:  # a session may well live: nobody is sent to the form for that
            page = gets and path in PAGE_PATHS
            said = Text(error.vi, error.en)
            return Forms(asked, path, said, 503).away() if page else _nothing(503)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked, house = HTTPConnection(scope), current()
        known = listening.knows_host(house.settings, asked) and listening.is_own_origin(asked)
        known = known and scope in self._openings
        digest = house.signer.session(asked.cookies)
        if not known or digest is None or not await _opens(scope, asked):
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        roles = scope["actor"].roles
        await self._sockets.serve(self._app, scope, Socket(house, digest, roles, receive, send))


async def _let_in(scope: Scope, asked: HTTPConnection) -> bool:
    house = current()
    digest = house.signer.session(asked.cookies)
    actor = await to_thread.run_sync(_actor, house, digest) if digest else None
    scope["actor"] = actor
    door, place = door_of(scope), place_of(scope)
    if door and place:
        door.belongs(place, digest if actor else None)
    return actor is not None


async def _opens(scope: Scope, asked: HTTPConnection) -> bool:
    """Tell whether a WebSocket may be opened now."""
    with suppress(StoreBusy):
        return await _let_in(scope, asked) and _has_room(scope)
    return False


def _has_room(scope: Scope) -> bool:
    """Tell whether one more WebSocket may be opened through a connection."""
    door, place = door_of(scope), place_of(scope)
    return not (door and place) or door.opens_socket(place)


def _actor(house: House, digest: str) -> Actor | None:
    try:
        return signin.actor(house.kiosk, digest)
    except StoreBusy:  # nobody knows
        raise
    except KioskError:
        return None


def _nothing(status: int) -> Response:
    return Response(status_code=status, headers=_NO_STORE)
