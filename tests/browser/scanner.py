"""A USB scanner: a keyboard that types without a pause, over the DevTools protocol."""

from __future__ import annotations

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
        gap_ms: How long it takes for a character.
        end: The keys that it sends after a text.
    """

    def __init__(self, page: Page, gap_ms: float = 0, end: tuple[str, ...] = ("Enter",)) -> None:
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        self._gap, self._end = gap_ms / 1000, end

    def scan(self, typed: str) -> None:
        """Type a text and the end keys."""
        self.type(typed)
        self.press(*self._end)

    def type(self, typed: str) -> None:
        """Type a text only."""
        next_at = time.monotonic()
        for char in typed:
            time.sleep(max(0.0, next_at - time.monotonic()))
            self._press({"key": char, "text": char, "unmodifiedText": char})
            next_at += self._gap

    def press(self, *names: str) -> None:
        """Press keys by their names."""
        for name in names:
            self._press(_KEYS[name])

    def _press(self, key: dict[str, object]) -> None:
        up = {name: value for name, value in key.items() if name != "text"}
        self._cdp.send("Input.dispatchKeyEvent", {"type": "keyDown", **key})
        self._cdp.send("Input.dispatchKeyEvent", {"type": "keyUp", **up})
