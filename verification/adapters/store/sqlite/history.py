"""Past occasions in `kiosk.db`: a projection of the log, and beside it what came from elsewhere.

Identifying values are kept only as keyed marks; erasing content erases the marks of it.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from verification.log.events import Event, EventKind
from verification.log.sealing import Sealer
from verification.log.visit_events import (
    Cancelled,
    Completed,
    ContentErased,
    IdChecked,
    Presented,
    Received,
)
from verification.rules.misuse.facts import Occasion
from verification.rules.misuse.past_visit import PastVisit, is_typed

COLUMNS = (
    "id, at, person_ref, ma_cskcb, desk, officer, typed, received, reason, shown, cccd, ma_bn, "
    "code, gt_the_tu, gt_the_den, sex, born, doi_chieu, ma_doituong_kcb, ma_loai_kcb, ma_benh, "
    "so_ngay_thuoc, end_day, outcome"
)
_PUT = (
    f"INSERT OR REPLACE INTO history ({COLUMNS}, event_id, cancelled, origin) "
    f"VALUES ({','.join('?' * 27)})"
)
_LIVE = f"SELECT {COLUMNS} FROM history WHERE cancelled = 0"
_ERASED = (
    "shown = NULL, cccd = NULL, ma_bn = NULL, code = '', gt_the_tu = NULL, gt_the_den = NULL, "
    "sex = NULL, born = NULL, ma_doituong_kcb = '', ma_loai_kcb = '', ma_benh = '', "
    "so_ngay_thuoc = 0, end_day = NULL, outcome = ''"
)
_MARK_CHARS = 24  # 96 bits: no two numbers of a country meet
_MOST_VISITS = 160  # a yearly count is told from 100; three sessions a week are 156
_MOST_SHARED = 50
_MOST_AT_DESK = 200
Content = Mapping[str, Any]


class SqliteHistory:
    """The `History` port inside one piece of work."""

    def __init__(self, connection: sqlite3.Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def occasion(self, event_id: str) -> Occasion | None:
        """Return the newest occasion that a `presented` event began."""
        query = f"{_LIVE} AND event_id = ? ORDER BY received DESC, id DESC LIMIT 1"
        return next(iter(self._read(query, event_id)), None)

    def visits_of(self, person_ref: str, since: int, until: int) -> Sequence[Occasion]:
        """Return a person's visits of a time, newest first."""
        query = f"{_LIVE} AND received = 1 AND person_ref = ? AND at >= ? AND at < ?"
        ordered = f"{query} ORDER BY at DESC LIMIT {_MOST_VISITS}"
        return self._read(ordered, person_ref, since, until)

    def with_citizen(self, cccd: str, since: int, until: int) -> Sequence[Occasion]:
        """Return the visits at which a citizen number was shown, by its mark, newest first."""
        query = f"{_LIVE} AND received = 1 AND cccd = ? AND at >= ? AND at < ?"
        return self._read(f"{query} ORDER BY at DESC LIMIT {_MOST_SHARED}", cccd, since, until)

    def at_desk(self, desk: str, since: int, until: int) -> Sequence[Occasion]:
        """Return what was presented at a desk, newest first."""
        query = f"{_LIVE} AND desk = ? AND at >= ? AND at <= ?"
        return self._read(f"{query} ORDER BY at DESC LIMIT {_MOST_AT_DESK}", desk, since, until)

    def put(self, visit: PastVisit, person_ref: str) -> str:
        """Add a visit that was not received here; desk and officer are of that house, not ours.

        Returns:
            `added`, `changed` or `same`.
        """
        key = f"ls-{self._mark(visit.key)}"
        visit = replace(visit, desk="", officer="", typed=False)
        row = (key, *_values(visit, person_ref, self._mark), "", 0, "import")
        known = self._connection.execute(
            f"SELECT {COLUMNS} FROM history WHERE id = ?", (key,)
        ).fetchone()
        if known == row[: len(known or ())] and known:
            return "same"
        self._connection.execute(_PUT, row)
        return "changed" if known else "added"

    def _read(self, query: str, *params: object) -> list[Occasion]:
        return [occasion_of(row) for row in self._connection.execute(query, params)]

    def _mark(self, value: str) -> str:
        return mark(self._sealer, value)


def mark(sealer: Sealer, value: str) -> str:
    """Return the mark of an identifying value."""
    return sealer.index(value)[:_MARK_CHARS]


def occasion_of(row: Sequence[Any]) -> Occasion:
    """Return the occasion of a row of `COLUMNS`."""
    values = list(row)
    values[6], values[7] = bool(values[6]), bool(values[7])
    return Occasion(*values)


