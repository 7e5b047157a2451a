"""A real house that has not said where backups and heads go is told so at each start."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT
from verification.operations.settings import read_settings
from verification.operations.unsaid import ask, unsaid

if TYPE_CHECKING:
    from pathlib import Path

REAL = {"KIOSK_FACILITY": "01C34"}


def test_a_real_house_is_asked_for_what_it_has_not_said_and_off_is_an_answer() -> None:
    told = [text.vi for text in unsaid(read_settings(REAL))]
    assert ["KIOSK_BACKUP=/" in told[0], "KIOSK_HEAD_SINK=/" in told[1]] == [True, True]
    said = REAL | {"KIOSK_BACKUP": " Off "}
    assert [text.en for text in unsaid(read_settings(said))] == [
        text.en for text in unsaid(read_settings(REAL))[1:]
    ]
    settings = read_settings(said | {"KIOSK_HEAD_SINK": "OFF"})
    assert (unsaid(settings), settings.backup, settings.head_sink) == ([], None, None)
    assert unsaid(read_settings({})) == []


def test_a_house_that_begins_is_asked_and_asked_again_where_an_answer_is_none(
    tmp_path: Path,
) -> None:
    house, disk = tmp_path / "house", tmp_path / "disk"
    house.mkdir()
    disk.mkdir()
    environ = REAL | {"KIOSK_DB": str(house / "kiosk.db")}
    typed = [str(tmp_path / "none"), str(house), str(disk), f"{tmp_path}/none/heads", "OFF"]
    shown: list[str] = []
    ask(environ, iter([*typed]).__next__, shown.append)
    told = read_settings(environ)
    assert (told.unsaid, told.backup and told.backup.target, told.head_sink) == ((), disk, None)
    assert ["none" in shown[1], str(house) in shown[2], "none" in shown[4]] == [True] * 3
    assert len(shown) == 5


def test_nobody_is_asked_who_tries_it_out_or_has_a_log_or_has_said_it(tmp_path: Path) -> None:
    environ = {"KIOSK_DB": str(tmp_path / "kiosk.db")}
    ask(environ, pytest.fail, pytest.fail)
    off = {"KIOSK_BACKUP": "off", "KIOSK_HEAD_SINK": "off"}
    ask(environ | REAL | off, pytest.fail, pytest.fail)
    later: list[str] = []
    ask(environ | REAL, lambda: "", later.append)
    assert len(later) == 2
    assert not list(tmp_path.iterdir()), "an empty answer is for another time"
    (tmp_path / "kiosk.db").touch()
    ask(environ | REAL, pytest.fail, pytest.fail)


@pytest.mark.skipif(os.name != "posix", reason="has no terminals to open")
def test_the_first_start_asks_at_a_terminal_and_nowhere_else(tmp_path: Path) -> None:
    environ = {**os.environ, **REAL, "KIOSK_DB": str(tmp_path / "house" / "kiosk.db")}
    environ["KIOSK_KEY_FILE"] = str(tmp_path / "kiosk.key")
    words = [sys.executable, "-m", "verification", "setup", "--store"]
    terminal, inner = os.openpty()
    with os.fdopen(terminal, "wb", buffering=0) as typist, os.fdopen(inner, "rb") as desk:
        typist.write(f"{tmp_path}\noff\n".encode())
        ran = subprocess.run(
            words,
            cwd=ROOT,
            env=environ,
            stdin=desk,
            stdout=subprocess.PIPE,
            stderr=desk,
            check=False,
        )
    assert ran.returncode == 0
    told = read_settings(environ)
    assert (told.unsaid, told.backup and told.backup.target) == ((), tmp_path)
    environ["KIOSK_DB"] = str(tmp_path / "other" / "kiosk.db")
    environ["KIOSK_KEY_FILE"] = str(tmp_path / "other.key")
    ran = subprocess.run(words, cwd=ROOT, env=environ, input=b"", capture_output=True, check=False)
    assert (ran.returncode, b"KIOSK_BACKUP=/" in ran.stderr) == (0, True)
    assert read_settings(environ).unsaid == ("backup", "head")
