"""What the log must do for the domain; the engines of `adapters/store/` answer, and `memory.py`.

Each port has one contract test suite that any engine must pass.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol, TypeVar

from verification.log.account import Account, Session
from verification.log.aged import Aged
from verification.log.api_keys import ApiKeys
from verification.log.case import Case
from verification.log.events import Event, EventKind, NewEvent
from verification.log.exchanged import Exchanged
from verification.log.finding import Visits
from verification.log.house_events import Rebuilt
from verification.log.places import Chains
from verification.log.unreadable import Content, Unreadable
from verification.log.visit import Visit
from verification.rules.misuse.facts import Occasion
from verification.rules.misuse.past_visit import PastVisit

T = TypeVar("T")


class Accounts(Protocol):
    """Officers' accounts and sessions; what writes works inside `Log.write` only."""

    def account(self, name: str) -> Account | None:
        """Return one account."""

    def accounts(self) -> Sequence[Account]:
        """Return all accounts by name."""

    def put_account(self, account: Account) -> None:
        """Add or replace an account.

        Raises:
            ValueError: It is not sound.
        """

    def are_bound(self) -> bool:
        """Tell whether the log says that accounts are bound to the key, and so that there were."""

    def session(self, digest: str) -> Session | None:
        """Return one session."""

    def sessions(self) -> Sequence[Session]:
        """Return all sessions that were not ended, newest first."""

    def put_session(self, session: Session) -> None:
        """Add or replace a session.

        Raises:
            ValueError: It is not sound.
        """

    def end_session(self, digest: str) -> None:
        """Delete a session."""


class Cases(Protocol):
    """The auditors' cases, folded from their events; to read only."""

    def case(self, number: str) -> Case | None:
        """Return one case."""

    def about(self, subject: str) -> Sequence[Case]:
        """Return all cases of a person or desk, oldest first."""

    def queue(self) -> Sequence[Case]:
        """Return the open cases, highest score first, of equal ones the oldest."""

    def closed(self, since: datetime) -> Sequence[Case]:
        """Return the closed cases opened since a moment, oldest first."""

    def next_number(self, year: int) -> str:
        """Return the number of the next case of a year."""

    def visits_of(self, person_ref: str, since: date, most: int) -> Sequence[Visit]:
        """Return the newest visits of a person since a local day, newest first."""

    def event(self, event_id: str) -> Event | None:
        """Return one event that a case rests on."""

    def received_from(self, presented: str) -> Sequence[Event]:
        """Return what received a patient from a presentation, at once or later, oldest first."""


class History(Protocol):
    """Past visits here and elsewhere, by person; `since` and `until` in seconds since 1970."""

    def occasion(self, event_id: str) -> Occasion | None:
        """Return the newest occasion that a `presented` event began."""

    def visits_of(self, person_ref: str, since: int, until: int) -> Sequence[Occasion]:
        """Return a person's visits of a time, newest first."""

    def with_citizen(self, cccd: str, since: int, until: int) -> Sequence[Occasion]:
        """Return the visits at which a citizen number was shown, by its mark, newest first."""

    def at_desk(self, desk: str, since: int, until: int) -> Sequence[Occasion]:
        """Return what was presented at a desk, newest first."""

    def typed_on_evenings(self, officer: str, since: int, until: int) -> Sequence[Occasion]:
        """Return what an officer typed and received after 16:00, newest first.

        What was erased is left out: whether a document was shown is no longer known.
        """

    def put(self, visit: PastVisit, person_ref: str) -> str:
        """Add a visit that was not received here; return `added`, `changed` or `same`."""


class Contents(Protocol):
    """Where the personal content of events is read."""

    def content(self, event_id: str) -> Content | None:
        """Return the personal content of an event, None where it has none or was erased.

        Of one that cannot be read the content is empty and says why.
        """


class Happened(Protocol):
    """What was logged."""

    def events(
        self, kinds: Sequence[EventKind], since: datetime, until: datetime | None = None
    ) -> Sequence[Event]:
        """Return the events of some kinds recorded since a moment, in the order of writing.

        Args:
            kinds: Which.
            since: The first moment.
            until: The first one that is left out; None for no end.
        """


class Written(Contents, Happened, Protocol):
    """What the log and a piece of work on it show alike."""

    @property
    def cases(self) -> Cases:
        """Return the cases, to read."""

    @property
    def accounts(self) -> Accounts:
        """Return the accounts; inside a piece of work to write too."""

    @property
    def api_keys(self) -> ApiKeys:
        """Return the keys of the hospital's systems; inside a piece of work to write too."""

    @property
    def exchanged(self) -> Exchanged:
        """Return the outbox and the portal's answers; inside a piece of work to take leases too."""

    @property
    def places(self) -> Chains:
        """Return the chains of the desks by their places."""


