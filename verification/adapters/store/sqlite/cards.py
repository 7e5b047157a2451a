"""The card store: `cards-<n>.db`, a replaceable copy of outside facts.

A new file is built beside the running one and swapped in when whole: readers see the old facts or
the new ones, never half of an import.
"""

import sqlite3
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from verification.adapters.store.rows import (
    FACILITY_COLUMNS,
    OFFICE_COLUMNS,
    RECORD_COLUMNS,
    facility_of,
    office_of,
    record_of,
)
from verification.adapters.store.sqlite.card_file import bring_up_to_date
from verification.adapters.store.sqlite.card_folder import newest_file
from verification.adapters.store.sqlite.database import PerThread, errors_in_words
from verification.adapters.store.sqlite.schema import is_outdated
from verification.basics.dates import PartialDate
from verification.basics.names import name_key
from verification.card.facts import Facility, Office, Record
from verification.card.ports import CardsStatus

_CARD = f"SELECT {RECORD_COLUMNS} FROM card"  # constant


class SqliteCards:
    """The `Cards` port on the newest card file of a folder; an absent file is an empty store.

    Args:
        folder: Where the card files are, beside `kiosk.db`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._stamp: int | None = None
        self._path: Path | None = None
        self._readers: PerThread | None = None

    def by_card(self, ma_the: str) -> Record | None:
        """Return the card with this 15-character number."""
        return next(iter(self._records("ma_the = ?", (ma_the,))), None)

    def by_bhxh(self, ma_so_bhxh: str) -> Sequence[Record]:
        """Return all cards of a person by the 10-digit number."""
        return self._records("ma_so_bhxh = ?", (ma_so_bhxh,))

    def by_citizen(self, so_cccd: str) -> Sequence[Record]:
        """Return all cards of a person by the 12-digit number."""
        return self._records("so_cccd = ?", (so_cccd,))

    def by_name(self, ho_ten: str, ngay_sinh: PartialDate) -> Sequence[Record]:
        """Return cards by name, diacritics aside, and birth date at the precision given."""
        key, iso = name_key(ho_ten), ngay_sinh.iso
        if not key:  # no letter is no name
            return []
        known = [iso[:cut] for cut in (4, 7, 10) if cut <= len(iso)]
        marks = ",".join("?" * len(known))
        # `known` are the coarser spellings, such as the year alone; finer ones begin with iso
        return self._records(
            f"name_key = ? AND (ngay_sinh IN ({marks}) OR (ngay_sinh > ? AND ngay_sinh < ?))",
            (key, *known, f"{iso}-", f"{iso}."),
        )

    def facility(self, ma_cskcb: str) -> Facility | None:
        """Return a facility."""
        row = self._one("facility", FACILITY_COLUMNS, ma_cskcb)
        return facility_of(row) if row else None

    def office(self, ma_co_quan: str) -> Office | None:
        """Return a social-insurance office."""
        row = self._one("office", OFFICE_COLUMNS, ma_co_quan)
        return office_of(row) if row else None

    def status(self) -> CardsStatus:
        """Return the state of the store."""
        meta = dict(self._rows("SELECT key, value FROM meta", ()))
        as_of = meta.get("as_of")
        return CardsStatus(
            cards=int(meta.get("cards", 0)),
            as_of=datetime.fromisoformat(as_of) if as_of else None,
            demo=meta.get("demo") == "1",
        )

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._readers:
                self._readers.close()
            self._readers, self._stamp = None, None

    def _one(self, table: str, columns: Sequence[str], key: str) -> tuple[Any, ...] | None:
        query = f"SELECT {', '.join(columns)} FROM {table} WHERE {columns[0]} = ?"  # constants
        return next(iter(self._rows(query, (key,))), None)

    def _records(self, where: str, params: Sequence[object]) -> list[Record]:
        return [record_of(row) for row in self._rows(f"{_CARD} WHERE {where}", params)]

    def _rows(self, query: str, params: Sequence[object]) -> list[tuple[Any, ...]]:
        connection = self._connection()
        if connection is None:
            return []
        with errors_in_words(self._path or self._folder):
            return connection.execute(query, params).fetchall()

    def _connection(self) -> sqlite3.Connection | None:
        """Return this thread's connection to the newest file; a swap changes the folder's time."""
        try:
            stamp = self._folder.stat().st_mtime_ns
        except FileNotFoundError:
            return None
        if stamp != self._stamp:
            self._reopen(stamp)
        return self._readers.get() if self._readers else None

    def _reopen(self, stamp: int) -> None:
        with self._lock:
            newest = newest_file(self._folder)
            if newest != self._path:
                # connections of running queries close when their thread lets them go
                self._readers, self._path = self._opened(newest) if newest else (None, None)
            self._stamp = stamp

    def _opened(self, file: Path) -> tuple[PerThread, Path]:
        """Open a card file, or what takes its place where it is of an earlier version."""
        readers = PerThread(file)
        try:
            with errors_in_words(file):
                outdated = is_outdated(readers.get())
        except BaseException:
            readers.close()
            raise
        if not outdated:
            return readers, file
        readers.close()
        bring_up_to_date(self._folder)
        file = newest_file(self._folder) or file
        return PerThread(file), file
