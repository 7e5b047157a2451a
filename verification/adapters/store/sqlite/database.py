"""Connections: how every SQLite file of the kiosk is opened, and how its errors are told."""

import sqlite3
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from verification.basics.errors import StoreBusy, StoreError

BUSY_SECONDS = 5.0


@contextmanager
def errors_in_words(path: Path | None) -> Iterator[None]:
    """Turn SQLite's errors into one sentence each.

    Args:
        path: The file to name; None inside a piece of work, whose writer turns them.
    """
    if path is None:
        yield
        return
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "locked" in text or "busy" in text:
            raise StoreBusy(
                f"Cơ sở dữ liệu {path.name} đang bận, thử lại sau",
                f"{path.name} is busy, try again",
            ) from error
        raise StoreError(
            f"Không ghi hoặc đọc được {path.name}: {text}", f"Cannot use {path.name}: {text}"
        ) from error
    except OSError as error:
        raise StoreError(
            f"Không dùng được {path.name}: {error.strerror}", f"{path.name}: {error.strerror}"
        ) from error
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"Tệp {path.name} hỏng hoặc không phải cơ sở dữ liệu của kiosk",
            f"{path.name} is damaged or no kiosk database ({error})",
        ) from error


def fetched(connection: sqlite3.Connection, query: str, values: Sequence[object] = ()) -> list[Any]:
    """Return all rows of a query; text of a damaged row that is none comes as its bytes."""
    try:
        return connection.execute(query, values).fetchall()
    except sqlite3.OperationalError as error:
        if "decode" not in str(error):
            raise
    usual = connection.text_factory
    connection.text_factory = _text_or_bytes
    try:
        return connection.execute(query, values).fetchall()
    finally:
        connection.text_factory = usual


def _text_or_bytes(stored: bytes) -> str | bytes:
    try:
        return stored.decode()
    except UnicodeDecodeError:
        return stored


class SelfClosing(sqlite3.Connection):
    """A connection that closes itself once nobody holds it any more."""

    def __del__(self) -> None:
        with suppress(sqlite3.ProgrammingError):  # one that could not be opened
            self.close()


def connect(
    path: Path,
    *,
    read_only: bool = False,
    factory: type[sqlite3.Connection] = sqlite3.Connection,
    busy: float = BUSY_SECONDS,
) -> sqlite3.Connection:
    """Open a file for the calling thread, foreign keys on.

    Args:
        path: The file.
        read_only: True to change nothing.
        factory: Of the connection.
        busy: Seconds to wait for another who holds it.

    Raises:
        StoreError: It cannot be opened.
    """
    with errors_in_words(path):
        if path.exists() and not path.is_file():  # opening a pipe would wait for ever
            raise sqlite3.OperationalError("it is no ordinary file")
        if not read_only:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)  # what SQLite lays beside it gets the same mode
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}",
            uri=True,
            timeout=busy,
            isolation_level=None,
            check_same_thread=False,  # close() comes from another thread; use stays in one
            factory=factory,
        )
        try:
            if not read_only:
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA synchronous = FULL")
        except BaseException:
            connection.close()
            raise
        return connection


class PerThread:
    """One read connection a thread to one file; a thread that ends takes its own with it.

    Args:
        path: The file.
        busy: Seconds to wait for another who holds it.
    """

    def __init__(self, path: Path, busy: float = BUSY_SECONDS) -> None:
        self._path = path
        self._busy = busy
        self._local = threading.local()
        self._lock = threading.Lock()
        self._all: weakref.WeakSet[sqlite3.Connection] = weakref.WeakSet()

    def get(self) -> sqlite3.Connection:
        """Return the calling thread's connection.

        Raises:
            StoreError: It cannot be opened.
        """
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = connect(self._path, read_only=True, factory=SelfClosing, busy=self._busy)
            self._local.connection = connection
            with self._lock:
                self._all.add(connection)
        return connection

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            left = list(self._all)
            self._all.clear()
        for connection in left:
            connection.close()
        self._local = threading.local()
