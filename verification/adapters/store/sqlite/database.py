"""Connections: how every SQLite file of the kiosk is opened, and how its errors are told."""

import errno
import gc
import os
import shutil
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any

from verification.basics.errors import StoreBusy, StoreDamaged, StoreError, StoreFull
from verification.basics.private import private_folder

SQLITE_VERSION = sqlite3.sqlite_version
BUSY_SECONDS = 5.0
_NO_CODE = 0xFF
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
# a table that is not there is damage too: the statements are ours, and they are right
_DAMAGED = frozenset(
    {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_SCHEMA, sqlite3.SQLITE_AUTH}
)
# what SQLite says where a file that it lays beside its own finds no room
_ALSO_FULL = frozenset({sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN})
_ALSO_READ_ONLY = _ALSO_FULL | {sqlite3.SQLITE_READONLY}
_READ_ONLY = ("Ổ đĩa chỉ cho đọc, không ghi được {}", "The disk is read-only, {} is not written")
_ROOM = 64 << 10
_UNFIT = (
    "Tệp {} hỏng hoặc không phải cơ sở dữ liệu của kiosk",
    "{} is damaged or no kiosk database",
)
_WHY = {
    sqlite3.SQLITE_FULL: ("Ổ đĩa đầy, không ghi được {}", "The disk is full, {} is not written"),
    sqlite3.SQLITE_READONLY: ("Tệp {} chỉ cho đọc, không ghi được", "{} is read-only"),
    sqlite3.SQLITE_CANTOPEN: (
        "Không mở được {}, xem quyền và thư mục",
        "{} cannot be opened, see modes and folder",
    ),
    sqlite3.SQLITE_PERM: ("Không có quyền dùng {}", "There is no permission to use {}"),
    sqlite3.SQLITE_IOERR: ("Ổ đĩa không đọc hoặc ghi được {}", "The disk fails on {}"),
}
_OF_SYSTEM = {
    errno.ENOSPC: sqlite3.SQLITE_FULL,
    errno.EDQUOT: sqlite3.SQLITE_FULL,
    errno.EROFS: sqlite3.SQLITE_READONLY,
    errno.EACCES: sqlite3.SQLITE_PERM,
    errno.EPERM: sqlite3.SQLITE_PERM,
    errno.EIO: sqlite3.SQLITE_IOERR,
}


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
    except (sqlite3.DatabaseError, OSError) as error:
        raise in_words(error, path) from error


def in_words(error: BaseException, path: Path | None) -> StoreError:
    """Return an error of SQLite or of the disk as one sentence; its own wording is on no page.

    Args:
        error: Of SQLite, or of the operating system.
        path: The file to name; None where only the log's is meant.
    """
    name = path.name if path else "kiosk.db"
    # a code says in its last byte what it is, in the others more of it
    code = getattr(error, "sqlite_errorcode", _NO_CODE) & 0xFF
    if code in _BUSY:
        return StoreBusy(
            f"Cơ sở dữ liệu {name} đang bận, thử lại sau", f"{name} is busy, try again"
        )
    if code in _DAMAGED and isinstance(error, sqlite3.Error) and not is_card_file(name):
        return StoreDamaged.named(name)
    if isinstance(error, OSError):
        code = _OF_SYSTEM.get(error.errno or 0, sqlite3.SQLITE_CANTOPEN)
    elif code in _ALSO_FULL and path and _has_no_room(path):
        code = sqlite3.SQLITE_FULL
    vi, en = _WHY.get(code, _UNFIT)
    if code in _ALSO_READ_ONLY and path and _is_read_only(path):
        vi, en = _READ_ONLY
    kind = StoreFull if code == sqlite3.SQLITE_FULL else StoreError
    return kind(vi.format(name), en.format(name))


