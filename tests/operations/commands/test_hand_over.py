"""`hand-over` and `outbox` for a hospital system: a folder that gets the day, and its list."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING

import pytest

from tests.support import DESK, payload
from verification.log.visit import CancelReason
from verification.operations.settings import read_settings
from verification.operations.wiring import logging_kiosk
from verification.reception.answer import Scan
from verification.reception.checkin import check_in
from verification.reception.corrections import undo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.operations.commands.conftest import Ran

    Run = Callable[..., Ran]


@pytest.fixture
def folder(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a hospital system, which is not there yet."""
    assert home
    found = tmp_path / "his"
    monkeypatch.setenv("KIOSK_HANDOVER_TO", str(found))
    monkeypatch.setenv("KIOSK_HANDOVER_SECRET", "mot-khoa-ky-du-dai-24-byte")
    return found


def received() -> tuple[list[str], str]:
    """Receive two people and undo the first; return them, and the day."""
    with logging_kiosk(read_settings(os.environ)) as kiosk:
        visits = [check_in(DESK, kiosk, Scan((payload(one),))).visit for one in ("patient-1", "s2")]
        names = [visit.visit_id for visit in visits if visit]
        undo(DESK, kiosk, names[0], CancelReason.KHAC, "chuyện riêng")
        return names, kiosk.today().isoformat()


def test_a_folder_that_comes_back_gets_all_and_the_list_says_what_it_should_hold(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    (first, second), day = received()
    listed = run("hand-over", "--on", day).lines
    assert [(one["visit_id"], one["nth"], one["waiting"]) for one in listed] == [
        *((first, 2, 2), (second, 1, 1))
    ]
    assert "patient" not in listed[0]
    assert {one["errand"] for one in run("outbox").lines} == {"handover"}
    folder.mkdir()
    assert run("outbox", "--retry", "all").lines == []
    names = sorted(file.name for file in folder.iterdir())
    assert names == sorted([f"{first}.0001.json", f"{first}.0002.json", f"{second}.0001.json"])
    out = tmp_path / "list.jsonl"
    [total] = run("hand-over", "--on", day, "--out", str(out)).lines
    assert (total["day"], total["visits"], total["waiting"]) == (day, 2, 0)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    for line in map(json.loads, out.read_text("utf-8").splitlines()):
        file = folder / f"{line['visit_id']}.{line['nth']:04}.json"
        told = json.loads(json.loads(file.read_text("utf-8"))["body"])
        parts = ("facility", "visit", "check", "portal", "patient")
        assert {part: line[part] for part in parts} == {part: told[part] for part in parts}
    assert "riêng" not in "".join(file.read_text("utf-8") for file in folder.iterdir())
    assert run("hand-over", "--on", day, "--out", str(out)).status == 1  # none is written over


def test_words_for_people_name_the_errand_and_what_is_undone(run: Run, folder: Path) -> None:
    (first, _), day = received()
    assert not folder.exists()
    assert "Báo hệ thống bệnh viện" in run("outbox", plain=True).out
    assert (
        f"{first} | số 1 | quầy 1 | eligible | hủy (khac) | 2 tin"
        in run("hand-over", "--on", day, plain=True).out
    )


def test_without_a_receiver_nothing_is_sent_again(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not folder.exists()
    received()
    monkeypatch.delenv("KIOSK_HANDOVER_TO")
    ran = run("outbox", "--retry", "all")
    assert (ran.status, "KIOSK_HANDOVER_TO" in ran.err) == (1, True)
