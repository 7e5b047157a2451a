"""Open WebSockets: each lives no longer than its session with the roles that it began with.

A socket is closed by its watcher within the second in which the session was locked or ended or its
officer's roles changed, whoever did it; no message of a person reaches the page after that.
"""

import asyncio
import logging
import time
from contextlib import suppress

from anyio import to_thread
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app_pages.entry.said import readable
from app_pages.server.house import House
from app_pages.server.limits import LIMITS
from verification.basics.errors import KioskError
from verification.basics.limiter import Bucket, Limiter
from verification.log.account import SessionState
from verification.officers import signin
from verification.rights import Actor, AnyRole

CLOSED_BY_SESSION = 4401
EVERY_SECONDS = 0.5
_TOUCH_SECONDS = 1.0
# What the desk's page sends when its own timers end; nobody need be there for it.
_BY_ITSELF = (b'"kind":"clear"', b'"kind":"hide_number"')
_PACE = Bucket(LIMITS.sockets.messages_a_second, LIMITS.sockets.messages_at_once)
_log = logging.getLogger(__name__)
_DISCONNECT: Message = {"type": "websocket.disconnect", "code": CLOSED_BY_SESSION}


def standing(house: House, digest: str) -> tuple[SessionState, Actor | None]:
    """Return how a session stands, and who acts in it; one that cannot be asked for is locked."""
    try:
        return signin.standing(house.kiosk, digest)
    except Exception:  # noqa: BLE001  # the watcher must not die of one answer
        _log.exception("a session could not be asked for")
        return SessionState.LOCKED, None


class Socket:
    """One open WebSocket and the session it belongs to.

    Args:
        house: The open kiosk.
        digest: The session.
        roles: What its officer may be as it is opened.
        receive: Of the server.
        send: Of the server.
    """

    def __init__(
        self, house: House, digest: str, roles: frozenset[AnyRole], receive: Receive, send: Send
    ) -> None:
        self.house = house
        self.digest = digest
        self._roles = roles
        self._receive = receive
        self._send = send
        self._over = asyncio.Event()
        self._touched = float("-inf")
        self._pace = Limiter(time.monotonic, _PACE)

    async def close(self) -> None:
        """Close it; the page on it learns that its browser has gone."""
        if self._over.is_set():
            return
        self._over.set()
        with suppress(Exception):  # the browser may have gone first
            await self._send({"type": "websocket.close", "code": CLOSED_BY_SESSION})

    async def send(self, message: Message) -> None:
        """Pass a message to the browser."""
        if self._over.is_set():
            raise OSError("the session of this socket is over")
        await self._send(message)

    async def receive(self) -> Message:
        """Return the browser's next message; most are a sign of a person."""
        message = await self._unless_over()
        if message["type"] != "websocket.receive":
            return message
        await self._keep_pace()
        if self._over.is_set():
            return _DISCONNECT
        by_person = not any(mark in (message.get("bytes") or b"") for mark in _BY_ITSELF)
        if not await to_thread.run_sync(self._lets_in, by_person):
            await self.close()
            return _DISCONNECT
        return {**message, "bytes": readable(sent)} if (sent := message.get("bytes")) else message

    async def _keep_pace(self) -> None:
        """Let a message wait that came too fast; meanwhile the server reads no further ones."""
        if wait := self._pace.wait(""):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), wait)
        self._pace.note("")

    def _lets_in(self, by_person: bool) -> bool:  # noqa: FBT001  # run in a thread
        if not self.is_served(standing(self.house, self.digest)[1]):
            return False
        if by_person and time.monotonic() - self._touched > _TOUCH_SECONDS:
            self._touched = time.monotonic()
            with suppress(KioskError):  # a full disk is told by the page
                signin.touch(self.house.kiosk, self.digest)
        return True

    def is_served(self, actor: Actor | None) -> bool:
        """Tell whether its session is live, with the roles that the page was drawn for.

        Args:
            actor: Who acts in it, None where it is not live.
        """
        return actor is not None and actor.roles == self._roles

    async def _unless_over(self) -> Message:
        coming = asyncio.ensure_future(self._receive())
        over = asyncio.ensure_future(self._over.wait())
        await asyncio.wait((coming, over), return_when=asyncio.FIRST_COMPLETED)
        over.cancel()
        if self._over.is_set():
            coming.cancel()
            return _DISCONNECT
        return coming.result()


class Sockets:
    """All open WebSockets of the server, and the one watcher over them."""

    def __init__(self) -> None:
        self._open: set[Socket] = set()
        self._watcher: asyncio.Task[None] | None = None
        self._noted: set[str] = set()  # locked, and in the log as that

    async def serve(self, app: ASGIApp, scope: Scope, socket: Socket) -> None:
        """Run the page on a socket until either ends."""
        if self._watcher is None or self._watcher.done():
            self._watcher = asyncio.create_task(self._watch(socket.house))
        self._open.add(socket)
        try:
            await app(scope, socket.receive, socket.send)
        finally:
            self._open.discard(socket)

    async def _watch(self, house: House) -> None:
        """Close what is no longer served, and forget what ended; over when nothing is left."""
        while self._open or house.screens.sessions():
            asked = {socket.digest for socket in self._open} | house.screens.sessions()
            states, over = await to_thread.run_sync(_looked, house, asked, list(self._open))
            for socket in over:
                await socket.close()
            locked = {d for d, state in states.items() if state is SessionState.LOCKED}
            self._noted &= locked
            if new := locked - self._noted:
                self._noted |= await to_thread.run_sync(_note_locked, house, new)
            for digest, state in states.items():
                if state is SessionState.ENDED:
                    house.screens.drop(digest)
            await asyncio.sleep(EVERY_SECONDS)


def _looked(
    house: House, digests: set[str], sockets: list[Socket]
) -> tuple[dict[str, SessionState], list[Socket]]:
    """Return how sessions stand, and which sockets are no longer served; one turn of a thread."""
    found = {digest: standing(house, digest) for digest in digests}
    over = [socket for socket in sockets if not socket.is_served(found[socket.digest][1])]
    return {digest: state for digest, (state, _) in found.items()}, over


def _note_locked(house: House, digests: set[str]) -> set[str]:
    """Write down which sessions locked by themselves; return those that need no second time."""
    noted = set()
    for digest in digests:
        with suppress(Exception):  # told by the page; tried again in the next round
            signin.lock(house.kiosk, digest, only_idle=True)
            noted.add(digest)
    return noted
