"""The letters of every page, with each Vietnamese diacritic, whatever the machine has installed.

They are those that the papers carry. Their address holds their checksum, so a browser keeps them.
"""

import hashlib
from functools import cache
from importlib import resources

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FAMILY = "Kiosk Sans"
FOLDER = "/kiosk/font/"
_WEIGHTS = {"DejaVuSans.ttf": "1 500", "DejaVuSans-Bold.ttf": "501 1000"}
_KEPT = {"cache-control": "public, max-age=31536000, immutable"}


@cache
def _files() -> dict[str, tuple[str, bytes]]:
    """Return weight and content of each font by its address."""
    folder = resources.files("verification.adapters.papers").joinpath("fonts")
    found = {}
    for name, weight in _WEIGHTS.items():
        content = folder.joinpath(name).read_bytes()
        mark = hashlib.sha256(content).hexdigest()[:16]
        found[f"{FOLDER}{mark}.ttf"] = (weight, content)
    return found


@cache
def faces() -> str:
    """Return the style that makes the letters known; it holds in a page, not in a shadow root."""
    return "".join(
        f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};font-display:swap;'
        f'src:url("{path}") format("truetype")}}'
        for path, (weight, _) in _files().items()
    )


async def _font(request: Request) -> Response:
    _, content = _files()[request.url.path]
    return Response(content, media_type="font/ttf", headers=_KEPT)


def font_routes() -> list[Route]:
    """Return the routes of the letters."""
    return [Route(path, _font) for path in _files()]


def font_paths() -> frozenset[str]:
    """Return their paths, for the gate: who is not signed in reads too, and nothing is personal."""
    return frozenset(_files())
