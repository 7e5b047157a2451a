"""What tests of the addresses below `/api/` share: a key, and a client without a network."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app_pages.api.routes import api_routes
from app_pages.api.server import Api
from verification.officers.systems import make_key
from verification.rights import SystemRole, command_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app_pages.server.house import House
    from verification.kiosk import Kiosk


def key_for(kiosk: Kiosk, name: str = "thu", *roles: SystemRole, per_minute: int = 6_000) -> str:
    """Make the key of a system with some rights, all where none is named."""
    held = frozenset(roles or SystemRole)
    return make_key(command_line("1"), kiosk, name, held, per_minute).text


@dataclass(frozen=True)
class Told:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Return it as JSON."""
        return json.loads(self.body)

    @property
    def reason(self) -> str:
        """Return the reason code of a problem."""
        assert self.headers["content-type"] == "application/problem+json"
        return str(self.json["reason"])


@dataclass(frozen=True)
class System:
    """A system of the hospital that asks an open house by its key."""

    house: House
    key: str
    api: Api = field(default_factory=lambda: Api(api_routes()))

    def get(self, path: str) -> Told:
        """Fetch something."""
        return self.ask("GET", path)

    def post(self, path: str, values: object) -> Told:
        """Send an object."""
        return self.ask("POST", path, json.dumps(values).encode())

    def ask(self, method: str, path: str, body: bytes = b"", **more: str) -> Told:
        """Ask anything."""
        headers = {
            "host": "localhost:8501",
            "authorization": f"Bearer {self.key}",
            "content-type": "application/json",
            "content-length": str(len(body)),
            **more,
        }
        return asyncio.run(self._asked(method, path, headers, body))

    async def _asked(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Told:
        place, _, query = path.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": place,
            "raw_path": place.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 50_000),
            "server": ("localhost", 8501),
            "scheme": "http",
            "http_version": "1.1",
        }
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.api(scope, receive, send)
        found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Told(sent[0]["status"], found, b"".join(one.get("body", b"") for one in sent[1:]))
