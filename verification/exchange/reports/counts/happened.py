"""What else the log holds of a time: who was not received, a silent portal, flags, cases."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from verification.basics.dates import VIETNAM
from verification.exchange.reports.counts.span import Span
from verification.kiosk import Kiosk
from verification.log.case import Case, local_day, terms
from verification.log.case_events import CaseClosed, CaseJoined
from verification.log.events import Event, EventKind
from verification.log.finding import Wanted
from verification.log.visit_events import REFUTED, Flagged, Presented, PutAside, Received

_KINDS = (
    EventKind.PRESENTED,
    EventKind.RECEIVED,
    EventKind.PUT_ASIDE,
    EventKind.PORTAL_FAILED,
    EventKind.FLAGGED,
    EventKind.CASE_OPENED,
    EventKind.CASE_JOINED,
    EventKind.CASE_CLOSED,
)
_LATE = (EventKind.RECEIVED, EventKind.PUT_ASIDE)
_Key = tuple[date, str]


@dataclass
class Unreceived:
    """A person who presented on a day and was not received on it.

    Args:
        reason: The headline of the newest answer.
        aside: Why nobody waits for them any more, empty while nobody said.
        shown: Their presentations.
        entered_later: True where one of these was recorded on another day.
    """

    reason: str = ""
    aside: str = ""
    shown: list[str] = field(default_factory=list)
    entered_later: bool = False


@dataclass
class Happenings:
    """What is counted of a time beside its visits.

    Args:
        looked: Looks without a check-in.
        nobody: Presentations that showed nobody.
        unreceived: Persons who presented on a day and were not received on it, once a day, by the
            headline reason and by why they were put aside, empty where nobody said.
        withdrawn: Presentations of a card that was known as withdrawn.
        failed: Questions to the portal that got no answer that counts.
        failed_hours: Hours of the clock in which that happened.
        flags: Hits by rule, each once a visit; those that an answer took back are left out.
        rests: Cases with the rules whose flags of this time opened or joined them.
        cases: Cases that flags of this time opened or joined.
        closed: Cases that were closed in this time.
        unreadable: Rows of the log that cannot be read.
    """

    looked: int = 0
    nobody: int = 0
    unreceived: Counter[tuple[str, str]] = field(default_factory=Counter)
    withdrawn: int = 0
    failed: int = 0
    failed_hours: int = 0
    flags: Counter[str] = field(default_factory=Counter)
    rests: frozenset[tuple[str, str]] = frozenset()
    cases: tuple[Case, ...] = ()
    closed: tuple[Case, ...] = ()
    unreadable: int = 0


def count_happened(kiosk: Kiosk, span: Span) -> Happenings:
    """Count what was recorded in a time, a few hours at a time."""
    return _Fold(kiosk, span.so_far(kiosk.today())).folded()


def is_settled(case: Case, now: datetime) -> bool:
    """Tell whether a case is closed and who closed it can no longer simply take it back."""
    closing = case.closing
    return closing is not None and now - closing.at > timedelta(seconds=terms()["undo"]["seconds"])


class _Fold:
    def __init__(self, kiosk: Kiosk, past: Span) -> None:
        self._kiosk, self._log, self._past = kiosk, kiosk.written, past
        self._counts = Happenings()
        self._waiting: dict[_Key, Unreceived] = {}
        self._of: dict[str, _Key] = {}  # presentations of those who wait
        self._hours: set[datetime] = set()
        self._raised: set[tuple[str, str]] = set()  # visits, or presentations, with their rules
        self._rests: set[tuple[str, str]] = set()
        self._cases: set[str] = set()
        self._closed: set[str] = set()

    def folded(self) -> Happenings:
        for day in self._past.days():
            for event in Span(day, day).events(self._log, _KINDS):
                self._take(event)
            self._received_on(day)
        self._after()
        found = self._counts
        for one in self._waiting.values():
            found.unreceived[one.reason, one.aside] += 1
        found.failed_hours = len(self._hours)
        found.flags.update(rule for _, rule in self._raised)
        found.rests = frozenset(self._rests)
        found.cases, found.closed = self._read(self._cases), self._read(self._closed)
        return found

    def _take(self, event: Event) -> None:
        if not event.is_readable:
            self._counts.unreadable += 1
            return
        match event.kind:
            case EventKind.PRESENTED:
                self._presented(event)
            case EventKind.RECEIVED | EventKind.PUT_ASIDE:
                self._ended(event)
            case EventKind.PORTAL_FAILED:
                self._failed(event)
            case EventKind.FLAGGED:
                self._flagged(Flagged.of(event.codes))
            case EventKind.CASE_CLOSED:
                self._closed.add(CaseClosed.of(event.codes).case)
            case EventKind.CASE_OPENED | EventKind.CASE_JOINED:
                self._joined(event)

    def _presented(self, event: Event) -> None:
        shown = Presented.of(event.codes)
        if shown.lookup:
            self._counts.looked += 1
            return
        self._counts.withdrawn += "withdrawn" in shown.reasons
        if event.person_ref is None:
            self._counts.nobody += 1
        elif shown.already is None:
            key = local_day(event.happened_at), event.person_ref
            waiting = self._waiting.setdefault(key, Unreceived())
            waiting.reason = shown.reasons[0] if shown.reasons else ""
            waiting.shown.append(event.event_id)
            waiting.entered_later |= local_day(event.recorded_at) != key[0]
            self._of[event.event_id] = key

    def _ended(self, event: Event) -> None:
        """Note that somebody was received after all, or why they were not."""
        kept = Received if event.kind is EventKind.RECEIVED else PutAside
        found = kept.of(event.codes)
        key = self._of.get(found.presented)
        if isinstance(found, PutAside):
            if key in self._waiting:
                self._waiting[key].aside = found.why
        elif key:
            self._gone(key)

    def _gone(self, key: _Key) -> None:
        if found := self._waiting.pop(key, None):
            for name in found.shown:
                self._of.pop(name, None)

    def _failed(self, event: Event) -> None:
        self._counts.failed += 1
        at = event.recorded_at.astimezone(VIETNAM)
        self._hours.add(at.replace(minute=0, second=0, microsecond=0))

    def _joined(self, event: Event) -> None:
        joined = CaseJoined.of(event.codes)
        self._cases.add(joined.case)
        self._rests.update((joined.case, flag.rule) for flag in joined.flags if flag.hit)

    def _flagged(self, found: Flagged, *, later: bool = False) -> None:
        """Count a rule once a visit: an answer may raise it again, or take its ground away."""
        of = found.visit or found.presented
        for flag in found.flags:
            if flag.hit and not later:
                self._raised.add((of, flag.rule))
            elif flag.state == REFUTED:
                self._raised.discard((of, flag.rule))

    def _received_on(self, day: date) -> None:
        """Leave out who has a visit of a day by another presentation, an undone one too."""
        for person in {visit.person_ref for visit in self._log.visits_on(day, None)}:
            self._gone((day, person))

    def _after(self) -> None:
        """Look at what came later: the day after, flags taken back, visits of another day."""
        if self._raised:
            for event in self._log.events((EventKind.FLAGGED,), self._past.end):
                if event.is_readable:
                    self._flagged(Flagged.of(event.codes), later=True)
        following = self._past.last + timedelta(days=1)
        for event in Span(following, following).events(self._log, _LATE):
            if event.is_readable:
                self._ended(event)
        for (day, person), found in list(self._waiting.items()):
            within = self._past.first <= day <= self._past.last
            asked = found.entered_later and self._log.visits.count(Wanted(day, day, [person]))
            if not within or asked:
                self._gone((day, person))

    def _read(self, numbers: Iterable[str]) -> tuple[Case, ...]:
        found = (self._log.cases.case(number) for number in sorted(numbers))
        return tuple(case for case in found if case is not None)
