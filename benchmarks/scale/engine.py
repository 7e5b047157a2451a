"""What a measurement asks of an engine: one module for each."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from verification.kiosk import Kiosk
from verification.log.sealing import Binder, Sealer

Row = tuple[Any, ...]


class Loader(Protocol):
    """Takes rows of a new store, in bulk."""

    @property
    def sealer(self) -> Sealer:
        """Return the sealer of the store; keys that it makes are kept there."""

    def put(self, table: str, rows: Iterable[Row]) -> None:
        """Put rows into a table, in the order of its columns in `rows.COLUMNS`."""


class Engine(Protocol):
    """One engine with one store.

    Args:
        name: As it is asked for.
    """

    name: str

    def kiosk(self, hour: int = 8) -> AbstractContextManager[Kiosk]:
        """Open the store as a server does, at an hour of the day of the measurement."""

    def loading(self) -> AbstractContextManager[Loader]:
        """Open an empty store to be filled; at the end its indexes are made and it is closed."""

    def entry(self, binder: Binder, place: int, row: Row) -> Row:
        """Return what the register keeps of a row of the log: the how-manieth of all it is."""

    def take_cards(self, count: int) -> None:
        """Put so many invented cards into the place of those in use."""

    def sizes(self) -> dict[str, int]:
        """Return the bytes of each table of the log, with its indexes."""

    def total(self) -> int:
        """Return the bytes of all on the disk, without the cards."""

    def cards_bytes(self) -> int:
        """Return the bytes of the cards on the disk."""
