"""A store whose projections are damaged goes on after a rebuild; nothing else is touched."""

from __future__ import annotations

import shutil
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.store_support import a_house, is_sound, overwrite, pages_of, projected
from tests.support import MASTER_KEY, Clock
from verification.adapters.store.sqlite.log import SqliteLog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FROM_LOG = (
    *("visit", "sqlite_autoindex_visit_1", "idx_visit_person_ref_day", "idx_visit_desk_seq"),
    *("idx_visit_presented", "scan", "sqlite_autoindex_scan_1", "review_case", "case_event"),
    *("idx_case_event_number", "idx_review_case_closed_opened_at"),
    *("history", "sqlite_autoindex_history_1", "idx_history_person_ref_at"),
    *("idx_history_cccd_at", "idx_history_desk_at", "idx_history_event_id"),
    "idx_history_evenings",
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a filled store; copy it, never write into it."""
    return a_house(tmp_path_factory.mktemp("whole"), visits=240)


@pytest.fixture
def store(whole: Path, tmp_path: Path) -> Path:
    """Return a copy of it."""
    for file in whole.parent.iterdir():
        shutil.copy(file, tmp_path / file.name)
    return tmp_path / whole.name


@pytest.fixture
def log(store: Path) -> Iterator[SqliteLog]:
    """Open it as a server does, before anything is damaged."""
    with closing(SqliteLog(store, MASTER_KEY, Clock())) as opened:
        yield opened


def rebuilt(store: Path) -> None:
    with closing(SqliteLog(store, MASTER_KEY, Clock())) as log:
        log.rebuild()


def beside(store: Path) -> list[Path]:
    return sorted(store.parent.glob("kiosk.db.damaged-*"))


@pytest.mark.parametrize("junk", [bytes(4096), b"\xff" * 4096, bytes(range(256)) * 16])
@pytest.mark.parametrize("name", FROM_LOG)
def test_a_damaged_page_of_what_is_made_from_the_log_is_made_again(
    store: Path, whole: Path, name: str, junk: bytes
) -> None:
    overwrite(store, pages_of(store, name)[0], junk)
    assert not is_sound(store)
    rebuilt(store)
    assert is_sound(store)
    again, before = projected(store), projected(whole)
    if name == "history":  # the visits of elsewhere lay on that page alone
        for rows in (again, before):
            rows["history"] = [row for row in rows["history"] if "import" not in row]
    assert again == before
    (kept,) = beside(store)
    assert kept.stat().st_mode & 0o777 == 0o600
    assert not is_sound(kept)
