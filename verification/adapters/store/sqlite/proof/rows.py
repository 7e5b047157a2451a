"""The rows of the log of a copy, desk by desk, as far as they can be read."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from verification.adapters.store.rows import LOG_COLUMNS
from verification.adapters.store.sqlite.database import fetched
from verification.log.chain import Head, LogRow

_SCRATCH = "kiosk_proof_log"
_PLACED = "typeof(desk) = 'text' AND typeof(seq) = 'integer'"
_COUNTS = f"SELECT desk, count(*) FROM {{log}} WHERE {_PLACED} GROUP BY desk"
_MISPLACED = f"SELECT {{at}} FROM {{log}} WHERE NOT ({_PLACED}) ORDER BY {{at}}"
_OF_DESK = f"SELECT {{at}}, {LOG_COLUMNS} FROM {{log}} WHERE desk = ? AND {_PLACED} ORDER BY seq"
_LAST = f"SELECT hash FROM {{log}} WHERE desk = ? AND {_PLACED} ORDER BY seq DESC LIMIT 1"
_SCAN = f"SELECT rowid, {LOG_COLUMNS} FROM log NOT INDEXED ORDER BY rowid {{end}}"
_NUMBERED = f"CREATE TEMP TABLE {_SCRATCH} AS SELECT row_number() OVER () AS at, * FROM log"
_LITERALS = ", ".join(f"NULL AS {name.strip()}" for name in LOG_COLUMNS.split(","))


@dataclass(frozen=True)
class DeskRows:
    """The rows of one desk by `seq`, and where each stands in the order of writing."""

    rows: Sequence[LogRow] = ()
    places: Sequence[int] = ()


@dataclass(frozen=True)
class LogRows:
    """The log as it can be read.

    Args:
        counts: How many rows each desk has.
        misplaced: Where rows stand that have no desk or no number.
        torn: True where a page of it could not be read; then some rows are missing here.
    """

    _connection: sqlite3.Connection
    _names: dict[str, str]
    counts: dict[str, int] = field(default_factory=dict)
    misplaced: Sequence[int] = ()
    torn: bool = False

    def of(self, desk: str) -> DeskRows:
        """Return the rows of a desk."""
        names = LOG_COLUMNS.split(", ")
        found = fetched(self._connection, _OF_DESK.format(**self._names), (desk,))
        rows = [dict(zip(names, row[1:], strict=True)) for row in found]
        return DeskRows(rows, [row[0] for row in found])

    def head(self, desk: str) -> Head | None:
        """Return the end of a desk's chain as it stands, None where it has no row."""
        last = fetched(self._connection, _LAST.format(**self._names), (desk,))
        return Head(desk, self.counts[desk], str(last[0][0])) if last else None


def rows_in(connection: sqlite3.Connection) -> LogRows:
    """Return the log of a copy; the copy may get a scratch table."""
    names, torn = {"log": "log", "at": "rowid"}, False
    try:
        connection.execute("REINDEX log")  # the rows count, not an index that leaves some out
        if not _has_rowid(connection):  # made so by somebody; that is told of the table
            connection.execute(_NUMBERED)
            names = {"log": _SCRATCH, "at": "at"}
        else:
            counted = f"SELECT count(hash) FROM log NOT INDEXED WHERE {_PLACED}"
            connection.execute(counted).fetchone()
    except sqlite3.Error:
        names, torn = {"log": _SCRATCH, "at": "at"}, _saved(connection)
    found = fetched(connection, _COUNTS.format(**names))
    counts = {str(desk): count for desk, count in found}
    misplaced = [row[0] for row in connection.execute(_MISPLACED.format(**names))]
    return LogRows(connection, names, counts, misplaced, torn)


def _has_rowid(connection: sqlite3.Connection) -> bool:
    query = "SELECT wr FROM pragma_table_list WHERE name = 'log' AND schema = 'main'"
    return bool(connection.execute(query).fetchone() != (1,))


def _saved(connection: sqlite3.Connection) -> bool:
    """Put what can be read, from either end, into the scratch table; tell whether rows lack."""
    connection.execute(f"CREATE TEMP TABLE {_SCRATCH} AS SELECT 0 AS at, {_LITERALS} WHERE 0")
    seen: set[int] = set()
    torn = False
    for end in ("ASC", "DESC"):
        try:
            rows = connection.execute(_SCAN.format(end=end))
            for row in rows:
                if row[0] in seen:
                    break
                seen.add(row[0])
                marks = ",".join("?" * len(row))
                connection.execute(f"INSERT INTO {_SCRATCH} VALUES ({marks})", row)
        except sqlite3.Error:
            torn = True
        if not torn:
            break
    return torn
