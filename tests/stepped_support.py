"""A browser session at a desk, step by step, without a browser."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from tests.support import DESK, payload
from verification.reception.answer import Answer, scan_of
from verification.reception.desk import step
from verification.reception.screen import Input, Screen

if TYPE_CHECKING:
    from verification.kiosk import Kiosk


class Stepping:
    """Gives one thing after the other to a desk, and keeps what its screen shows."""

    def __init__(self, kiosk: Kiosk) -> None:
        self.kiosk = kiosk
        self.screen = Screen()
        self._numbers = count(1)

    def give(self, kind: str, **fields: object) -> Screen:
        """Give something, as the page sends it."""
        given = Input("session", next(self._numbers), kind, **fields)  # type: ignore[arg-type]  # a test's own words
        self.screen = step(DESK, self.kiosk, self.screen, given)
        return self.screen

    def choose(self, index: int, text: str = "") -> Screen:
        """Choose an entry of the menu that is open."""
        menu = self.screen.menu
        return self.give("choice", menu_id=menu.id if menu else "", index=index, text=text)


class SteppedDesk(Stepping):
    """A desk at which cards are scanned, each with its answer."""

    def scan(self, slug: str, *, look: bool = False) -> Answer:
        """Scan one of the texts of the fixtures."""
        scan = scan_of((payload(slug),), self.kiosk.today(), quet=True)
        answer = self.give("scan", scan=scan, look=look).answer
        assert answer is not None
        return answer
