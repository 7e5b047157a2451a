"""The tables of the next card file that the rows of a list are written into."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from verification.adapters.imports import card_rows as row_rules
from verification.adapters.imports.cells import says_nothing
from verification.adapters.imports.changes import ChangeKind, Changes, Collector
from verification.adapters.imports.lists import FromWhom, How, Importable
from verification.adapters.imports.place_rows import key_of
from verification.adapters.imports.refused import Refused
from verification.adapters.imports.several_cards import each_card
from verification.adapters.imports.tables import Row, Table
from verification.adapters.store.sqlite.card_draft import Named
from verification.adapters.store.sqlite.draft import SILENT, Draft, ListOf
from verification.card.facts import Origin

_LONGEST_KEY = 100  # more than any key is long
_NO_VALUE = "-"


class Target:
    """A table of the draft: facilities, offices.

    Args:
        draft: The next card file.
        kind: What the list holds.
        how: How it is taken in.
        today: The real day.
    """

    def __init__(self, draft: Draft, kind: Importable, how: How, today: date) -> None:
        self._draft, self._kind, self._today = draft, kind, today
        self._noticed = Collector(kind.columns)
        self.removable = draft.known.count(kind.table) if how.replace else 0
        draft.begin_table()

    def rows(self, table: Table) -> Iterable[Row]:
        """Return the rows of a list, each of one entry."""
        return table.rows

    def parse(self, row: Mapping[str, str]) -> dict[str, object]:
        """Turn a row of text into values, and which of them it says nothing of.

        Raises:
            Refused: It cannot be taken.
        """
        given = {name: "" if cell == _NO_VALUE else cell for name, cell in row.items()}
        said = {name: row.get(name, "") for name in self._kind.columns}
        silent = [n for n, cell in said.items() if cell != _NO_VALUE and says_nothing(cell)]
        return self._kind.parse(given, self._today) | {SILENT: frozenset(silent)}

    def upsert(
        self, batch: list[dict[str, object]], counts: dict[str, int]
    ) -> Sequence[Mapping[str, object]]:
        """Write rows and count them; return those that were in the list before."""
        table, columns = self._kind.table, self._kind.columns
        return self._draft.upsert(table, columns, batch, counts, self._noticed)

    def refuse(self, row: Row) -> None:
        """Let a row that cannot be taken stay as it was."""
        key = self._kind.columns[0]
        cells = row.cells or (row.named.get(key, ""),)
        known = tuple(filter(None, (key_of(cell[:_LONGEST_KEY]) for cell in cells)))
        self._draft.refuse(self._kind.table, key, known)

    def remove_unseen(self) -> int:
        """Remove what the list does not name; return how many."""
        table, key = self._kind.table, self._kind.columns[0]
        return self._draft.remove_unseen(table, key, self._noticed)

    def kept(self) -> dict[str, Any]:
        """Return what of its counts an import needs that goes on, as JSON can hold it."""
        named = self.named()
        counts = {"removable": self.removable, "named": [named.rows, named.refused]}
        return counts | {"noticed": self._noticed.kept()}

    def go_on(self, kept: Mapping[str, Any]) -> None:
        """Go on from what was kept."""
        self.removable = kept["removable"]
        named = self.named()
        named.rows, named.refused = kept["named"]
        self._noticed.go_on(kept["noticed"])

    def named(self) -> Named:
        """Return how many rows named what was known, and how many of them were refused."""
        return self._draft.named

    def finish(self) -> None:
        """Do what can be done only once every row was read."""

    def changes(self) -> Changes:
        """Return what the list changes."""
        return self._noticed.changes()

    @property
    def lifted(self) -> int:
        """Return how many bad statuses were lifted, and known ends lost."""
        return self.changes().counts.get(ChangeKind.LIFTED, 0)


class Cards(Target):
    """The cards: periods of numbers, from somebody, of a day.

    Args:
        draft: The next card file.
        kind: What the list holds.
        how: How it is taken in.
        whose: Who made it, and of which day.
        now: The present.
    """

    def __init__(
        self, draft: Draft, kind: Importable, how: How, whose: FromWhom, now: datetime
    ) -> None:
        self._kind = kind
        self._today = now.date()
        self._own_days = whose.origin is Origin.XML1
        self._noticed = Collector(kind.columns)
        listed = ListOf(whose.origin, whose.as_of or self._today, self._today, how.delta)
        self._cards = draft.cards(kind.columns, listed, self._noticed)
        self.removable = self._cards.removable() if how.replace else 0

    def rows(self, table: Table) -> Iterable[Row]:
        """Return the rows of a list, each of one card."""
        return each_card(table.rows)

    def parse(self, row: Mapping[str, str]) -> dict[str, object]:
        """Turn a row of text into values.

        Raises:
            Refused: It cannot be taken.
        """
        if not self._own_days:
            return self._kind.parse(row, self._today)
        day = row_rules.day_of_visit(row)
        if day > self._today:
            raise Refused("visit_ahead", column="ngay_vao")
        return self._kind.parse(row, self._today) | {"as_of": day.isoformat()}

    def upsert(
        self, batch: list[dict[str, object]], counts: dict[str, int]
    ) -> Sequence[Mapping[str, object]]:
        """Write rows and count them; return those whose period was in the list before."""
        return self._cards.upsert(batch, counts)

    def refuse(self, row: Row) -> None:
        """Remember whose newest row could not be taken."""
        if row.cells is not None:
            self._cards.refuse(row_rules.numbers_in(row.cells))
            return
        numbers = row_rules.refused_numbers(row.named)
        self._cards.refuse(numbers or row_rules.numbers_in(row.named.values()))

    def remove_unseen(self) -> int:
        """Remove numbers that the list does not name; return how many."""
        return self._cards.remove_unseen()

    def named(self) -> Named:
        """Return how many rows named a known number, and how many of them were refused."""
        return self._cards.named

    def finish(self) -> None:
        """Drop what newer rows have lifted."""
        self._cards.finish()


def target(draft: Draft, kind: Importable, how: How, whose: FromWhom, now: datetime) -> Target:
    """Return what the rows of a list are written into."""
    if kind.table == "card":
        return Cards(draft, kind, how, whose, now)
    return Target(draft, kind, how, now.date())
