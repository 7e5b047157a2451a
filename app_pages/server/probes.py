"""For a program that watches: does the server answer, could a desk work, how does all stand.

None of it tells of a patient; they are answered to this machine and to listed addresses alone; for
everybody else they do not exist.
"""

from collections.abc import Awaitable, Callable, Mapping
from ipaddress import ip_address

from anyio import CapacityLimiter, to_thread
from prometheus_client.exposition import choose_encoder
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response

from app_pages.server import listening
from app_pages.server.gauges import Gauges
from app_pages.server.house import House, current
from verification.adapters.store.sqlite.reserve import takes_more
from verification.basics.errors import KioskError
from verification.operations.settings import Settings

_HEADERS = {"cache-control": "no-store"}
_LOG = "log"
_SCRAPES = CapacityLimiter(1)  # they wait for each other, and take no other's thread


def may_watch(settings: Settings, asked: HTTPConnection) -> bool:
    """Tell whether this machine or a listed one asks, and no proxy for somebody else."""
    if asked.client is None or listening.is_through_proxy(asked):
        return False
    try:
        address = ip_address(asked.client.host)
    except ValueError:
        return False
    return address.is_loopback or any(address in network for network in settings.watchers)


async def probed(asked: HTTPConnection) -> Response:
    """Answer a watching program; 404 for everybody else."""
    house = current()
    if not may_watch(house.settings, asked):
        return Response(status_code=404, headers=_HEADERS)
    return await PROBES[asked.url.path](house, asked)


async def _alive(_house: House, _asked: HTTPConnection) -> Response:
    return JSONResponse({"status": "ok"}, headers=_HEADERS)


async def _ready(house: House, _asked: HTTPConnection) -> Response:
    red = await to_thread.run_sync(_red, house)
    ready = _LOG not in red  # what else is red stops no desk, or none before the next start
    told = {"status": "ready" if ready else "not_ready", "red": red}
    return JSONResponse(told, 200 if ready else 503, _HEADERS)


def _red(house: House) -> list[str]:
    """Return what is red by health's names for its lines; `log`, asked now, stops the desks."""
    found = {line.key for line in house.health.red()}
    try:
        house.kiosk.written.places.heads()  # a row a desk, however long the log
        house.kiosk.written.keep()
        # the disk of a PostgreSQL is another machine's
        works = house.settings.postgres is not None or takes_more(house.settings.db)
    except KioskError:
        works = False
    if not works:
        found.add(_LOG)
    return sorted(found)


async def _metrics(house: House, asked: HTTPConnection) -> Response:
    try:
        encode, kind = choose_encoder(asked.headers.get("accept", ""))
    except (TypeError, ValueError):  # a version that is none
        encode, kind = choose_encoder("")
    body = await to_thread.run_sync(encode, Gauges(house), limiter=_SCRAPES)
    return Response(body, headers=_HEADERS | {"content-type": kind})


PROBES: Mapping[str, Callable[[House, HTTPConnection], Awaitable[Response]]] = {
    "/healthz": _alive,
    "/readyz": _ready,
    "/metrics": _metrics,
}
"""What is asked, by path."""
