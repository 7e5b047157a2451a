"""How often a session may ask the finder's routes, by a clock that the test moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import pytest
from starlette.requests import Request

from app_pages.help import finder_routes
from verification.basics.limiter import Limiter
from verification.rights import Actor, Role

if TYPE_CHECKING:
    from starlette.types import Message

    from app_pages.server.house import House
    from tests.support import Clock

TYPED, PERSON, NUMBER = "/kiosk/tra-cuu", "/kiosk/tra-cuu/nguoi", "/kiosk/tra-cuu/so"


class Asking:
    """The routes without a server: how fast a machine answers changes nothing."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._routes = {route.path: route.endpoint for route in finder_routes.finder_routes()}

    def ask(self, path: str, session: str = "a", text: bytes = b"079") -> int:
        async def receive() -> Message:
            return {"type": "http.request", "body": text, "more_body": False}

        cookie = f"kiosk={session}.{self._house.signer.mark('session', session)}"
        headers = [(b"cookie", cookie.encode()), (b"x-kiosk-token", self._house.token.encode())]
        scope = {"type": "http", "method": "POST", "path": path, "headers": headers}
        scope |= {"query_string": b"", "actor": Actor("an.nt", frozenset({Role.RECEPTIONIST}), "1")}
        status: int = anyio.run(self._routes[path], Request(scope, receive)).status_code
        return status


@pytest.fixture
def asking(house: House, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Asking:
    """Return the routes, whose paces know no clock but the test's."""
    for name, pace in (("_typing", finder_routes._TYPING), ("_looking", finder_routes._LOOKING)):
        monkeypatch.setattr(finder_routes, name, Limiter(clock.steady, pace))
    return Asking(house)


def test_more_than_a_hand_types_is_refused_and_no_other_session_waits(
    asking: Asking, clock: Clock
) -> None:
    assert [asking.ask(TYPED) for _ in range(18)] == [200] * 15 + [429] * 3
    assert asking.ask(TYPED, session="b") == 200
    assert asking.ask(PERSON) == 200
    clock.forward(seconds=1)
    assert [asking.ask(TYPED) for _ in range(16)] == [200] * 15 + [429]


def test_persons_and_their_numbers_are_looked_up_at_one_slower_pace(
    asking: Asking, clock: Clock
) -> None:
    asked = [asking.ask(path) for path in (PERSON, NUMBER) * 3]
    assert asked == [200] * 5 + [429]
    clock.forward(seconds=1)
    assert [asking.ask(PERSON), asking.ask(NUMBER)] == [200, 429]


def test_a_text_that_no_hand_types_is_too_long(asking: Asking) -> None:
    for path in (TYPED, PERSON, NUMBER):
        assert asking.ask(path, text=b"x" * 2_001) == 413
