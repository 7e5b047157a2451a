"""The card store with what the national portal said laid over it.

The portal's answers are observations of their day beside the copies that lists brought; which of
them counts, the rules of the periods say.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace

from verification.basics.dates import PartialDate
from verification.card import periods
from verification.card.facts import Card, Facility, Office, Record, Refusal, Status
from verification.card.portal import PortalAnswer
from verification.card.portal_records import SaidOfCard, local_day, said_of_cards
from verification.card.ports import MOST_NAMED, Cards, CardsStatus, CardsVersion, Named, Source
from verification.log.clock import noted_stretches
from verification.log.observations import answer_of
from verification.log.ports import Log

MOST_ANSWERS = 8
"""So many answers about a person are looked at, the newest."""
_MOST_NEW = 1_000
_DATES = frozenset({"gt_the_tu", "gt_the_den"})
_FACTS = tuple(f.name for f in fields(Card) if f.name not in _DATES | {"ma_the", "ma_so_bhxh"})
Answers = Callable[[Sequence[str]], Sequence[PortalAnswer]]
"""Returns what the portal said of the persons whom some numbers mean, newest first."""


def answers_in(log: Log) -> Answers:
    """Return what looks up the portal's answers in the log.

    What was recorded while the clock is known to have been wrong is of no day, and left out.
    """

    def answers(numbers: Sequence[str]) -> Sequence[PortalAnswer]:
        events = log.exchanged.answers(numbers, MOST_ANSWERS)
        if not events:  # nearly always
            return ()
        wrong = noted_stretches(log)
        return [
            answer_of(event, log.content(event.event_id), history=False)
            for event in events
            if event.is_readable and not any(s.holds(event.recorded_at) for s in wrong)
        ]

    return answers


class Observed:
    """The `Cards` port: a card store, and over it the portal's answers.

    Args:
        cards: The card store.
        answers: Looks up what the portal said.
    """

    def __init__(self, cards: Cards, answers: Answers) -> None:
        self._cards = cards
        self._answers = answers
        # a new card under whose number nobody was presented yet: by which numbers it was told of
        self._told_by: dict[str, Sequence[str]] = {}

    def of_one(self, numbers: Sequence[str]) -> "Observed":
        """Return it for one look at a card with these numbers: the portal is looked up once."""
        shown, found = frozenset(numbers), self._answers(numbers)

        def answers(wanted: Sequence[str]) -> Sequence[PortalAnswer]:
            return found if shown.issuperset(wanted) else self._answers(wanted)

        return Observed(self._cards, answers)

    def said(self, numbers: Sequence[str]) -> Sequence[PortalAnswer]:
        """Return what the portal said of the persons whom numbers mean, newest first."""
        return self._answers(numbers)

    def by_card(self, ma_the: str) -> Sequence[Record]:
        """Return all periods of the card with this 15-character number."""
        stored = self._cards.by_card(ma_the)
        # the person is known by the BHXH number where this card was never shown
        said = self._said([ma_the, ma_the[-10:], *self._told_by.get(ma_the, ())])
        return _over(stored, said, lambda card: card.ma_the == ma_the)

    def by_bhxh(self, ma_so_bhxh: str) -> Sequence[Record]:
        """Return all periods of all cards of a person by the 10-digit number."""
        stored, said = self._cards.by_bhxh(ma_so_bhxh), self._said([ma_so_bhxh])
        return _over(stored, said, lambda card: card.ma_so_bhxh == ma_so_bhxh)

    def by_citizen(self, so_cccd: str) -> Sequence[Record]:
        """Return all periods of all cards of a person by the 12-digit number."""
        stored, said = self._cards.by_citizen(so_cccd), self._said([so_cccd])
        own = {record.number for record in stored} | {r.card.ma_so_bhxh for r in stored}
        own -= {None}

        def is_persons(card: Card) -> bool:
            return card.so_cccd == so_cccd or bool({card.ma_the, card.ma_so_bhxh} & own)

        return _over(stored, said, is_persons)

    def by_name(
        self, ho_ten: str, ngay_sinh: PartialDate | None = None, most: int = MOST_NAMED
    ) -> Named:
        """Return cards by a name; the store alone is searched by names."""
        return self._cards.by_name(ho_ten, ngay_sinh, most)

    def refusals(self, numbers: Sequence[str | None]) -> Sequence[Refusal]:
        """Return the rows of these numbers that imports refused."""
        return self._cards.refusals(numbers)

    def facility(self, ma_cskcb: str) -> Facility | None:
        """Return a facility."""
        return self._cards.facility(ma_cskcb)

    def office(self, ma_co_quan: str) -> Office | None:
        """Return a social-insurance office."""
        return self._cards.office(ma_co_quan)

    def facilities(self) -> Sequence[Facility]:
        """Return all facilities, in the order of their codes."""
        return self._cards.facilities()

    def offices(self) -> Sequence[Office]:
        """Return all social-insurance offices, in the order of their codes."""
        return self._cards.offices()

    def status(self) -> CardsStatus:
        """Return the state of the store."""
        return self._cards.status()

    def version(self) -> CardsVersion | None:
        """Return which file holds the cards."""
        return self._cards.version()

    def sources(self) -> Sequence[Source]:
        """Return what the store holds by who made the lists."""
        return self._cards.sources()

    def _said(self, numbers: Sequence[str]) -> list[SaidOfCard]:
        said = list(_newest_of_their_day(self._answers(numbers)))
        for new in (one.record.the_moi for one in said if one.record.the_moi):
            if len(self._told_by) >= _MOST_NEW:
                self._told_by.clear()
            self._told_by[new] = numbers
        return said


def _newest_of_their_day(answers: Sequence[PortalAnswer]) -> Iterator[SaidOfCard]:
    """Yield what the newest answer of each day and number says."""
    seen = set()
    for answer in sorted(answers, key=lambda one: one.at, reverse=True):
        said = said_of_cards(answer)
        if not said:
            continue
        of = (local_day(answer), said[0].record.number)
        if of not in seen:
            seen.add(of)
            yield from said


def _over(
    stored: Sequence[Record], said: Sequence[SaidOfCard], is_wanted: Callable[[Card], bool]
) -> Sequence[Record]:
    """Return the store's records with those of the portal beside them."""
    if not said:
        return stored
    laid = (record for one in said for record in _laid(one, stored))
    return [*stored, *(record for record in laid if is_wanted(record.card))]


