"""A whole store of a SQLite file, copied into PostgreSQL by COPY: batch by batch, each for itself.

Each batch is one transaction that notes how far it came. Who was ended goes on behind the last one.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from verification.adapters.store.postgres import half_copied
from verification.adapters.store.postgres.database import Connection, Working, marked, run
from verification.adapters.store.postgres.register import Register
from verification.adapters.store.postgres.whole import NUMBERED, Table, tables
from verification.adapters.store.sql.registered import ROW, End
from verification.log.sealing import Binder

_BATCH = 20_000  # rows; so much a kill may cost
_WITHOUT = {"outbox": {"leased_until"}}  # what holds for a server that runs no more
_ROWS = "SELECT rowid, {named} FROM {table} WHERE rowid > ? ORDER BY rowid"
_ENTRIES = "COPY log_written (desk, n, seq, mac) FROM STDIN (FORMAT BINARY)"
_ENDS = "SELECT desk, count, digest FROM log_end"
_NEXT = "SELECT setval(pg_get_serial_sequence(?, ?), greatest(max({0}), 1)) FROM {1}"

Told = Callable[[str, int], None]
"""Is told the table and how many of its rows were copied so far."""
Row = tuple[object, ...]


class TakingIn:
    """The copying of one store.

    Args:
        source: The file, or a copy of it.
        target: In autocommit; it has the mark of one half copied.
        binder: Binds the registers of the desks.
        told: Is told how far it is.
    """

    def __init__(
        self, source: sqlite3.Connection, target: Connection, binder: Binder, told: Told
    ) -> None:
        self._source = source
        self._target = target
        self._binder = binder
        self._told = told
        self._register = Register(Working(target), binder)
        self._ends = {desk: End(*end) for desk, *end in run(target, _ENDS)}

    def run(self) -> None:
        """Copy what is not there yet."""
        for table in tables():
            self._copy(table)
        for name, column in NUMBERED.items():
            run(self._target, _NEXT.format(column, name), (name, column))

    def _copy(self, table: Table) -> None:
        at, _, done = half_copied.noted(self._target).get(table.name, "0 0").partition(" ")
        count = int(done)
        query = _ROWS.format(named=table.named, table=table.name)
        rows = self._source.execute(query, (int(at),))
        while batch := list(islice(rows, _BATCH)):
            count += len(batch)
            with self._target.transaction():
                self._put(table, (row[1:] for row in batch))
                if table.name == "log":
                    self._put_register(table, batch)
                half_copied.note(self._target, table.name, f"{batch[-1][0]} {count}")
            self._told(table.name, count)

    def _put(self, table: Table, rows: Iterator[Row]) -> None:
        left_out = [table.columns.index(one) for one in _WITHOUT.get(table.name, ())]
        into = marked(f"COPY {table.name} ({table.named}) FROM STDIN (FORMAT BINARY)")
        with self._target.cursor() as cursor, cursor.copy(into) as copy:
            copy.set_types(table.types)
            for row in rows:
                held = list(row)
                for at in left_out:
                    held[at] = None
                copy.write_row(held)

    def _put_register(self, table: Table, batch: Sequence[Row]) -> None:
        places = [1 + table.columns.index(one) for one in ("desk", "seq", "hash")]
        touched = set()
        with self._target.cursor() as cursor, cursor.copy(marked(_ENTRIES)) as copy:
            copy.set_types(("text", "int8", "int8", "text"))
            for row in batch:
                desk, seq, digest = (row[at] for at in places)
                copy.write_row(self._entry(str(desk), seq, digest))
                touched.add(str(desk))
        for desk in sorted(touched):
            self._register.put(desk, self._ends[desk])

    def _entry(self, desk: str, seq: object, digest: object) -> Row:
        n = self._ends.get(desk, End()).count + 1
        mac = self._binder.bind(ROW, n, desk, seq, digest)  # type: ignore[arg-type]  # a proved log's
        self._ends[desk] = self._ends.get(desk, End()).after(n, mac)
        return desk, n, seq, mac
