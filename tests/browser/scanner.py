"""A USB scanner: a keyboard that types without a pause, over the DevTools protocol."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.sync_api import CDPSession, Page

_KEYS = {
    "Enter": {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"},
    "Tab": {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9},
    "F2": {"key": "F2", "code": "F2", "windowsVirtualKeyCode": 113},
    "Ctrl+J": {"key": "j", "code": "KeyJ", "windowsVirtualKeyCode": 74, "modifiers": 2},
}
_HOLDS = "/held-by-the-scanner"
_HOLD = f"""(() => {{
  const asked = new XMLHttpRequest();
  asked.open("GET", "{_HOLDS}", false);
  try {{ asked.send(); }} catch {{ }}
}})()"""


class Scanner:
    """One scanner at a page.

    Args:
        page: Whose keyboard it types on.
        gap_ms: How long it takes for a character; with 0 all are there at once, however busy this
            machine is.
        before: The keys that it sends before a text.
        end: The keys that it sends after it.
    """

    def __init__(
        self,
        page: Page,
        gap_ms: float = 0,
        *,
        before: tuple[str, ...] = (),
        end: tuple[str, ...] = ("Enter",),
    ) -> None:
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        self._gap, self._before, self._end = gap_ms / 1000, before, end

    def scan(self, typed: str) -> None:
        """Type a text, and what goes with it."""
        self._send([*self._named(self._before), *_characters(typed), *self._named(self._end)])

    def type(self, typed: str) -> None:
        """Type a text only."""
        self._send(_characters(typed))

    def press(self, name: str) -> None:
        """Press a key by its name."""
        self._send(self._named((name,)))

    def _named(self, names: tuple[str, ...]) -> list[dict[str, object]]:
        return [_KEYS[name] for name in names]

    def _send(self, keys: list[dict[str, object]]) -> None:
        # a scanner waits for nobody: keys go out one behind the other, whatever comes back
        self._cdp._sync(self._sent(keys))

    async def _sent(self, keys: list[dict[str, object]]) -> None:
        async with self._held() if self._gap == 0 else nullcontext():
            begun, sent = time.time(), []
            for count, key in enumerate(keys):
                at = begun + count * self._gap
                await asyncio.sleep(max(0.0, at - time.time()))
                event = {"type": "keyDown", "timestamp": at, **key}
                sent.append(self._asked("Input.dispatchKeyEvent", event))
        await asyncio.gather(*sent)

    @asynccontextmanager
    async def _held(self) -> AsyncIterator[None]:
        """Let the page take no key before all are there.

        A system keeps a scanner's keys for a busy page. Here they come through processes that may
        stand still between two of them for longer than any scanner does; so the page waits for an
        answer that comes behind the last one.
        """
        paused: asyncio.Queue[str] = asyncio.Queue()
        note = lambda event: paused.put_nowait(event["requestId"])  # noqa: E731
        self._cdp._impl_obj.on("Fetch.requestPaused", note)
        await self._asked("Fetch.enable", {"patterns": [{"urlPattern": f"*{_HOLDS}"}]})
        waits = self._asked("Runtime.evaluate", {"expression": _HOLD})
        pausing = asyncio.ensure_future(paused.get())
        await asyncio.wait({waits, pausing}, return_when=asyncio.FIRST_COMPLETED)
        try:
            yield
        finally:
            if pausing.done():  # a page without a network waits for nothing
                answer = {"requestId": pausing.result(), "responseCode": 204}
                await self._asked("Fetch.fulfillRequest", answer)
            pausing.cancel()
            await waits
            await self._asked("Fetch.disable", {})
            self._cdp._impl_obj.remove_listener("Fetch.requestPaused", note)

    def _asked(self, method: str, values: dict[str, object]) -> asyncio.Future[object]:
        return asyncio.ensure_future(self._cdp._impl_obj.send(method, values, timeout=None))


def _characters(typed: str) -> list[dict[str, object]]:
    return [{"key": char, "text": char, "unmodifiedText": char} for char in typed]
