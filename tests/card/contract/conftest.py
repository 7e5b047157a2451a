"""The engines that the contract of `Cards` runs over, each filled with the fixtures."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.postgres_support import migrated
from tests.support import FIXTURES, MASTER_KEY, MORNING, Clock, make_demo_store
from verification.adapters.imports.importing import IMPORTABLE, FromWhom, How, import_file
from verification.adapters.imports.tables import read_table
from verification.adapters.store import rows
from verification.adapters.store.postgres.card_notes import shared_notes
from verification.adapters.store.postgres.cards import PgCards
from verification.adapters.store.postgres.database import Readers
from verification.adapters.store.sqlite.cards import SqliteCards
from verification.card.facts import Card, Origin, Record, Refusal, Status
from verification.card.memory import MemoryCards
from verification.log.memory import MemoryLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import Any

    from verification.card.ports import Cards
    from verification.log.card_files import CardNotes

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
        found = [
            {**IMPORTABLE[kind].parse(row.named, MORNING.date()), **(more or {})}
            for row in table.rows
        ]
    return [[row[name] for name in columns] for row in found]


# ---- one number with several periods, from lists that came one after the other

PERIODS = "DN4797900000501"
BHXH_10 = "7900000502"
LISTS: tuple[tuple[Origin, date, tuple[str, ...]], ...] = (
    (
        Origin.HOSPITAL,
        date(2026, 11, 10),
        (
            f"{PERIODS},079090000501,Người Mẫu,2025-01-01,2025-12-31,hieu_luc",
            f"{PERIODS},079090000501,Người Mẫu,2026-01-01,2026-12-31,hieu_luc",
            f"{BHXH_10},,Người Khác,2026-01-01,,tam_khoa",
            f"{BHXH_10},,Người Khác,2027-01-01,,hieu_luc",
        ),
    ),
    (
        Origin.BHXH,
        date(2026, 11, 20),
        (
            f"{PERIODS},079090000501,Người Mẫu,2026-01-01,2026-06-30,bao_giam",
            f"{PERIODS},079090000501,Người Mẫu,31/02/2026,,hieu_luc",
        ),
    ),
    (
        Origin.HOSPITAL,
        date(2026, 11, 21),
        (f"{PERIODS},079090000501,Người Mẫu,2026-01-01,2026-12-31,hieu_luc",),
    ),
)
_HEADING = "ma_the,so_cccd,ho_ten,gt_the_tu,gt_the_den,trang_thai"


@contextmanager
def sqlite_periods(folder: Path) -> Iterator[Cards]:
    """Open the embedded engine after these lists."""
    _fill_with_lists(folder)
    with closing(SqliteCards(folder / "store")) as cards:
        yield cards


@contextmanager
def memory_periods(_folder: Path) -> Iterator[Cards]:
    """Open the engine without a file with what these lists leave."""
    year, june, end = date(2026, 1, 1), date(2026, 6, 30), date(2026, 12, 31)
    of_number = {"ma_the": PERIODS, "so_cccd": "079090000501", "ho_ten": "Người Mẫu"}
    empty = Card(ma_so_bhxh=PERIODS[-10:], **of_number)

    def period(*dates: date | None, **more: Any) -> Record:
        facts = replace(empty, gt_the_tu=dates[0], gt_the_den=dates[1])
        return Record(facts, more.pop("status", Status.HIEU_LUC), None, **more)

    ten = Card(ma_so_bhxh=BHXH_10, ho_ten="Người Khác")
    locked = {"trang_thai": Status.TAM_KHOA, "the_moi": None, "as_of": date(2026, 11, 10)}
    yield MemoryCards(
        [
            period(date(2025, 1, 1), date(2025, 12, 31), as_of=date(2026, 11, 10), copy=1),
            period(
                year,
                june,
                status=Status.BAO_GIAM,
                as_of=date(2026, 11, 20),
                origin=Origin.BHXH,
                copy=2,
            ),
            period(year, end, as_of=date(2026, 11, 21), copy=3),
            Record(replace(ten, gt_the_tu=year), **locked, copy=1),
            Record(replace(ten, gt_the_tu=date(2027, 1, 1)), **locked, copy=1),
        ],
        as_of=MORNING,
        refused=[Refusal(PERIODS, date(2026, 11, 20), Origin.BHXH, 2)],
    )


def _fill_with_lists(folder: Path, notes: CardNotes | None = None) -> None:
    for at, (origin, day, rows_of_list) in enumerate(LISTS):
        source = folder / f"{at}.csv"
        source.write_text("\n".join((_HEADING, *rows_of_list, "")), encoding="utf-8")
        whose, how = FromWhom(origin, day), How(reject_any=True)
        store, cards = folder / "store", IMPORTABLE["cards"]
        import_file(store, cards, source, MORNING, how, whose=whose, notes=notes)


@contextmanager
def shared(folder: Path, fill: Callable[[CardNotes], None]) -> Iterator[Cards]:
    """Open the shared engine after imports."""
    address = migrated()
    log = MemoryLog(MASTER_KEY, Clock(MORNING))
    with shared_notes(address, log, folder) as notes:
        fill(notes)
    with closing(Readers(address)) as readers:
        yield PgCards(readers)


def postgres(folder: Path) -> AbstractContextManager[Cards]:
    """Open the shared engine."""
    return shared(folder, lambda notes: make_demo_store(folder, notes=notes))


def postgres_periods(folder: Path) -> AbstractContextManager[Cards]:
    """Open the shared engine after these lists."""
    store = folder / "store"
    return shared(store, lambda notes: _fill_with_lists(folder, notes))


ENGINES: dict[str, Opener] = {"sqlite": sqlite, "memory": memory, "postgres": postgres}


PERIOD_ENGINES: dict[str, Opener] = {
    "sqlite": sqlite_periods,
    "memory": memory_periods,
    "postgres": postgres_periods,
}


@pytest.fixture(scope="module", params=PERIOD_ENGINES)
def periods(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cards]:
    """Return a port with numbers of several periods."""
    with PERIOD_ENGINES[request.param](tmp_path_factory.mktemp("periods")) as opened:
        yield opened


@pytest.fixture(scope="module", params=ENGINES)
def cards(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cards]:
    """Return a port filled with the fixtures' cards, facilities and offices."""
    with ENGINES[request.param](tmp_path_factory.mktemp("cards")) as opened:
        yield opened
