"""The log in memory: the engine for trials and tests, with no file and no SQL.

Chain, sealing and folds are the domain's own. A piece of work runs on a copy of what is there,
which takes its place at the end: whoever reads meanwhile sees all of it or nothing. A copy costs
as much as there is, which is little for a day of some thousand events; a hospital's years belong
into the engine on a file.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from threading import Lock
from typing import Any, TypeVar

from verification.log import chain, numbering, people
from verification.log.chained import event_in, moment, row_of, utc
from verification.log.events import Event, EventKind, NewEvent
from verification.log.house_events import Rebuilt
from verification.log.memory_aged import MemoryAged
from verification.log.memory_api_keys import MemoryApiKeys
from verification.log.memory_days import unreceived, visits_on
from verification.log.memory_exchanged import MemoryExchanged
from verification.log.memory_places import MemoryChains
from verification.log.memory_reading import MemoryAccounts, MemoryCases, MemoryHistory
from verification.log.memory_state import State, content_of, forget_projections, project
from verification.log.memory_visits import MemoryVisits
from verification.log.sealing import SALT_BYTES, Sealer
from verification.log.unreadable import Cause, Content, KeptContent, Noticed, Unreadable
from verification.log.visit import Visit

T = TypeVar("T")


class MemoryLog:
    """The `Log` port on values in memory.

    Args:
        master_key: Wraps the data keys, as everywhere.
        clock: Returns the present time, with time zone.
    """

    def __init__(self, master_key: bytes, clock: Callable[[], datetime]) -> None:
        self._master_key = master_key
        self._clock = clock
        self._turn = Lock()
        self._state = State()
        self._noticed = Noticed()

    def write(self, work: "Callable[[MemoryTransaction], T]") -> T:
        """Run work atomically and return its result; where it fails, nothing of it was."""
        with self._turn:
            draft = self._state.copy()
            held = (self._master_key, self._clock, self._noticed)
            result = work(MemoryTransaction(draft, *held))
            self._state = draft
        return result

    def keep(self) -> None:
        """Do nothing: there is no file that could go."""

    def damaged(self) -> Sequence[str]:
        """Return nothing: there is no file that could be."""
        return ()

    def rebuild(
        self, then: "Callable[[MemoryTransaction, Rebuilt], object] | None" = None
    ) -> Rebuilt:
        """Make the projections again from the chain alone.

        Args:
            then: Does more in the same atomic piece of work, such as to log it.
        """
        with self._turn:
            draft = self._state.copy()
            forget_projections(draft)
            sealer = _sealer(draft, self._master_key)
            for row in draft.rows.values():
                event = event_in(row)
                project(draft, sealer, event, partial(content_of, draft, sealer, event.event_id))
            done = Rebuilt(len(draft.visits), len(draft.cases))
            if then:
                then(MemoryTransaction(draft, self._master_key, self._clock, self._noticed), done)
            self._state = draft
        return done

    @property
    def cases(self) -> MemoryCases:
        """Return the cases, to read."""
        return MemoryCases(lambda: self._state)

    @property
    def history(self) -> MemoryHistory:
        """Return past visits here and elsewhere, to read."""
        return MemoryHistory(lambda: self._state, lambda: _opener(self._state, self._master_key))

    @property
    def aged(self) -> MemoryAged:
        """Return events by the age of their content, to read."""
        return MemoryAged(self._state)

    @property
    def exchanged(self) -> MemoryExchanged:
        """Return the outbox and the portal's answers, to read."""
        return MemoryExchanged(lambda: self._state, lambda: _opener(self._state, self._master_key))

    @property
    def visits(self) -> MemoryVisits:
        """Return visits by day, person and officer, to look for some."""
        return MemoryVisits(lambda: self._state, lambda: _opener(self._state, self._master_key))

    @property
    def places(self) -> MemoryChains:
        """Return the chains of the desks, to read."""
        return MemoryChains(lambda: self._state)

    @property
    def accounts(self) -> MemoryAccounts:
        """Return the accounts, to read."""
        return MemoryAccounts(lambda: self._state)

    @property
    def api_keys(self) -> MemoryApiKeys:
        """Return the keys of the hospital's systems, to read."""
        return MemoryApiKeys(lambda: self._state)

    def events(
        self, kinds: Sequence[EventKind], since: datetime, until: datetime | None = None
    ) -> Sequence[Event]:
        """Return the events of some kinds recorded since a moment, in the order of writing."""
        return self._state.events(kinds, since, until)

    def visit(self, visit_id: str) -> Visit | None:
        """Return one visit."""
        return self._state.visits.get(visit_id)

    def first_recorded(self, begin: datetime, end: datetime) -> datetime | None:
        """Return the earliest recording of a time, None where there is none."""
        return min(self._recorded(begin, end), default=None)

    def last_recorded(self, begin: datetime, end: datetime) -> datetime | None:
        """Return the latest recording of a time, None where there is none."""
        return max(self._recorded(begin, end), default=None)

    def _recorded(self, begin: datetime, end: datetime) -> Iterator[datetime]:
        rows, first, last = self._state.rows.values(), utc(begin), utc(end)
        inside = (row["recorded_at"] for row in rows if first <= row["recorded_at"] <= last)
        return (at for stored in inside if (at := moment(stored)))

    def recent(self, desk: str, count: int) -> Sequence[Visit]:
        """Return the newest visits of a desk, newest first."""
        own = [visit for visit in self._state.visits.values() if visit.desk == desk]
        return own[::-1][:count]

    def visits_on(self, day: date, desk: str | None, most: int | None = None) -> Sequence[Visit]:
        """Return the visits of a local day, undone ones too, newest first."""
        return visits_on(self._state, day, desk)[:most]

    def unconfirmed(self, day: date, desk: str | None) -> Sequence[Visit]:
        """Return the visits of a local day that the portal has not confirmed, newest first."""
        return [v for v in visits_on(self._state, day, desk) if v.portal and v.portal.is_open]

    def unreceived(self, since: datetime, desk: str | None) -> Sequence[Event]:
        """Return the presentations from which no visit was made, newest first."""
        return unreceived(self._state, since, desk)

    def event(self, event_id: str) -> Event | None:
        """Return one event."""
        return self._state.event(event_id)

    def newest_scans(self) -> Mapping[str, datetime]:
        """Return when each desk presented somebody last."""
        rows = [row for row in self._state.rows.values() if row["kind"] == EventKind.PRESENTED]
        told = ((row["desk"], moment(row["recorded_at"])) for row in rows)
        return {desk: at for desk, at in told if at}  # a desk's newest row comes last

    def content(self, event_id: str) -> Content | None:
        """Return the personal content of an event, None where it has none or was erased."""
        state = self._state
        found = content_of(state, _opener(state, self._master_key), event_id)
        return self._noticed.content(event_id, found)

    def noticed(self) -> Sequence[Unreadable]:
        """Return the rows that were met since the start and could not be read."""
        return self._noticed.all()

    def unreadable(self) -> Sequence[Unreadable]:
        """Read all events and their content, and return those that cannot be read."""
        found: list[Unreadable] = []
        for event_id, row in self._state.rows.items():
            if not event_in(row).is_readable:
                found.append(Unreadable(event_id, Cause.BYTES))
            content = self.content(event_id)
            found += content.unreadable if content is not None else ()
        for one in found:
            self._noticed.note(one.row, one.cause)
        return tuple(found)

    def chains(self) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of each desk's chain, in order, to be verified."""
        found: dict[str, list[dict[str, Any]]] = {}
        for row in self._state.rows.values():
            found.setdefault(row["desk"], []).append(dict(row))
        return found

    def heads(self) -> dict[str, chain.Head]:
        """Return the newest head of each desk's chain."""
        return {desk: chain.Head(desk, *last) for desk, last in self._state.heads.items()}


