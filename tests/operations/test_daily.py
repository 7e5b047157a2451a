"""Work of once a day: its turn, what is tried again, and that nothing it raises ends it."""

from __future__ import annotations

import logging
from datetime import datetime, time
from threading import Event
from typing import TYPE_CHECKING

from tests.browser.running import PATIENCE
from tests.support import each
from verification.operations import daily

if TYPE_CHECKING:
    import pytest


def at(told: str | None) -> datetime | None:
    return datetime.fromisoformat(f"2026-11-{told}:00+07:00") if told else None


@each(
    ("done", "tried", "now", "due"),
    [
        (None, None, "26T09:00", True),
        ("26T04:00", "26T04:00", "26T09:00", False),
        ("25T04:00", "25T04:00", "26T03:59", False),
        ("25T04:00", "25T04:00", "26T04:00", True),
        ("29T04:00", None, "26T09:00", True),  # of a clock that ran ahead
        (None, "26T08:55", "26T09:00", False),  # it failed five minutes ago
        (None, "26T08:50", "26T09:00", True),
        (None, "27T09:00", "26T09:00", True),  # tried by a clock that ran ahead
    ],
)
def test_its_turn_comes_once_a_day(
    done: str | None, tried: str | None, now: str, *, due: bool
) -> None:
    moment = at(now)
    assert moment
    assert daily.is_due(at(done), at(tried), moment, time(4)) is due


def test_what_it_raises_is_logged_by_its_kind_and_it_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(daily, "EVERY_SECONDS", 0.01)
    thrice, looks = Event(), []

    def work() -> None:
        looks.append(1)
        if len(looks) == 3:
            thrice.set()
        raise ValueError("Nguyễn Văn Mẫu")

    with caplog.at_level(logging.WARNING), daily.looking_once_a_minute("thử", work):
        assert thrice.wait(PATIENCE)
    assert "thử: ValueError" in caplog.text
    assert "Mẫu" not in caplog.text
