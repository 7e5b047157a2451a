"""The look-ups of the card store, as every engine that speaks SQL makes them."""

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from verification.adapters.store.rows import (
    FACILITY_COLUMNS,
    OFFICE_COLUMNS,
    RECORD_COLUMNS,
    facility_of,
    office_of,
    record_of,
    refusal_of,
)
from verification.adapters.store.sql.names import Names, named
from verification.basics.dates import PartialDate
from verification.basics.texts import Text
from verification.card.facts import Facility, Office, Record, Refusal
from verification.card.ports import MOST_NAMED, CardsStatus, Named
from verification.log.watch import Watch

# of several words about a number the greatest weighs most: tam_khoa, thu_hoi, tu_vong
_STATUS = (
    "coalesce((SELECT max(status) FROM {at}standing WHERE number = ma_the), trang_thai)"
    " AS trang_thai"
)
_COLUMNS = ", ".join(_STATUS if name == "trang_thai" else name for name in RECORD_COLUMNS)
_CARD = f"SELECT {_COLUMNS} FROM {{at}}card"
_REFUSAL = "SELECT number, as_of, origin, copy FROM {at}refusal"
_META = "SELECT key, value FROM {at}meta"


class CardQueries(ABC):
    """The `Cards` port but for where the rows come from.

    Args:
        watch: Told how long a look-up takes.
    """

    names: Names
    """Finds numbers by a name."""
    order = ""
    """Puts records in order where the engine has none of its own."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    @abstractmethod
    def rows(
        self, query: str, values: Sequence[object], *, keep: bool = False
    ) -> list[tuple[Any, ...]]:
        """Return the rows of a query; none of a store that cannot be read.

        Args:
            query: The query; `{at}` stands before each table.
            values: Its values.
            keep: True for one that each check-in asks: kept until the cards are others.
        """

    @abstractmethod
    def damaged(self, error: Exception) -> None:
        """Answer as an empty store from now on: it holds what no import has written."""

    @property
    @abstractmethod
    def trouble(self) -> Text | None:
        """Return why the store cannot be read, None for a sound one."""

    @property
    @abstractmethod
    def refuses(self) -> bool:
        """Tell whether any row was refused: of most stores none was."""

    def by_card(self, ma_the: str) -> Sequence[Record]:
        """Return all periods of the card with this 15-character number."""
        return self.records("ma_the = ?", (ma_the,))

    def by_bhxh(self, ma_so_bhxh: str) -> Sequence[Record]:
        """Return all periods of all cards of a person by the 10-digit number."""
        return self.records("ma_so_bhxh = ?", (ma_so_bhxh,))

    def by_citizen(self, so_cccd: str) -> Sequence[Record]:
        """Return all periods of all cards of a person by the 12-digit number."""
        return self.records("so_cccd = ?", (so_cccd,))

    def by_name(
        self, ho_ten: str, ngay_sinh: PartialDate | None = None, most: int = MOST_NAMED
    ) -> Named:
        """Return cards by a name or parts of one, and by birth date at the precision given."""
        return named(self, self.names, ho_ten, ngay_sinh, most)

    def refusals(self, numbers: Sequence[str | None]) -> Sequence[Refusal]:
        """Return the rows of these numbers that imports refused."""
        asked = [number for number in numbers if number is not None]
        if not self.refuses or not asked:
            return ()
        found = self.rows(f"{_REFUSAL} WHERE number IN ({','.join('?' * len(asked))})", asked)
        return [refusal_of(row) for row in found]

    def facility(self, ma_cskcb: str) -> Facility | None:
        """Return a facility."""
        row = self._one("facility", FACILITY_COLUMNS, ma_cskcb)
        return facility_of(row) if row else None

    def office(self, ma_co_quan: str) -> Office | None:
        """Return a social-insurance office."""
        row = self._one("office", OFFICE_COLUMNS, ma_co_quan)
        return office_of(row) if row else None

    def facilities(self) -> Sequence[Facility]:
        """Return all facilities, in the order of their codes."""
        return [facility_of(row) for row in self._all("facility", FACILITY_COLUMNS)]

    def offices(self) -> Sequence[Office]:
        """Return all social-insurance offices, in the order of their codes."""
        return [office_of(row) for row in self._all("office", OFFICE_COLUMNS)]

    def status(self) -> CardsStatus:
        """Return the state of the store."""
        meta = dict(self.rows(_META, (), keep=True))
        if not self.trouble:
            try:
                return _status(meta)
            except (ValueError, TypeError) as error:
                self.damaged(error)
        return CardsStatus(cards=0, as_of=None, demo=False, trouble=self.trouble)

    def records(self, where: str, values: Sequence[object]) -> list[Record]:
        """Return the records of a condition."""
        begun = time.perf_counter()
        rows = self.rows(f"{_CARD} WHERE {where}{self.order}", values)
        self._watch.looked_up(time.perf_counter() - begun)
        try:
            return [record_of(row) for row in rows]
        except (ValueError, KeyError, TypeError) as error:  # bytes that no import has written
            self.damaged(error)
            return []

    def _one(self, table: str, columns: Sequence[str], key: str) -> tuple[Any, ...] | None:
        query = f"SELECT {', '.join(columns)} FROM {{at}}{table} WHERE {columns[0]} = ?"
        return next(iter(self.rows(query, (key,), keep=True)), None)

    def _all(self, table: str, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        query = f"SELECT {', '.join(columns)} FROM {{at}}{table} ORDER BY {columns[0]}"
        return self.rows(query, (), keep=True)


def _status(meta: Mapping[str, str]) -> CardsStatus:
    as_of = meta.get("as_of")
    return CardsStatus(
        cards=int(meta.get("cards", 0)),
        as_of=datetime.fromisoformat(as_of) if as_of else None,
        demo=meta.get("demo") == "1",
    )
