"""Events as the rows that the chain is made of, whatever engine keeps them."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from verification.log import chain
from verification.log.events import Event, EventKind


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
    """Return the event of a row's values, in the order in which `row_of` names them."""
    desk, seq, recorded, happened, kind, codes, person = row[:7]
    return Event(
        desk,
        seq,
        datetime.fromisoformat(recorded),
        EventKind(kind),
        datetime.fromisoformat(happened),
        json.loads(codes),
        person,
    )


def event_in(row: Mapping[str, Any]) -> Event:
    """Return the event of a row."""
    return event_of(list(row.values()))


def utc(moment: datetime) -> str:
    """Return a moment as it is stored."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
