"""The projections of `kiosk.db`: what each event adds to them, and the same made anew."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from verification.adapters.store.rows import LOG_COLUMNS, VISIT_COLUMNS, stored_visit
from verification.adapters.store.sql import history
from verification.adapters.store.sql.cases import project_case
from verification.adapters.store.sql.db import Db, upsert
from verification.adapters.store.sql.exchanged import add_to_outbox, add_to_portal
from verification.adapters.store.sql.reading import Erased, one_visit, read_content
from verification.log.chained import event_of
from verification.log.events import Event
from verification.log.projections import Projection, followers
from verification.log.sealing import Sealer
from verification.log.visit import visits_after
from verification.log.visit_events import Presented

_PUT_VISIT = upsert("visit", f"{VISIT_COLUMNS}, day, seq", "visit_id")
_TAKEN = "SELECT 1 FROM visit WHERE so_thu_tu = ? AND ngay_so = ? AND visit_id <> ?"
_PUT_SCAN = upsert("scan", "scan_id, event_id", "scan_id")
Content = Callable[[], history.Content | None]


@dataclass(frozen=True)
class Projector:
    """How one projection is kept.

    Args:
        add: Adds an event; asks for its content only where it is needed. Without a sealer nothing
            is added that needs one.
        forget: Empties it of what comes from the log.
    """

    add: Callable[[Db, Sealer | None, Event, Content], None]
    forget: Callable[[Db], None]


def project(db: Db, sealer: Sealer | None, event: Event, content: Content) -> None:
    """Add an event to the projections that follow its kind."""
    for projection in followers(event.kind):
        PROJECTORS[projection].add(db, sealer, event, content)


@dataclass(frozen=True)
class Remade:
    """What was made again.

    Args:
        visits: How many.
        cases: How many.
        unread: Events whose content no key opens; of them only the codes are in it.
    """

    visits: int
    cases: int
    unread: frozenset[str] = frozenset()


def rebuild(db: Db, sealer: Sealer) -> Remade:
    """Make the projections again from the chain alone."""
    for projector in PROJECTORS.values():
        projector.forget(db)
    unread: set[str] = set()
    content = forgiving(db, sealer, unread)
    for event in logged(db):
        project(db, sealer, event, partial(content, event))
    counts = (db.rows(f"SELECT count(*) FROM {t}") for t in ("visit", "review_case"))
    visits, cases = (int(count) for [[count]] in counts)
    return Remade(visits, cases, frozenset(unread))


def forgiving(
    db: Db, sealer: Sealer | None, unread: set[str]
) -> Callable[[Event], history.Content | None]:
    """Return what reads an event's content; one that no key opens is none, and is noted."""
    erased = Erased(db)

    def content(event: Event) -> history.Content | None:
        found = read_content(db, sealer, event.event_id, erased) if sealer else None
        if found is not None and found.unreadable:  # one bad row is one bad row
            unread.add(event.event_id)
            return None
        return found

    return content


def logged(db: Db) -> Iterator[Event]:
    """Return all events in the order of writing.

    A clock may step back, and two desks may write in one millisecond.
    """
    return (event_of(row) for row in db.each(f"SELECT {LOG_COLUMNS} FROM log ORDER BY rowid"))


def _add_scan(db: Db, _: Sealer | None, event: Event, _content: Content) -> None:
    if scan_id := Presented.of(event.codes).scan:
        db.rows(_PUT_SCAN, (scan_id, event.event_id))


def _add_visit(db: Db, _: Sealer | None, event: Event, _content: Content) -> None:
    for visit in visits_after(event, partial(one_visit, db)):
        values = stored_visit(visit)
        if visit.so_thu_tu is not None and db.rows(_TAKEN, (*values[16:18], visit.visit_id)):
            # a number that somebody made stand twice is the first's
            values = stored_visit(replace(visit, so_thu_tu=None, ngay_so=None))
        db.rows(_PUT_VISIT, values)


def _add_case(db: Db, _: Sealer | None, event: Event, _content: Content) -> None:
    project_case(db, event)


def _add_history(db: Db, sealer: Sealer | None, event: Event, content: Content) -> None:
    if sealer:
        history.project(db, sealer, event, content)


def _add_to_outbox(db: Db, _: Sealer | None, event: Event, _content: Content) -> None:
    add_to_outbox(db, event)


def _add_to_portal(db: Db, _: Sealer | None, event: Event, _content: Content) -> None:
    add_to_portal(db, event)


def _empty(*tables: str) -> Callable[[Db], None]:
    def forget(db: Db) -> None:
        for table in tables:
            db.rows(f"DELETE FROM {table}")

    return forget


PROJECTORS: Mapping[Projection, Projector] = {
    Projection.SCANS: Projector(_add_scan, _empty("scan")),
    Projection.VISITS: Projector(_add_visit, _empty("visit")),
    Projection.CASES: Projector(_add_case, _empty("review_case", "case_event")),
    Projection.HISTORY: Projector(_add_history, history.forget),
    Projection.OUTBOX: Projector(_add_to_outbox, _empty("outbox")),
    Projection.PORTAL: Projector(_add_to_portal, _empty("portal")),
}
