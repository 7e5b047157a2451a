"""Connections to PostgreSQL, the marks of its statements, and how its errors are told."""

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import count
from typing import Any, NoReturn, TypeAlias
from weakref import WeakKeyDictionary

import psycopg
from psycopg import errors, pq
from psycopg.conninfo import make_conninfo
from psycopg_pool import ConnectionPool, PoolTimeout

from verification.adapters.store.postgres.address import Address
from verification.adapters.store.postgres.refused import refused
from verification.basics.errors import StoreBusy, StoreDamaged, StoreError, StoreFull

Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]
WAIT_SECONDS = 5.0
_IDLE_SECONDS = 1.0
_used: WeakKeyDictionary[Connection, float] = WeakKeyDictionary()
_MARK = re.compile(r"\?(\d*)")
_LOST = (psycopg.OperationalError, psycopg.InterfaceError)
_FULL = (errors.DiskFull, errors.OutOfMemory, errors.ConfigurationLimitExceeded)
_BUSY = (errors.LockNotAvailable, errors.QueryCanceled, errors.TooManyConnections)
_ANOTHER_TIME = (  # the same work succeeds on a state that another has changed meanwhile
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.UniqueViolation,
    errors.InFailedSqlTransaction,  # somebody went on behind one of these
)


@lru_cache(maxsize=1024)
def marked(query: str) -> bytes:
    """Return a statement with psycopg's marks for `?` and `?1`; ours hold no other `?`."""
    escaped = query.replace("%", "%%")
    return _MARK.sub(lambda found: f"%(p{found[1]})s" if found[1] else "%s", escaped).encode()


def _given(query: bytes, values: Sequence[object]) -> Sequence[object] | dict[str, object]:
    # text of a PostgreSQL holds no NUL: what somebody typed with one names nothing that is there
    held = [one.replace("\0", "\ufffd") if isinstance(one, str) else one for one in values]
    if b"%(p" in query:
        return {f"p{at}": value for at, value in enumerate(held, 1)}
    return held


def run(connection: Connection, query: str, values: Sequence[object] = ()) -> list[Any]:
    """Run one statement on a connection; return its rows, none where it has none."""
    text = marked(query)
    cursor = connection.execute(text, _given(text, values))
    return cursor.fetchall() if cursor.description else []


class DoneAgain(StoreBusy):
    """A piece of work is to be done again from its beginning: nothing of it stays."""


