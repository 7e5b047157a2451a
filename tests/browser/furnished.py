"""A house for trying out, made once and copied: to make it takes longer than a start."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support import ROOT
from verification.operations.settings import read_settings
from verification.operations.wiring import prepare_store

if TYPE_CHECKING:
    from collections.abc import Mapping

_OTHER_HOUSES = ("KIOSK_FACILITY", "KIOSK_KEY_BESIDE", "KIOSK_KEY_FILE")


def furnish(db: Path, environ: Mapping[str, str]) -> None:
    """Lay a house with the demo's cards where there is nothing yet, unless another is to come."""
    if not db.exists() and not any(name in environ for name in _OTHER_HOUSES):
        shutil.copytree(_house(db.name), db.parent, dirs_exist_ok=True)


@cache
def _house(name: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="house-"))
    prepare_store(read_settings({"KIOSK_DB": str(folder / name)}), ROOT / "fixtures")
    return folder
