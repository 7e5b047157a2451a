"""Past occasions in `kiosk.db`: a projection of the log, and beside it what lists told.

Identifying values are kept only as keyed marks; erasing content erases the marks of it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from verification.adapters.store.rows import OCCASION_COLUMNS, occasion_of, stored_occasion
from verification.adapters.store.sql import seen
from verification.adapters.store.sql.db import Db
from verification.adapters.store.sql.seen import PUT
from verification.log import his_facts, occasions
from verification.log.events import Event, EventKind
from verification.log.forgetting_events import Forgotten, erased_by
from verification.log.sealing import Sealer
from verification.log.unreadable import Cause, Noticed
from verification.log.visit_events import (
    Cancelled,
    Completed,
    ContentErased,
    IdChecked,
    Presented,
    Received,
)
from verification.rules.misuse.facts import Occasion
from verification.rules.misuse.past_visit import PastVisit

TYPED_IN_THE_EVENING = "typed = 1 AND received = 1 AND (at + 25200) % 86400 >= 57600"
"""What an officer typed and received after 16:00 in Vietnam; such rows are few."""

# of one second the one written last; the indexes of SQLite end with that by themselves
_NEWEST = "ORDER BY at DESC, rowid DESC"
_LIVE = f"SELECT {OCCASION_COLUMNS} FROM history WHERE cancelled = 0"
_WITHOUT_CONTENT = {
    **dict.fromkeys(("shown", "cccd", "ma_bn", "gt_the_tu", "gt_the_den"), "NULL"),
    **dict.fromkeys(("sex", "born", "end_day"), "NULL"),
    **dict.fromkeys(("code", "ma_doituong_kcb", "ma_loai_kcb", "ma_benh", "outcome"), "''"),
    "so_ngay_thuoc": "0",
    # what the desk said of it later stands in the log; what came with the card is content
    "doi_chieu": "(SELECT nullif(doi_chieu, 'chua') FROM visit WHERE visit_id = history.id)",
}
FROM_CONTENT = frozenset(_WITHOUT_CONTENT)
"""Columns that come from the personal content."""
_ERASED = ", ".join(f"{column} = {value}" for column, value in _WITHOUT_CONTENT.items())
Content = Mapping[str, Any]


class SqlHistory:
    """The `History` port inside one piece of work."""

    def __init__(self, db: Db, sealer: Sealer, noticed: Noticed) -> None:
        self._db = db
        self._sealer = sealer
        self._noticed = noticed

    def occasion(self, event_id: str) -> Occasion | None:
        """Return the newest occasion that a `presented` event began."""
        query = f"{_LIVE} AND event_id = ? ORDER BY received DESC, id DESC LIMIT 1"
        return next(iter(self._read(query, event_id)), None)

    def visits_of(self, person_ref: str, since: int, until: int) -> Sequence[Occasion]:
        """Return a person's visits of a time, newest first."""
        query = f"{_LIVE} AND received = 1 AND person_ref = ? AND at >= ? AND at < ?"
        ordered = f"{query} {_NEWEST} LIMIT {occasions.MOST_VISITS}"
        return occasions.once(self._read(ordered, person_ref, since, until))

    def with_citizen(self, cccd: str, since: int, until: int) -> Sequence[Occasion]:
        """Return the visits at which a citizen number was shown, by its mark, newest first."""
        query = f"{_LIVE} AND received = 1 AND cccd = ? AND at >= ? AND at < ?"
        return self._read(f"{query} {_NEWEST} LIMIT {occasions.MOST_SHARED}", cccd, since, until)

    def at_desk(self, desk: str, since: int, until: int) -> Sequence[Occasion]:
        """Return what was presented at a desk, newest first."""
        query = f"{_LIVE} AND desk = ? AND at >= ? AND at <= ?"
        return self._read(f"{query} {_NEWEST} LIMIT {occasions.MOST_AT_DESK}", desk, since, until)

    def typed_on_evenings(self, officer: str, since: int, until: int) -> Sequence[Occasion]:
        """Return what an officer typed and received after 16:00, newest first."""
        query = f"{_LIVE} AND {TYPED_IN_THE_EVENING} AND officer = ? AND at >= ? AND at <= ?"
        not_erased = f"{query} AND shown IS NOT NULL {_NEWEST}"
        return self._read(f"{not_erased} LIMIT {occasions.MOST_EVENINGS}", officer, since, until)

    def put(self, visit: PastVisit, person_ref: str) -> str:
        """Add a visit that was not received here; desk and officer are of that house, not ours.

        Returns:
            `added`, `changed` or `same`.
        """
        occasion = occasions.elsewhere(visit, person_ref, occasions.marks_of(self._sealer))
        query = f"SELECT {OCCASION_COLUMNS} FROM history WHERE id = ?"
        known = next(iter(self._read(query, occasion.id)), None)
        if known == occasion:
            return "same"
        self._db.rows(PUT, (*stored_occasion(occasion), "", 0, "import"))
        return "changed" if known else "added"

    def _read(self, query: str, *params: object) -> list[Occasion]:
        """Return occasions; the rules are told nothing of one whose row is damaged."""
        found = []
        for row in self._db.rows(query, params):
            occasion = occasion_of(row)
            if occasion is None:
                self._noticed.note(f"history:{row[0]}", Cause.BYTES)
            else:
                found.append(occasion)
        return found


