"""What a shift adds up to: a fold of the events that the log held when it was closed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from verification.exchange.shifts.span import LIMITS, Span
from verification.log.events import Event, EventKind
from verification.log.help_events import Difficulty, HelpedToInstall, HelpWithdrawn
from verification.log.outbox import Errand, Waiting, changes
from verification.log.portal_events import PortalFailed
from verification.log.ports import Written
from verification.log.visit import Visit, begin, visits_after
from verification.log.visit_events import Cancelled, FlagAnswered, Presented, PutAside, Received

_OWN = (
    EventKind.PRESENTED,
    EventKind.RECEIVED,
    EventKind.CANCELLED,
    EventKind.FLAGGED,
    EventKind.FLAG_ANSWERED,
    EventKind.DIFFICULTY,
    EventKind.HELPED_TO_INSTALL,
    EventKind.HELP_WITHDRAWN,
)
"""What a desk does of which its sheet tells."""
_ABOUT = (
    EventKind.RECEIVED,
    EventKind.CORRECTED,
    EventKind.ID_CHECKED,
    EventKind.TOLD,
    EventKind.COMPLETED,
    EventKind.FLAGGED,
    EventKind.FLAG_ANSWERED,
    EventKind.CANCELLED,
    EventKind.PUT_ASIDE,
    EventKind.PORTAL_ANSWERED,
    EventKind.PORTAL_FAILED,
    EventKind.PORTAL_ASKED_AGAIN,
    EventKind.PORTAL_KEPT,
    EventKind.HIS_TOLD,
    EventKind.DELIVERED,
    EventKind.NOT_DELIVERED,
    EventKind.SENT_AGAIN,
    EventKind.CONTENT_ERASED,
    EventKind.FORGOTTEN,
)
"""What may be done about a visit, at any desk, then or later."""
_SENT = frozenset({Errand.HANDOVER, Errand.RECORD})
_BACK = timedelta(seconds=LIMITS["clock_seconds"])


@dataclass(frozen=True)
class Undone:
    """A visit that was undone.

    Args:
        visit: Which; None where it is of another desk or shift.
        event: Its undoing.
    """

    visit: Visit | None
    event: Event

    @property
    def visit_id(self) -> str:
        """Return the name of the visit."""
        return Cancelled.of(self.event.codes).visit

    @property
    def why(self) -> str:
        """Return the reason, a code."""
        return Cancelled.of(self.event.codes).why


@dataclass(frozen=True)
class Shift:
    """A shift as the log stood at its end.

    Args:
        span: From where to where.
        visits: Who was received, by visit, in the order of the chain; undone ones too.
        presented: Who was presented, by event.
        shown: The presentations that the visits were received from, whenever they were.
        undone: The undone ones of these visits, in the order of undoing.
        undone_of_others: Visits of other desks and shifts that this desk undid.
        failed: Visits of which a question to the portal failed.
        unsent: Visits of which something is still to be sent to a hospital system, or a record.
        asides: Presentations of whom nobody is waited for any more.
        flagged: Events that keep flags.
        flags_answered: Those of them that the desk answered.
        difficulties: What made trouble.
        helped: Who was helped to install VssID, what was withdrawn left out.
        unread: Rows of the chain that cannot be read.
        later: What came after the end to these visits, in the order of writing.
        clock_back: Events before which the clock had been set back, with the time before.
        began: When the first event was recorded that counts, None for none.
    """

    span: Span
    visits: Mapping[str, Visit] = field(default_factory=dict)
    presented: Mapping[str, Event] = field(default_factory=dict)
    shown: Mapping[str, Event] = field(default_factory=dict)
    undone: tuple[Undone, ...] = ()
    undone_of_others: tuple[Undone, ...] = ()
    failed: frozenset[str] = frozenset()
    unsent: frozenset[str] = frozenset()
    asides: frozenset[str] = frozenset()
    flagged: tuple[Event, ...] = ()
    flags_answered: frozenset[str] = frozenset()
    difficulties: tuple[Event, ...] = ()
    helped: tuple[Event, ...] = ()
    unread: tuple[str, ...] = ()
    later: tuple[Event, ...] = ()
    clock_back: tuple[tuple[datetime, Event], ...] = ()
    began: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was done in it that a sheet tells of."""
        done = (self.presented, self.visits, self.undone_of_others, self.difficulties, self.helped)
        return not any(done) and not self.unread

    @property
    def live(self) -> list[Visit]:
        """Return the visits that stood at its end."""
        return [visit for visit in self.visits.values() if visit.cancelled is None]


