"""One open page without a browser: Streamlit's messages over its WebSocket, as one sends them."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from streamlit.components.v2.bidi_component.constants import EVENT_DELIM
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

_DESK = "-desk"


class PageLost(Exception):
    """The page shows an error, or its socket was closed."""


@dataclass(frozen=True)
class Drawn:
    """What one run of the page brought.

    Args:
        view: What the desk shows at the end of it.
        came: When the desk's part of it came.
        ended: When the run had ended.
        size: Bytes of all its messages, before they are compressed.
    """

    view: Mapping[str, Any]
    came: float
    ended: float
    size: int


class Page:
    """The desk's page of a session.

    Args:
        port: Of the kiosk on this machine.
        cookie: The header of the session.
    """

    def __init__(self, port: int, cookie: str) -> None:
        self.view: Mapping[str, Any] = {}
        self._port, self._cookie = port, cookie
        self._component = ""
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._news = asyncio.Condition()
        self._drawn: Drawn | None = None
        self._lost = ""

    async def __aenter__(self) -> Self:
        """Open it and let it be drawn once."""
        self._socket = await connect(
            f"ws://localhost:{self._port}/_stcore/stream",
            origin=f"http://localhost:{self._port}",  # type: ignore[arg-type]  # a NewType of str
            subprotocols=["streamlit"],  # type: ignore[list-item]  # the same
            additional_headers={"Cookie": self._cookie},
            max_size=None,
            ping_interval=None,  # a browser sends none
        )
        self._reader = asyncio.create_task(self._read())
        back = BackMsg()
        back.rerun_script.SetInParent()
        await self._socket.send(back.SerializeToString())
        await self.until(lambda drawn: "mark" in drawn.view)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Leave it."""
        if self._reader:
            self._reader.cancel()
        if self._socket:
            await self._socket.close()

    async def tell(self, event: Mapping[str, Any]) -> None:
        """Hand an event of the component to Python, and what it holds, as a browser does."""
        back = BackMsg()
        held = back.rerun_script.widget_states.widgets.add()
        held.id, held.json_value = self._component, "{}"
        told = back.rerun_script.widget_states.widgets.add()
        told.id = f"{STREAMLIT_INTERNAL_KEY_PREFIX}_{self._component}{EVENT_DELIM}events"
        told.json_trigger_value = json.dumps([{"event": "event", "value": event}])
        try:
            await self._open.send(back.SerializeToString())
        except ConnectionClosed as error:
            raise PageLost(repr(error)) from error

    async def until(self, holds: Callable[[Drawn], bool]) -> Drawn:
        """Wait for the end of a run that brought something.

        Args:
            holds: Tells of a run whether it is that one.

        Raises:
            PageLost: No further run will come.
        """
        async with self._news:
            while True:
                if self._lost:
                    raise PageLost(self._lost)
                if self._drawn and holds(self._drawn):
                    return self._drawn
                await self._news.wait()

    @property
    def _open(self) -> ClientConnection:
        if self._socket is None:
            raise PageLost("not open")
        return self._socket

    async def _read(self) -> None:
        came, size = 0.0, 0
        try:
            async for sent in self._open:
                now = time.perf_counter()
                message = ForwardMsg.FromString(sent if isinstance(sent, bytes) else sent.encode())
                kind = message.WhichOneof("type")
                size = len(sent) if kind == "new_session" else size + len(sent)
                if kind == "delta" and self._takes(message):
                    came = now
                if kind == "script_finished":
                    await self._tell_drawn(Drawn(self.view, came, now, size))
            await self._lose("closed")
        except (ConnectionClosed, PageLost) as error:
            await self._lose(repr(error))

    def _takes(self, message: ForwardMsg) -> bool:
        element = message.delta.new_element
        if element.WhichOneof("type") == "exception":
            raise PageLost(element.exception.message)
        if not element.bidi_component.id.endswith(_DESK):
            return False
        self._component = element.bidi_component.id
        self.view = json.loads(element.bidi_component.json)
        return True

    async def _tell_drawn(self, drawn: Drawn) -> None:
        async with self._news:
            self._drawn = drawn
            self._news.notify_all()

    async def _lose(self, why: str) -> None:
        async with self._news:
            self._lost = why
            self._news.notify_all()