def _has_no_room(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _ROOM
    except OSError:
        return False


def _is_read_only(path: Path) -> bool:
    """Tell whether nothing may be written on the disk, whoever asks."""
    if not hasattr(os, "statvfs"):
        return False
    try:
        return bool(os.statvfs(path.parent).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def _uri(path: Path, *, read_only: bool) -> str:
    wal = path.with_name(f"{path.name}-wal")
    # to read a file of WAL, SQLite lays others beside it, but where nobody can change any
    still = read_only and _is_read_only(path) and not (wal.exists() and wal.stat().st_size)
    words = f"mode={'ro' if read_only else 'rwc'}{'&immutable=1' if still else ''}"
    return f"{path.absolute().as_uri()}?{words}"


def is_card_file(name: str) -> bool:
    """Tell whether a file's name is one of the card store's."""
    return name.startswith("cards-")


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


def each(
    connection: sqlite3.Connection, query: str, values: Sequence[object] = ()
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a query one by one; text that is none comes as `fetched` gives it."""
    done = 0
    try:
        for row in connection.execute(query, values):
            done += 1
            yield row
    except sqlite3.OperationalError as error:
        if "decode" not in str(error):
            raise
    else:
        return
    usual = connection.text_factory
    connection.text_factory = _text_or_bytes
    try:
        yield from islice(connection.execute(query, values), done, None)
    finally:
        connection.text_factory = usual


class Statements:
    """The shared statements on one connection.

    Args:
        connection: A reader's, or the writer's inside a piece of work.
        path: The file to name in errors; None inside a piece of work, whose writer tells them.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path | None = None) -> None:
        self._connection = connection
        self._path = path

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        """Run one statement; return its rows, none where it has none."""
        with errors_in_words(self._path):
            return fetched(self._connection, query, values)

    def each(self, query: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query one by one."""
        with errors_in_words(self._path):
            yield from each(self._connection, query, values)

    def many(self, query: str, values: Iterable[Sequence[object]]) -> None:
        """Run one statement for each of some values."""
        with errors_in_words(self._path):
            self._connection.executemany(query, values)

    @property
    def in_transaction(self) -> bool:
        """Tell whether the piece of work goes on; not where the disk failed."""
        return self._connection.in_transaction

    def failed(self, error: BaseException) -> BaseException:
        """Return what is told of an error after which it does not."""
        return in_words(error, self._path)


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
            private_folder(path.parent)
            path.touch(mode=0o600)  # what SQLite lays beside it gets the same mode
        connection = sqlite3.connect(
            _uri(path, read_only=read_only),
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


def let_no_trigger_act(connection: sqlite3.Connection) -> None:
    """Refuse each statement in which a trigger or a view would do something.

    A stranger's could swallow what is written while whoever wrote it is told that it is; ours only
    refuse. A rebuild drops them.
    """
    connection.set_authorizer(_unless_inside)


def _unless_inside(
    _action: int, _1: str | None, _2: str | None, _db: str | None, of: object
) -> int:
    return sqlite3.SQLITE_DENY if of else sqlite3.SQLITE_OK


def fold_wal(connection: sqlite3.Connection) -> bool:
    """Fold the WAL into the file and empty it, so that nothing deleted lies in it any more.

    Returns:
        False where somebody reads just now: nobody is waited for.
    """
    with suppress(sqlite3.Error):
        connection.execute("PRAGMA busy_timeout = 0")
        (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
        return not busy
    return False


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

    def read_from(self, path: Path) -> None:
        """Let each thread begin anew, from this file; who reads just now ends on the former."""
        self._path = path
        # each thread held its own by this alone: one that nobody uses closes itself with it
        self._local = threading.local()
        gc.collect()  # a connection and what it remembers of its statements hold each other

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            left = list(self._all)
            self._all.clear()
        for connection in left:
            connection.close()
        self._local = threading.local()


def write_ahead(connection: sqlite3.Connection) -> None:
    """Switch a file to WAL; SQLite does not wait for another that switches it at this moment."""
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return
