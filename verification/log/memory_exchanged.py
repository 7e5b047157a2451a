"""The outbox and the portal's answers of the log in memory."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from verification.log.events import Event, EventKind
from verification.log.memory_state import State
from verification.log.outbox import LONGEST_LEASE, Errand, Heap, Waiting, heaps_of
from verification.log.portal_events import is_about
from verification.log.sealing import INDEX_KEY, Sealer


class MemoryExchanged:
    """The `Exchanged` port.

    Args:
        state: Returns what the log holds.
        sealer: Returns what makes the marks that persons are found by.
        writable: True inside a piece of work.
    """

    def __init__(
        self, state: Callable[[], State], sealer: Callable[[], Sealer], *, writable: bool = False
    ) -> None:
        self._state = state
        self._sealer = sealer
        self._writable = writable

    def waiting(
        self, errand: Errand | None = None, most: int | None = None, *, dead: bool | None = None
    ) -> Sequence[Waiting]:
        """Return what is still to be sent, what waits longest first."""
        found = [
            item
            for item in self._state().outbox.values()
            if errand in {None, item.errand} and dead in {None, item.is_dead}
        ]
        return sorted(found, key=lambda item: (item.since, item.item_id))[:most]

    def heaps(self) -> Sequence[Heap]:
        """Return how much waits of each errand of which something does."""
        return heaps_of(self.waiting())

    def one(self, item_id: str) -> Waiting | None:
        """Return what waits under a name, None for nothing."""
        return self._state().outbox.get(item_id)

    def sending(self, now: datetime) -> Collection[str]:
        """Return the names of what is leased now."""
        state = self._state()
        return {name for name, until in state.leases.items() if until > now} & set(state.outbox)

    def count(self, errand: Errand | None = None) -> int:
        """Return how much is still to be sent, what only a person sends again included."""
        return len(self.waiting(errand))

    def lease(self, errand: Errand, now: datetime, until: datetime, most: int) -> Sequence[Waiting]:
        """Take what is due, longest due first, so that nobody else sends it meanwhile."""
        self._may_write()
        state = self._state()
        first: dict[str, int] = {}
        for item in state.outbox.values():
            if item.errand is errand:
                first[item.visit] = min(item.nth, first.get(item.visit, item.nth))
        due = [
            (item.due, item.item_id, item)
            for item in state.outbox.values()
            if item.errand is errand and item.due and item.due <= now
            if first.get(item.visit, item.nth) == item.nth  # the message before goes first
        ]
        latest = now + LONGEST_LEASE
        ends = {name: state.leases.get(name, now) for _, name, _ in due}
        free = [item for _, name, item in sorted(due) if not now < ends[name] <= latest][:most]
        state.leases |= {item.item_id: min(until, latest) for item in free}
        return free

    def release(self, item_id: str) -> None:
        """Give back what was not sent."""
        self._may_write()
        self._state().leases.pop(item_id, None)

    def about(self, presented: str) -> Sequence[Event]:
        """Return how the questions about a presentation ended, oldest first."""
        return [event for event in self._events() if is_about(event, presented)]

    def answers(self, numbers: Sequence[str], most: int) -> Sequence[Event]:
        """Return the newest answers about the persons whom the numbers mean, newest first."""
        sealer = self._sealer()
        if not sealer.is_kept(INDEX_KEY):  # nobody was ever presented
            return ()
        keys = [sealer.index(number) for number in numbers]
        people = set(self._state().known(keys).values())
        found = [
            event
            for event in self._events()
            if event.kind is EventKind.PORTAL_ANSWERED and event.person_ref in people
        ]
        return [event for event in found[::-1] if not self._is_erased(event)][:most]

    def _is_erased(self, event: Event) -> bool:
        state = self._state()
        digest = state.rows[event.event_id]["content_digest"]
        return digest is not None and event.event_id not in state.content

    def hash_of(self, event_id: str) -> str | None:
        """Return the hash of an event in the chain of its desk, None where there is none."""
        row = self._state().rows.get(event_id)
        return str(row["hash"]) if row else None

    def _events(self) -> list[Event]:
        state = self._state()
        return [event for name in state.portal if (event := state.event(name))]

    def _may_write(self) -> None:
        if not self._writable:
            raise RuntimeError("leases are taken inside Log.write only")
