"""Imports into the card store: read a file, build the next card file beside, swap."""

import dataclasses
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from verification.adapters.imports import card_rows as row_rules
from verification.adapters.imports.rejects import Rejects
from verification.adapters.imports.sheets import Table, read_table
from verification.adapters.store.sqlite.card_file import Draft, next_card_file
from verification.basics.errors import ImportFileError

_BATCH = 5_000


@dataclass(frozen=True)
class ImportReport:
    """What an import did.

    Args:
        read: Data rows in the file.
        added: Rows that are new.
        changed: Rows that differ from what the store held.
        same: Rows that the store held already.
        removed: Rows taken out because the file does not have them.
        rejected: Rows refused.
        rejects_file: Where the refused rows stand with their reason, or None.
        seconds: How long it took.
    """

    read: int
    added: int
    changed: int
    same: int
    removed: int
    rejected: int
    rejects_file: str | None
    seconds: float


@dataclass(frozen=True)
class Importable:
    """What can be imported.

    Args:
        table: The table of the card file.
        columns: The columns it writes, the key first.
        required: Headings without which a file is refused.
        parse: Turns a row of text into values, or raises ValueError with a sentence.
    """

    table: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    parse: Callable[[Mapping[str, str]], dict[str, object]]


IMPORTABLE = {
    "cards": Importable(
        "card", row_rules.CARD_COLUMNS, ("ma_the", "ho_ten"), row_rules.card_values
    ),
    "facilities": Importable(
        "facility", row_rules.FACILITY_COLUMNS, ("ma_cskcb", "ten"), row_rules.facility_values
    ),
    "offices": Importable(
        "office", row_rules.OFFICE_COLUMNS, ("ma_co_quan", "ten"), row_rules.office_values
    ),
}


def import_file(
    folder: Path, kind: Importable, source: Path, now: datetime, *, replace: bool = False
) -> ImportReport:
    """Import one file; real data first empties a demo store.

    Args:
        folder: Where the card files are.
        kind: What the file holds.
        source: CSV or XLSX.
        now: The present, local time; rows seen are `as_of` this day.
        replace: Also remove what the file does not have.

    Raises:
        ImportFileError: The file is none, or its heading is wrong; nothing was changed.
        StoreError: The store cannot be written.
    """
    with read_table(source) as table:
        _check_heading(table, kind, source)
        return _build(folder, [(kind, table, source)], now, replace=replace, demo=False)[0]


def load_demo(folder: Path, sources: Mapping[str, Path], now: datetime) -> None:
    """Fill an empty store with the invented cards of the project, marked as demo."""
    opened = []
    for name, path in sources.items():
        with read_table(path) as table:
            opened.append((IMPORTABLE[name], Table(table.heading, list(table.rows)), path))
    _build(folder, opened, now, replace=False, demo=True)


def _check_heading(table: Table, kind: Importable, source: Path) -> None:
    missing = [name for name in kind.required if name not in table.heading]
    if missing:
        names = ", ".join(missing)
        raise ImportFileError(
            f"Tệp {source.name} thiếu cột {names}; không có gì bị thay đổi",
            f"{source.name} lacks the column {names}; nothing was changed",
        )


def _build(
    folder: Path,
    sources: Sequence[tuple[Importable, Table, Path]],
    now: datetime,
    *,
    replace: bool,
    demo: bool,
) -> list[ImportReport]:
    with next_card_file(folder, keep_demo=demo) as draft:
        reports = [
            _import_rows(
                draft,
                kind,
                table,
                Rejects(folder, path, table.heading, kind.columns[0]),
                now,
                replace=replace,
            )
            for kind, table, path in sources
        ]
        if all(report.read == report.rejected for report in reports):
            draft.give_up()
            return [dataclasses.replace(report, removed=0) for report in reports]
        with_cards = any(kind.table == "card" for kind, _, _ in sources)
        draft.note_state(now if with_cards else None, demo=demo)
    return reports


def _import_rows(
    draft: Draft,
    kind: Importable,
    table: Table,
    rejects: Rejects,
    now: datetime,
    *,
    replace: bool,
) -> ImportReport:
    begun = time.perf_counter()
    draft.begin_table()
    counts = {"read": 0, "added": 0, "changed": 0, "same": 0}
    key = kind.columns[0]
    for batch in _batches(_parsed(table, kind, rejects, counts)):
        for row in draft.upsert(kind.table, kind.columns, batch, now, counts):
            rejects.add(int(str(row["line"])), f"{key} lặp lại trong tệp", row)
    return ImportReport(
        **counts,
        removed=draft.remove_unseen(kind.table, key, rejects.keys) if replace else 0,
        rejected=rejects.count,
        rejects_file=rejects.close(),
        seconds=round(time.perf_counter() - begun, 3),
    )


def _parsed(
    table: Table, kind: Importable, rejects: Rejects, counts: dict[str, int]
) -> Iterator[dict[str, object]]:
    for at, row in enumerate(table.rows, 2):
        counts["read"] += 1
        try:
            yield kind.parse(row) | {"line": at}
        except ValueError as error:
            rejects.add(at, str(error), row)


def _batches(values: Iterator[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    batch: list[dict[str, object]] = []
    for value in values:
        batch.append(value)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch
