"""A house with the invented cards, and the lists that are handed in to it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.list_support import Here
from tests.support import ROOT
from verification.operations.lists.lists import Lists
from verification.operations.settings import Settings, read_settings
from verification.operations.wiring import local_now, prepare_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


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
