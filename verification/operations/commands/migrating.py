"""`migrate-store`: a hospital goes from a file to PostgreSQL, and back."""

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from verification.adapters.imports.progress import Progress
from verification.adapters.store.postgres.address import is_address
from verification.log.key_file import read_master_key
from verification.operations.commands import options, output
from verification.operations.commands.progressing import Progressing
from verification.operations.database_settings import address_of
from verification.operations.keys import existing_master_key
from verification.operations.settings import read_settings

_STEPS = {
    "prove": "Kiểm tra nhật ký của tệp / proving the log of the file",
    "copy": "Chép / copying",
    "cards": "Lấy dữ liệu thẻ / taking the cards over",
    "register": "Ghi sổ nhật ký / making the register",
    "verify": "Kiểm tra bản chép / proving the copy",
}
_ADDRESS = "POSTGRES_URL"


@options.command
@click.argument("source", type=options.STORE, metavar="SQLITE_FILE")
@click.argument("target", type=options.STORE, metavar=_ADDRESS)
@click.option("--back", is_flag=True, help="the other way: POSTGRES_URL SQLITE_FILE")
@click.option("--key", type=options.PATH, metavar="FILE", help="its key file; FILE.key if there")
@click.option("--heads", type=options.PATH, metavar="FILE", help="with --back: its file of heads")
def migrate_store(
    *,
    source: str,
    target: str,
    back: bool,
    key: Path | None,
    heads: Path | None,
    emit: output.Emit,
) -> int:
    """Copy a store from a SQLite file into PostgreSQL, or back."""
    url, file = (source, Path(target)) if back else (target, Path(source))
    if heads and not back:
        raise click.UsageError("--heads chỉ đi với --back / goes with --back alone")
    if not is_address(url):
        raise click.UsageError(f"{_ADDRESS}: postgresql://…")
    address = address_of(url, os.environ, setting=_ADDRESS)
    master = _key(key, file)
    # a house with a file needs no psycopg; that it lacks was said by now
    from verification.operations import migrating  # noqa: PLC0415

    begun = time.monotonic()
    if back:
        noted = heads or file.with_name(f"{file.name}.head")
        done = migrating.out_of_postgres(address, file, master, noted, _say)
    else:
        done = migrating.into_postgres(file, address, master, _Told(), _say)
    answer = {
        "rows": dict(done.state.rows),
        "heads": list(done.state.heads),
        "card_file": done.card_file,
        "went_on": done.went_on,
        "bytes": done.bytes,
        "seconds": round(time.monotonic() - begun, 1),
    }
    emit(answer, _table(answer))
    return 0


class _Told:
    """Tells how many rows were copied."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._first: tuple[float, int] | None = None
        self._progress = Progressing(sys.stderr)

    def __call__(self, table: str, count: int) -> None:
        """Tell it, if it is time to."""
        self._counts[table] = count
        now, read = time.monotonic(), sum(self._counts.values())
        begun, before = self._first = self._first or (now, read)
        rate = (read - before) / (now - begun) if now > begun else 0.0
        self._progress(Progress(read, None, rate, None))


def _say(step: str) -> None:
    sys.stderr.write(f"{_STEPS[step]}\n")


def _key(given: Path | None, file: Path) -> bytes:
    """Return the key that was named, that beside the file, or this installation's."""
    beside = file.with_name(f"{file.name}.key")
    found = given or (beside if os.path.lexists(beside) else None)
    if found:
        return read_master_key(found, of_copy=True)
    return existing_master_key(read_settings(os.environ))


def _table(answer: Mapping[str, Any]) -> str:
    rows = [f"{name:<14}{count:>12}" for name, count in answer["rows"].items()]
    heads = [f"{head[:40]}…" for head in answer["heads"]]
    last = (
        f"Xong sau {answer['seconds']} giây, {answer['bytes']} byte, thẻ {answer['card_file']}; số "
        "dòng và đầu chuỗi hai bên như nhau, verify-log không thấy gì sai / done; rows and heads "
        "are the same on both sides, verify-log finds nothing wrong"
    )
    return "\n".join([*rows, *heads, last])
