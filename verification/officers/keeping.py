"""What was kept as long as it had to be is erased; the chain of the log still verifies.

Luật 91/2025/QH15: personal data are kept no longer than their purpose needs. Events hold
content (sealed, erasable) and codes (chained, for good): erased is the content alone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache, partial

from verification.basics.dates import VIETNAM
from verification.basics.errors import RequestError
from verification.basics.texts import read
from verification.kiosk import Kiosk
from verification.log.case_events import CASE_EVENTS
from verification.log.clock import Doubt
from verification.log.events import Event, EventKind
from verification.log.forgetting import forget
from verification.log.forgetting_events import Forgets, WhyForgotten
from verification.log.ports import Log, LogTransaction
from verification.log.terms import Terms
from verification.log.writing import Who
from verification.rights import Actor, Right, needs

BY_ITSELF = "tu-dong"
"""Erases what the house's terms say, every day; no account has this name."""
KINDS: Mapping[Forgets, tuple[EventKind, ...]] = {
    Forgets.VISITS: (
        EventKind.PRESENTED,
        EventKind.RECEIVED,
        EventKind.COMPLETED,
        EventKind.CORRECTED,
        EventKind.NOTED,
        EventKind.TOLD,
        EventKind.CANCELLED,
        EventKind.PORTAL_KEPT,
        EventKind.HIS_TOLD,
        EventKind.DIFFICULTY,
        EventKind.SAMPLE_JUDGED,
        *CASE_EVENTS,
    ),
    Forgets.PORTAL: (EventKind.PORTAL_ANSWERED, EventKind.PORTAL_FAILED),
    Forgets.ACCESS: (
        EventKind.CLOCK_NOTED,
        EventKind.LOG_NOTED,
        EventKind.SHIFT_CLOSED,
        EventKind.DIFFICULTY_MOVED,
    ),
}
"""Whose content a term is about. Looks and sign-ins hold none: only codes, an account, a reference.

Facts of accounts and notes of card files are left out: the house works by them.
"""


_PIECE = 10  # so few at once that a desk that writes meanwhile waits for some tens of ms


@cache
def limits() -> Mapping[str, Mapping[str, int]]:
    """Return how much may go in a day."""
    found: Mapping[str, Mapping[str, int]] = read("verification.officers", "keeping.toml")
    return found


@dataclass(frozen=True)
class Due:
    """Content of one kind that is older than its term.

    Args:
        what: Which kind.
        before: What was recorded before this is older.
        events: Whose content goes, by desk.
        held: How many stay because an open case is about them.
        there: How many of the kind have content.
    """

    what: Forgets
    before: datetime
    events: tuple[Event, ...]
    held: int
    there: int

    @property
    def is_much(self) -> bool:
        """Tell whether more would go than a day makes old: then a person is asked."""
        a_day, count = limits()["a_day"], len(self.events)
        if count <= a_day["few"]:
            return count * 100 > self.there * a_day["percent_of_few"]
        return count * 100 > self.there * a_day["percent"]

    @property
    def percent(self) -> int:
        """Return the share that would go, in whole per cent."""
        return round(100 * len(self.events) / self.there) if self.there else 0


@dataclass(frozen=True)
class Plan:
    """What is older than its term now.

    Args:
        dues: By kind; empty where the clock is wrong.
        doubt: Why nothing can be told by the clock, None while nothing speaks against it.
    """

    dues: tuple[Due, ...]
    doubt: Doubt | None = None

    @property
    def much(self) -> tuple[Due, ...]:
        """Return what waits for a person's word."""
        return tuple(due for due in self.dues if due.is_much)


def planned(kiosk: Kiosk, terms: Terms) -> Plan:
    """Return what is older than its term; nothing where the clock is wrong."""
    if doubt := kiosk.doubt():
        return Plan((), doubt)
    log, now = kiosk.written, kiosk.clock()
    open_now = _Open(log)
    return Plan(tuple(_due(log, what, terms.of(what), now, open_now) for what in KINDS))


def erase_due(
    kiosk: Kiosk, who: Who, dues: Iterable[Due], rest: Callable[[], object] = bool
) -> Mapping[Forgets, int]:
    """Erase content, in pieces so that no desk waits long; return how much of each kind went.

    Args:
        kiosk: The kiosk.
        who: Who does it.
        dues: What goes.
        rest: Called behind each piece: who is in no hurry lets the desks write meanwhile.

    Raises:
        StoreError: It could not be written; the pieces before it were.
    """
    gone: dict[Forgets, int] = {}
    for due in dues:
        for begin in range(0, len(due.events), _PIECE):
            some = due.events[begin : begin + _PIECE]
            kiosk.written.write(partial(_forget, who, due.what, some))
            gone[due.what] = gone.get(due.what, 0) + len(some)
            rest()
    return gone


@needs(Right.MANAGE)
def preview(_actor: Actor, kiosk: Kiosk, terms: Terms) -> Plan:
    """Return what would be erased now; nothing is."""
    return planned(kiosk, terms)


@needs(Right.CHANGE_HOUSE)
def erase_old(actor: Actor, kiosk: Kiosk, terms: Terms) -> Mapping[Forgets, int]:
    """Erase all that is older than its term, however much: a person says so.

    Raises:
        RequestError: The clock is wrong; nothing was erased.
    """
    plan = planned(kiosk, terms)
    if plan.doubt:
        raise RequestError(
            "Đồng hồ máy sai: chưa biết nội dung nào quá hạn, không xóa gì",
            "The clock is wrong: nothing can be told to be old, nothing is erased",
        )
    return erase_due(kiosk, actor, plan.dues)


class _Open:
    """What open cases are about, and so is not erased.

    Args:
        log: Which.
    """

    def __init__(self, log: Log) -> None:
        cases = log.cases.queue()
        self._persons = {case.subject for case in cases}
        self._events = {one for case in cases for one in (*case.presented, *case.visits)}
        self._numbers = {case.number for case in cases}

    def holds(self, event: Event) -> bool:
        """Tell whether an open case is about an event."""
        told = event.codes
        about = {event.event_id, told.get("of"), told.get("visit")}
        named = event.person_ref in self._persons or told.get("case") in self._numbers
        return named or bool(self._events & about)


def _due(log: Log, what: Forgets, years: int, now: datetime, open_now: _Open) -> Due:
    before = years_before(now, years)
    old = log.aged.older(KINDS[what], before, now)
    free = tuple(event for event in old if not open_now.holds(event))
    there = log.aged.count(KINDS[what]) if old else 0
    return Due(what, before, free, len(old) - len(free), there)


def _forget(who: Who, what: Forgets, events: Sequence[Event], log: LogTransaction) -> None:
    erased = [one for event in events for one in _with_visits(log, event)]
    forget(log, who, erased, WhyForgotten.KEPT_LONG_ENOUGH, what)


def _with_visits(log: LogTransaction, event: Event) -> Iterator[str]:
    """Yield an event, and the visits that a presentation began: without it they hold nobody."""
    yield event.event_id
    if event.kind is EventKind.PRESENTED:
        yield from (one.event_id for one in log.cases.received_from(event.event_id))


def years_before(now: datetime, years: int) -> datetime:
    """Return the begin of the local day so many years ago; of 29 February that of 1 March."""
    today = now.astimezone(VIETNAM).date()
    try:
        day = today.replace(year=today.year - years)
    except ValueError:
        day = date(today.year - years, 3, 1)
    return datetime.combine(day, time(), VIETNAM)
