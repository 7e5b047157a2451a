"""A USB scanner: a keyboard that types without a pause, over the DevTools protocol."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

_KEYS = {
    "Enter": {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"},
    "Tab": {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9},
    "F2": {"key": "F2", "code": "F2", "windowsVirtualKeyCode": 113},
    "Ctrl+J": {"key": "j", "code": "KeyJ", "windowsVirtualKeyCode": 74, "modifiers": 2},
}


class Scanner:
    """One scanner at a page.

    Args:
        page: Whose keyboard it types on.
        gap_ms: How long it takes for a character, however busy this machine is.
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
        begun, sent = time.time(), []
        for count, key in enumerate(keys):
            at = begun + count * self._gap
            await asyncio.sleep(max(0.0, at - time.time()))
            event = {"type": "keyDown", "timestamp": at, **key}
            sending = self._cdp._impl_obj.send("Input.dispatchKeyEvent", event, timeout=None)
            sent.append(asyncio.ensure_future(sending))
        await asyncio.gather(*sent)


def _characters(typed: str) -> list[dict[str, object]]:
    return [{"key": char, "text": char, "unmodifiedText": char} for char in typed]
