"""The day's erasing while the server runs, and what the administrator's first tab says of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.keeping_support import is_there, receive, years_pass
from verification.log.events import EventKind
from verification.log.terms import usual_terms
from verification.officers import keeping as terms
from verification.officers.keeping import BY_ITSELF
from verification.operations.health.keeping import keeping_lines
from verification.operations.health.line import Line, Tone
from verification.operations.keeping import Keeping, last_erased, work_once
from verification.operations.turns import Turns

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Clock
    from verification.kiosk import Kiosk


def line(kiosk: Kiosk, state: Keeping) -> Line:
    (found,) = keeping_lines(state, kiosk.clock())
    assert found.key == "keeping"
    return found


@pytest.fixture
def state() -> Keeping:
    return Keeping(usual_terms())


@pytest.fixture
def turns(tmp_path: Path) -> Turns:
    return Turns(tmp_path / "kiosk.db")


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let any share go in a day: a house of a test has no thousands."""
    real = dict(terms.limits())
    real["a_day"] = {"percent": 100, "few": 50, "percent_of_few": 100}
    monkeypatch.setattr(terms, "limits", lambda: real)


@pytest.mark.usefixtures("allowed")
def test_it_erases_once_a_day_by_itself_and_says_so(
    kiosk: Kiosk, clock: Clock, state: Keeping, turns: Turns
) -> None:
    assert line(kiosk, state).tone is Tone.INFO
    (old,) = receive(kiosk, "patient-1")
    years_pass(kiosk, clock, 11)
    assert last_erased(kiosk) is None
    work_once(kiosk, "1", state, turns)
    assert not is_there(kiosk, old)
    (told,) = kiosk.written.events([EventKind.FORGOTTEN], clock() - timedelta(days=1))
    assert (told.officer, told.desk) == (BY_ITSELF, "1")
    assert last_erased(kiosk) == told.recorded_at
    assert line(kiosk, state).tone is Tone.OK
    assert "xóa 1 nội dung quá hạn" in line(kiosk, state).state.vi
    clock.forward(hours=1)
    work_once(kiosk, "1", state, turns)
    assert state.tried_at == clock() - timedelta(hours=1)  # not its turn
    clock.forward(days=1)
    work_once(kiosk, "1", state, turns)
    assert state.done_at == clock()
    assert "xóa 0 nội dung quá hạn" in line(kiosk, state).state.vi


def test_too_much_and_a_wrong_clock_erase_nothing_and_are_amber(
    kiosk: Kiosk, clock: Clock, state: Keeping, turns: Turns
) -> None:
    (old,) = receive(kiosk, "patient-1")
    years_pass(kiosk, clock, 11)
    work_once(kiosk, "1", state, turns)
    assert is_there(kiosk, old)
    told = line(kiosk, state)
    assert told.tone is Tone.WAIT
    assert "1 nội dung quá hạn, tới 100 %" in told.state.vi
    assert "retention --preview" in told.limit.vi
    clock.jump(days=-30)
    state.tried_at = None
    state.done_at = None
    work_once(kiosk, "1", state, turns)
    assert is_there(kiosk, old)
    assert "đồng hồ máy sai" in line(kiosk, state).state.vi
    assert line(kiosk, state).tone is Tone.WAIT
