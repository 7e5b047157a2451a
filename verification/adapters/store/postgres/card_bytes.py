"""The card file itself, kept beside the tables that were made of it.

Byte for byte, since it is its digest that the log names: any server can take it from here, see that
it is the noted one and build the next import on it, as on a file that never left.
"""

import hashlib
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

from verification.adapters.store.postgres.database import Connection, marked, run

_PART = 1 << 20
_QUICKLY = 1  # a card file is three quarters air; more effort finds little more


def keep_file(connection: Connection, schema: str, file: Path) -> None:
    """Keep a card file in its set, inside the transaction that makes that."""
    run(connection, f"CREATE TABLE {schema}.file (part bigint PRIMARY KEY, bytes bytea NOT NULL)")
    run(connection, f"ALTER TABLE {schema}.file ALTER COLUMN bytes SET STORAGE EXTERNAL")
    into = marked(f"COPY {schema}.file (part, bytes) FROM STDIN (FORMAT BINARY)")
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        copy.set_types(["int8", "bytea"])
        for at, part in enumerate(_parts(file)):
            copy.write_row((at, zlib.compress(part, _QUICKLY)))


def _parts(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while part := opened.read(_PART):
            yield part


def take_file(connection: Connection, schema: str, target: Path) -> str:
    """Write the card file of a set to the disk; return the digest of what was written."""
    digest = hashlib.sha256()
    source = marked(
        f"COPY (SELECT bytes FROM {schema}.file ORDER BY part) TO STDOUT (FORMAT BINARY)"
    )
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as opened, connection.cursor() as cursor:
        with cursor.copy(source) as copy:
            copy.set_types(["bytea"])
            for (packed,) in copy.rows():
                part = _unpacked(packed)
                digest.update(part)
                opened.write(part)
        opened.flush()
        os.fsync(opened.fileno())
    return digest.hexdigest()


def _unpacked(packed: bytes) -> bytes:
    """Return a part of a file; of one that is damaged what it is: the digest tells."""
    try:
        return zlib.decompress(packed)
    except zlib.error:
        return packed
