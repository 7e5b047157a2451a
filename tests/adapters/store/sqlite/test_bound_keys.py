"""Who writes into the file lets nobody in: rows of keys are bound to the key and to the log."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support import Clock, make_demo_store, open_kiosk
from verification.officers import systems
from verification.rights import SystemRole, command_line

if TYPE_CHECKING:
    from pathlib import Path

ROOT = command_line("1")
ASKS = frozenset({SystemRole.ASKS})
CLOCK = Clock()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Return a store with keys, `early.db` from before one was ended, and the keys themselves."""
    folder = tmp_path_factory.mktemp("keys")
    make_demo_store(folder)
    with open_kiosk(folder, CLOCK) as (kiosk, _):
        made = {
            name: systems.make_key(ROOT, kiosk, name, rights)
            for name, rights in (("his", ASKS), ("lis", ASKS), ("ris", frozenset({*SystemRole})))
        }
        early, now = (sqlite3.connect(folder / name) for name in ("early.db", "kiosk.db"))
        with closing(early), closing(now):
            now.backup(early)
        systems.end_key(ROOT, kiosk, "lis")
    return folder, {name: one.text for name, one in made.items()}


def rights_after(house: tuple[Path, dict[str, str]], tmp_path: Path, change: str) -> dict[str, int]:
    """Return how many rights each key gives after somebody with a SQLite shell was there."""
    folder, keys = house
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    with closing(sqlite3.connect(tmp_path / "kiosk.db", isolation_level=None)) as db:
        db.execute("ATTACH ? AS early", (str(tmp_path / "early.db"),))
        db.execute(change)
    with open_kiosk(tmp_path, CLOCK) as (kiosk, _):
        known = {name: systems.key_of(kiosk, text) for name, text in keys.items()}
        systems.list_keys(ROOT, kiosk)  # whatever stands there is listed
        living = {n: k for n, k in known.items() if k and k.lives(CLOCK())}
        return {name: len(key.rights) for name, key in living.items()}


UNTOUCHED = {"his": 1, "ris": 3}
CHANGES = {
    "nothing": ("SELECT 1", UNTOUCHED),
    "more rights": ("UPDATE api_key SET rights = 'asks reads' WHERE system = 'his'", {"ris": 3}),
    "a faster pace": ("UPDATE api_key SET per_minute = 6000 WHERE system = 'his'", {"ris": 3}),
    "an end taken away": (
        "UPDATE api_key SET ends = NULL, rights = 'asks' WHERE system = 'lis'",
        UNTOUCHED,
    ),
    "the row from before its end": (
        "INSERT OR REPLACE INTO api_key SELECT * FROM early.api_key WHERE system = 'lis'",
        UNTOUCHED,
    ),
    "a key of one's own": (
        (
            "INSERT INTO api_key (key_id, system, digest, rights, made_at, ends, mac, per_minute) "
            "SELECT 'aaaaaaaaaa', system, digest, rights, made_at, ends, mac, per_minute "
            "FROM api_key WHERE system = 'ris'"
        ),
        UNTOUCHED,
    ),
    "the digest of another key": (
        (
            "UPDATE api_key SET digest = (SELECT digest FROM api_key WHERE system = 'his')"
            " WHERE system = 'ris'"
        ),
        {"his": 1},
    ),
    "no mac": ("UPDATE api_key SET mac = NULL", {}),
    "no text at all": (
        "UPDATE api_key SET digest = x'ff00', rights = x'ff', made_at = 'hỏng', mac = x'00'",
        {},
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_row_lets_nobody_in_and_the_others_stay(
    house: tuple[Path, dict[str, str]], tmp_path: Path, name: str
) -> None:
    change, left = CHANGES[name]
    try:
        assert rights_after(house, tmp_path, change) == left
    except sqlite3.IntegrityError:  # the table takes no bytes for text
        assert "no text" in name
