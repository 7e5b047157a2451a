"""How the log in memory is read, and what a piece of work writes beside events."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from verification.basics.errors import StoreError
from verification.log import occasions
from verification.log.account import Account, Session, only_sound
from verification.log.case import Case, in_queue_order
from verification.log.events import Event, EventKind
from verification.log.memory_state import Past, State
from verification.log.sealing import Sealer
from verification.log.visit import Visit
from verification.rules.misuse.facts import Occasion
from verification.rules.misuse.past_visit import PastVisit


class MemoryCases:
    """The `Cases` port on what the log holds.

    Args:
        state: Returns what the log holds now.
    """

    def __init__(self, state: Callable[[], State]) -> None:
        self._state = state

    def case(self, number: str) -> Case | None:
        """Return one case."""
        return self._state().cases.get(number)

    def about(self, subject: str) -> Sequence[Case]:
        """Return all cases of a person or desk, oldest first."""
        return [case for case in self._state().cases.values() if case.subject == subject]

    def queue(self) -> Sequence[Case]:
        """Return the open cases, highest score first, of equal ones the oldest."""
        return in_queue_order([case for case in self._state().cases.values() if case.is_open])

    def closed(self, since: datetime) -> Sequence[Case]:
        """Return the closed cases opened since a moment, oldest first."""
        closed = (case for case in self._state().cases.values() if not case.is_open)
        return [case for case in closed if case.opened_at >= since]

    def next_number(self, year: int) -> str:
        """Return the number of the next case of a year."""
        numbers = (number.split("-") for number in self._state().cases)
        last = max((int(count) for of, count in numbers if of == f"{year}"), default=0)
        return f"{year}-{last + 1:04d}"

    def visits_of(self, person_ref: str, since: date, most: int) -> Sequence[Visit]:
        """Return the newest visits of a person since a local day, newest first."""
        own = [v for v in self._state().visits.values() if v.person_ref == person_ref]
        recent = [visit for visit in own if visit.day >= since]
        return sorted(recent, key=lambda v: (v.day, v.happened_at), reverse=True)[:most]

    def event(self, event_id: str) -> Event | None:
        """Return one event that a case rests on."""
        return self._state().event(event_id)

    def received_from(self, presented: str) -> Sequence[Event]:
        """Return what received a patient from a presentation, at once or later."""
        visits = (v.visit_id for v in self._state().visits.values() if v.presented == presented)
        return [event for visit_id in visits if (event := self._state().event(visit_id))]


class MemoryHistory:
    """The `History` port on what the log holds.

    Args:
        state: Returns what the log holds now.
        sealer: Returns what makes the marks.
        writable: True inside a piece of work.
    """

    def __init__(
        self, state: Callable[[], State], sealer: Callable[[], Sealer], *, writable: bool = False
    ) -> None:
        self._state = state
        self._sealer = sealer
        self._writable = writable

    def occasion(self, event_id: str) -> Occasion | None:
        """Return the newest occasion that a `presented` event began."""
        pasts = self._state().history.values()
        begun = [p.occasion for p in pasts if p.event_id == event_id and not p.cancelled]
        return max(begun, key=lambda one: (one.received, one.id), default=None)

    def visits_of(self, person_ref: str, since: int, until: int) -> Sequence[Occasion]:
        """Return a person's visits of a time, newest first."""
        found = self._newest(
            lambda o: o.received and o.person_ref == person_ref and since <= o.at < until,
            occasions.MOST_VISITS,
        )
        return occasions.once(found)

    def with_citizen(self, cccd: str, since: int, until: int) -> Sequence[Occasion]:
        """Return the visits at which a citizen number was shown, by its mark, newest first."""
        return self._newest(
            lambda o: o.received and o.cccd == cccd and since <= o.at < until,
            occasions.MOST_SHARED,
        )

    def at_desk(self, desk: str, since: int, until: int) -> Sequence[Occasion]:
        """Return what was presented at a desk, newest first."""
        return self._newest(
            lambda o: o.desk == desk and since <= o.at <= until, occasions.MOST_AT_DESK
        )

    def typed_on_evenings(self, officer: str, since: int, until: int) -> Sequence[Occasion]:
        """Return what an officer typed and received after 16:00, newest first."""
        return self._newest(
            lambda o: (
                occasions.typed_on_an_evening(o) and o.officer == officer and since <= o.at <= until
            ),
            occasions.MOST_EVENINGS,
        )

    def put(self, visit: PastVisit, person_ref: str) -> str:
        """Add a visit that was not received here; return `added`, `changed` or `same`."""
        only_inside(writable=self._writable)
        past = Past(occasions.elsewhere(visit, person_ref, occasions.marks_of(self._sealer())))
        known = self._state().history.get(past.occasion.id)
        self._state().history[past.occasion.id] = past
        return "added" if known is None else "same" if known == past else "changed"

    def _newest(self, wanted: Callable[[Occasion], bool], most: int) -> list[Occasion]:
        pasts = reversed(self._state().history.values())  # of one moment the later one is newer
        live = (past.occasion for past in pasts if not past.cancelled)
        return sorted(filter(wanted, live), key=lambda one: -one.at)[:most]


class MemoryAccounts:
    """The `Accounts` port on what the log holds.

    Args:
        state: Returns what the log holds now.
        writable: True inside a piece of work.
    """

    def __init__(self, state: Callable[[], State], *, writable: bool = False) -> None:
        self._state = state
        self._writable = writable

    def account(self, name: str) -> Account | None:
        """Return one account."""
        return self._state().accounts.get(name)

    def accounts(self) -> Sequence[Account]:
        """Return all accounts by name."""
        return [self._state().accounts[name] for name in sorted(self._state().accounts)]

    def put_account(self, account: Account) -> None:
        """Add or replace an account; one that is not sound is refused."""
        only_sound(account)
        only_inside(writable=self._writable)
        self._state().accounts[account.name] = account

    def are_bound(self) -> bool:
        """Tell whether the log says that accounts are bound to the key, and so that there were."""
        rows = self._state().rows.values()
        return any(row["kind"] == EventKind.ACCOUNTS_BOUND for row in rows)

    def session(self, digest: str) -> Session | None:
        """Return one session."""
        return self._state().sessions.get(digest)

    def sessions(self) -> Sequence[Session]:
        """Return all sessions that were not ended, newest first."""
        found = sorted(self._state().sessions.values(), key=lambda session: session.opened_at)
        return found[::-1]

    def put_session(self, session: Session) -> None:
        """Add or replace a session; one that is not sound is refused."""
        only_sound(session)
        self.end_session(session.digest)  # of two opened at once, the one put last is newer
        self._state().sessions[session.digest] = session

    def end_session(self, digest: str) -> None:
        """Delete a session."""
        only_inside(writable=self._writable)
        self._state().sessions.pop(digest, None)


def only_inside(*, writable: bool) -> None:
    """Refuse to write outside of a piece of work."""
    if not writable:
        raise StoreError(
            "Chỉ ghi được trong một lần ghi nhật ký", "Only a piece of work can write this"
        )
