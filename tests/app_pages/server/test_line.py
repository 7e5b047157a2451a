"""Requests that cost time are answered in turn."""

from __future__ import annotations

import anyio
import pytest

from app_pages.server.line import Line


async def _stand(line: Line, who: str, told: list[bool], leave: anyio.Event) -> None:
    async with line.turn(who) as is_ours:
        told.append(is_ours)
        if is_ours:
            await leave.wait()


def _told(line: Line, *senders: str) -> list[bool]:
    """Return what each is told at once, in the order in which it is told."""
    told: list[bool] = []

    async def run() -> None:
        leave = anyio.Event()
        async with anyio.create_task_group() as group:
            for who in senders:
                group.start_soon(_stand, line, who, told, leave)
            await anyio.wait_all_tasks_blocked()
            at_once = list(told)
            leave.set()
        told[:] = at_once

    anyio.run(run)
    return told


def test_one_of_a_sender_is_answered_and_the_next_waits_and_the_third_is_refused() -> None:
    assert sorted(_told(Line(each=2, most=9), "a", "a", "a")) == [False, True]


def test_each_sender_has_a_turn_of_its_own() -> None:
    assert _told(Line(each=1, most=9), "a", "b", "c") == [True] * 3


def test_no_more_than_most_are_here_whoever_they_are() -> None:
    assert sorted(_told(Line(each=1, most=2), "a", "b", "c", "d")) == [False, False, True, True]


def test_who_left_may_come_again_and_is_forgotten() -> None:
    line = Line(each=1, most=1)
    for who in ("a", "b", "a"):
        assert _told(line, who) == [True]
    assert not line._here
    assert not line._turns


def test_who_is_broken_off_leaves_its_place() -> None:
    line = Line(each=1, most=1)

    async def broken() -> None:
        async with line.turn("a"):
            raise ConnectionError

    with pytest.raises(ConnectionError):
        anyio.run(broken)
    assert _told(line, "a") == [True]
