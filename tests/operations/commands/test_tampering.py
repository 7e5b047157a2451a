"""The table of tampering, done: each is found as it says, and `docs/log.md` shows the table."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests import tampering
from tests.support import ROOT
from tests.tampering import TABLE, Tampering, told
from verification.__main__ import main
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


# what a new master key leaves to be told of a register: where the end proved which, it is the same
OTHERWISE = {
    "the newest row of a desk given a number far away": "3-10 cut, 3-5000000000000000000 inserted",
    "an entry deleted": "- deleted, - edited",
    "an entry added": "9-1 cut, - deleted, - edited",
    "two entries changed places": "- edited, 1-12 rewritten",
    "its end as it was before": "- edited",
}
BOUND = [row for row in TABLE if row.part in {"log", "register"} and row.found]


@pytest.mark.long
@pytest.mark.parametrize("row", BOUND, ids=lambda row: row.done)
def test_what_was_done_before_a_new_master_key_is_found_after_it(
    house: Path, tmp_path: Path, row: Tampering, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(house, tmp_path, dirs_exist_ok=True)
    tampering.do(tmp_path, row.does)
    monkeypatch.setenv("KIOSK_DB", str(tmp_path / "kiosk.db"))
    assert main(["keys", "rotate", "--master"]) == 0
    found = told(tmp_path / "kiosk.db", [])
    assert found.found == OTHERWISE.get(row.done, row.found)


SWALLOW = """
CREATE TRIGGER t1 BEFORE INSERT ON log BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER t2 BEFORE INSERT ON log_written BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER t3 BEFORE INSERT ON log_end BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER t4 BEFORE INSERT ON content BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER t5 BEFORE INSERT ON visit BEGIN SELECT RAISE(IGNORE); END;
"""


@pytest.mark.parametrize(
    "statements",
    [
        SWALLOW,
        "CREATE TRIGGER t AFTER INSERT ON visit BEGIN DELETE FROM visit; END",
        "CREATE TRIGGER t BEFORE INSERT ON person_index BEGIN SELECT RAISE(IGNORE); END",
    ],
)
def test_a_trigger_swallows_nothing_that_was_answered(
    house: Path, tmp_path: Path, statements: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dropped again before anybody looks, it would leave no trace of what it kept out."""
    shutil.copytree(house, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("KIOSK_DB", str(tmp_path / "kiosk.db"))
    with closing(sqlite3.connect(tmp_path / "kiosk.db")) as connection:
        connection.executescript(statements)
    text = (ROOT / "fixtures" / "payloads" / "s10.txt").read_text("utf-8")
    assert main(["check-in", text, "--desk", "3"]) == 1
    assert main(["rebuild"]) == 0
    assert main(["check-in", text, "--desk", "3"]) == 0
    assert told(tmp_path / "kiosk.db", []).found == ""


def test_new_keys_twice_and_a_rebuild_leave_an_honest_store_sound(
    house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(house, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("KIOSK_DB", str(tmp_path / "kiosk.db"))
    for command in (["keys", "rotate", "--master"], ["rebuild"], ["keys", "rotate"], ["rebuild"]):
        assert main(command) == 0
    found = told(tmp_path / "kiosk.db", tampering.heads_of(house))
    assert (found.found, found.blind, found.head) == ("", "", "")


def test_what_nobody_touched_is_sound(house: Path) -> None:
    found = told(house / "kiosk.db", tampering.heads_of(house))
    assert (found.found, found.blind, found.head) == ("", "", "")


def test_the_documentation_shows_the_table() -> None:
    assert tampering.as_markdown() in DOCS.read_text("utf-8")


OF_THE_PORTAL = [
    row
    for row in TABLE
    if row.part in {"outbox", "portal"} or (row.part == "history" and "portal" in str(row.does))
]


def test_what_was_done_to_the_outbox_and_the_portals_answers_a_rebuild_mends(
    house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(OF_THE_PORTAL) > len({"outbox", "portal", "history"})
    shutil.copytree(house, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("KIOSK_DB", str(tmp_path / "kiosk.db"))
    for row in OF_THE_PORTAL:
        tampering.do(tmp_path, row.does)
    assert told(tmp_path / "kiosk.db", []).found
    (tmp_path / "kiosk.db.key").chmod(0o600)
    assert main(["rebuild"]) == 0
    assert told(tmp_path / "kiosk.db", []).found == ""
