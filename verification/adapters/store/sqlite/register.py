"""The register of the log: each event as the how-manieth it was written, bound to the master key.

Beside it stands one end: how many there are and what they add up to, bound likewise. Who lacks the
key can change the log but not make the register fit it. What does not fit stays so: an event is
written after the end that the key confirms, never over a gap.
"""

import sqlite3
from collections.abc import Iterator

from verification.adapters.store.sql.chains import HIGHEST
from verification.adapters.store.sql.registered import END, ROW, End
from verification.adapters.store.sqlite.database import fetched
from verification.basics.errors import StoreError
from verification.log.sealing import Binder, Sealer

TABLES = (
    (
        "CREATE TABLE IF NOT EXISTS log_written (n INTEGER PRIMARY KEY, desk TEXT NOT NULL,"
        " seq INTEGER NOT NULL, mac TEXT NOT NULL) STRICT"
    ),
    "CREATE INDEX IF NOT EXISTS idx_log_written_desk_seq ON log_written (desk, seq)",
    (
        "CREATE TABLE IF NOT EXISTS log_end (id INTEGER PRIMARY KEY, count INTEGER NOT NULL,"
        " digest TEXT NOT NULL, mac TEXT NOT NULL) STRICT"
    ),
)
"""What makes the register's tables; both are there, or made again empty, once the log is open."""

TRIGGERS = {
    f"log_no_{verb}": (
        f"CREATE TRIGGER log_no_{verb} BEFORE {verb} ON log\n"
        "BEGIN SELECT RAISE(ABORT, 'the log only grows'); END"
    )
    for verb in ("UPDATE", "DELETE")
}
"""The triggers of `kiosk.db` and no others, as SQLite keeps them."""


_END = "SELECT count, digest, mac FROM log_end WHERE id = 1"
_HIGHEST = f"SELECT coalesce(max(n), 0) FROM log_written WHERE n < {HIGHEST}"
_LAST_SEQ = f"SELECT coalesce(max(seq), 0) FROM log_written WHERE desk = ? AND seq < {HIGHEST}"
_PUT_ROW = "INSERT INTO log_written (n, desk, seq, mac) VALUES (?, ?, ?, ?)"
_PUT_END = "INSERT OR REPLACE INTO log_end (id, count, digest, mac) VALUES (1, ?, ?, ?)"
_IN_ORDER = "SELECT desk, seq, hash FROM log ORDER BY rowid"
_ENTRIES = "SELECT n, desk, seq, mac FROM log_written ORDER BY n"
_NEAR = (0, 1, -1, 2, -2, 3, -3)  # where the row of an entry may stand that somebody has moved
_MADE = "SELECT count(*) FROM sqlite_master WHERE name IN ('log_written', 'log_end')"
_ANY = "SELECT EXISTS (SELECT 1 FROM log_end) OR EXISTS (SELECT 1 FROM log_written)"
_SEALED = "SELECT EXISTS (SELECT 1 FROM log WHERE content_digest IS NOT NULL)"


class Register:
    """The register inside one piece of work.

    Args:
        connection: The writer's.
        binder: Binds its entries.
    """

    def __init__(self, connection: sqlite3.Connection, binder: Binder) -> None:
        self._connection = connection
        self._binder = binder

    def last_seq(self, desk: str) -> int:
        """Return the highest place at a desk that was ever registered, 0 where there is none."""
        return int(self._connection.execute(_LAST_SEQ, (desk,)).fetchone()[0])

    def add(self, desk: str, seq: int, digest: str) -> None:
        """Register one event; an end that the key does not confirm stays as it is."""
        end = signed_end(self._connection, self._binder)
        (highest,) = self._connection.execute(_HIGHEST).fetchone()
        n = max(highest, end.count if end else 0) + 1
        mac = self._binder.bind(ROW, n, desk, seq, digest)
        self._connection.execute(_PUT_ROW, (n, desk, seq, mac))
        if end:
            self.put(end.after(n, mac))

    def fill(self) -> None:
        """Register all that the log holds, in the order of writing."""
        end = End()

        def entries() -> Iterator[tuple[int, str, int, str]]:
            nonlocal end
            for n, (desk, seq, digest) in enumerate(self._connection.execute(_IN_ORDER), 1):
                mac = self._binder.bind(ROW, n, desk, seq, digest)
                end = end.after(n, mac)
                yield n, desk, seq, mac

        self._connection.executemany(_PUT_ROW, entries())
        self.put(end)

    def put(self, end: End) -> None:
        """Bind an end."""
        mac = self._binder.bind(END, end.count, end.digest)
        self._connection.execute(_PUT_END, (end.count, end.digest, mac))


