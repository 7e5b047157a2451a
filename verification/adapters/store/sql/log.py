"""The reading half of the `Log` port, the same on every engine."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from verification.adapters.store.rows import visit_of
from verification.adapters.store.sql import days, history
from verification.adapters.store.sql.accounts import SqlAccounts
from verification.adapters.store.sql.aged import SqlAged
from verification.adapters.store.sql.api_keys import SqlApiKeys
from verification.adapters.store.sql.cases import SqlCases
from verification.adapters.store.sql.chains import SqlChains
from verification.adapters.store.sql.db import Db
from verification.adapters.store.sql.exchanged import SqlExchanged
from verification.adapters.store.sql.reading import (
    SELECT_VISIT,
    events_of_kinds,
    newest_scans,
    one_visit,
    read_content,
    recorded,
    unreadable_rows,
)
from verification.adapters.store.sql.visits import SqlVisits
from verification.log.events import Event, EventKind
from verification.log.sealing import Sealer
from verification.log.unreadable import Content, Noticed, Unreadable
from verification.log.visit import Visit


class ReadLog:
    """What a log shows; an engine adds how it is written, and says where it is read."""

    _opener: Sealer
    _noticed: Noticed

    @property
    def _db(self) -> Db:
        """Return what the calling thread reads from."""
        raise NotImplementedError

    @property
    def cases(self) -> SqlCases:
        """Return the cases, to read."""
        return SqlCases(self._db, self._noticed)

    @property
    def history(self) -> history.SqlHistory:
        """Return past visits here and elsewhere, to read."""
        return history.SqlHistory(self._db, self._opener, self._noticed)

    @property
    def visits(self) -> SqlVisits:
        """Return visits by day, person and officer, to look for some."""
        return SqlVisits(self._db, self._opener)

    @property
    def aged(self) -> SqlAged:
        """Return events by the age of their content, to read."""
        return SqlAged(self._db)

    @property
    def exchanged(self) -> SqlExchanged:
        """Return the outbox and the portal's answers, to read."""
        return SqlExchanged(self._db, self._opener, self._noticed)

    @property
    def places(self) -> SqlChains:
        """Return the chains of the desks, to read."""
        return SqlChains(self._db)

    @property
    def accounts(self) -> SqlAccounts:
        """Return the accounts, to read."""
        return SqlAccounts(self._db, self._opener, self._noticed)

    @property
    def api_keys(self) -> SqlApiKeys:
        """Return the keys of the hospital's systems, to read."""
        return SqlApiKeys(self._db, self._opener, self._noticed)

    def events(
        self, kinds: Sequence[EventKind], since: datetime, until: datetime | None = None
    ) -> Sequence[Event]:
        """Return the events of some kinds recorded since a moment, oldest first."""
        return events_of_kinds(self._db, kinds, since, until)

    def visit(self, visit_id: str) -> Visit | None:
        """Return one visit."""
        return one_visit(self._db, visit_id)

    def is_empty(self) -> bool:
        """Tell whether nothing was logged yet."""
        return not self._db.rows("SELECT 1 FROM log LIMIT 1")

    def first_recorded(self, begin: datetime, end: datetime) -> datetime | None:
        """Return the earliest recording of a time, None where there is none."""
        return recorded(self._db, "min", begin, end)

    def last_recorded(self, begin: datetime, end: datetime) -> datetime | None:
        """Return the latest recording of a time, None where there is none."""
        return recorded(self._db, "max", begin, end)

    def recent(self, desk: str, count: int) -> Sequence[Visit]:
        """Return the newest visits of a desk, newest first."""
        query = f"{SELECT_VISIT} WHERE desk = ? ORDER BY seq DESC LIMIT ?"
        rows = self._db.rows(query, (desk, count))
        return [visit_of(row) for row in rows]

    def newest_scans(self) -> Mapping[str, datetime]:
        """Return when each desk presented somebody last."""
        return newest_scans(self._db)

    def visits_on(self, day: date, desk: str | None, most: int | None = None) -> Sequence[Visit]:
        """Return the visits of a local day, undone ones too, newest first."""
        return days.visits_on(self._db, day, desk, most)

    def unconfirmed(self, day: date, desk: str | None) -> Sequence[Visit]:
        """Return the visits of a local day that the portal has not confirmed, newest first."""
        return days.unconfirmed(self._db, day, desk)

    def unreceived(self, since: datetime, desk: str | None) -> Sequence[Event]:
        """Return the presentations from which no visit was made, newest first."""
        return days.unreceived(self._db, since, desk)

    def event(self, event_id: str) -> Event | None:
        """Return one event."""
        return days.event(self._db, event_id)

    def content(self, event_id: str) -> Content | None:
        """Return the content of an event, None where it has none or was erased."""
        found = read_content(self._db, self._opener, event_id)
        return self._noticed.content(event_id, found)

    def noticed(self) -> Sequence[Unreadable]:
        """Return the rows that were met since the start and could not be read."""
        return self._noticed.all()

    def unreadable(self) -> Sequence[Unreadable]:
        """Read all events and their content, and return those that cannot be read."""
        found = tuple(unreadable_rows(self._db, self._opener))
        for one in found:
            self._noticed.note(one.row, one.cause)
        return found
