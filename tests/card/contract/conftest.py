"""The engines that the contract of `Cards` runs over, each filled with the fixtures."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.support import FIXTURES, MORNING, make_demo_store
from verification.adapters.imports.importing import IMPORTABLE
from verification.adapters.imports.sheets import read_table
from verification.adapters.store import rows
from verification.adapters.store.sqlite.cards import SqliteCards
from verification.card.facts import Origin
from verification.card.memory import MemoryCards

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import Any

    from verification.card.ports import Cards

    Opener = Callable[[Path], AbstractContextManager[Cards]]


@contextmanager
def sqlite(folder: Path) -> Iterator[Cards]:
    """Open the embedded engine."""
    make_demo_store(folder)
    with closing(SqliteCards(folder)) as cards:
        yield cards


@contextmanager
def memory(_folder: Path) -> Iterator[Cards]:
    """Open the engine without a file."""
    whose = {"as_of": MORNING.date().isoformat(), "origin": Origin.BHXH.value, "copy": 1}
    yield MemoryCards(
        [rows.record_of(row) for row in imported("cards", rows.RECORD_COLUMNS, whose)],
        [rows.facility_of(row) for row in imported("facilities", rows.FACILITY_COLUMNS)],
        [rows.office_of(row) for row in imported("offices", rows.OFFICE_COLUMNS)],
        as_of=MORNING,
        demo=True,
    )


def imported(
    kind: str, columns: Sequence[str], more: Mapping[str, object] | None = None
) -> list[list[Any]]:
    """Return the rows of one of the fixtures' files as an import makes them."""
    with read_table(FIXTURES / f"{kind}.csv") as table:
        found = [{**IMPORTABLE[kind].parse(row), **(more or {})} for row in table.rows]
    return [[row[name] for name in columns] for row in found]


ENGINES: dict[str, Opener] = {"sqlite": sqlite, "memory": memory}


@pytest.fixture(scope="module", params=ENGINES)
def cards(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cards]:
    """Return a port filled with the fixtures' cards, facilities and offices."""
    with ENGINES[request.param](tmp_path_factory.mktemp("cards")) as opened:
        yield opened
