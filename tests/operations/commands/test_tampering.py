"""The table of tampering, done: each is found as it says, and `docs/log.md` shows the table."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests import tampering
from tests.support import ROOT
from tests.tampering import TABLE, Tampering, told
from verification.officers import passwords

if TYPE_CHECKING:
    from pathlib import Path

DOCS = ROOT / "docs" / "log.md"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a house after two days, filled by the real use cases; copy it."""
    folder = tmp_path_factory.mktemp("house")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", tampering.QUICK)
        patch.setattr(passwords, "NOBODYS", tampering.QUICK.hash("nobody's"))
        tampering.make_house(folder)
    return folder


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.part}: {row.done}")
def test_what_was_done_is_found_as_the_table_says(
    house: Path, tmp_path: Path, row: Tampering
) -> None:
    shutil.copytree(house, tmp_path, dirs_exist_ok=True)
    tampering.do(tmp_path, row.does)
    found = told(tmp_path / "kiosk.db", tampering.heads_of(house))
    blind = row.found if row.blind is None else row.blind
    assert (found.found, found.blind) == (row.found, blind)
    assert found.head == (blind if row.head is None else row.head)


def test_what_nobody_touched_is_sound(house: Path) -> None:
    found = told(house / "kiosk.db", tampering.heads_of(house))
    assert (found.found, found.blind, found.head) == ("", "", "")


def test_the_documentation_shows_the_table() -> None:
    assert tampering.as_markdown() in DOCS.read_text("utf-8")
