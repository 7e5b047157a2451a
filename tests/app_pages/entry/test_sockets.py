"""The watcher over open sockets."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from app_pages.entry import sockets as module
from app_pages.entry.sockets import CLOSED_BY_SESSION, Socket, Sockets
from verification.basics.limiter import Bucket
from verification.log.account import Place, Policy
from verification.log.events import EventKind
from verification.officers import signin
from verification.rights import Role

if TYPE_CHECKING:
    import pytest

    from app_pages.server.house import House


ROLES = frozenset({Role.RECEPTIONIST})


def test_a_lock_by_idling_is_written_down_once(house: House) -> None:
    signed = signin.try_out(house.kiosk, Role.RECEPTIONIST, Place("1", "127.0.0.1"))
    idle = replace(house, kiosk=replace(house.kiosk, policy=Policy(idle=timedelta(0))))

    async def page(_scope: Any, receive: Any, _send: Any) -> None:
        await receive()

    async def nothing(*_: object) -> Any:
        await asyncio.Event().wait()

    async def send(_message: object) -> None:
        pass

    async def served() -> None:
        sockets = Sockets()
        for _ in range(2):
            socket = Socket(idle, signed.session.digest, ROLES, nothing, send)
            await sockets.serve(page, {}, socket)
        assert sockets._watcher
        await sockets._watcher

    asyncio.run(served())
    since = house.kiosk.clock() - timedelta(minutes=1)
    events = house.kiosk.written.events([EventKind.LOCKED], since)
    said = {"officer": "demo-tiep-don", "why": "idle", "session": signed.session.event_id}
    assert [event.codes for event in events] == [said]


def test_messages_that_come_too_fast_wait_and_none_is_lost(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PACE", Bucket(200.0, burst=3))
    digest = signin.try_out(house.kiosk, Role.RECEPTIONIST, Place("1", "127.0.0.1")).session.digest
    coming = [{"type": "websocket.receive", "bytes": bytes([number])} for number in range(9)]

    async def receive() -> Any:
        return coming.pop(0)

    async def send(_message: object) -> None:
        pass

    async def read() -> tuple[list[bytes], float]:
        socket, loop = Socket(house, digest, ROLES, receive, send), asyncio.get_running_loop()
        began = loop.time()
        return [(await socket.receive())["bytes"] for _ in range(9)], loop.time() - began

    came, took = asyncio.run(read())
    assert came == [bytes([number]) for number in range(9)]
    assert took >= 5 / 200  # never faster than its pace, however fast the machine is


def test_a_socket_that_is_closed_while_a_message_waits_hears_of_it_at_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PACE", Bucket(0.001, burst=1))
    digest = signin.try_out(house.kiosk, Role.RECEPTIONIST, Place("1", "127.0.0.1")).session.digest

    async def receive() -> Any:
        return {"type": "websocket.receive", "bytes": b"x"}

    async def send(_message: object) -> None:
        pass

    async def read() -> Any:
        socket = Socket(house, digest, ROLES, receive, send)
        await socket.receive()
        waiting = asyncio.ensure_future(socket.receive())
        await asyncio.sleep(0.01)
        await socket.close()
        return await asyncio.wait_for(waiting, 60)

    assert asyncio.run(read()) == {"type": "websocket.disconnect", "code": CLOSED_BY_SESSION}
