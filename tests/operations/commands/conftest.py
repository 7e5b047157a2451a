"""The command line on a store of its own."""

from __future__ import annotations

import io
import json
import sqlite3
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import MASTER_KEY, make_demo_store
from verification.__main__ import main
from verification.adapters.store.sqlite.log import SqliteLog
from verification.operations.wiring import local_now

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Return its answers, one JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def answer(self) -> dict[str, Any]:
        """Return its one answer."""
        (line,) = self.lines
        return line

    @property
    def sentence(self) -> str:
        """Return the one sentence on standard error."""
        (line,) = self.err.splitlines()
        assert "Traceback" not in line
        return line


@pytest.fixture(scope="session")
def fresh_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an empty log, and the demo cards as of the real today."""
    folder = tmp_path_factory.mktemp("fresh-store")
    SqliteLog(folder / "kiosk.db", MASTER_KEY, local_now).close()
    make_demo_store(folder, local_now())
    return folder


@pytest.fixture
def home(fresh_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a store, with the environment set to it."""
    folder = tmp_path / "home"
    folder.mkdir()
    for source in (*fresh_store.glob("cards-*.db"), fresh_store / "kiosk.db"):
        (folder / source.name).write_bytes(source.read_bytes())
    key = folder / "kiosk.db.key"
    key.write_text(MASTER_KEY.hex())
    key.chmod(0o600)
    for name in ("FACILITY", "DESK", "CAMERA", "RECORD_DAYS", "KEY_FILE"):
        monkeypatch.delenv(f"KIOSK_{name}", raising=False)
    monkeypatch.setenv("KIOSK_DB", str(folder / "kiosk.db"))
    return folder


@pytest.fixture
def databases(monkeypatch: pytest.MonkeyPatch) -> list[sqlite3.Connection]:
    """Return the connections that this process opens from now on."""
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def noted(*args: Any, **options: Any) -> sqlite3.Connection:
        opened.append(connect(*args, **options))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", noted)
    return opened


def is_open(connection: sqlite3.Connection) -> bool:
    """Tell whether a connection was not closed."""
    try:
        connection.total_changes  # noqa: B018  # a closed one raises
    except sqlite3.ProgrammingError:
        return False
    return True


@pytest.fixture
def run(
    home: Path,
    databases: list[sqlite3.Connection],
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Ran]:
    """Return a function that runs a command with `--json` in this process.

    A command that leaves a database open fails the test.
    """

    def ran(*words: str, stdin: bytes = b"", plain: bool = False) -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        capfdbinary.readouterr()
        databases.clear()
        status = main([*words, *([] if plain else ["--json"])])
        assert [words for connection in databases if is_open(connection)] == []
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Ran(status, out.decode(), err.decode())

    return ran
