"""How much of what is sent the server holds at one time."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from starlette.requests import Request

from app_pages.server.limits import LIMITS, Bodies, body_within

SMALL = replace(LIMITS.sizes, bodies_by_session=10, bodies_in_all=25)


def test_a_session_holds_so_much_and_another_its_own() -> None:
    bodies = Bodies(SMALL)
    with bodies.of("a") as first, bodies.of("a") as second, bodies.of("b") as other:
        assert first(6)
        assert not second(5)
        assert second(4)
        assert not second(1)
        assert other(10)
    with bodies.of("a") as again:
        assert again(10)


def test_all_together_hold_so_much() -> None:
    bodies = Bodies(SMALL)
    with ExitStack() as opened:
        takes = [opened.enter_context(bodies.of(session)) for session in "abc"]
        assert [take(9) for take in takes] == [True, True, False]
    assert not bodies._by


def test_what_is_held_goes_however_it_ends() -> None:
    bodies = Bodies(SMALL)

    def fails() -> None:
        with bodies.of("a") as takes:
            assert takes(10)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert not bodies._by


@pytest.mark.parametrize(
    ("limit", "room", "came"), [(30, 30, b"x" * 30), (29, 30, None), (30, 29, None)]
)
def test_a_body_is_read_while_it_is_small_enough_and_there_is_room(
    limit: int, room: int, came: bytes | None
) -> None:
    chunks = [b"x" * 10] * 3
    left = [room]

    async def receive() -> Any:
        return {"type": "http.request", "body": chunks.pop(), "more_body": bool(chunks)}

    def takes(count: int) -> bool:
        left[0] -= count
        return left[0] >= 0

    request = Request({"type": "http", "method": "POST", "headers": []}, receive)
    assert asyncio.run(body_within(request, limit, takes)) == came