def fold(log: Written, span: Span) -> Shift:
    """Return what a shift adds up to.

    Args:
        log: The log, or a piece of work on it.
        span: From where to where.
    """
    own = log.places.part(span.desk, _OWN, span.first, span.last)
    readable = [event for event in own if event.is_readable]
    presented = {e.event_id: e for e in readable if e.kind is EventKind.PRESENTED}
    received = {
        e.event_id: Received.of(e.codes).presented for e in readable if e.kind is EventKind.RECEIVED
    }
    names = {*presented, *received, *received.values()}
    about = log.places.naming(names, _ABOUT, _before(span, names)) if names else ()
    told = [event for event in about if event.is_readable]
    then = [event for event in told if span.holds(event)]
    folded = _Folded(received)
    for event in then:
        folded.add(event)
    undone = [e for e in readable if e.kind is EventKind.CANCELLED]
    others = [e for e in undone if Cancelled.of(e.codes).visit not in received]
    answers = [*readable, *then]
    return Shift(
        span,
        folded.in_order(),
        presented,
        _shown(log, received.values(), presented),
        tuple(folded.undone()),
        tuple(Undone(None, event) for event in others),
        folded.failed_visits(),
        folded.unsent(),
        frozenset(PutAside.of(e.codes).presented for e in then if e.kind is EventKind.PUT_ASIDE),
        tuple(_once(e for e in answers if e.kind is EventKind.FLAGGED)),
        _flags_answered(answers),
        tuple(e for e in readable if e.kind is EventKind.DIFFICULTY),
        tuple(_helped(readable)),
        tuple(event.event_id for event in own if not event.is_readable),
        tuple(event for event in told if not span.holds(event)),
        tuple(_set_back(readable)),
        readable[0].recorded_at if readable else None,
    )


class _Folded:
    """Visits and what is to be sent of them, event by event."""

    def __init__(self, received: Mapping[str, str]) -> None:
        self._received = received
        self._visits: dict[str, Visit] = {}
        self._waiting: dict[str, Waiting] = {}
        self._failed: set[str] = set()
        self._undone: list[Event] = []

    def add(self, event: Event) -> None:
        """Take an event in."""
        if event.kind is EventKind.RECEIVED:
            if event.event_id in self._received:
                self._visits[event.event_id] = begin(event)
        else:
            for visit in visits_after(event, self._visits.get):
                self._visits[visit.visit_id] = visit
        for change in changes(event, self._waiting.get, self._visits.get):
            self._waiting.pop(change.item_id, None)
            if change.now:
                self._waiting[change.item_id] = change.now
        if event.kind is EventKind.PORTAL_FAILED:
            self._failed.add(PortalFailed.of(event.codes).presented)
        if event.kind is EventKind.CANCELLED and Cancelled.of(event.codes).visit in self._visits:
            self._undone.append(event)

    def in_order(self) -> dict[str, Visit]:
        """Return the visits in the order of their chain."""
        return {name: self._visits[name] for name in self._received if name in self._visits}

    def undone(self) -> Iterator[Undone]:
        """Yield the undone visits, each once."""
        first: dict[str, Event] = {}
        for event in self._undone:
            first.setdefault(Cancelled.of(event.codes).visit, event)
        return (Undone(self._visits[visit], event) for visit, event in first.items())

    def failed_visits(self) -> frozenset[str]:
        """Return the visits of which a question to the portal failed."""
        visits = self._visits.values()
        return frozenset(v.visit_id for v in visits if v.presented in self._failed)

    def unsent(self) -> frozenset[str]:
        """Return the visits of which something waits to be sent to others than the portal."""
        waiting = self._waiting.values()
        return frozenset(w.visit for w in waiting if w.errand in _SENT and w.visit in self._visits)


def _before(span: Span, names: Iterable[str]) -> str:
    """Return the event behind which all lies that may name one of these."""
    own = (name.rpartition("-") for name in names)
    first = min((int(seq) for desk, _, seq in own if desk == span.desk), default=span.first)
    return f"{span.desk}-{min(first, span.first) - 1}"


def _shown(log: Written, names: Iterable[str], known: Mapping[str, Event]) -> dict[str, Event]:
    """Return presentations by name; those of before the shift are looked up."""
    found = {name: known.get(name) or _presented(log, name) for name in names}
    return {name: event for name, event in found.items() if event}


def _presented(log: Written, name: str) -> Event | None:
    desk, _, seq = name.rpartition("-")
    place = int(seq) if seq.isdecimal() else 0
    part = log.places.part(desk, [EventKind.PRESENTED], place, place)
    return next((event for event in part if event.is_readable), None)


def _flags_answered(events: Iterable[Event]) -> frozenset[str]:
    answers = (FlagAnswered.of(e.codes) for e in events if e.kind is EventKind.FLAG_ANSWERED)
    return frozenset(one.flagged for one in answers if one.flagged)


def _once(events: Iterable[Event]) -> Sequence[Event]:
    return list({event.event_id: event for event in events}.values())


def _helped(events: Sequence[Event]) -> Iterator[Event]:
    withdrawn = {
        HelpWithdrawn.of(e.codes).helped for e in events if e.kind is EventKind.HELP_WITHDRAWN
    }
    given = (e for e in events if e.kind is EventKind.HELPED_TO_INSTALL)
    return (e for e in given if e.event_id not in withdrawn)


def _set_back(events: Sequence[Event]) -> Iterator[tuple[datetime, Event]]:
    """Yield the events that were recorded earlier than those before them in the chain."""
    for before, event in pairwise(events):
        if before.recorded_at - event.recorded_at > _BACK:
            yield before.recorded_at, event


def category_of(event: Event) -> str:
    """Return what kind of trouble a difficulty was."""
    return Difficulty.of(event.codes).category


def ended_of(event: Event) -> str:
    """Return how help ended."""
    return HelpedToInstall.of(event.codes).ended


def case_of(shift: Shift, visit: Visit) -> str | None:
    """Return why a visit's patient showed no card, None for who did, or where it is not known."""
    event = shift.shown.get(visit.presented)
    return Presented.of(event.codes).no_card if event else None
