"""The daily backup: when it is due, that it is made beside desks, and what is told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.browser.running import wait_for
from tests.support import DESK, MASTER_KEY, Clock, payload
from verification.adapters.store.sqlite.saving import save
from verification.basics.dates import VIETNAM
from verification.log.writing import Stranger
from verification.operations import daily
from verification.operations.backup.noting import note_backup
from verification.operations.backup.scheduled import Backups, backing_up, is_due, work_once
from verification.operations.backup_settings import Plan
from verification.operations.health.backups import backup_lines
from verification.operations.health.line import Tone
from verification.operations.settings import Settings, read_settings
from verification.reception import checkin
from verification.reception.answer import Scan
from verification.rights import SCHEDULE

if TYPE_CHECKING:
    from pathlib import Path

    from verification.kiosk import Kiosk

AT = time(2)


@pytest.fixture
def settings(kiosk: Kiosk, store_folder: Path) -> Settings:
    """Return the settings of a store with a visit."""
    key = store_folder / "kiosk.db.key"
    key.write_text(MASTER_KEY.hex())
    key.chmod(0o600)
    checkin.check_in(DESK, kiosk, Scan((payload("patient-1"),)))
    return read_settings({"KIOSK_DB": str(store_folder / "kiosk.db")})


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """Return a plan whose disk is there."""
    target = tmp_path / "disk"
    target.mkdir()
    return Plan(target)


@pytest.mark.parametrize(
    ("made", "now", "due"),
    [
        (None, "26T09:00", True),
        ("26T02:00", "26T09:00", False),
        ("25T02:00", "26T01:59", False),
        ("25T02:00", "26T02:00", True),
        ("25T23:00", "26T01:00", False),  # by hand, in the evening
        ("20T02:00", "26T09:00", True),  # the machine was off
        ("29T02:00", "26T09:00", True),  # of a clock that ran ahead
    ],
)
def test_one_is_due_a_day(made: str | None, now: str, due: bool) -> None:  # of the table
    moments = [datetime.fromisoformat(f"2026-11-{d}:00+07:00") if d else None for d in (made, now)]
    assert moments[1] is not None
    assert is_due(Backups(made_at=moments[0]), moments[1].astimezone(UTC), AT) is due


def test_it_is_made_once_and_a_restart_knows(settings: Settings, plan: Plan, clock: Clock) -> None:
    state = Backups()
    work_once(settings, plan, state, clock)
    assert state.made_at == clock().replace(microsecond=0)
    clock.forward(hours=1)
    for one in (state, Backups()):
        work_once(settings, plan, one, clock)
        assert one.made_at == clock().replace(microsecond=0) - timedelta(hours=1)
    assert len(list(plan.target.iterdir())) == 1
    clock.forward(days=1)
    work_once(settings, plan, state, clock)
    assert len(list(plan.target.iterdir())) == 2


def test_a_disk_that_is_away_is_told_and_tried_again(
    settings: Settings, plan: Plan, clock: Clock
) -> None:
    state = Backups()
    plan.target.rmdir()
    work_once(settings, plan, state, clock)
    since = state.failing_since
    assert since == clock()
    assert state.why
    assert "xem đĩa đó còn gắn không" in state.why.vi
    (line,) = backup_lines(plan, state, clock(), real=True)
    assert line.tone is Tone.BAD
    plan.target.mkdir()
    clock.forward(minutes=1)
    work_once(settings, plan, state, clock)
    assert (state.failing_since, state.why) == (None, None)


def test_a_damaged_store_is_copied_told_and_takes_no_older_one_along(
    settings: Settings, plan: Plan, clock: Clock
) -> None:
    state = Backups()
    work_once(settings, plan, state, clock)
    good = state.folder
    elsewhere = settings.db.with_name("hong") / "kiosk.db"
    save(settings.db, elsewhere)
    content = bytearray(elsewhere.read_bytes())
    content[4096 * 12 : 4096 * 13] = b"\xff" * 4096
    elsewhere.write_bytes(content)
    clock.forward(days=1)
    work_once(replace(settings, db=elsewhere), plan, state, clock)
    assert state.why
    assert state.folder == good
    assert (plan.target / good).exists()


def test_the_line_says_how_old_the_newest_is(plan: Plan) -> None:
    now = datetime(2026, 11, 26, 9, tzinfo=VIETNAM)
    for hours, tone in ((7, Tone.OK), (31, Tone.WAIT), (80, Tone.BAD)):
        made = Backups(made_at=now - timedelta(hours=hours), folder="kiosk-x")
        (line,) = backup_lines(plan, made, now, real=True)
        assert line.tone is tone
        assert f"{made.made_at:%H:%M %d/%m/%Y}" in line.state.vi
    (off,) = backup_lines(None, Backups(), now, real=True)
    assert off.tone is Tone.WAIT
    (none,) = backup_lines(None, Backups(), now, real=True, said=False)
    assert none.tone is Tone.BAD
    assert "KIOSK_BACKUP" in none.state.vi
    (trying,) = backup_lines(None, Backups(), now, real=False)
    assert trying.tone is Tone.INFO


def test_the_server_makes_it_beside_its_desks(
    settings: Settings, plan: Plan, kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daily, "EVERY_SECONDS", 0.02)
    note = partial(note_backup, kiosk.written, Stranger("1", SCHEDULE))
    with backing_up(settings, plan, kiosk.clock, note) as state:
        checkin.check_in(DESK, kiosk, Scan((payload("patient-2"),)))
        wait_for(lambda: state.made_at is not None)
    assert len(list(plan.target.iterdir())) == 1
