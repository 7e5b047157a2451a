"""The invented story of `fixtures.cases`: told once, into a new store or one that was tried."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from fixtures import cases
from tests.support import ROOT
from verification.basics.dates import VIETNAM
from verification.log.account import Place
from verification.officers import signin
from verification.operations import wiring
from verification.operations.settings import read_settings
from verification.operations.wiring import local_now, logging_kiosk, prepare_store
from verification.reception.answer import scan_of
from verification.reception.checkin import check_in
from verification.rights import Actor, Role


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    db = str(tmp_path / "kiosk.db")
    monkeypatch.setenv("KIOSK_DB", db)
    return db


def try_out(db: str, now: datetime | None = None) -> None:
    """Do what a newcomer does first: sign in without a password, and hold up two cards."""
    settings = read_settings({"KIOSK_DB": db})
    prepare_store(settings, ROOT / "fixtures")
    clock = (lambda: now - timedelta(minutes=5)) if now else local_now
    with logging_kiosk(settings, clock) as kiosk:
        signin.try_out(kiosk, Role.RECEPTIONIST, Place("1", "127.0.0.1"))
        desk = Actor("demo-tiep-don", frozenset({Role.RECEPTIONIST}), "1")
        for name in ("patient-1", "case-deceased"):
            payload = (ROOT / "fixtures" / "payloads" / f"{name}.txt").read_bytes()
            check_in(desk, kiosk, scan_of((payload,), kiosk.today()))
        check_in(desk, kiosk, scan_of((b"HX4797900000203",), kiosk.today()))  # one of the story's


def test_a_store_that_was_tried_out_takes_the_story_once(
    db: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try_out(db)
    assert cases.main() == 0
    said = capsys.readouterr().out
    assert "open cases in" in said
    assert "Vào thử: giám định" in said
    assert cases.main() == 1
    assert "This store was filled before" in capsys.readouterr().err


@pytest.mark.parametrize("now", ["2026-11-28T23:50", "2026-11-29T00:05", "2026-11-30T07:30"])
def test_at_any_hour_the_story_is_over_and_a_trial_keeps_its_own(
    db: str, monkeypatch: pytest.MonkeyPatch, now: str
) -> None:
    clock = datetime.fromisoformat(now).replace(tzinfo=VIETNAM)
    for module in (cases, wiring):
        monkeypatch.setattr(module, "local_now", lambda: clock)
    try_out(db, clock)
    assert cases.main() == 0
    with logging_kiosk(read_settings({"KIOSK_DB": db}), lambda: clock) as kiosk:
        queue = kiosk.written.cases.queue()
        assert len(queue) == 5  # the one that the trial began goes on in the story
        assert max(case.opened_at for case in queue) <= clock
        assert len(kiosk.written.cases.closed(clock - timedelta(days=60))) == 3
        assert kiosk.doubt() is None


def test_a_real_house_is_refused_in_words_before_anything_is_made(
    db: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KIOSK_FACILITY", "79001")
    assert cases.main() == 1
    assert not Path(db).exists()
    assert "Only a demo store is filled" in capsys.readouterr().err


def test_a_store_of_real_cards_is_left_alone(
    db: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cases, "prepare_store", lambda *_: None)
    assert cases.main() == 1
    assert "Only a demo store is filled" in capsys.readouterr().err
