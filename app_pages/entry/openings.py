"""What of the server a live session opens: a list, and whatever is not on it does not exist.

Streamlit registers routes of its own for things that the kiosk's pages do not use; each of them is
decided here, and a test asks the running app whether there are others.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import streamlit as st
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

_READS = frozenset({"GET", "HEAD"})
_CORE = "_stcore"
_DECODED_AT_MOST = 5  # times; what is still encoded then is no address of ours
# Of the pages in `main.PLACES`: Streamlit runs that file for each of them, so nobody imports it.
PAGE_PATHS = frozenset({"/", "/giam-dinh", "/quan-tri", "/tro-giup", "/muc-huong", "/tai-khoan"})


class Opening(Enum):
    """What becomes of one of Streamlit's routes."""

    SESSION = "session"  # a browser with a live session needs it
    CLOSED = "closed"  # 404, for everybody


STREAMLIT: Mapping[str, Opening] = {
    # asked before the page connects, and the connection itself
    "/_stcore/health": Opening.SESSION,
    "/_stcore/host-config": Opening.SESSION,
    "/_stcore/stream": Opening.SESSION,
    # its own start page and script files; of these only what lies in its folder, see `_assets`
    "": Opening.SESSION,
    # keeps whatever is sent in memory; the pages send pictures to the kiosk's own route
    "/_stcore/upload_file/{session_id}/{file_id}": Opening.CLOSED,
    "/_stcore/metrics": Opening.CLOSED,
    "/_stcore/script-health-check": Opening.CLOSED,
    # pictures and files of a page, which the pages hand out by the kiosk's own routes
    "/media/{file_id:path}": Opening.CLOSED,
    # components come from the kiosk's own routes, none from a folder
    "/component/{path:path}": Opening.CLOSED,
    "/_stcore/bidi-components/{path:path}": Opening.CLOSED,
    "/app/static/{path:path}": Opening.CLOSED,
    # the kiosk has accounts of its own
    "/auth/login": Opening.CLOSED,
    "/auth/logout": Opening.CLOSED,
    "/oauth2callback": Opening.CLOSED,
    # the page is driven by people only
    "/_stcore/agent/interact": Opening.CLOSED,
    "/_stcore/agent/openapi.json": Opening.CLOSED,
    "/_stcore/agent/mcp": Opening.CLOSED,
}
_OPEN_CORE = frozenset(
    path for path, opening in STREAMLIT.items() if path and opening is Opening.SESSION
)


class Openings:
    """Tells which requests are for something that is there.

    Args:
        ours: The kiosk's own routes.
    """

    def __init__(self, ours: Sequence[BaseRoute]) -> None:
        self._ours = tuple(ours)

    def __contains__(self, scope: Scope) -> bool:
        """Tell whether a live session opens what is asked for."""
        path, method = str(scope["path"]), scope.get("method", "GET")
        if scope["type"] == "websocket":
            return path == "/_stcore/stream"
        if any(route.matches(scope)[0] is Match.FULL for route in self._ours):
            return True
        reads = path in PAGE_PATHS or path in _OPEN_CORE or path in _assets()
        return reads and method in _READS


def is_hidden(path: str) -> bool:
    """Tell whether a path is one of Streamlit's own that nobody is to learn of.

    However it is written: below another page, in capitals, encoded again, with more slashes.
    """
    if path in _OPEN_CORE:
        return False
    plain = path
    for _ in range(_DECODED_AT_MOST):
        plain = unquote(plain)
    parts = plain.replace("\\", "/").casefold().split("/")
    return any(part.strip().startswith(_CORE) for part in parts)


@cache
def _assets() -> frozenset[str]:
    """Return the paths of Streamlit's script files, as the installed version has them."""
    folder = Path(st.__file__).parent / "static"
    files = (file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    return frozenset(f"/{file.as_posix()}" for file in files if file.suffix != ".html")