class MemoryTransaction:
    """The `LogTransaction` port inside one piece of work.

    Args:
        state: A copy of what is there, changed in place.
        master_key: Wraps the data keys.
        clock: Returns the present time.
        noticed: Keeps what could not be read.
    """

    def __init__(
        self, state: State, master_key: bytes, clock: Callable[[], datetime], noticed: Noticed
    ) -> None:
        self._noticed = noticed
        self._state = state
        self._master_key = master_key
        self._clock = clock
        self._sealer = _sealer(state, master_key)

    @property
    def cases(self) -> MemoryCases:
        """Return the cases as this piece of work sees them."""
        return MemoryCases(lambda: self._state)

    @property
    def history(self) -> MemoryHistory:
        """Return past visits, what this piece of work wrote included."""
        return MemoryHistory(lambda: self._state, lambda: self._sealer, writable=True)

    @property
    def exchanged(self) -> MemoryExchanged:
        """Return the outbox and the portal's answers, to read and to take leases."""
        return MemoryExchanged(lambda: self._state, lambda: self._sealer, writable=True)

    @property
    def places(self) -> MemoryChains:
        """Return the chains of the desks, what this piece of work wrote included."""
        return MemoryChains(lambda: self._state)

    @property
    def accounts(self) -> MemoryAccounts:
        """Return the accounts, to read and write."""
        return MemoryAccounts(lambda: self._state, writable=True)

    @property
    def api_keys(self) -> MemoryApiKeys:
        """Return the keys of the hospital's systems, to read and write."""
        return MemoryApiKeys(lambda: self._state, writable=True)

    def person(self, ma_so_bhxh: str | None, others: Sequence[str]) -> str:
        """Return the reference of the person whom the numbers mean, or a new one."""
        return people.person_ref(self._state, self._sealer, ma_so_bhxh, others)

    def events(
        self, kinds: Sequence[EventKind], since: datetime, until: datetime | None = None
    ) -> Sequence[Event]:
        """Return the events of some kinds, what this piece of work wrote included."""
        return self._state.events(kinds, since, until)

    def scan(self, scan_id: str) -> Event | None:
        """Return the event that a scan already made."""
        event_id = self._state.scans.get(scan_id)
        return self._state.event(event_id) if event_id else None

    def event(self, event_id: str) -> Event | None:
        """Return one event."""
        return self._state.event(event_id)

    def visits_of(self, person_ref: str, day: date) -> Sequence[Visit]:
        """Return a person's visits of a day that were not cancelled, oldest first."""
        found = (v for v in self._state.visits.values() if v.person_ref == person_ref)
        live = (v for v in found if v.day == day and v.cancelled is None)
        return sorted(live, key=lambda visit: visit.happened_at)

    def visit(self, visit_id: str) -> Visit | None:
        """Return one visit."""
        return self._state.visits.get(visit_id)

    def content(self, event_id: str) -> Content | None:
        """Return the personal content of an event, what this piece of work wrote included."""
        found = content_of(self._state, self._sealer, event_id)
        return self._noticed.content(event_id, found)

    def erase(self, event_id: str) -> None:
        """Delete the content of an event; its digest stays in the chain and says nothing."""
        self._state.content.pop(event_id, None)

    def forget_person(self, person_ref: str) -> None:
        """Take a person out of the index, with what lists told of visits elsewhere."""
        state = self._state
        state.people = {key: ref for key, ref in state.people.items() if ref != person_ref}
        told = {key for key, past in state.history.items() if not past.event_id}
        for key in told:
            if state.history[key].occasion.person_ref == person_ref:
                del state.history[key]

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Undo this part alone when it fails."""
        before = self._state.copy()
        try:
            yield
        except BaseException:
            vars(self._state).update(vars(before))
            self._sealer = _sealer(self._state, self._master_key)  # keys made meanwhile are gone
            raise

    def append(self, event: NewEvent) -> Event:
        """Add an event to the chain of its desk and to the projection."""
        seq, previous = self._state.heads.get(event.desk, (0, chain.START))
        now = self._clock().astimezone(UTC)
        event = numbering.numbered(
            event, now, lambda day: self._state.numbers.get(day.isoformat(), 0)
        )
        happened = (event.happened_at or now).astimezone(UTC)
        new = Event(event.desk, seq + 1, now, event.kind, happened, event.codes, event.person_ref)
        row = row_of(new, self._seal(new, event), previous)
        self._state.rows[new.event_id] = row
        self._state.heads[event.desk] = (new.seq, row["hash"])
        logged = event_in(row)
        project(self._state, self._sealer, logged, lambda: event.content)
        return logged

    def _seal(self, logged: Event, event: NewEvent) -> str | None:
        if event.content is None:
            return None
        content, salt = chain.canonical(event.content), secrets.token_bytes(SALT_BYTES)
        key_id = self._sealer.key_of_month(f"{logged.recorded_at:%Y-%m}")
        sealed = self._sealer.seal(key_id, logged.event_id, content)
        self._state.content[logged.event_id] = KeptContent(salt, key_id, sealed)
        return chain.content_digest(salt, content)


def _sealer(state: State, master_key: bytes) -> Sealer:
    return Sealer(master_key, state.keys.get, state.keys.__setitem__)


def _opener(state: State, master_key: bytes) -> Sealer:
    return Sealer(master_key, state.keys.get, _never_save)


def _never_save(key_id: str, _wrapped: bytes) -> None:
    raise RuntimeError(key_id)  # a reader makes no keys
