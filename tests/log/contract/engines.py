"""The engines that the contracts of the log run over; a new one joins by one line."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import psycopg

from tests.postgres_support import database, spoil
from tests.support import MASTER_KEY, Clock
from verification.adapters.store.heads import heads_in, noted_heads
from verification.adapters.store.postgres.address import read_address
from verification.adapters.store.postgres.database import Working, conninfo, run
from verification.adapters.store.postgres.log import PostgresLog
from verification.adapters.store.sql.reading import read_chains
from verification.adapters.store.sqlite.log import SqliteLog
from verification.adapters.store.sqlite.looked_at import chains_in
from verification.kiosk import Kiosk
from verification.log.memory import MemoryLog
from verification.log.unreadable import KeptContent
from verification.rules.law import tables as law
from verification.rules.law.verdict import Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from verification.card.ports import Cards
    from verification.log import chain

    Opener = Callable[[Path, Clock], AbstractContextManager["Engine"]]


AnyLog: TypeAlias = SqliteLog | MemoryLog | PostgresLog


@dataclass(frozen=True)
class Engine:
    """A log, and what an engine shows of it beside the port.

    Args:
        log: The port, and `rebuild`.
        chains: Returns the rows of each desk's chain.
        heads: Returns the newest head of each desk that was noted.
        kept: Returns what is kept of an event's content.
        tamper: Puts something else in its place, None for nothing.
        rewrite: Puts other values into the log's row of an event, hash and all left as they are.
        drop_key: Forgets a wrapped key.
        damage_key: Puts bytes there that are no key.
        typed: Whether it keeps no value of another type than the column's, whoever writes it.
    """

    log: AnyLog
    chains: Callable[[], dict[str, list[dict[str, Any]]]]
    heads: Callable[[], dict[str, chain.Head]]
    kept: Callable[[str], KeptContent]
    tamper: Callable[[str, KeptContent | None], None]
    rewrite: Callable[[str, dict[str, Any]], None]
    drop_key: Callable[[str], None]
    damage_key: Callable[[str], None]
    typed: bool = False


@contextmanager
def sqlite(folder: Path, clock: Clock) -> Iterator[Engine]:
    """Open the embedded engine."""
    path = folder / "kiosk.db"
    with closing(SqliteLog(path, MASTER_KEY, clock)) as log:
        yield Engine(
            log,
            lambda: chains_in(path),
            lambda: {desk: heads[-1] for desk, heads in noted_heads(path).items()},
            lambda event_id: KeptContent(*_rows(path, f"SELECT {_KEPT}", (event_id,))[0]),
            partial(_tamper, path),
            partial(_rewrite, path),
            partial(_put_key, path, None),
            partial(_put_key, path, b"no key"),
        )


_KEPT = "salt, key_id, sealed FROM content WHERE event_id = ?"


def _rows(path: Path, query: str, values: Sequence[object] = ()) -> list[Any]:
    """Do something to the file as a stranger would, whom no trigger and no type stops."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        loosen(db)
        return db.execute(query, values).fetchall()


def loosen(db: sqlite3.Connection) -> None:
    """Take triggers, types and what must not be null off every table."""
    for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        db.execute(f"DROP TRIGGER {trigger}")
    db.execute("PRAGMA writable_schema = ON")
    loose = "replace(replace(sql, 'NOT NULL', ''), 'STRICT', '')"
    db.execute(f"UPDATE sqlite_master SET sql = {loose} WHERE type = 'table'")
    db.execute("PRAGMA writable_schema = RESET")


def _tamper(path: Path, event_id: str, kept: KeptContent | None) -> None:
    _rows(path, "DELETE FROM content WHERE event_id = ?", (event_id,))
    if kept is not None:
        values = (event_id, kept.salt, kept.key_id, kept.sealed)
        _rows(path, "INSERT INTO content VALUES (?, ?, ?, ?)", values)


