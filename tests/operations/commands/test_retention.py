"""`retention`: what is older than its term, shown and erased."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.support import DESK, MASTER_KEY, as_typed
from verification.adapters.store.sqlite.log import SqliteLog
from verification.log.visit_events import Noted
from verification.log.writing import write_alone
from verification.operations.wiring import local_now

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.operations.commands.conftest import Ran

    Run = Callable[..., Ran]


def note(home: Path, years: int) -> None:
    """Note something as it was noted so many years ago."""
    at = local_now() - timedelta(days=366 * years)
    with closing(SqliteLog(home / "kiosk.db", MASTER_KEY, lambda: at)) as log:
        write_alone(log, DESK, Noted("1-9"), content={"ghi_chu": "x"})


def test_it_shows_by_default_and_erases_when_told(run: Run, home: Path) -> None:
    for years in range(12, 0, -1):
        note(home, years)
    assert run("check-in", as_typed("patient-1")).status == 0
    for words in ((), ("--preview",)):
        ran = run("retention", *words)
        assert ran.status == 0
        assert ran.answer["years"] == {"visits": 10, "portal": 2, "access": 5}
        assert ran.answer["due"]["visits"]["events"] == 3
        assert ran.answer["due"]["visits"]["asks"] is True
        assert ran.answer["last_erased"] is None
    ran = run("retention", "--run")
    assert ran.answer["erased"] == {"visits": 3}
    assert ran.answer["last_erased"]
    assert run("retention").answer["due"]["visits"]["events"] == 0
    assert run("verify-log").status == 0
    ran = run("retention", "--run", "--preview", plain=True)
    assert ran.status == 2


def test_with_a_wrong_clock_it_says_so_and_erases_nothing(run: Run, home: Path) -> None:
    note(home, 12)
    note(home, -1)
    assert run("retention").answer == {
        "clock_wrong": True,
        "years": {"visits": 10, "portal": 2, "access": 5},
        "due": {},
        "last_erased": None,
    }
    ran = run("retention", "--run")
    assert ran.status == 1
    assert "Đồng hồ" in ran.sentence