def signed_end(connection: sqlite3.Connection, binder: Binder) -> End | None:
    """Return the end of the register, None where the key does not confirm one."""
    row = connection.execute(_END).fetchone()
    return End(*row[:2]) if row and binder.holds(row[2], END, *row[:2]) else None


def begin(connection: sqlite3.Connection, binder: Binder, sealer: Sealer) -> bool:
    """Register, once, what a version without a register wrote.

    All data keys are wrapped anew at this moment, so that a register that is emptied later is
    not taken for one that was never filled.

    Returns:
        False where another process was faster.
    """
    if is_begun(connection, sealer):
        return False
    Register(connection, binder).fill()
    for key_id, wrapped in wrapped_keys(connection):
        try:
            again = sealer.bound(key_id, wrapped)
        except StoreError:
            continue  # damaged; whoever reads by it is told so
        put = "UPDATE wrapped_key SET wrapped = ? WHERE key_id = ?"
        connection.execute(put, (again, key_id))
    return True


def bind_anew(connection: sqlite3.Connection, old: Binder, new: Binder) -> None:
    """Bind the register to another master key; an entry that does not hold stays as it is.

    The end is bound anew where it was confirmed and proves what the entries were: then it proves
    the same of them under the new key. Else it goes on not to fit.
    """
    if old.bind(END) == new.bind(END):
        return
    told, stored, proved = signed_end(connection, old), End(), End()
    after_stored, after_proved, changed = End(), End(), []
    hashes = _hashes(connection)
    for n, desk, seq, mac in connection.execute(_ENTRIES):
        again, should = mac, (mac, mac)
        found = _bound_to(old, (n, desk, seq), mac, hashes)
        here = found or hashes.get((desk, seq))
        if here:
            should = old.bind(ROW, n, desk, seq, here), new.bind(ROW, n, desk, seq, here)
        if found:
            again = should[1]
            changed.append((again, n))
        stored, after_stored = stored.after(n, mac), after_stored.after(n, again)
        proved, after_proved = proved.after(n, should[0]), after_proved.after(n, should[1])
    connection.executemany("UPDATE log_written SET mac = ? WHERE n = ?", changed)
    for end, after in ((stored, after_stored), (proved, after_proved)):
        if told == end:
            Register(connection, new).put(after)
            return


def _hashes(connection: sqlite3.Connection) -> dict[tuple[str, int], str]:
    rows = connection.execute(_IN_ORDER)
    return {(desk, seq): digest for desk, seq, digest in rows}


def _bound_to(
    old: Binder, entry: tuple[int, str, int], mac: str, hashes: dict[tuple[str, int], str]
) -> str | None:
    """Return the hash to which an entry is bound: of the row in its place, or near it."""
    n, desk, seq = entry
    near = (hashes.get((desk, seq + away)) for away in _NEAR)
    return next((one for one in near if one and old.holds(mac, ROW, n, desk, seq, one)), None)


def is_begun(connection: sqlite3.Connection, sealer: Sealer) -> bool:
    """Tell whether this log was ever registered, though somebody may have taken the register."""
    if has_tables(connection) and connection.execute(_ANY).fetchone()[0]:
        return True
    keys = wrapped_keys(connection)
    if not keys:  # sealed content without any key left: somebody took them
        return bool(connection.execute(_SEALED).fetchone()[0])
    return any(sealer.is_bound(key_id, wrapped) for key_id, wrapped in keys)


def has_tables(connection: sqlite3.Connection) -> bool:
    """Tell whether a file has the register's tables."""
    return bool(connection.execute(_MADE).fetchone()[0] == len(("log_written", "log_end")))


def wrapped_keys(connection: sqlite3.Connection) -> list[tuple[str, bytes]]:
    """Return the data keys as they are kept, none where even their table is gone."""
    made = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'wrapped_key'"
    if connection.execute(made).fetchone() is None:
        return []
    return fetched(connection, "SELECT key_id, wrapped FROM wrapped_key")
