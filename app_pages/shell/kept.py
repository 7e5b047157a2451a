"""What browsers keep for good: its address holds its checksum, so nothing else ever lies there."""

import hashlib
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOLDER = "/kiosk/kept/"
_HEADERS = {"cache-control": "public, max-age=31536000, immutable"}


@dataclass(frozen=True)
class Kept:
    """One such file; nothing personal is in it.

    Args:
        content: Of it.
        suffix: Of its address, with the point.
        media_type: As the browser is told.
        path: Its address at this server.
    """

    content: bytes
    suffix: str
    media_type: str
    path: str = field(init=False)

    def __post_init__(self) -> None:
        """Derive the address once."""
        mark = hashlib.sha256(self.content).hexdigest()[:16]
        object.__setattr__(self, "path", f"{FOLDER}{mark}{self.suffix}")

    def route(self) -> Route:
        """Return what serves it."""
        return Route(self.path, self._serve)

    async def _serve(self, _request: Request) -> Response:
        return Response(self.content, media_type=self.media_type, headers=_HEADERS)
