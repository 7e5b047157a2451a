"""Masked card numbers for who reads `kiosk.db` with another tool and holds its key.

The number stays sealed: what opens it is the key, and what comes out shows the first five and the
last four characters.
"""

import sqlite3
from functools import partial

from verification.adapters.store.sql.reading import one_visit, read_content
from verification.adapters.store.sql.wrapped import never_save, wrapped_key
from verification.adapters.store.sqlite.database import Statements
from verification.basics.errors import StoreError
from verification.card.numbers import mask
from verification.log.content import visit_content
from verification.log.sealing import Sealer
from verification.log.unreadable import Content

FUNCTION = "so_the_che"
_BY_WHAT = ("ma_the", "ma_so_bhxh", "so_cccd")


def offer(connection: sqlite3.Connection, master: bytes | None) -> None:
    """Let queries of a connection ask `so_the_che(event)`: of a visit, or of a presentation.

    Args:
        connection: Of whoever reads; nothing is written by it.
        master: The master key; without it every answer is null.
    """
    opener = (
        Sealer(master, partial(wrapped_key, Statements(connection)), never_save) if master else None
    )
    connection.create_function(FUNCTION, 1, partial(_masked, connection, opener))


class _Contents:
    """The `Contents` of a connection."""

    def __init__(self, connection: sqlite3.Connection, opener: Sealer) -> None:
        self._connection = connection
        self._opener = opener

    def content(self, event_id: str) -> Content | None:
        """Return the content of an event."""
        return read_content(Statements(self._connection), self._opener, event_id)


def _masked(connection: sqlite3.Connection, opener: Sealer | None, event: object) -> str | None:
    """Return the masked number of an event, null where there is none that can be read."""
    if opener is None or not isinstance(event, str):
        return None
    try:
        contents = _Contents(connection, opener)
        visit = one_visit(Statements(connection), event)
        found = visit_content(contents, visit) if visit else contents.content(event)
    except (StoreError, sqlite3.Error, RuntimeError, ValueError):  # damaged, erased, another key
        return None
    facts = found.get("ban_ghi") if found else None
    if not isinstance(facts, dict):
        return None
    number = next((facts[name] for name in _BY_WHAT if facts.get(name)), None)
    return mask(number) if isinstance(number, str) else None