def project(
    connection: sqlite3.Connection,
    sealer: Sealer,
    event: Event,
    content: Callable[[], Content | None],
) -> None:
    """Take one event of the log into the history.

    Args:
        connection: Inside a piece of work.
        sealer: Makes the marks.
        event: The event.
        content: Returns its personal content, None where there is none.
    """
    codes = event.codes
    match event.kind:
        case EventKind.PRESENTED:
            _present(connection, sealer, event, content)
        case EventKind.RECEIVED:
            _receive(connection, event)
        case EventKind.CANCELLED:
            _set(connection, "cancelled = 1", Cancelled.of(codes).visit)
        case EventKind.ID_CHECKED:
            checked = IdChecked.of(codes)
            _set(connection, "doi_chieu = ?", checked.visit, checked.doi_chieu)
        case EventKind.COMPLETED:
            _set(connection, "person_ref = ?", Completed.of(codes).visit, event.person_ref or "")
        case EventKind.CONTENT_ERASED:
            _erase(connection, ContentErased.of(codes).visit)


def forget(connection: sqlite3.Connection) -> None:
    """Delete what comes from the log; what came from elsewhere stays."""
    connection.execute("DELETE FROM history WHERE origin = 'log'")


def _present(
    connection: sqlite3.Connection,
    sealer: Sealer,
    event: Event,
    read: Callable[[], Content | None],
) -> None:
    presented = Presented.of(event.codes)
    if not presented.reasons:
        return
    content = read() or {}
    card = content.get("ban_ghi", {}) | content.get("trinh_ra", {})
    beside = content.get("kem", {})
    bound = PastVisit(
        at=int(event.happened_at.timestamp()),
        ma_cskcb=presented.ma_cskcb or "",
        desk=event.desk,
        officer=event.officer,
        typed=presented.cach_doc == "go" or is_typed(presented.cach_trinh),
        card=card,
        beside=beside,
    )
    values = list(_values(bound, event.person_ref, lambda value: mark(sealer, value)))
    values[6], values[7] = 0, presented.reasons[0]
    values[8] = mark(sealer, content["sha256"]) if content.get("sha256") else None
    connection.execute(_PUT, (event.event_id, *values, event.event_id, 0, "log"))


def _receive(connection: sqlite3.Connection, event: Event) -> None:
    """Make the occasion a visit; a second visit from one presentation is a row of its own."""
    received = Received.of(event.codes)
    of = received.presented
    fields = COLUMNS.split(", ")
    again = (
        received.again
        and connection.execute(
            "SELECT 1 FROM history WHERE event_id = ? AND received = 1", (of,)
        ).fetchone()
    )
    if again:
        kept = ", ".join(fields[1:])
        query = (
            f"INSERT OR REPLACE INTO history ({COLUMNS}, event_id, cancelled, origin) "
            f"SELECT ?, {kept}, event_id, 0, 'log' FROM history WHERE event_id = ? LIMIT 1"
        )
        connection.execute(query, (event.event_id, of))
        return
    query = "UPDATE history SET id = ?, received = 1, officer = ? WHERE id = ?"
    connection.execute(query, (event.event_id, event.officer, of))


def _set(connection: sqlite3.Connection, change: str, visit_id: str, *params: object) -> None:
    connection.execute(f"UPDATE history SET {change} WHERE id = ?", (*params, visit_id))


def _erase(connection: sqlite3.Connection, visit_id: str) -> None:
    """Empty what came from the content, as a rebuild without it would; its other visits too."""
    of = "event_id = (SELECT event_id FROM history WHERE id = ?)"
    connection.execute(f"UPDATE history SET {_ERASED} WHERE {of}", (visit_id,))


def _values(
    visit: PastVisit, person_ref: str | None, mark_of: Callable[[str], str]
) -> tuple[Any, ...]:
    """Return the columns behind `id`."""
    card, beside, code = visit.card, visit.beside, visit.card.get("ma_the") or ""
    end = beside.get("ket_thuc") or ""
    stays = end[:4].isdigit()
    return (
        visit.at,
        person_ref,
        visit.ma_cskcb,
        visit.desk,
        visit.officer,
        int(visit.typed),
        1,
        "",
        None,
        mark_of(beside["so_cccd"]) if beside.get("so_cccd") else None,
        mark_of(beside["ma_bn"]) if beside.get("ma_bn") else None,
        code[:3] if code[:2].isalpha() else "",
        card.get("gt_the_tu"),
        card.get("gt_the_den"),
        card.get("gioi_tinh"),
        int((card.get("ngay_sinh") or "0")[:4]) or None,
        beside.get("doi_chieu"),
        beside.get("ma_doituong_kcb") or "",
        beside.get("ma_loai_kcb") or "",
        beside.get("ma_benh") or "",
        int(beside.get("so_ngay_thuoc") or 0),
        visit.end_day(end) if stays else None,
        "" if stays else end,
    )
