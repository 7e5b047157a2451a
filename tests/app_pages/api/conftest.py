"""The addresses below `/api/` over an open house, without a server."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import anyio
import pytest
from starlette.responses import JSONResponse, Response

from app_pages.api import access
from app_pages.api.guarded import api_route
from app_pages.api.problems import Refused, problem
from app_pages.api.reading import json_object
from app_pages.api.routes import api_routes
from app_pages.api.server import Api
from tests.support import a_card
from verification.basics.errors import Forbidden, RequestError, StoreError
from verification.officers import systems
from verification.rights import Right, SystemRole, command_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message

    from app_pages.server.house import House

SAID = "Trần Bí Mật"
ERRORS: dict[str, Exception] = {
    "store": StoreError("hỏng", "broken"),
    "no_right": Forbidden("không", "no"),
    "refused": RequestError(f"Không có {SAID}", f"There is no {SAID}"),
    "broken": KeyError(SAID),
    "own": Refused(problem(409, "own", "Đã có", "It is there", field="ma_bn")),
}


@dataclass(frozen=True)
class Reply:
    """What was answered."""

    status_code: int
    headers: dict[str, str]
    text: str

    def json(self) -> dict[str, Any]:
        """Return the object that the body is."""
        found: dict[str, Any] = json.loads(self.text)
        return found


class Steady:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def _shows(request: Request, body: bytes) -> Response:
    given = json_object(body)
    cards = [a_card(ma_the=number) for number in given.get("cards", [])]
    access.shows(request, cards=cards, result="valid")
    return JSONResponse({"cookies": request.cookies, "key": "authorization" in request.headers})


async def _fails(_request: Request, body: bytes) -> Response:
    raise ERRORS[json_object(body)["how"]]


class Systems:
    """What a system of the hospital can do: ask with a key, or without.

    Args:
        house: The open house.
    """

    def __init__(self, house: House) -> None:
        self.house = house
        self.steady = Steady()
        routes = [
            *api_routes(),
            api_route("/api/try/{visit_id}", _shows, Right.CHECK, ("POST",), 200),
            api_route("/api/fail", _fails, None),
            api_route("/api/told", _shows, Right.TELL_VISIT, ("POST", "PUT")),
        ]
        self.app = Api(routes, self.steady)

    def key(self, name: str = "his", *rights: SystemRole, per_minute: int = 1_200) -> str:
        """Make a key, of a system that asks unless told."""
        held = frozenset(rights or {SystemRole.ASKS})
        made = systems.make_key(command_line("1"), self.house.kiosk, name, held, per_minute)
        return made.text

    def ask(
        self,
        path: str,
        key: str = "",
        method: str = "GET",
        *,
        headers: dict[str, str] | Sequence[tuple[str, str]] = (),
        given: object = None,
        content: Iterable[bytes] = (),
    ) -> Reply:
        """Ask once, with a key and a JSON body where they are given."""
        own = {"host": "localhost"} | ({"authorization": f"Bearer {key}"} if key else {})
        if given is not None:
            own["content-type"], content = "application/json", [json.dumps(given).encode()]
        more = dict(headers)
        pairs = [*(p for p in own.items() if p[0] not in more)]
        pairs += headers.items() if isinstance(headers, dict) else headers
        return anyio.run(partial(_asked, self.app, method, path, pairs, list(content)))


async def _asked(
    app: ASGIApp, method: str, path: str, headers: Sequence[tuple[str, str]], pieces: list[bytes]
) -> Reply:
    plain, _, query = path.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "scheme": "http",
        "path": unquote(plain),
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers],
        "client": ("127.0.0.1", 50_000),
    }
    got: list[Message] = []

    async def receive() -> Message:
        body = pieces.pop(0) if pieces else b""
        return {"type": "http.request", "body": body, "more_body": bool(pieces)}

    async def send(message: Message) -> None:
        got.append(message)

    await app(scope, receive, send)
    begun, *rest = got
    named = {name.decode(): value.decode() for name, value in begun["headers"]}
    return Reply(begun["status"], named, b"".join(m.get("body", b"") for m in rest).decode())


@pytest.fixture
def asking(house: House) -> Systems:
    """Return the systems of an open house."""
    return Systems(house)


@pytest.fixture
def logged(house: House) -> Callable[..., list[dict[str, Any]]]:
    """Return what reads the codes of events of some kinds, with whom they concern."""

    def read(*kinds: Any) -> list[dict[str, Any]]:  # EventKind
        found = house.kiosk.written.events(kinds, house.kiosk.clock().replace(year=2000))
        return [dict(event.codes) | {"person": event.person_ref} for event in found]

    return read
