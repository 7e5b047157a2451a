"""Cards in memory: the `Cards` port for trials and tests, no file behind it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from verification.basics.dates import PartialDate
from verification.basics.names import name_key, name_parts, parts_to_find
from verification.card.facts import Card, Facility, Office, Origin, Record, Refusal
from verification.card.ports import MOST_NAMED, CardsStatus, CardsVersion, Named, Source


@dataclass(frozen=True)
class MemoryCards:
    """The `Cards` port on values that never change.

    Args:
        records: The cards.
        known_facilities: Of these.
        known_offices: Social-insurance offices.
        as_of: When they were brought together, local time.
        demo: True for invented ones.
        refused: Rows that an import refused.
    """

    records: Sequence[Record] = ()
    known_facilities: Sequence[Facility] = ()
    known_offices: Sequence[Office] = ()
    as_of: datetime | None = None
    demo: bool = False
    refused: Sequence[Refusal] = ()

    def by_card(self, ma_the: str) -> Sequence[Record]:
        """Return all periods of the card with this 15-character number."""
        return self._where(lambda card: card.ma_the == ma_the)

    def by_bhxh(self, ma_so_bhxh: str) -> Sequence[Record]:
        """Return all periods of all cards of a person by the 10-digit number."""
        return self._where(lambda card: card.ma_so_bhxh == ma_so_bhxh)

    def by_citizen(self, so_cccd: str) -> Sequence[Record]:
        """Return all periods of all cards of a person by the 12-digit number."""
        return self._where(lambda card: card.so_cccd == so_cccd)

    def by_name(
        self, ho_ten: str, ngay_sinh: PartialDate | None = None, most: int = MOST_NAMED
    ) -> Named:
        """Return cards by a name or parts of one, and by birth date at the precision given."""
        wanted, parts = name_key(ho_ten), set(name_parts(ho_ten))
        if not wanted:
            return Named(())

        def bears_it(card: Card) -> bool:
            return name_key(card.ho_ten or "") == wanted

        def born(card: Card) -> bool:
            return ngay_sinh is None or bool(card.ngay_sinh and card.ngay_sinh.agrees(ngay_sinh))

        def holds_it(card: Card) -> bool:
            return born(card) and bool(parts) and parts <= parts_to_find(card.ho_ten or "")

        found = self._where(lambda card: born(card) and bears_it(card))
        if not (found and ngay_sinh and ngay_sinh.day):  # else surely it is one of these
            found += self._where(holds_it)
        numbers = list(dict.fromkeys(record.number for record in found))
        shown = [r for n in numbers[:most] for r in self.records if r.number == n]
        return Named(shown, len(numbers) > most)

    def refusals(self, numbers: Sequence[str | None]) -> Sequence[Refusal]:
        """Return the rows of these numbers that imports refused."""
        return [refusal for refusal in self.refused if refusal.number in numbers]

    def facility(self, ma_cskcb: str) -> Facility | None:
        """Return a facility."""
        return next((f for f in self.known_facilities if f.ma_cskcb == ma_cskcb), None)

    def office(self, ma_co_quan: str) -> Office | None:
        """Return a social-insurance office."""
        return next((o for o in self.known_offices if o.ma_co_quan == ma_co_quan), None)

    def facilities(self) -> Sequence[Facility]:
        """Return all facilities, in the order of their codes."""
        return sorted(self.known_facilities, key=lambda one: one.ma_cskcb)

    def offices(self) -> Sequence[Office]:
        """Return all social-insurance offices, in the order of their codes."""
        return sorted(self.known_offices, key=lambda one: one.ma_co_quan)

    def status(self) -> CardsStatus:
        """Return the state of the store."""
        cards = {record.number for record in self.records}
        return CardsStatus(len(cards), self.as_of, self.demo)

    def version(self) -> CardsVersion | None:
        """Return None: no file holds these."""
        return None

    def sources(self) -> Sequence[Source]:
        """Return what there is by who made the lists."""
        return [found for origin in Origin if (found := self._source(origin))]

    def _source(self, origin: Origin) -> Source | None:
        rows = [record for record in self.records if record.origin is origin]
        refused = sum(refusal.origin is origin for refusal in self.refused)
        if not rows and not refused:
            return None
        newest = max((row.as_of for row in rows), default=None)
        return Source(origin, len({row.number for row in rows}), len(rows), newest, refused)

    def _where(self, fits: Callable[[Card], bool]) -> list[Record]:
        return [record for record in self.records if fits(record.card)]