def _laid(said: SaidOfCard, stored: Sequence[Record]) -> Iterator[Record]:
    """Yield a record of the portal with what only the store knows of the card.

    That a card is over is said of the period too that the store alone knows to run.
    """
    record = _numbered(said.record, stored)
    own = [one for one in stored if one.number == record.number]
    if not own:
        yield from () if said.needs_period else (record,)
        return
    newest = max(own, key=lambda one: one.heard).card
    lacking = {
        n: v for n in _FACTS if getattr(record.card, n) is None and (v := getattr(newest, n))
    }
    record = replace(record, card=replace(record.card, **lacking))
    unplaced = record.trang_thai is not Status.HIEU_LUC and not periods.has_dates(record)
    placed = _placed(record, said, own)
    yield placed if said.needs_period or unplaced else record
    if said.until and placed.card.gt_the_tu != record.card.gt_the_tu and not unplaced:
        yield placed


def _numbered(record: Record, stored: Sequence[Record]) -> Record:
    """Return it under the one card that the store knows of the person, if it names none."""
    of_person = {
        one.card.ma_the
        for one in stored
        if one.card.ma_the and one.card.ma_so_bhxh == record.card.ma_so_bhxh
    }
    if record.card.ma_the or len(of_person) != 1:
        return record
    return replace(record, card=replace(record.card, ma_the=next(iter(of_person))))


def _placed(record: Record, said: SaidOfCard, own: Sequence[Record]) -> Record:
    """Return it as said of the period that counted on its day."""
    [counted] = periods.on_the_day(own, record.as_of)
    begin, end = counted.card.gt_the_tu, counted.card.gt_the_den
    if begin and begin > (said.until or record.as_of):  # it had not begun: nothing is said of it
        return record
    if said.until:
        end = min(end, said.until) if end else said.until
    return replace(record, card=replace(record.card, gt_the_tu=begin, gt_the_den=end))
