"""What the domain asks of whoever keeps the cards; an adapter answers for real."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from verification.basics.dates import PartialDate
from verification.basics.texts import Text
from verification.card.facts import Facility, Office, Origin, Record, Refusal

MOST_NAMED = 20
"""So many numbers a search by name shows."""


@dataclass(frozen=True)
class CardsStatus:
    """The state of the card store.

    Args:
        cards: How many cards it holds.
        as_of: When it was last imported, local time, or None for an empty one.
        demo: True while it holds the invented cards of the project.
        trouble: Why it cannot be read and answers as an empty one, None for a sound one.
    """

    cards: int
    as_of: datetime | None
    demo: bool
    trouble: Text | None = None


@dataclass(frozen=True)
class CardsVersion:
    """Which file holds the cards.

    Args:
        name: Of the file.
        digest: SHA-256 of its bytes, hex; None while it is being reckoned.
    """

    name: str
    digest: str | None


@dataclass(frozen=True)
class Source:
    """What the store holds of one maker of lists.

    Args:
        origin: Who made them.
        cards: How many numbers.
        periods: How many periods of these.
        as_of: The day of the newest row, None where rows were only refused.
        refused: How many numbers whose newest row was refused.
    """

    origin: Origin
    cards: int
    periods: int
    as_of: date | None
    refused: int


@dataclass(frozen=True)
class Named:
    """Who bears a name.

    Args:
        records: All periods of at most so many numbers as were asked for.
        more: Whether there are more, or may be: of words that very many names hold not all names
            are looked at.
    """

    records: Sequence[Record]
    more: bool = False


class Cards(Protocol):
    """Outside facts: cards, facilities, offices.

    A number may have several periods; each is a record, and `card.periods` says which one counts.
    """

    def by_card(self, ma_the: str) -> Sequence[Record]:
        """Return all periods of the card with this 15-character number."""

    def by_bhxh(self, ma_so_bhxh: str) -> Sequence[Record]:
        """Return all periods of all cards of a person by the 10-digit number."""

    def by_citizen(self, so_cccd: str) -> Sequence[Record]:
        """Return all periods of all cards of a person by the 12-digit number."""

    def by_name(
        self, ho_ten: str, ngay_sinh: PartialDate | None = None, most: int = MOST_NAMED
    ) -> Named:
        """Return cards by a name or parts of one, and by birth date at the precision given.

        Diacritics, case, kinds of apostrophe and blanks are no difference. Who bears exactly the
        name comes first, then whose name holds all its words, in any order; not these where
        somebody of exactly that name was born on the day that is given.

        Args:
            ho_ten: The name, or some of its words.
            ngay_sinh: The birth date as far as it is known; None for any.
            most: So many numbers at most.
        """

    def refusals(self, numbers: Sequence[str | None]) -> Sequence[Refusal]:
        """Return the rows of these numbers that imports refused; None is nobody's."""

    def facility(self, ma_cskcb: str) -> Facility | None:
        """Return a facility."""

    def office(self, ma_co_quan: str) -> Office | None:
        """Return a social-insurance office."""

    def facilities(self) -> Sequence[Facility]:
        """Return all facilities, in the order of their codes."""

    def offices(self) -> Sequence[Office]:
        """Return all social-insurance offices, in the order of their codes."""

    def status(self) -> CardsStatus:
        """Return the state of the store."""

    def version(self) -> CardsVersion | None:
        """Return which file holds the cards, None where there is none."""

    def sources(self) -> Sequence[Source]:
        """Return what the store holds by who made the lists, in the order of `Origin`.

        All rows are counted, once a card file: it is for a page that may wait, not for a desk.
        """