class Working:
    """The `Db` of one transaction.

    Where others changed what it read, or the connection is lost, `DoneAgain` is raised: no work may
    take that for an error of its own.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._names = count(1)
        self._is_over = False

    @property
    def in_transaction(self) -> bool:
        """Tell whether its transaction is still there, failed or not."""
        status = self._connection.info.transaction_status
        return status in (pq.TransactionStatus.INTRANS, pq.TransactionStatus.INERROR)

    def failed(self, error: BaseException) -> BaseException:
        """Return what is told of an error after which it does not go on: it is done again."""
        return error if isinstance(error, DoneAgain) else _done_again()

    def must_go_on(self) -> None:
        """Raise `DoneAgain` once more, where some work has caught it."""
        if self._is_over:
            raise _done_again()

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        """Run one statement; return its rows, none where it has none."""
        with self._or_again():
            return run(self._connection, query, values)

    def each(self, query: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query by a cursor of the server's."""
        text = marked(query)
        with self._or_again(), self._connection.cursor(name=f"each_{next(self._names)}") as cursor:
            yield from cursor.execute(text, _given(text, values))

    def many(self, query: str, values: Iterable[Sequence[object]]) -> None:
        """Run one statement for each of some values."""
        with self._or_again(), self._connection.cursor() as cursor:
            text = marked(query)
            cursor.executemany(text, [_given(text, one) for one in values])

    @contextmanager
    def _or_again(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            if is_done_again(error):
                self._is_over = True
                raise _done_again() from error
            raise


def _done_again() -> DoneAgain:
    return DoneAgain(
        "Cơ sở dữ liệu đang bận hoặc vừa mất kết nối, chưa ghi được gì, thử lại sau",
        "The database is busy or was lost just now, nothing was written, try again",
    )


class Readers:
    """The `Db` of who only reads: each statement on a connection of the pool, for itself.

    Args:
        address: Of the database, or of a replica of it.
        most: Connections at once.
    """

    def __init__(self, address: Address, most: int = 8) -> None:
        self._address = address
        self._pool = pool(address, most, read_only=True)

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        """Run one query; return its rows.

        Raises:
            StoreError: The database cannot be reached, or refuses.
        """
        with errors_in_words(self._address):
            try:
                return self._rows(query, values)
            except _LOST as error:
                if isinstance(error, PoolTimeout) or not is_lost(error):
                    raise
            self._pool.check()  # where one was lost, the others are too
            return self._rows(query, values)  # a query changes nothing

    def _rows(self, query: str, values: Sequence[object]) -> list[Any]:
        with self._pool.connection() as connection:
            return run(connection, query, values)

    def each(self, query: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query by a cursor of the server's."""
        with (
            errors_in_words(self._address),
            self._pool.connection() as connection,
            connection.transaction(),
        ):
            yield from Working(connection).each(query, values)

    def many(self, query: str, _values: Iterable[Sequence[object]]) -> NoReturn:
        """Refuse: a reader writes nothing."""
        raise RuntimeError(query)

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


class Replica(Readers):
    """The `Db` of who looks through very much: a copy, and where that fails the database itself.

    A copy may be away, or so far behind that it lacks a table of this version.

    Args:
        address: Of the copy, which may be some seconds behind.
        readers: Of the database.
    """

    def __init__(self, address: Address, readers: Readers) -> None:
        super().__init__(address)
        self._readers = readers

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        """Run one query; return its rows."""
        try:
            return super().rows(query, values)
        except StoreError:
            return self._readers.rows(query, values)

    def each(self, query: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query of the database itself."""
        return self._readers.each(query, values)


def conninfo(address: Address, **more: str) -> str:
    """Return what libpq is told of a database."""
    given = dict(address.parameters) | {"application_name": "bhyt-kiosk"} | more
    return make_conninfo(address.url, **given)


def connected(address: Address, **more: str) -> Connection:
    """Return a connection of its own, in autocommit; its errors are the caller's to tell.

    Args:
        address: Of the database.
        more: What else libpq is told.
    """
    return psycopg.connect(conninfo(address, **more), autocommit=True)


def is_there(connection: Connection, table: str) -> bool:
    """Tell whether a database has a table."""
    return bool(run(connection, "SELECT to_regclass(?) IS NOT NULL", (table,))[0][0])


def pool(
    address: Address, most: int, *, read_only: bool = False, lock_ms: int = 0
) -> "ConnectionPool[Connection]":
    """Open a pool of connections; it connects when the first is asked for.

    Args:
        address: Of the database.
        most: Connections at once.
        read_only: True where the server is to refuse any change.
        lock_ms: So long a statement waits for what another holds; 0 for ever.
    """
    options = f"-c lock_timeout={lock_ms} -c default_transaction_read_only={read_only:d}"
    return ConnectionPool(
        conninfo(address, options=options),
        kwargs={"autocommit": True},
        min_size=0,
        max_size=most,
        open=True,
        timeout=WAIT_SECONDS,
        reconnect_timeout=0,  # who asks waits at most WAIT_SECONDS; each asking tries anew
        # a writer tries again what a lost connection did not do, and needs not ask before
        check=_check_if_idle if read_only else None,
        name="bhyt-kiosk",
    )


def _check_if_idle(connection: Connection) -> None:
    """See that a connection is not lost, unless it was used a moment ago: that takes a round."""
    now = time.monotonic()
    if now - _used.get(connection, 0.0) > _IDLE_SECONDS:
        ConnectionPool.check_connection(connection)
    _used[connection] = now


def is_lost(error: BaseException) -> bool:
    """Tell whether an error says that the connection or the server is gone."""
    if isinstance(error, errors.AdminShutdown | errors.CrashShutdown | errors.CannotConnectNow):
        return True
    return isinstance(error, _LOST) and getattr(error, "sqlstate", None) is None


def is_done_again(error: BaseException) -> bool:
    """Tell whether work is to be tried again: others changed what it read, or it was lost."""
    return isinstance(error, _ANOTHER_TIME) or is_lost(error)


@contextmanager
def errors_in_words(address: Address) -> Iterator[None]:
    """Turn PostgreSQL's errors into one sentence each."""
    try:
        yield
    except psycopg.Error as error:
        raise in_words(error, address) from error


def in_words(error: BaseException, address: Address) -> StoreError:
    """Return an error of PostgreSQL as one sentence; its own wording is on no page."""
    name = address.name
    if isinstance(error, _FULL):
        return StoreFull(
            f"Máy chủ PostgreSQL {name} hết chỗ, chưa ghi được gì",
            f"The PostgreSQL {name} has no room left, nothing was written",
        )
    if isinstance(error, (*_BUSY, *_ANOTHER_TIME)):
        return StoreBusy(
            f"Cơ sở dữ liệu {name} đang bận, thử lại sau", f"{name} is busy, try again"
        )
    if isinstance(error, errors.ReadOnlySqlTransaction):
        return StoreError(
            f"Cơ sở dữ liệu {name} chỉ cho đọc (bản sao?), không ghi được",
            f"{name} is read-only (a replica?) and is not written",
        )
    if isinstance(error, PoolTimeout) or is_lost(error):
        return refused(error, address) or StoreBusy(
            f"Không nối được máy chủ PostgreSQL {name}, chưa ghi được gì; kiosk tự thử lại",
            f"The PostgreSQL {name} cannot be reached, nothing was written; the kiosk tries again",
        )
    if isinstance(error, errors.UndefinedTable | errors.UndefinedColumn | errors.DataCorrupted):
        return StoreDamaged.named(name)
    return StoreError(
        f"Máy chủ PostgreSQL {name} không làm được việc này, chưa ghi được gì",
        f"The PostgreSQL {name} could not do this, nothing was written",
    )
