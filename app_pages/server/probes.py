"""Signs of life for a program that watches: does the server answer, could a desk work.

They say nothing of a patient and are answered to this machine and to listed addresses alone; for
everybody else they do not exist.
"""

from collections.abc import Awaitable, Callable, Mapping
from ipaddress import ip_address

from anyio import to_thread
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response

from app_pages.server import listening
from app_pages.server.house import House, current
from verification.basics.errors import KioskError
from verification.operations.settings import Settings

_HEADERS = {"cache-control": "no-store"}
_STOPS_A_DESK = frozenset({"disk", "key", "failed", "files"})
_LOG = "log"


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
    return await PROBES[asked.url.path](house)


async def _alive(_house: House) -> Response:
    return JSONResponse({"status": "ok"}, headers=_HEADERS)


async def _ready(house: House) -> Response:
    red = await to_thread.run_sync(_red, house)
    ready = not _STOPS_A_DESK.union({_LOG}).intersection(red)
    told = {"status": "ready" if ready else "not_ready", "red": red}
    return JSONResponse(told, 200 if ready else 503, _HEADERS)


def _red(house: House) -> list[str]:
    """Return what is red, by the names that health has for its lines; `log` is asked now."""
    found = {line.key for line in house.health.red()}
    try:
        house.kiosk.written.newest_scans()
        house.kiosk.written.keep()
    except KioskError:
        found.add(_LOG)
    return sorted(found)


PROBES: Mapping[str, Callable[[House], Awaitable[Response]]] = {
    "/healthz": _alive,
    "/readyz": _ready,
}
"""What is asked, by path."""
