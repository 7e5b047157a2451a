"""Whoever verifies has the card file that the log names, and hears which tables are others."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, LiteralString

from tests.postgres_support import migrated, shared
from tests.support import MASTER_KEY, MORNING, Clock, make_demo_store
from verification.adapters.store.postgres.card_notes import shared_notes
from verification.adapters.store.postgres.log import PostgresLog
from verification.adapters.store.postgres.proving import copied
from verification.adapters.store.sqlite.proof.checks import prove
from verification.log.findings import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from verification.adapters.store.postgres.address import Address

CHANGES: tuple[tuple[LiteralString, str], ...] = (
    ("UPDATE cards_1.card SET gt_the_den = '2099-12-31' WHERE ma_the = 'DN4797900000011'", "card"),
    ("DELETE FROM cards_1.standing WHERE status = 'tu_vong'", "standing"),
    ("UPDATE cards_1.facility SET vi_do = 1.5 WHERE ma_cskcb = '01C34'", "facility"),
    ("INSERT INTO cards_1.meta VALUES ('x', 'y')", "meta"),
    ("UPDATE cards_1.name SET parts = 'X' WHERE id = 1", "name"),
)
EMPTIED: LiteralString = "UPDATE cards_1.file SET bytes = '\\x789c030000000001'"
RENAMED: LiteralString = "UPDATE card_set SET digest = 'x'"
TORN: LiteralString = "UPDATE cards_1.file SET bytes = substr(bytes, 2)"


def wrong(address: Address, folder: Path) -> Sequence[str]:
    """Return what the proof finds of the cards."""
    with copied(address, folder / "postgres", folder / "heads", MASTER_KEY) as copy:
        found = prove(copy).findings
    return sorted(one.what for one in found if one.kind is Kind.CARD_FILE)


def test_a_row_of_the_cards_that_was_changed_in_the_database_alone_is_found(
    tmp_path: Path,
) -> None:
    address = migrated()
    name = address.url.rpartition("/")[2]
    with closing(PostgresLog(address, MASTER_KEY, Clock(MORNING), tmp_path / "heads")) as log:
        with shared_notes(address, log, tmp_path / "a") as notes:
            make_demo_store(tmp_path / "a", notes=notes)
        assert wrong(address, tmp_path) == []
        tables: list[str] = []
        for change, table in CHANGES:
            shared().run(change, name)
            tables.append(f"cards-1.db {table}")
        assert wrong(address, tmp_path) == sorted(tables)
        shared().run(RENAMED, name)
        assert wrong(address, tmp_path) == ["cards-1.db card_set"]
        for damage in (EMPTIED, TORN):
            shared().run(damage, name)
            assert wrong(address, tmp_path) == ["other cards-1.db"]
    shared().drop(name)
