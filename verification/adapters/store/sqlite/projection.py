"""The projections of `kiosk.db`: what each event adds to them, and the same made anew."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from verification.adapters.store.rows import LOG_COLUMNS, VISIT_COLUMNS, stored_visit
from verification.adapters.store.sqlite import history
from verification.adapters.store.sqlite.cases import project_case
from verification.adapters.store.sqlite.database import each
from verification.adapters.store.sqlite.exchanged import add_to_outbox, add_to_portal
from verification.adapters.store.sqlite.reading import Erased, one_visit, read_content
from verification.log.chained import event_of
from verification.log.events import Event
from verification.log.projections import Projection, followers
from verification.log.sealing import Sealer
from verification.log.visit import visits_after
from verification.log.visit_events import Presented

_VISIT = f"{VISIT_COLUMNS}, day, seq".split(", ")
_PUT_VISIT = f"""
INSERT INTO visit ({", ".join(_VISIT)}) VALUES ({",".join("?" * len(_VISIT))})
ON CONFLICT (visit_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _VISIT)}
"""
Content = Callable[[], history.Content | None]


@dataclass(frozen=True)
class Projector:
    """How one projection is kept.

    Args:
        add: Adds an event; asks for its content only where it is needed. Without a sealer nothing
            is added that needs one.
        forget: Empties it of what comes from the log.
    """

    add: Callable[[sqlite3.Connection, Sealer | None, Event, Content], None]
    forget: Callable[[sqlite3.Connection], None]


def project(
    connection: sqlite3.Connection, sealer: Sealer | None, event: Event, content: Content
) -> None:
    """Add an event to the projections that follow its kind."""
    for projection in followers(event.kind):
        PROJECTORS[projection].add(connection, sealer, event, content)


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


def rebuild(connection: sqlite3.Connection, sealer: Sealer) -> Remade:
    """Make the projections again from the chain alone."""
    for projector in PROJECTORS.values():
        projector.forget(connection)
    unread: set[str] = set()
    content = forgiving(connection, sealer, unread)
    for event in logged(connection):
        project(connection, sealer, event, partial(content, event))
    counts = (connection.execute(f"SELECT count(*) FROM {t}") for t in ("visit", "review_case"))
    visits, cases = (count.fetchone()[0] for count in counts)
    return Remade(visits, cases, frozenset(unread))


def forgiving(
    connection: sqlite3.Connection, sealer: Sealer | None, unread: set[str]
) -> Callable[[Event], history.Content | None]:
    """Return what reads an event's content; one that no key opens is none, and is noted."""
    erased = Erased(connection)

    def content(event: Event) -> history.Content | None:
        found = read_content(connection, sealer, event.event_id, erased) if sealer else None
        if found is not None and found.unreadable:  # one bad row is one bad row
            unread.add(event.event_id)
            return None
        return found

    return content


def logged(connection: sqlite3.Connection) -> Iterator[Event]:
    """Return all events in the order of writing.

    A clock may step back, and two desks may write in one millisecond.
    """
    return (
        event_of(row) for row in each(connection, f"SELECT {LOG_COLUMNS} FROM log ORDER BY rowid")
    )


def _add_scan(
    connection: sqlite3.Connection, _: Sealer | None, event: Event, _content: Content
) -> None:
    if scan_id := Presented.of(event.codes).scan:
        connection.execute("INSERT OR REPLACE INTO scan VALUES (?, ?)", (scan_id, event.event_id))


def _add_visit(
    connection: sqlite3.Connection, _: Sealer | None, event: Event, _content: Content
) -> None:
    for visit in visits_after(event, partial(one_visit, connection)):
        try:
            connection.execute(_PUT_VISIT, stored_visit(visit))
        except sqlite3.IntegrityError:  # a number that somebody made stand twice is the first's
            unnumbered = replace(visit, so_thu_tu=None, ngay_so=None)
            connection.execute(_PUT_VISIT, stored_visit(unnumbered))


def _add_case(
    connection: sqlite3.Connection, _: Sealer | None, event: Event, _content: Content
) -> None:
    project_case(connection, event)


def _add_history(
    connection: sqlite3.Connection, sealer: Sealer | None, event: Event, content: Content
) -> None:
    if sealer:
        history.project(connection, sealer, event, content)


def _add_to_outbox(
    connection: sqlite3.Connection, _: Sealer | None, event: Event, _content: Content
) -> None:
    add_to_outbox(connection, event)


def _add_to_portal(
    connection: sqlite3.Connection, _: Sealer | None, event: Event, _content: Content
) -> None:
    add_to_portal(connection, event)


def _empty(*tables: str) -> Callable[[sqlite3.Connection], None]:
    def forget(connection: sqlite3.Connection) -> None:
        for table in tables:
            connection.execute(f"DELETE FROM {table}")

    return forget


PROJECTORS: Mapping[Projection, Projector] = {
    Projection.SCANS: Projector(_add_scan, _empty("scan")),
    Projection.VISITS: Projector(_add_visit, _empty("visit")),
    Projection.CASES: Projector(_add_case, _empty("review_case", "case_event")),
    Projection.HISTORY: Projector(_add_history, history.forget),
    Projection.OUTBOX: Projector(_add_to_outbox, _empty("outbox")),
    Projection.PORTAL: Projector(_add_to_portal, _empty("portal")),
}
