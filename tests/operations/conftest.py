"""A house after a whole day, for tests of its keys."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from fixtures import old_store
from tests.support import quickly_hashed

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def whole_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a house after a day with every kind of act; copy it."""
    folder = tmp_path_factory.mktemp("whole-day")
    with quickly_hashed():
        old_store.fill(folder)
    return folder


@pytest.fixture
def house(whole_day: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return such a house of one's own, with the environment set to it."""
    folder = tmp_path / "house"
    shutil.copytree(whole_day, folder)
    for name in ("FACILITY", "DESK", "CAMERA", "RECORD_DAYS", "KEY_FILE", "KEY_BESIDE"):
        monkeypatch.delenv(f"KIOSK_{name}", raising=False)
    monkeypatch.setenv("KIOSK_DB", str(folder / "kiosk.db"))
    return folder
