"""The projections of `kiosk.db`: what each event adds to them, and the same made anew."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from verification.adapters.store.rows import LOG_COLUMNS, VISIT_COLUMNS, stored_visit
from verification.adapters.store.sqlite import history
from verification.adapters.store.sqlite.cases import project_case
from verification.adapters.store.sqlite.reading import one_visit, read_content
from verification.log.chained import event_of
from verification.log.events import Event
from verification.log.projections import Projection, followers
from verification.log.sealing import Sealer
from verification.log.visit import visit_after
from verification.log.visit_events import Presented

_MARKS = ",".join("?" * 17)
_PUT_VISIT = f"INSERT OR REPLACE INTO visit ({VISIT_COLUMNS}, day, seq) VALUES ({_MARKS})"
Content = Callable[[], history.Content | None]


@dataclass(frozen=True)
class Projector:
    """How one projection is kept.

    Args:
        add: Adds an event; asks for its content only where it is needed.
        forget: Empties it of what comes from the log.
    """

    add: Callable[[sqlite3.Connection, Sealer, Event, Content], None]
    forget: Callable[[sqlite3.Connection], None]


def project(connection: sqlite3.Connection, sealer: Sealer, event: Event, content: Content) -> None:
    """Add an event to the projections that follow its kind."""
    for projection in followers(event.kind):
        PROJECTORS[projection].add(connection, sealer, event, content)


def rebuild(connection: sqlite3.Connection, sealer: Sealer) -> None:
    """Make the projections again from the chain alone."""
    for projector in PROJECTORS.values():
        projector.forget(connection)
    # in the order of writing: a clock may step back, and two desks may write in one millisecond
    query = f"SELECT {LOG_COLUMNS} FROM log ORDER BY rowid"
    for row in connection.execute(query).fetchall():
        event = event_of(row)
        project(
            connection, sealer, event, partial(read_content, connection, sealer, event.event_id)
        )


def _add_scan(connection: sqlite3.Connection, _: Sealer, event: Event, _content: Content) -> None:
    if scan_id := Presented.of(event.codes).scan:
        connection.execute("INSERT OR REPLACE INTO scan VALUES (?, ?)", (scan_id, event.event_id))


def _add_visit(connection: sqlite3.Connection, _: Sealer, event: Event, _content: Content) -> None:
    if visit := visit_after(event, partial(one_visit, connection)):
        connection.execute(_PUT_VISIT, stored_visit(visit))


def _add_case(connection: sqlite3.Connection, _: Sealer, event: Event, _content: Content) -> None:
    project_case(connection, event)


def _empty(*tables: str) -> Callable[[sqlite3.Connection], None]:
    def forget(connection: sqlite3.Connection) -> None:
        for table in tables:
            connection.execute(f"DELETE FROM {table}")

    return forget


PROJECTORS: Mapping[Projection, Projector] = {
    Projection.SCANS: Projector(_add_scan, _empty("scan")),
    Projection.VISITS: Projector(_add_visit, _empty("visit")),
    Projection.CASES: Projector(_add_case, _empty("review_case", "case_event")),
    Projection.HISTORY: Projector(history.project, history.forget),
}
