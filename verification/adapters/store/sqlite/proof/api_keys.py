"""Keys of the hospital's systems against the events that changed them, and what binds each row."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from verification.adapters.store.api_key_rows import KEY_COLUMNS, key_holds
from verification.adapters.store.sql.reading import readable_events
from verification.adapters.store.sqlite.database import Statements
from verification.adapters.store.sqlite.proof.accounts import rows_of
from verification.adapters.store.sqlite.proof.copying import Copy
from verification.log.events import Event, EventKind
from verification.log.findings import Finding, Kind, at_event
from verification.log.sending_events import ApiKeyChanged

_NAME = re.compile(r"[0-9A-Za-z]{1,40}", re.ASCII)
_TABLE = "api_key"


def api_keys(copy: Copy) -> Iterator[Finding]:
    """Find keys that the log does not bear out."""
    told = _told(copy)
    rows = rows_of(copy.connection, _TABLE)
    for row in rows:
        last = told.get(row["key_id"])
        if last is None:
            yield _of_key(row["key_id"], "added", None)
        elif wrong := _otherwise(row, ApiKeyChanged.of(last.codes)):
            yield _of_key(row["key_id"], wrong, last)
    for name in told.keys() - {row["key_id"] for row in rows}:
        yield _of_key(name, "gone", told[name])


def api_key_macs(copy: Copy) -> Iterator[Finding]:
    """Find keys that are not bound to the master key as they stand."""
    told = _told(copy)
    for row in rows_of(copy.connection, _TABLE):
        values = [row.get(name) for name in KEY_COLUMNS.split(", ")]
        if copy.sealer and not key_holds(values, row.get("mac"), copy.sealer):
            what = "unbound" if row.get("mac") is None else "changed"
            yield _of_key(row["key_id"], what, told.get(row["key_id"]))


def _told(copy: Copy) -> dict[object, Event]:
    """Return what last changed each key."""
    events = readable_events(Statements(copy.connection), [EventKind.API_KEY_CHANGED])
    return {ApiKeyChanged.of(event.codes).key_id: event for event in events}


def _otherwise(row: Mapping[str, Any], told: ApiKeyChanged) -> str:
    """Return what of a row is not as its last event left it: the columns, empty for nothing."""
    said = {
        "system": told.system,
        "rights": " ".join(sorted(told.rights)),
        "per_minute": told.per_minute,
        "ends": told.ends,
    }
    return ", ".join(name for name, value in said.items() if row.get(name) != value)


def _of_key(name: object, what: str, last: Event | None) -> Finding:
    known = name if isinstance(name, str) and _NAME.fullmatch(name) else "?"
    return at_event(last.event_id if last else "", Kind.API_KEY, f"api_key {known} {what}")
