"""The watcher over open sockets."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from app_pages.entry.sockets import Socket, Sockets
from verification.log.account import Place, Policy
from verification.log.events import EventKind
from verification.officers import signin
from verification.rights import Role

if TYPE_CHECKING:
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
