"""The file of the master key: who else may touch it, how it is made, how it is replaced.

A key that others may read guards nothing, so such a file is refused, with the command that mends
it. Windows has neither modes nor owners of this kind: there only the kind of file is looked at.
"""

import os
import secrets
import shlex
import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from itertools import count
from pathlib import Path

from verification.basics.errors import StoreError
from verification.basics.private import private_folder

KEY_BYTES = 32
_OF_OTHERS = 0o077
_MOST_BYTES = 1000
_HAS_MODES = hasattr(os, "geteuid")
# never through a link, and a pipe must not be waited for
_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def new_key() -> bytes:
    """Return a new random master key."""
    return secrets.token_bytes(KEY_BYTES)


def key_of(text: str, name: str) -> bytes:
    """Return the key that a text holds.

    Args:
        text: 64 hexadecimal digits.
        name: Of the place that it was read from.

    Raises:
        StoreError: It is no key.
    """
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise StoreError(f"{name} không phải một khóa của kiosk", f"{name} holds no kiosk key")
    return key


def read_master_key(path: Path, *, of_copy: bool = False) -> bytes:
    """Return the master key; none is ever made here.

    Args:
        path: The file.
        of_copy: True for the key of a copy that was brought here: its modes and its owner say
            nothing about the house that it came from.

    Raises:
        StoreError: It is not there, is no key, or others may touch it; the sentence says how that
            is mended.
    """
    try:
        _refuse_other_than_file(path)
        with os.fdopen(os.open(path, _OPEN), "rb") as file:
            if not of_copy:
                _refuse_of_others(path, os.fstat(file.fileno()))
            text = file.read(_MOST_BYTES)
    except OSError as error:
        raise StoreError(
            f"Không đọc được tệp khóa {path}", f"Key file {path}: {error.strerror}"
        ) from error
    return key_of(text.decode("ascii", "replace"), path.name)


class KeyFile:
    """A master key kept in a file, and beside it the next one while keys are rotated.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def name(self) -> str:
        """Return where the key lies, as it is told to a person."""
        return str(self.path)

    def exists(self) -> bool:
        """Tell whether there is something under its name, a link to nowhere included."""
        return os.path.lexists(self.path)

    def read(self) -> bytes:
        """Return the key.

        Raises:
            StoreError: As `read_master_key`.
        """
        return read_master_key(self.path)

    def make(self) -> bytes:
        """Make a key where there is none, and return the one that is there.

        Raises:
            StoreError: It cannot be made, or others may touch it.
        """
        try:
            private_folder(self.path.parent)
            draft = self.path.with_name(f"{self.path.name}.{secrets.token_hex(4)}")
            _write(draft, new_key())
            with suppress(FileExistsError):  # two first starts at once must agree on one key
                _named_too(draft, self.path)
            draft.unlink()
        except OSError as error:
            raise _not_written(self.path, error) from error
        return self.read()

    def put_next(self, key: bytes) -> None:
        """Write the next key beside the present one, to the disk.

        Raises:
            StoreError: It cannot be written.
        """
        try:
            self._next.unlink(missing_ok=True)  # of a rotation that came to nothing
            _write(self._next, key)
            _to_disk(self.path.parent)
        except OSError as error:
            raise _not_written(self._next, error) from error

    def next_key(self) -> bytes | None:
        """Return the next key, None where there is none.

        Raises:
            StoreError: As `read_master_key`.
        """
        return read_master_key(self._next) if os.path.lexists(self._next) else None

    def drop_next(self) -> None:
        """Delete a next key that was never used."""
        with suppress(OSError):
            self._next.unlink(missing_ok=True)

    def take_next(self, day: date) -> str:
        """Put the next key into the place of the present one, which is kept.

        Returns:
            Where the former key is now.

        Raises:
            StoreError: The folder cannot be written; both files are still there.
        """
        if not os.path.lexists(self._next):  # another process was faster
            return f"{self.path}.old-{day:%Y-%m-%d}"
        try:
            former = next(name for name in self._former_names(day) if _is_kept_as(self.path, name))
            _to_disk(self.path.parent)
            self._next.replace(self.path)
            _to_disk(self.path.parent)
        except OSError as error:
            raise _not_written(self.path, error) from error
        return str(former)

    @property
    def _next(self) -> Path:
        return self.path.with_name(f"{self.path.name}.new")

    def _former_names(self, day: date) -> Iterator[Path]:
        first = self.path.with_name(f"{self.path.name}.old-{day:%Y-%m-%d}")
        yield first
        yield from (first.with_name(f"{first.name}-{n}") for n in count(2))


def _refuse_other_than_file(path: Path) -> None:
    found = path.lstat()
    if stat.S_ISREG(found.st_mode):
        return
    if stat.S_ISLNK(found.st_mode):
        mend = f"mv -f {shlex.quote(str(path.resolve()))} {_quoted(path)}"
    else:
        mend = f"mv {_quoted(path)} {_quoted(path)}.unused"
    raise StoreError(
        f"{path} phải là tệp thường, không phải liên kết, thư mục hay ống dẫn; hãy chạy: {mend}",
        f"{path} must be an ordinary file, no link, folder or pipe; run: {mend}",
    )


def _refuse_of_others(path: Path, found: os.stat_result) -> None:
    """Refuse a file that somebody else may read or write, or swap for another."""
    if not _HAS_MODES:
        return
    if found.st_uid != os.geteuid():
        mend = f"sudo chown {os.geteuid()} {_quoted(path)}"
        raise StoreError(
            f"Tệp khóa {path} là của người dùng khác trên máy này; hãy chạy: {mend}",
            f"Key file {path} belongs to another user of this machine; run: {mend}",
        )
    if found.st_mode & _OF_OTHERS:
        mend = f"chmod 600 {_quoted(path)}"
        raise StoreError(
            f"Người khác trên máy này đọc hoặc ghi được tệp khóa {path}; hãy chạy: {mend}",
            f"Others on this machine may read or write the key file {path}; run: {mend}",
        )
    folder = path.parent.stat().st_mode
    if folder & stat.S_IWOTH and not folder & stat.S_ISVTX:
        mend = f"chmod o-w {_quoted(path.parent)}"
        raise StoreError(
            f"Ai trên máy này cũng đổi được tệp trong thư mục của tệp khóa {path}; "
            f"hãy chạy: {mend}",
            f"Anybody on this machine may swap files in the folder of {path}; run: {mend}",
        )


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))


def _write(path: Path, key: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key.hex())
        file.flush()
        os.fsync(file.fileno())


def _named_too(path: Path, name: Path) -> None:
    """Give a file a second name, whole at once; a disk that knows none gets a copy."""
    try:
        os.link(path, name)
    except FileExistsError:
        raise
    except OSError:
        _write(name, bytes.fromhex(path.read_text("ascii")))


def _is_kept_as(path: Path, name: Path) -> bool:
    """Keep a file under a second name too; it may have it already, from a try that was killed."""
    try:
        _named_too(path, name)
    except FileExistsError:
        return name.read_bytes() == path.read_bytes()
    return True


def _to_disk(folder: Path) -> None:
    """Have the names in a folder written to the disk; Windows opens no folders."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _not_written(path: Path, error: OSError) -> StoreError:
    return StoreError(
        f"Không ghi được tệp khóa {path}; nếu nó ở đĩa khác, hãy gắn đĩa đó",
        f"Key file {path} cannot be written ({error.strerror}); mount its disk if it has its own",
    )
