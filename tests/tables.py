"""The tables of a new file are made once by all migrations and then copied.

Most tests begin with an empty house: to migrate each took seven times as long as to copy it.
`tests/adapters/store/sqlite/test_schema.py` migrates, and so does every process of its own.
"""

from __future__ import annotations

import atexit
import sqlite3
import threading
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import pytest

from verification.adapters.store.sqlite.card_schema import CARDS
from verification.adapters.store.sqlite.migrations import Schema
from verification.adapters.store.sqlite.schema import KIOSK

if TYPE_CHECKING:
    from collections.abc import Iterator

_MIGRATED = Schema.bring
_TURN = threading.Lock()


@cache
def _made(schema: Schema) -> sqlite3.Connection:
    made = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    atexit.register(made.close)
    _MIGRATED(schema, made)
    return made


def _bring(schema: Schema, connection: sqlite3.Connection) -> bool:
    if schema in (KIOSK, CARDS) and not connection.in_transaction:
        with _TURN:
            if not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
                _made(schema).backup(connection)
                return True
    return _MIGRATED(schema, connection)


def copy_tables() -> None:
    """Copy the tables of new files from now on."""
    Schema.bring = _bring  # type: ignore[method-assign]  # it does the same


@contextmanager
def migrated() -> Iterator[None]:
    """Migrate meanwhile, as the kiosk does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Schema, "bring", _MIGRATED)
        yield