def _put_key(path: Path, wrapped: bytes | None, key: str) -> None:
    _rows(path, "DELETE FROM wrapped_key WHERE key_id = ?", (key,))
    if wrapped is not None:
        _rows(path, "INSERT INTO wrapped_key VALUES (?, ?)", (key, wrapped))


def _rewrite(path: Path, event_id: str, values: dict[str, Any]) -> None:
    changes = ", ".join(f"{name} = ?" for name in values)
    query = f"UPDATE log SET {changes} WHERE desk || '-' || seq = ?"
    _rows(path, query, (*values.values(), event_id))


@contextmanager
def memory(_folder: Path, clock: Clock) -> Iterator[Engine]:
    """Open the engine without a file."""
    log = MemoryLog(MASTER_KEY, clock)

    def tamper(event_id: str, kept: KeptContent | None) -> None:
        log._state.content.pop(event_id, None)
        if kept is not None:
            log._state.content[event_id] = kept

    yield Engine(
        log,
        log.chains,
        log.heads,
        lambda event_id: log._state.content[event_id],
        tamper,
        lambda event_id, values: log._state.rows[event_id].update(values),
        lambda key: log._state.keys.pop(key) and None,
        lambda key: log._state.keys.update({key: b"no key"}),
    )


@contextmanager
def postgres(folder: Path, clock: Clock) -> Iterator[Engine]:
    """Open the engine of several servers, on a database of its own."""
    with database(tables=True) as url:
        address, heads = read_address("KIOSK_DB", url), folder / "kiosk.head"
        with (
            closing(PostgresLog(address, MASTER_KEY, clock, heads)) as log,
            psycopg.connect(conninfo(address), autocommit=True) as direct,
        ):

            def stranger(query: str, *values: object) -> list[Any]:
                return run(direct, query, values)

            def tamper(event_id: str, kept: KeptContent | None) -> None:
                stranger("DELETE FROM content WHERE event_id = ?", event_id)
                spoil(url)
                for name in ("salt", "key_id", "sealed"):
                    stranger(f"ALTER TABLE content ALTER {name} DROP NOT NULL")
                if kept is not None:
                    salt, sealed = _as_bytes(kept.salt), _as_bytes(kept.sealed)
                    values = (event_id, salt, kept.key_id, sealed)
                    stranger("INSERT INTO content VALUES (?, ?, ?, ?)", *values)

            def rewrite(event_id: str, values: dict[str, Any]) -> None:
                spoil(url)
                stranger("DROP TRIGGER IF EXISTS log_no_change ON log")
                for name in values:
                    stranger(f"ALTER TABLE log ALTER {name} DROP NOT NULL")
                changes = ", ".join(f"{name} = ?" for name in values)
                query = f"UPDATE log SET {changes} WHERE desk || '-' || seq = ?"
                stranger(query, *values.values(), event_id)

            def put_key(wrapped: bytes | None, key: str) -> None:
                stranger("DELETE FROM wrapped_key WHERE key_id = ?", key)
                if wrapped is not None:
                    stranger("INSERT INTO wrapped_key VALUES (?, ?)", key, wrapped)

            yield Engine(
                log,
                lambda: read_chains(Working(direct)),
                lambda: {desk: heads_of[-1] for desk, heads_of in heads_in(heads).items()},
                lambda event_id: KeptContent(*stranger(f"SELECT {_KEPT}", event_id)[0]),
                tamper,
                rewrite,
                partial(put_key, None),
                partial(put_key, b"no key"),
                typed=True,
            )


def _as_bytes(value: object) -> bytes | None:
    """Return what stands in a column of bytes where somebody puts something else there."""
    return value if value is None or isinstance(value, bytes) else str(value).encode()


ENGINES: dict[str, Opener] = {"sqlite": sqlite, "memory": memory, "postgres": postgres}


def kiosk_on(log: AnyLog, cards: Cards, clock: Clock) -> Kiosk:
    """Return a kiosk on a log."""
    return Kiosk(cards, log, Rules(law.shipped()), "79014", clock)
