"""What a file at the log's name is, told before it is opened for writing."""

import contextlib
import sqlite3
from pathlib import Path

from verification.adapters.store.heads import noted_heads
from verification.adapters.store.sqlite.database import connect
from verification.basics.errors import StoreError

_LOG_TABLE = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'log'"


def holds_log(path: Path) -> bool:
    """Tell whether a database holds a log; one that cannot be read is told by who opens it."""
    if not path.is_file():
        return path.exists()
    if not path.stat().st_size:  # to look into it would throw away what was written ahead
        return False
    try:
        with contextlib.closing(connect(path, read_only=True)) as connection:
            return connection.execute(_LOG_TABLE).fetchone() is not None
    except (sqlite3.Error, StoreError):
        return True


def is_emptied(path: Path) -> bool:
    """Tell whether a log holds no event though heads of it were noted: it is another's file."""
    if not noted_heads(path):
        return False
    try:
        with contextlib.closing(connect(path, read_only=True)) as connection:
            return connection.execute("SELECT 1 FROM log LIMIT 1").fetchone() is None
    except (sqlite3.Error, StoreError):  # told by who opens it
        return False
