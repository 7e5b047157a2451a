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


class SteppedDesk:
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

    def scan(self, slug: str, *, look: bool = False) -> Answer:
        """Scan one of the texts of the fixtures."""
        scan = scan_of((payload(slug),), self.kiosk.today(), quet=True)
        answer = self.give("scan", scan=scan, look=look).answer
        assert answer is not None
        return answer
