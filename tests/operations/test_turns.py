"""One process at a time: by a lock beside the file, or by one of the PostgreSQL's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.postgres_support import database
from verification.adapters.store.postgres.address import read_address
from verification.basics.errors import StoreBusy, StoreError
from verification.operations.turns import Turns

if TYPE_CHECKING:
    from pathlib import Path


def test_a_turn_is_had_by_one_and_free_when_it_ends_on_a_file_and_on_postgresql(
    tmp_path: Path,
) -> None:
    with database() as url:
        address = read_address("KIOSK_DB", url)
        of_a_file = [Turns(tmp_path / "kiosk.db")] * 2
        of_servers = [Turns(tmp_path / name / "postgres", address) for name in "ab"]
        for one, other in (of_a_file, of_servers):
            with one.taken("sending") as ours, other.taken("keeping") as another:
                assert ours
                assert another
                assert ours()
                with other.taken("sending") as theirs:
                    assert theirs is None
            with other.taken("sending") as theirs:
                assert theirs
        assert not (tmp_path / "a").exists()


def test_a_turn_that_cannot_be_asked_for_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError), Turns(tmp_path / "file" / "kiosk.db").taken("sending"):
        pass
    away = read_address("KIOSK_DB", "postgresql://kiosk@127.0.0.1:9/kho")
    with pytest.raises(StoreBusy), Turns(tmp_path / "kiosk.db", away).taken("sending"):
        pass
