"""What of the start on Windows can be tried elsewhere; it was never run there, see limits.md."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT
from verification.__main__ import main
from verification.operations import setup as machine
from verification.operations.commands import machine as commands
from verification.operations.setup import venv_python

if TYPE_CHECKING:
    from pathlib import Path

WINDOWS = SimpleNamespace(name="nt", environ=os.environ)
OLD_CONSOLE = {**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
WITHOUT_ZBAR = """
import importlib.abc, sys
class Broken(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "pyzbar":
            raise FileNotFoundError("Could not find module 'libzbar-64.dll'")
sys.meta_path.insert(0, Broken())
from verification.__main__ import main
from verification.adapters.scanning.decoder import has_pyzbar
assert not has_pyzbar()
sys.exit(main(["read", "fixtures/qr/patient-1.png"]))
"""


def run(*words: str, environ: dict[str, str] = OLD_CONSOLE) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_the_environments_python_stands_in_scripts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "os", WINDOWS)
    assert venv_python(tmp_path) == tmp_path / ".venv" / "Scripts" / "python.exe"


def test_a_set_up_goes_on_where_folders_cannot_be_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with machine._one_at_a_time(tmp_path, io.StringIO()):
        assert "fcntl" not in {name for name, found in sys.modules.items() if found}


def test_the_server_is_a_child_where_a_process_cannot_be_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_DB", str(tmp_path / "kiosk.db"))
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")  # put back after the test
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    monkeypatch.setattr(commands, "os", WINDOWS)
    called = list[list[str]]()
    call = lambda words, cwd: called.append(words) or 7  # noqa: E731  # type: ignore[func-returns-value]
    monkeypatch.setattr(commands, "subprocess", SimpleNamespace(call=call))
    assert main(["serve", "--port", "8510"]) == 7
    assert called[0][1:4] == ["-m", "streamlit", "run"]
    assert "8510" in called[0]


def test_without_the_runtime_of_zbar_the_other_engine_reads() -> None:
    read = run("-c", WITHOUT_ZBAR, environ={**os.environ, "PYTHONIOENCODING": "utf-8"})
    assert read.returncode == 0, read.stderr
    assert "patient-1.png" in read.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("-m", "verification", "check", "HT3797900000011"),
        ("-m", "verification", "check", "HT3797900000011", "--on", "never"),
        ("-m", "verification", "--help"),
    ],
)
def test_a_console_that_knows_no_vietnamese_stops_nothing(words: tuple[str, ...]) -> None:
    assert "Traceback" not in run(*words).stderr


def test_a_server_that_cannot_start_says_so_on_such_a_console(tmp_path: Path) -> None:
    environ = {**OLD_CONSOLE, "KIOSK_DB": str(tmp_path / "kiosk.db"), "KIOSK_DESK": "a b"}
    told = run("-m", "verification", "serve", environ=environ)
    assert told.returncode == 1
    assert told.stderr.startswith("Thiết lập KIOSK_DESK không hợp lệ")
