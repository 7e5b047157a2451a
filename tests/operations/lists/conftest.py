"""A house with the invented cards, and the lists that are handed in to it."""

from __future__ import annotations

import os
import shutil
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT
from verification.operations.lists.apart import Outcome, Task, Work
from verification.operations.lists.lists import Lists
from verification.operations.lists.reader import done
from verification.operations.settings import Settings, read_settings
from verification.operations.wiring import local_now, prepare_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class Here(Work):
    """A task that is done in this process, so that no start is waited for."""

    def __init__(self, task: Task, ended: Callable[[Outcome], None]) -> None:
        self.progress = None
        self._thread = Thread(target=lambda: ended(done(task)))
        self._thread.start()

    @property
    def pid(self) -> int:
        """Return this one."""
        return os.getpid()

    def cancel(self) -> None:
        """Let it go on."""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the invented cards; copy it, never write into it."""
    folder = tmp_path_factory.mktemp("lists") / "data"
    prepare_store(read_settings({"KIOSK_DB": str(folder / "kiosk.db")}), ROOT / "fixtures")
    return folder


@pytest.fixture
def settings(prepared: Path, tmp_path: Path) -> Settings:
    """Return the settings of a house with the invented cards."""
    shutil.copytree(prepared, tmp_path / "data")
    return read_settings({"KIOSK_DB": str(tmp_path / "data" / "kiosk.db")})


@pytest.fixture
def lists(settings: Settings) -> Iterator[Lists]:
    """Return the lists of that house, read in this process."""
    with Lists(settings, local_now, Here) as found:
        yield found


@pytest.fixture
def apart(settings: Settings) -> Iterator[Lists]:
    """Return the lists of that house, read by processes of their own."""
    with Lists(settings, local_now) as found:
        yield found