class LogTransaction(Written, Protocol):
    """The log inside one atomic piece of work, which sees what it wrote."""

    @property
    def history(self) -> History:
        """Return past visits, what this piece of work wrote included."""

    def person(self, ma_so_bhxh: str | None, others: Sequence[str]) -> str:
        """Return the reference of the person whom the numbers mean, or a new one.

        The social-insurance number is the person. A card or citizen number finds somebody only
        where it does not contradict that: two people with one citizen number stay two.
        """

    def scan(self, scan_id: str) -> Event | None:
        """Return the event that a scan already made."""

    def event(self, event_id: str) -> Event | None:
        """Return one event."""

    def visits_of(self, person_ref: str, day: date) -> Sequence[Visit]:
        """Return a person's visits of a day that were not cancelled, oldest first."""

    def visit(self, visit_id: str) -> Visit | None:
        """Return one visit."""

    def erase(self, event_id: str) -> None:
        """Delete the content of an event; its digest stays in the chain and says nothing."""

    def forget_person(self, person_ref: str) -> None:
        """Take a person out of the index of numbers, with what lists told of visits elsewhere.

        Only where no content of the person is left; a number that was shown with somebody else too
        finds that one again when it is shown next.
        """

    def attempt(self) -> AbstractContextManager[None]:
        """Return a part of this piece of work that is undone alone when it fails."""

    def append(self, event: NewEvent) -> Event:
        """Add an event to the chain of its desk and to the projection."""


class Times(Happened, Protocol):
    """When events were recorded."""

    def first_recorded(self, begin: datetime, end: datetime) -> datetime | None:
        """Return the earliest recording of a time, both ends included, None where there is none."""

    def last_recorded(self, begin: datetime, end: datetime) -> datetime | None:
        """Return the latest one likewise; with this, every presentation asks for the newest."""


class Days(Protocol):
    """What a day at the desks was, for the desks themselves."""

    def visits_on(self, day: date, desk: str | None, most: int | None = None) -> Sequence[Visit]:
        """Return the visits of a local day, undone ones too, newest first.

        Args:
            day: Which.
            desk: Only of this one; None for all.
            most: So many at most; None for all.
        """

    def unconfirmed(self, day: date, desk: str | None) -> Sequence[Visit]:
        """Return the visits of a local day that the portal was asked about and has not confirmed.

        Args:
            day: Which.
            desk: Only of this one; None for all.
        """

    def unreceived(self, since: datetime, desk: str | None) -> Sequence[Event]:
        """Return the presentations of a person from which no visit was made, newest first.

        Look-ups are among them, and people who were received by another presentation, but for those
        of whom that was known when they were presented and still holds.

        Args:
            since: Recorded since then.
            desk: Only at this one; None for all.
        """

    def event(self, event_id: str) -> Event | None:
        """Return one event."""


class Log(Written, Times, Days, Protocol):
    """The append-only log and the visits that it adds up to."""

    @property
    def history(self) -> History:
        """Return past visits here and elsewhere, to read."""

    @property
    def aged(self) -> Aged:
        """Return events by the age of their content, to read."""

    @property
    def visits(self) -> Visits:
        """Return visits by day, person and officer, to look for some."""

    def write(self, work: Callable[[LogTransaction], T]) -> T:
        """Run work atomically and return its result after the commit."""

    def visit(self, visit_id: str) -> Visit | None:
        """Return one visit."""

    def recent(self, desk: str, count: int) -> Sequence[Visit]:
        """Return the newest visits of a desk, newest first."""

    def newest_scans(self) -> Mapping[str, datetime]:
        """Return when each desk presented somebody last; one that never did is left out."""

    def noticed(self) -> Sequence[Unreadable]:
        """Return the rows that were met since the start and could not be read; asking is free."""

    def unreadable(self) -> Sequence[Unreadable]:
        """Read all events and their content, and return those that cannot be read."""

    def keep(self) -> None:
        """See that what is written is found again, and bring back what can be; asking is cheap.

        Raises:
            StoreError: It is not; nothing is written until it is.
        """

    def damaged(self) -> Sequence[str]:
        """Return which parts a rebuild would mend."""

    def rebuild(self, then: Callable[[LogTransaction, Rebuilt], object] | None = None) -> Rebuilt:
        """Make what is kept beside the log again from it.

        Args:
            then: Does more in the same atomic piece of work, such as to log it.
        """
