"""The copy of a store that is proved: made for it, looked at alone, thrown away."""

import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

from verification.adapters.store.copies import folder_of_copies
from verification.adapters.store.heads import head_file, heads_in
from verification.adapters.store.sql.wrapped import wrapped_key
from verification.adapters.store.sqlite.database import Statements, connect, errors_in_words
from verification.adapters.store.sqlite.proof.rows import LogRows, rows_in
from verification.adapters.store.sqlite.register import has_tables, signed_end, wrapped_keys
from verification.basics.errors import StoreError
from verification.log.chain import Head
from verification.log.findings import Finding
from verification.log.sealing import Binder, Sealer

PROOF = "kiosk-proof-"
NO_KEY = b""
"""Stands for the master key where its file holds none."""


@dataclass(frozen=True)
class DeskRegister:
    """The register of one desk, of a store that keeps one a desk.

    Args:
        entries: How-manieth of its desk, place and MAC of each event.
        end: How many there are, what they add up to, and the MAC of both; None where there is none.
    """

    entries: Sequence[tuple[int, int, str]]
    end: tuple[int, str, str] | None


_BESIDE = ("-wal", "-journal")  # what SQLite has not yet taken over into the file
_TIMES = 5  # a file that somebody writes meanwhile is copied again


@dataclass(frozen=True)
class Copy:
    """A store as it is proved.

    Args:
        connection: To the copy; checks may write scratch tables into it, never into the store.
        path: Of the store itself; the card files lie beside it.
        head_file: Where ends of its chains are noted.
        heads: Those, by desk.
        given: Ends that whoever asks kept elsewhere.
        sealer: Opens its content; None without the key.
        binder: Confirms what was bound to the key; None without it.
        wrong_key: True where a key was given that is not the store's; then it counts as none.
        elsewhere: True for a copy that may lie alone, False for an installation's own store.
        registers: Of a store that keeps a register a desk, those that do not prove their desk; None
            where the register is the copy's own.
        met: What was found when the copy was made.
        left_out: What checks had to leave out, by name; they fill it.
    """

    connection: sqlite3.Connection
    path: Path
    head_file: Path
    heads: dict[str, list[Head]]
    given: Sequence[Head] = ()
    sealer: Sealer | None = None
    binder: Binder | None = None
    wrong_key: bool = False
    elsewhere: bool = False
    registers: Mapping[str, DeskRegister] | None = None
    met: Sequence[Finding] = ()
    left_out: set[str] = field(default_factory=set)

    @cached_property
    def log(self) -> LogRows:
        """Return the rows of the log, desk by desk."""
        return rows_in(self.connection)


@contextmanager
def copied(
    path: Path,
    master: bytes | None = None,
    given: Sequence[Head] = (),
    *,
    elsewhere: bool = False,
) -> Iterator[Copy]:
    """Copy a store and open the copy; neither the store nor its folder is changed.

    Args:
        path: `kiosk.db`, or a copy of it.
        master: The master key, None where it is not there, `NO_KEY` where its file holds none.
        given: Heads that whoever asks kept elsewhere.
        elsewhere: True for a copy that may lie alone.

    Raises:
        StoreError: There is no such file, it holds no log, or it cannot be read.
    """
    with errors_in_words(path), folder_of_copies(PROOF) as folder:
        if not path.exists():
            raise StoreError(f"Không có tệp {path}", f"There is no file {path}")
        noted = head_file(path)
        heads = heads_in(noted)  # before the log, which may be longer than they, never shorter
        copy = folder / path.name
        _copy(path, copy)
        with closing(connect(copy)) as connection:
            connection.execute("PRAGMA temp_store = MEMORY")  # once: it drops what is there
            _refuse_other(connection, path)
            keys = opening(connection, master)
            yield Copy(connection, path, noted, heads, given, *keys, elsewhere=elsewhere)


def opening(
    connection: sqlite3.Connection, master: bytes | None
) -> tuple[Sealer | None, Binder | None, bool]:
    """Return what opens a copy and confirms what was bound, and whether the key is a wrong one.

    Args:
        connection: To the copy.
        master: As `copied` takes it.
    """
    if master is None:
        return None, None, False
    if not master:
        return None, None, True
    sealer, binder = _sealer(connection, master), Binder(master)
    return (sealer, binder, False) if _fits(connection, sealer, binder) else (None, None, True)


def _copy(path: Path, copy: Path) -> None:
    """Copy a store: from SQLite where somebody has it open, else its files as they lie there.

    Merely opening a store to read it lays files beside it, and fails where that is not allowed.
    """
    if _lies(path, "-shm"):
        try:
            with closing(connect(path, read_only=True)) as source, closing(connect(copy)) as target:
                source.backup(target)
        except (sqlite3.Error, StoreError):  # left behind by a crash on what cannot be written
            for left in copy.parent.iterdir():
                left.unlink()
        else:
            return
    for _ in range(_TIMES):
        before = _state(path)
        _copy_files(path, copy)
        if _state(path) == before:
            return
    raise sqlite3.OperationalError("database is busy")


def _copy_files(path: Path, copy: Path) -> None:
    if not path.is_file():
        raise sqlite3.OperationalError("it is no ordinary file")
    for suffix in ("", *_BESIDE):
        target = copy.with_name(f"{copy.name}{suffix}")
        target.unlink(missing_ok=True)
        if suffix == "" or _lies(path, suffix):
            with suppress(FileNotFoundError) if suffix else errors_in_words(path):
                _copy_file(path.with_name(f"{path.name}{suffix}"), target)


def _copy_file(source: Path, target: Path) -> None:
    with source.open("rb") as read:
        opened = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "wb") as written:
            shutil.copyfileobj(read, written, 1 << 20)


def _lies(path: Path, suffix: str) -> bool:
    return path.with_name(f"{path.name}{suffix}").exists()


def _state(path: Path) -> list[tuple[int, int, int] | None]:
    """Return what shows that somebody wrote."""
    found: list[tuple[int, int, int] | None] = []
    for suffix in ("", *_BESIDE):
        try:
            stat = path.with_name(f"{path.name}{suffix}").stat()
        except FileNotFoundError:
            found.append(None)
        else:
            found.append((stat.st_ino, stat.st_size, stat.st_mtime_ns))
    return found


def _fits(connection: sqlite3.Connection, sealer: Sealer, binder: Binder) -> bool:
    """Tell whether a key is the store's; where nothing can say so, it is believed."""
    keys: list[tuple[str, bytes]] = []
    with suppress(sqlite3.DatabaseError):  # a damaged page is told by the checks
        keys = wrapped_keys(connection)
    if any(sealer.opens(key_id, wrapped) for key_id, wrapped in keys):
        return True
    if has_tables(connection) and connection.execute("SELECT 1 FROM log_end").fetchone():
        return signed_end(connection, binder) is not None
    return not keys


def _refuse_other(source: sqlite3.Connection, path: Path) -> None:
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'log'"
    if source.execute(query).fetchone() is None:
        raise StoreError(
            f"{path.name} không có nhật ký của kiosk", f"{path.name} holds no kiosk log"
        )


def _sealer(connection: sqlite3.Connection, master: bytes) -> Sealer:
    def save(key_id: str, _wrapped: bytes) -> None:
        raise StoreError(f"Thiếu khóa {key_id}", f"The key {key_id} is missing")

    return Sealer(master, partial(wrapped_key, Statements(connection)), save)
