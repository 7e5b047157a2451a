"""Whoever verifies has the card file that the log names, and hears which tables are others."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, LiteralString

from tests.postgres_support import migrated, shared
from tests.support import MASTER_KEY, MORNING, Clock, make_demo_store
from verification.adapters.store.postgres.card_notes import shared_notes
from verification.adapters.store.postgres.card_proof import changed_tables, file_in_use
from verification.adapters.store.postgres.card_sets import connected
from verification.adapters.store.sqlite.card_folder import is_of
from verification.log.card_files import CardNotes
from verification.log.memory import MemoryLog

if TYPE_CHECKING:
    from pathlib import Path

CHANGES: tuple[tuple[LiteralString, str], ...] = (
    ("UPDATE cards_1.card SET gt_the_den = '2099-12-31' WHERE ma_the = 'DN4797900000011'", "card"),
    ("DELETE FROM cards_1.standing WHERE status = 'tu_vong'", "standing"),
    ("UPDATE cards_1.facility SET vi_do = 1.5 WHERE ma_cskcb = '01C34'", "facility"),
    ("INSERT INTO cards_1.meta VALUES ('x', 'y')", "meta"),
    ("UPDATE cards_1.name SET parts = 'X' WHERE id = 1", "name"),
)


def test_a_row_that_was_changed_in_the_database_alone_is_found(tmp_path: Path) -> None:
    address, log = migrated(), MemoryLog(MASTER_KEY, Clock(MORNING))
    name = address.url.rpartition("/")[2]
    with closing(connected(address)) as connection:
        assert file_in_use(connection, tmp_path) is None
        with shared_notes(address, log, tmp_path / "a") as notes:
            make_demo_store(tmp_path / "a", notes=notes)
        which = file_in_use(connection, tmp_path)
        assert which
        file = tmp_path / which.name
        assert is_of(file, CardNotes(log).newest())
        assert changed_tables(connection, which, file) == []
        tables = []
        for change, table in CHANGES:
            shared().run(change, name)
            tables.append(table)
            assert sorted(changed_tables(connection, which, file)) == sorted(tables)
    shared().drop(name)
