"""The files of a database as its writer holds them: on Unix a deleted or replaced one stays open.

SQLite goes on writing into it, and what it wrote is gone with the process. What is held is still
whole: a WAL without its name is folded into the file and begun anew; where the file itself is not
at its name any more, it is copied beside it, and nothing more is written.
"""

import errno
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path

from verification.adapters.store.sqlite.database import connect, errors_in_words
from verification.adapters.store.sqlite.mended import mended
from verification.adapters.store.sqlite.reserve import release
from verification.basics.errors import StoreBusy, StoreError, StoreFull

_Identity = tuple[int, int] | None


class Held:
    """The files that one connection holds, and what becomes of them.

    Args:
        path: The database.
        read_from: Lets the readers begin anew, from this file.
    """

    def __init__(self, path: Path, read_from: Callable[[Path], None]) -> None:
        self._path = path
        self._wal, self._shm = (path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm"))
        self._read_from = read_from
        self._rescued: Path | None = None
        self._file = _identity(path)
        self._beside = self._found_beside()
        self._long = 0

    def fits(self, connection: sqlite3.Connection) -> bool:
        """Tell whether a connection writes where its file is found again.

        Returns:
            False where only the WAL was lost: all of it is in the file now, and the connection is
            to be opened anew.

        Raises:
            StoreError: The file is not at its name any more, or could not be brought up to date.
        """
        if _identity(self._path) != self._file:
            raise self._moved(connection)
        if self._rescued:  # it was brought back
            self._rescued = None
            self._read_from(self._path)
            mended(self._path, "is at its name again; the copy beside it is not used")
        before, self._long = self._long, _length(self._wal)
        # a WAL that grew shorter was emptied by somebody: by whom is seen when it is folded
        if self._found_beside() == self._beside and self._long >= before:
            return True
        self._fold(connection)
        return False

    def begin_anew(self) -> None:
        """Let nobody else go on with the files of before, and none of them be taken for ours.

        Raises:
            StoreError: The file is not at its name any more: a new one would be made.
        """
        if _identity(self._path) != self._file:
            raise _lost(self._path, None)
        self._read_from(self._path)
        if self._found_beside()[0] != self._beside[0] and _length(self._wal):
            with errors_in_words(self._path):  # an older one, which would be folded in
                self._wal.replace(_free(self._wal, "aside"))

    def hold(self) -> None:
        """Take the files for ours that a new connection holds.

        Raises:
            StoreError: They are not all there yet: somebody still reads from those of before.
        """
        found = self._found_beside()
        if None in found or _identity(self._path) != self._file:
            raise _busy(self._path)
        self._beside, self._long = found, 0

    def _found_beside(self) -> tuple[_Identity, _Identity]:
        return _identity(self._wal), _identity(self._shm)

    def _fold(self, connection: sqlite3.Connection) -> None:
        """Have all that is held lie in the file itself, and nothing in a WAL.

        Without its WAL a file that took a part of it is no database any more: none takes a part.
        """
        with errors_in_words(self._path):
            (long,) = connection.execute(
                "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
            ).fetchone()
            if long - _length(self._path) > shutil.disk_usage(self._path.parent).free:
                raise OSError(errno.ENOSPC, self._path.name)
            (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise _busy(self._path)

    def _moved(self, connection: sqlite3.Connection) -> StoreError:
        """Copy what is held beside the name once; return what is to be done."""
        if self._rescued and self._rescued.exists():
            return _lost(self._path, self._rescued)
        self._rescued = None
        try:
            self._rescued = self._rescue(connection)
        except (StoreError, OSError, sqlite3.Error):  # its folder is away or full: tried again
            return _lost(self._path, None)
        self._read_from(self._rescued)
        mended(self._path, f"was gone in use; what was held is copied into {self._rescued.name}")
        return _lost(self._path, self._rescued)

    def _rescue(self, connection: sqlite3.Connection) -> Path:
        try:
            self._fold(connection)  # no WAL that is left may count for the copy
            return _copied(connection, self._path)
        except StoreFull:
            if not release(self._path):
                raise
        self._fold(connection)
        return _copied(connection, self._path)


def rescued_of(db: Path) -> Path | None:
    """Return the newest copy that a server made of a file that was not at its name any more."""
    newest = None
    for number in count(1):
        copy = _numbered(db, "rescued", number)
        if not copy.exists():
            return newest
        newest = copy
    return newest


def _copied(connection: sqlite3.Connection, path: Path) -> Path:
    draft, target = path.with_name(f"{path.name}.rescuing"), _free(path, "rescued")
    draft.unlink(missing_ok=True)
    if not draft.parent.is_dir():  # no folder is made in the place of one that may come back
        raise FileNotFoundError(draft.parent)
    try:
        with errors_in_words(draft), closing(connect(draft)) as copy:
            connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
    except BaseException:  # half of it would take the room of the next
        draft.unlink(missing_ok=True)
        raise
    return draft.replace(target)


def _free(path: Path, why: str) -> Path:
    return next(one for n in count(1) if not (one := _numbered(path, why, n)).exists())


def _numbered(path: Path, why: str, number: int) -> Path:
    return path.with_name(f"{path.name}.{why}-{number}")


def _identity(path: Path) -> _Identity:
    try:
        found = path.stat()
    except OSError:  # not there, or not to be seen: it cannot be relied on either way
        return None
    return found.st_dev, found.st_ino


def _length(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _busy(path: Path) -> StoreError:
    return StoreBusy(
        f"Tệp {path.name}-wal bị xóa khi máy chủ đang chạy, đang lưu lại; chưa ghi thêm được gì, "
        "thử lại sau một giây",
        f"{path.name}-wal was deleted under the running server and is being saved; nothing more is "
        "written yet, try again in a second",
    )


def _lost(path: Path, rescued: Path | None) -> StoreError:
    name = path.name
    if rescued is None:
        return StoreError(
            f"Tệp {name} bị xóa hoặc bị thay khi máy chủ đang chạy, và chưa chép cứu được: đừng "
            f"tắt máy chủ; báo người quản trị trả lại thư mục {path.parent} (còn chỗ trống, ghi "
            "được). Không tiếp đón được cho đến khi xong",
            f"{name} was deleted or replaced under the running server and could not be rescued "
            f"yet: do not stop the server; tell the administrator to bring back the folder "
            f"{path.parent} (with room, to be written). Nobody is received until then",
        )
    return StoreError(
        f"Tệp {name} bị xóa hoặc bị thay khi máy chủ đang chạy. Các lượt đã nhận nằm trong "
        f"{rescued.name}; chưa ghi thêm được gì. Báo người quản trị: dừng máy chủ, đổi tên "
        f"{rescued.name} thành {name}, chạy lại",
        f"{name} was deleted or replaced under the running server. What was received lies in "
        f"{rescued.name}; nothing more is written. Tell the administrator: stop the server, rename "
        f"{rescued.name} to {name}, start again",
    )
