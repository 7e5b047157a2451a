"""Takes from a proxy that is named in the settings for whom it asks; from nobody else.

What several proxies, or somebody in front of one, could have written is taken once and whole, or
the request is refused: an address that was made up would be given the tries of another.
"""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app_pages.server import listening
from app_pages.server.connections import door_of, place_of
from app_pages.server.house import current
from verification.basics.texts import Texts
from verification.operations.network_settings import Network, address_of, lies_in

_SCHEMES = {"http": "https", "websocket": "wss"}
_MOST = 10  # machines that a request came through
_TEXTS = Texts("app_pages.entry")


class Proxied:
    """Makes a request of a named proxy one of the browser behind it.

    Args:
        app: What stands behind it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        proxies = current().settings.proxies if scope["type"] in _SCHEMES else ()
        if not _is_proxys(scope, proxies):
            await self._app(scope, receive, send)
            return
        client = client_of(Headers(scope=scope), proxies)
        if client is None:
            await _refuse(scope, receive, send)
            return
        door, place = door_of(scope), place_of(scope)
        if door and place:
            door.asks_for(place, client)
        told = {"client": (client, 0), "scheme": _SCHEMES[scope["type"]]}
        await self._app({**scope, **told}, receive, send)


def client_of(headers: Headers, proxies: Sequence[Network]) -> str | None:
    """Return the address of the browser that a named proxy asks for, None where it is not sure.

    It is the last one in the list that is no proxy of the house: what stands before it was written
    by that browser itself. And the browser must have come by https, whatever it says of itself.

    Args:
        headers: Of the request.
        proxies: The named ones.
    """
    said, schemes = headers.getlist("x-forwarded-for"), headers.getlist("x-forwarded-proto")
    if len(said) != 1 or schemes not in (["https"], ["wss"]):
        return None
    names = [one.strip() for one in said[0].split(",")]
    found = [address_of(one) for one in names]
    if len(found) > _MOST or None in found:
        return None
    others = [str(one) for one in found if not lies_in(str(one), tuple(proxies))]
    return others[-1] if others else str(found[0])


def _is_proxys(scope: Scope, proxies: Sequence[Network]) -> bool:
    """Tell whether a named proxy asks; on this very machine others do too, and say nothing."""
    peer = scope["client"][0] if proxies and scope.get("client") else ""
    if not lies_in(peer, tuple(proxies)):
        return False
    address = address_of(peer)
    own = address is not None and address.is_loopback
    return not own or listening.is_through_proxy(HTTPConnection(scope))


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    text = _TEXTS("proxy_unclear")
    answer = PlainTextResponse(f"{text.vi} / {text.en}\n", 400, {"cache-control": "no-store"})
    await answer(scope, receive, send)
