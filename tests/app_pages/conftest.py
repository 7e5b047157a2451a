"""A house with the demo store, as a server opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app_pages.house import House, opened
from tests.support import ROOT
from verification.settings import read_settings
from verification.wiring import prepare_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Return an open house."""
    settings = read_settings({"KIOSK_DB": str(tmp_path / "kiosk.db")})
    prepare_store(settings, ROOT / "fixtures")
    with opened(settings) as found:
        yield found
