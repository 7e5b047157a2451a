"""One damaged cell of the store, whichever: every page is drawn, and shows nobody else's data."""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.damage_support import (
    TABLES,
    UNREAD,
    VALUES,
    Damage,
    Shown,
    a_house,
    checked_in,
    columns,
    damage,
    shown,
    unpack,
)

if TYPE_CHECKING:
    from pathlib import Path

TRIES = 1  # of each table; the sweep over all of it takes ten minutes
_SEED = 20261126


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the filled store; copy it, never write into it."""
    folder = tmp_path_factory.mktemp("filled")
    unpack(folder)
    return folder


@pytest.fixture(scope="module")
def whole(filled: Path) -> Shown:
    """Return what its pages show while nothing is damaged."""
    with a_house(filled) as house:
        return shown(house)


def of_table(filled: Path, table: str) -> list[Damage]:
    """Return some damage to a table, always the same."""
    chance = random.Random(f"{_SEED} {table}")
    cells = [(name, rows) for of, name, rows in columns(filled) if of == table and rows]
    every = [Damage(table, name, chance.randrange(n), v) for name, n in cells for v in VALUES]
    return chance.sample(every, TRIES)


def test_nothing_is_unreadable_in_a_whole_store(whole: Shown) -> None:
    assert whole.troubles == []
    assert UNREAD not in str(whole)
    assert len(whole.desk) == 20
    assert len(whole.queue) == 7


@pytest.mark.parametrize("table", TABLES)
def test_a_damaged_cell_is_one_line_at_most_and_the_desk_goes_on(
    filled: Path, whole: Shown, tmp_path: Path, table: str
) -> None:
    for at, what in enumerate(of_table(filled, table)):
        folder = tmp_path / str(at)
        shutil.copytree(filled, folder)
        if not damage(folder, what):  # a key that another row has, or that of the index
            continue
        with a_house(folder) as house:
            now, (said, refused) = shown(house), checked_in(house)
        assert now.troubles == [], what
        assert len(now.desk) == len(whole.desk), what
        assert now.queue.keys() == whole.queue.keys(), what
        assert now.access >= whole.access - 1, what
        assert not refused, (what, said)
        for number, line in now.queue.items():
            assert line == whole.queue[number] or UNREAD in line, what
        for name, account in now.accounts.items():
            assert account == whole.accounts.get(name) or account == UNREAD, what
