"""All that stands below `/api/`: an application of its own in front of the pages, by key alone.

Nothing of a browser counts here: no cookie, no form, no page of another site. Whatever comes of a
request, it is an answer of the route or a problem with its reason code.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from app_pages.api import access
from app_pages.api.keys import Keys
from app_pages.api.problems import Refused, known, of_error, reason_of
from app_pages.server import listening
from app_pages.server.accesses import NO_ADDRESS, Accessed
from app_pages.server.house import House, current
from verification.basics.errors import StoreError
from verification.log.api_keys import ApiKey
from verification.log.writing import Stranger
from verification.officers.api_access import Look, note_look
from verification.rights import SYSTEMS_DESK

API = "/api"
_OWN_SITE = frozenset({"same-origin", "none"})
_FAILED = 400
_SECRETS = frozenset({b"cookie", b"authorization"})


def is_api(path: str) -> bool:
    """Tell whether an address is for systems of the hospital, not for people."""
    return path == API or path.startswith(f"{API}/")


class Api:
    """The application.

    Args:
        routes: Of `api_route`.
        clock: Seconds.
    """

    def __init__(
        self, routes: Sequence[Route], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._routes = tuple(routes)
        self._clock = clock
        self._keys = Keys(clock)
        self._tally = access.Tally(clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        try:
            answer = await self._answer(Request(scope, receive))
        except Exception as error:  # noqa: BLE001  # whatever it is, it is told as a problem
            answer = of_error(error)
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        house, begun = current(), self._clock()
        if not listening.knows_host(house.settings, request):
            return known("no_such_host")
        if _is_foreign(request):
            return known("foreign_page")
        key = await self._keys.taken(house, request)
        named = NO_ADDRESS
        try:
            route, child = self._found(request.scope)
            named = route.path
            request.scope.update(child)
            answer: Response = await route.endpoint(_for_route(request, key))
        except Exception as error:  # noqa: BLE001  # likewise
            answer = of_error(error)
        persons = await to_thread.run_sync(self._noted, house, request, key, named, answer)
        ms = round((self._clock() - begun) * 1000)
        said = access.shown_by(request).result or reason_of(answer)
        now, status = house.kiosk.clock(), answer.status_code
        one = Accessed(now, key.system, key.key_id, named, status, said, tuple(persons), ms)
        house.accesses.note(one)
        return answer

    def _found(self, scope: Scope) -> tuple[Route, Scope]:
        """Return the route that is asked for.

        Raises:
            Refused: There is none, or it does not take the method.
        """
        allowed: set[str] = set()
        for route in self._routes:
            match, child = route.matches(scope)
            if match is Match.FULL:
                return route, child
            if match is Match.PARTIAL:
                allowed |= route.methods or set()
        if allowed:
            raise Refused(known("method", {"allow": ", ".join(sorted(allowed))}))
        raise Refused(known("not_found"))

    def _noted(
        self, house: House, request: Request, key: ApiKey, named: str, answer: Response
    ) -> Sequence[str]:
        """Write an answer down before it leaves; return whom it shows.

        Raises:
            StoreError: It could not be written, so it does not leave.
        """
        shown, failed = access.shown_by(request), answer.status_code >= _FAILED
        if shown.logged and not failed:
            return ()
        result, who = shown.result or reason_of(answer), access.actor_of(key)
        if (shown.cards or shown.persons or shown.presented) and not failed:
            seen = (tuple(shown.cards), tuple(shown.persons), shown.presented)
            return note_look(house.kiosk, who, Look(named, result, key.key_id, *seen))
        if count := self._tally.due(who.officer, named, result, key.key_id):
            note_look(house.kiosk, who, Look(named, result, key.key_id, count=count))
        return ()

    def ends(self, house: House) -> None:
        """Write down what is counted and not yet written, before the server ends."""
        for (officer, named, result, key_id), count in self._tally.left():
            with suppress(StoreError):
                who = Stranger(SYSTEMS_DESK, officer)
                note_look(house.kiosk, who, Look(named, result, key_id, count=count))


def _is_foreign(request: Request) -> bool:
    """Tell whether a browser asks for a page that is not of this server."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in _OWN_SITE:
        return True
    return "origin" in request.headers and not listening.is_own_origin(request)


def _for_route(request: Request, key: ApiKey) -> Request:
    """Return a request as its route gets it: who asks, and neither cookies nor the key."""
    kept = [one for one in request.scope["headers"] if one[0].lower() not in _SECRETS]
    request.scope.update(actor=access.actor_of(key), headers=kept)
    return Request(request.scope, request.receive)
