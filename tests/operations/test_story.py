"""The invented story of `fixtures.cases`: told once, into a new store or one that was tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures import cases
from tests.support import ROOT
from verification.log.account import Place
from verification.officers import signin
from verification.operations.settings import read_settings
from verification.operations.wiring import logging_kiosk, prepare_store
from verification.reception.answer import scan_of
from verification.reception.checkin import check_in
from verification.rights import Actor, Role

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    db = str(tmp_path / "kiosk.db")
    monkeypatch.setenv("KIOSK_DB", db)
    return db


def try_out(db: str) -> None:
    """Do what a newcomer does first: sign in without a password, and hold up two cards."""
    settings = read_settings({"KIOSK_DB": db})
    prepare_store(settings, ROOT / "fixtures")
    with logging_kiosk(settings) as kiosk:
        signin.try_out(kiosk, Role.RECEPTIONIST, Place("1", "127.0.0.1"))
        desk = Actor("demo-tiep-don", frozenset({Role.RECEPTIONIST}), "1")
        for name in ("patient-1", "case-deceased"):
            payload = (ROOT / "fixtures" / "payloads" / f"{name}.txt").read_bytes()
            check_in(desk, kiosk, scan_of((payload,), kiosk.today()))


def test_a_store_that_was_tried_out_takes_the_story_once(
    db: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try_out(db)
    assert cases.main() == 0
    assert "open cases in" in capsys.readouterr().out
    assert cases.main() == 1
    assert "This store was filled before" in capsys.readouterr().err


def test_a_store_of_real_cards_is_left_alone(
    db: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cases, "prepare_store", lambda *_: None)
    assert cases.main() == 1
    assert "Only a demo store is filled" in capsys.readouterr().err
