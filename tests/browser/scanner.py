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
        gap_ms: How long it takes for a character, however busy this machine is.
        end: The keys that it sends after a text.
    """

    def __init__(self, page: Page, gap_ms: float = 0, end: tuple[str, ...] = ("Enter",)) -> None:
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        self._gap, self._end = gap_ms / 1000, end
        self._at = 0.0  # when the last key was pressed, as the page is told

    def scan(self, typed: str) -> None:
        """Type a text and the end keys."""
        self.type(typed)
        for name in self._end:
            self._key(_KEYS[name])

    def type(self, typed: str) -> None:
        """Type a text only."""
        self._at = time.time()
        for char in typed:
            self._key({"key": char, "text": char, "unmodifiedText": char})

    def press(self, name: str) -> None:
        """Press a key by its name, now."""
        self._at = time.time()
        self._key(_KEYS[name])

    def _key(self, key: dict[str, object]) -> None:
        time.sleep(max(0.0, self._at - time.time()))
        event = {"type": "keyDown", "timestamp": self._at, **key}
        self._cdp.send("Input.dispatchKeyEvent", event)
        self._at += self._gap
