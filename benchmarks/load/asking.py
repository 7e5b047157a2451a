"""Requests of a page beside its WebSocket, each lane on a connection that stays open."""

import asyncio
import http.client
import json
import time
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

_TIMEOUT = 20.0  # seconds; that of server.js


@dataclass(frozen=True)
class Reply:
    """What was answered.

    Args:
        status: Of HTTP, 0 where nothing came.
        told: What it says, empty where it is refused.
        begun: When it was asked.
        seconds: Until the last byte was there.
    """

    status: int
    told: Mapping[str, Any]
    begun: float
    seconds: float


class Lane:
    """One request after the other, in threads; a connection that the server let go is opened anew.

    Args:
        port: Of the kiosk on this machine.
        cookie: The header of the session.
        threads: Where they wait.
    """

    def __init__(self, port: int, cookie: str, threads: Executor) -> None:
        self._headers = {"Cookie": cookie, "Origin": f"http://localhost:{port}"}
        self._threads = threads
        self._line = http.client.HTTPConnection("localhost", port, timeout=_TIMEOUT)

    async def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        """Ask once more where the connection was idle for too long, as a browser does."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._asked, method, path, body, headers)

    def close(self) -> None:
        """Close the connection."""
        self._line.close()

    def _asked(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Reply:
        begun = time.perf_counter()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent |= self._headers
        reused = self._line.sock is not None
        try:
            self._line.request(method, path, body, sent)
            reply = self._line.getresponse()
            said = reply.read()
        except (OSError, http.client.HTTPException):
            self._line.close()
            if reused:
                return self._asked(method, path, body, headers)
            return Reply(0, {}, begun, time.perf_counter() - begun)
        told = json.loads(said) if reply.status == http.HTTPStatus.OK else {}
        return Reply(reply.status, told, begun, time.perf_counter() - begun)
