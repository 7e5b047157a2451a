"""Whom a number means, and all that the house holds of one person."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from verification.basics.errors import RequestError
from verification.card.all_numbers import NUMBERS
from verification.card.facts import Card, Record
from verification.exchange.difficulties import EVER
from verification.kiosk import Kiosk
from verification.log.case import Case
from verification.log.content import card_from
from verification.log.events import Event, EventKind
from verification.log.finding import Wanted
from verification.log.help_events import DifficultyMoved
from verification.log.occasions import is_elsewhere
from verification.log.unreadable import Content
from verification.log.visit import Visit
from verification.log.visit_events import Viewed
from verification.log.whose_number import masked_number, records_of, whose_number
from verification.log.writing import write_alone
from verification.rights import Actor, Right, needs
from verification.rules.misuse.facts import Occasion

FOREVER = datetime.max.replace(tzinfo=UTC)
_FIRST, _LAST = date(1970, 1, 1), date(9000, 1, 1)
_MOST = 1 << 20
_LAST_SECOND = 1 << 40
_BY_ADMINISTRATION = "quan-tri"


@dataclass(frozen=True)
class Held:
    """All that the log holds of one person.

    Args:
        ref: Their random reference; with those of presentations without a card in `refs`.
        refs: All of them.
        visits: Oldest first, undone ones too.
        events: In the order of writing.
        contents: What can be read of their personal content, by event.
        cases: Of the auditors, about the person.
        elsewhere: Visits elsewhere that lists or the national portal told of.
    """

    ref: str
    refs: frozenset[str]
    visits: tuple[Visit, ...]
    events: tuple[Event, ...]
    contents: Mapping[str, Content]
    cases: tuple[Case, ...]
    elsewhere: tuple[Occasion, ...] = ()

    @property
    def facts(self) -> Mapping[str, str]:
        """Return what the newest readable content says of the person."""
        found: dict[str, str] = {}
        for event in self.events:
            facts = self.contents.get(event.event_id, Content()).get("ban_ghi")
            found |= facts if isinstance(facts, dict) else {}
        return found

    @property
    def masked(self) -> str:
        """Return the person's number, masked; empty where no content is left that holds one."""
        return masked_number(self.facts)


@dataclass(frozen=True)
class Found:
    """Whom a number means.

    Args:
        persons: Whom the log knows by it.
        records: Rows of the card lists in use.
        card: The number, as it was read.
    """

    persons: tuple[Held, ...]
    records: tuple[Record, ...]
    card: Card

    def one(self) -> Held | None:
        """Return the person, None where the log knows nobody.

        Raises:
            RequestError: The number means several: which ones, masked.
        """
        if len(self.persons) > 1:
            names = ", ".join(one.masked or one.ref[:8] for one in self.persons)
            raise RequestError(
                f"Số này là của nhiều người: {names}. Hãy dùng số thẻ hoặc mã số BHXH",
                f"Several people bear this number: {names}. Use the card or BHXH number of one",
            )
        return next(iter(self.persons), None)


@needs(Right.CHANGE_HOUSE)
def find(actor: Actor, kiosk: Kiosk, text: str) -> Found:
    """Find a person's data by a number; that somebody looked is logged.

    Args:
        actor: Who looks.
        kiosk: The kiosk.
        text: A card, BHXH or citizen number.

    Raises:
        RequestError: It is no such number.
        StoreError: It could not be logged; then nothing is shown.
    """
    whose = whose_number(kiosk.cards, kiosk.written.visits, text, kiosk.likely_day())
    refs = whose.persons
    found = Found(tuple(held(kiosk, ref) for ref in refs), whose.records, whose.card)
    look = Viewed("person", _BY_ADMINISTRATION, rows=len(refs), persons=refs or None)
    write_alone(kiosk.written, actor, look)
    return found


def known(kiosk: Kiosk, ref: str) -> Found:
    """Return a person who was found before, as they stand now."""
    person = held(kiosk, ref)
    facts = person.facts
    card = card_from({name: facts[name] for name in NUMBERS if facts.get(name)})
    return Found((person,), records_of(kiosk.cards, card), card)


def held(kiosk: Kiosk, ref: str) -> Held:
    """Return all that the log holds of a person."""
    log = kiosk.written
    visits = log.visits.newest(Wanted(_FIRST, _LAST, persons=(ref,)), _MOST)[::-1]
    began = [event for visit in visits if (event := log.event(visit.presented))]
    refs = frozenset({ref, *(event.person_ref for event in began if event.person_ref)})
    events = [
        event for one in refs for event in log.visits.happened(one, tuple(EventKind), EVER, FOREVER)
    ]
    events += _moves(kiosk, {event.event_id for event in events})
    ordered = sorted(
        {event.event_id: event for event in events}.values(),
        key=lambda event: (event.recorded_at, event.desk, event.seq),
    )
    contents = {e.event_id: found for e in ordered if (found := log.content(e.event_id))}
    cases = tuple(case for one in sorted(refs) for case in log.cases.about(one))
    past = [one for one in log.history.visits_of(ref, 0, _LAST_SECOND) if is_elsewhere(one)]
    return Held(ref, refs, tuple(visits), tuple(ordered), contents, cases, tuple(past))


def _moves(kiosk: Kiosk, known: set[str]) -> Iterator[Event]:
    """Yield the steps of the person's difficulties: their words name nobody's reference."""
    for event in kiosk.written.events((EventKind.DIFFICULTY_MOVED,), EVER):
        if event.is_readable and DifficultyMoved.of(event.codes).difficulty in known:
            yield event
