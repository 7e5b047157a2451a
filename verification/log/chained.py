"""Events as the rows that the chain is made of, whatever engine keeps them."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from verification.log import chain
from verification.log.events import Event, EventKind
from verification.log.happenings import happening

UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands where a damaged row holds no time."""
NOT_READ = (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError)
"""What reading a damaged row runs into."""


def row_of(event: Event, content_digest: str | None, previous: str) -> dict[str, Any]:
    """Return an event as the row that joins the chain after another hash."""
    row = {
        "desk": event.desk,
        "seq": event.seq,
        "recorded_at": utc(event.recorded_at),
        "happened_at": utc(event.happened_at),
        "kind": event.kind.value,
        "codes": chain.canonical(event.codes).decode(),
        "person_ref": event.person_ref,
        "content_digest": content_digest,
        "prev_hash": previous,
    }
    return row | {"hash": chain.row_hash(row)}


def event_of(row: Sequence[Any]) -> Event:
    """Return the event of a row's values, in the order in which `row_of` names them.

    A row that cannot be read, or is of a kind that only a newer version knows, is an event of kind
    `UNREADABLE` without codes: what is read beside it is not lost with it.
    """
    try:
        return _event(row)
    except NOT_READ:
        desk, seq, recorded, happened = row[:4]
        place = seq if isinstance(seq, int) else 0
        times = (moment(recorded) or UNKNOWN_TIME, moment(happened) or UNKNOWN_TIME)
        return Event(str(desk), place, times[0], EventKind.UNREADABLE, times[1], {}, None)


def _event(row: Sequence[Any]) -> Event:
    desk, seq, recorded, happened, kind, codes, person = row[:7]
    held = json.loads(codes)
    happening(EventKind(kind), held)
    if not isinstance(person, str | None) or not isinstance(seq, int):
        raise TypeError(person)
    times = (moment(recorded), moment(happened))
    if times[0] is None or times[1] is None:
        raise ValueError(recorded)
    return Event(str(desk), seq, times[0], EventKind(kind), times[1], held, person)


def moment(stored: object) -> datetime | None:
    """Return a stored moment, None where it is none or says no time zone."""
    try:
        found = datetime.fromisoformat(stored) if isinstance(stored, str) else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def event_in(row: Mapping[str, Any]) -> Event:
    """Return the event of a row."""
    return event_of(list(row.values()))


def utc(moment: datetime) -> str:
    """Return a moment as it is stored."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
