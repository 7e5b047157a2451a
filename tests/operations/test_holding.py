"""Files of the log are looked after while nobody comes; a change is logged, once."""

from __future__ import annotations

import logging
from threading import Event
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from tests.browser.running import PATIENCE
from verification.basics.errors import StoreError
from verification.operations.holding import holding

if TYPE_CHECKING:
    import pytest

    from verification.kiosk import Kiosk

GONE = StoreError("Mất tệp kiosk.db-wal", "The file kiosk.db-wal is gone")


class Written:
    """A log whose files are as told, one look after the other, and well from then on."""

    def __init__(self, *found: Exception | None) -> None:
        self._found, self.all_seen = [*found], Event()

    def keep(self) -> None:
        if not self._found:
            self.all_seen.set()
            return
        if (error := self._found.pop(0)) is not None:
            raise error


def logged(caplog: pytest.LogCaptureFixture, *found: Exception | None) -> list[str]:
    written = Written(*found)
    kiosk = cast("Kiosk", SimpleNamespace(written=written))
    with caplog.at_level(logging.WARNING), holding(kiosk, every=0.001):
        assert written.all_seen.wait(PATIENCE)
    return [record.getMessage() for record in caplog.records]


def test_nothing_is_said_while_all_is_well(caplog: pytest.LogCaptureFixture) -> None:
    assert logged(caplog, None, None) == []


def test_what_is_wrong_is_said_once_each_and_that_it_is_well_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told = logged(caplog, None, GONE, GONE, OSError("/kho/benh-nhan"), GONE, None)
    wrong, again = f"files of the log: {GONE}", "files of the log: as they should be again"
    assert told == [wrong, "files of the log: OSError", wrong, again]