def project(
    db: Db,
    sealer: Sealer,
    event: Event,
    content: Callable[[], Content | None],
) -> None:
    """Take one event of the log into the history.

    Args:
        db: Inside a piece of work.
        sealer: Makes the marks.
        event: The event.
        content: Returns its personal content, None where there is none.
    """
    codes = event.codes
    match event.kind:
        case EventKind.PRESENTED:
            _present(db, sealer, event, content)
        case EventKind.RECEIVED:
            _receive(db, event)
        case EventKind.CANCELLED:
            _set(db, "cancelled = 1", Cancelled.of(codes).visit)
        case EventKind.ID_CHECKED:
            checked = IdChecked.of(codes)
            _set(db, "doi_chieu = ?", checked.visit, checked.doi_chieu)
        case EventKind.COMPLETED:
            _set(db, "person_ref = ?", Completed.of(codes).visit, event.person_ref or "")
        case EventKind.CONTENT_ERASED | EventKind.FORGOTTEN:
            _erase(db, event)
            seen.forget(db, sealer, erased_by(event))
        case EventKind.HIS_TOLD:
            _tell(db, event, content)
        case EventKind.PORTAL_ANSWERED:
            if good := occasions.cleared(event):
                db.rows("UPDATE history SET reason = ? WHERE event_id = ?", good[::-1])
            seen.add(db, sealer, event, content)


def forget(db: Db) -> None:
    """Delete what comes from the log, or from nowhere; what a list of visits told stays."""
    db.rows("DELETE FROM history WHERE origin <> 'import' OR substr(id, 1, 3) <> 'ls-'")


def _present(
    db: Db,
    sealer: Sealer,
    event: Event,
    read: Callable[[], Content | None],
) -> None:
    if Presented.of(event.codes).reasons:
        begun = occasions.presented(event, read() or {}, occasions.marks_of(sealer))
        db.rows(PUT, (*stored_occasion(begun), event.event_id, 0, "log"))


def _receive(db: Db, event: Event) -> None:
    """Make the occasion a visit; a second visit from one presentation is a row of its own."""
    received = Received.of(event.codes)
    of = received.presented
    fields = OCCASION_COLUMNS.split(", ")
    again = received.again and db.rows(
        "SELECT 1 FROM history WHERE event_id = ? AND received = 1", (of,)
    )
    if again:
        kept = ", ".join(fields[1:])
        query = (
            f"INSERT INTO history ({OCCASION_COLUMNS}, event_id, cancelled, origin) "
            f"SELECT ?, {kept}, event_id, 0, 'log' FROM history WHERE event_id = ? LIMIT 1"
        )
        db.rows(query, (event.event_id, of))
        return
    query = "UPDATE history SET id = ?, received = 1, officer = ? WHERE id = ?"
    db.rows(query, (event.event_id, event.officer, of))


def _tell(db: Db, event: Event, content: Callable[[], Content | None]) -> None:
    """Take what a hospital system told of a visit into its occasion."""
    visit = his_facts.visit_of(event)
    query = "SELECT at, ma_loai_kcb FROM history WHERE id = ?"
    for at, kind in db.rows(query, (visit,)):
        sound = isinstance(at, int) and isinstance(kind, str | None)
        facts = his_facts.facts_told(content(), at, kind or "") if sound else {}
        if facts:
            names = ", ".join(f"{name} = ?" for name in facts)
            _set(db, names, visit, *facts.values())


def _set(db: Db, change: str, visit_id: str, *params: object) -> None:
    db.rows(f"UPDATE history SET {change} WHERE id = ?", (*params, visit_id))


def _erase(db: Db, event: Event) -> None:
    """Empty what came from the content, as a rebuild without it would; its other visits too."""
    if event.kind is EventKind.CONTENT_ERASED:
        of = "event_id = (SELECT event_id FROM history WHERE id = ?)"
        gone: tuple[str, ...] = (ContentErased.of(event.codes).visit,)
    else:
        of, gone = "event_id = ? AND origin = 'log'", Forgotten.of(event.codes).erased
    query = f"UPDATE history SET {_ERASED} WHERE {of}"
    db.many(query, [(name,) for name in gone])
