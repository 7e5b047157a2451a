"""The card store: `cards-<n>.db`, a replaceable copy of outside facts.

A new file is built beside the running one and swapped in when whole: readers see the old facts or
the new ones, never half of an import.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from verification.adapters.store.sql.card_sources import CountedSources
from verification.adapters.store.sql.cards import CardQueries
from verification.adapters.store.sqlite.card_file import bring_up_to_date
from verification.adapters.store.sqlite.card_folder import digest_of, newest_file
from verification.adapters.store.sqlite.card_schema import is_outdated
from verification.adapters.store.sqlite.database import PerThread, errors_in_words
from verification.adapters.store.sqlite.name_index import PartsInFts
from verification.basics.errors import StoreBusy, StoreError
from verification.basics.texts import Text
from verification.card.ports import CardsVersion, Source
from verification.log.watch import UNWATCHED, Watch

_LOOKED_AT = (
    "SELECT EXISTS (SELECT 1 FROM refusal), EXISTS (SELECT 1 FROM card), "
    "EXISTS (SELECT 1 FROM standing), "
    "EXISTS (SELECT 1 FROM meta WHERE key = 'demo' AND value = '1')"
)
_BUSY_SECONDS = 0.5  # nobody writes into a card file: a lock on it is not ours
_AGAIN_SECONDS = 5.0
_LOOK_SECONDS = 0.5  # a card file is never written in place, so nobody looks at every scan
_MOST_KEPT = 1_000  # answers; facilities are asked for by what a card says
_PASSING = ("unable to open", "disk I/O", "readonly")


class _Trouble:
    """Why a card file cannot be read, and until when nobody tries again.

    A damaged file is not asked again until it is another one: the next page may be wrong too. What
    may pass by itself, such as a lock, is tried again soon.
    """

    def __init__(self, file: Path | None, error: StoreError, *, passes: bool) -> None:
        self.text = Text(
            f"{error.vi}; hãy nhập lại danh sách thẻ", f"{error.en}; import the cards again"
        )
        self._file = file
        self._mark = _mark(file)
        self._again = time.monotonic() + _AGAIN_SECONDS if passes else None

    def stands(self, newest: Path | None) -> bool:
        """Tell whether nothing has changed since."""
        if newest != self._file:
            return False
        waits = self._again is None or time.monotonic() < self._again
        return waits and _mark(newest) == self._mark


class SqliteCards(CardQueries):
    """The `Cards` port on the newest card file of a folder; an absent file is an empty store.

    So is one that cannot be read, and `status` says why: check-ins go on, nobody is green by it.

    Args:
        folder: Where the card files are, beside `kiosk.db`.
        bring: Brings the file of a folder to the tables of this version, where it is older.
        invented: False for a real house: a file of invented people is an empty store to it.
        watch: Told how long a look-up takes.
    """

    names = PartsInFts()

    def __init__(
        self,
        folder: Path,
        bring: Callable[[Path], None] = bring_up_to_date,
        *,
        invented: bool = True,
        watch: Watch = UNWATCHED,
    ) -> None:
        super().__init__(watch)
        self._folder = folder
        self._bring = bring
        self._invented = invented
        self._digests = _Digests()
        self._sources = CountedSources()
        self._lock = threading.Lock()
        self._place = str(folder)
        self._stamp: int | None = None
        self._mark: tuple[int, ...] | None = None
        self._looks_again = 0.0
        self._path: Path | None = None
        self._readers: PerThread | None = None
        self._trouble: _Trouble | None = None
        self._kept: dict[tuple[object, ...], list[tuple[Any, ...]]] = {}
        self._begun = False
        self._refuses = True  # until a file was opened: most hold no refused row

    @property
    def trouble(self) -> Text | None:
        """Return why the file cannot be read, None for a sound one."""
        return self._trouble.text if self._trouble else None

    @property
    def refuses(self) -> bool:
        """Tell whether the file holds a row that was refused."""
        return self._refuses

    def version(self) -> CardsVersion | None:
        """Return name and digest of the file in use; the digest is reckoned beside, once a file."""
        newest = newest_file(self._folder)
        if newest is None:
            return None
        return CardsVersion(newest.name, self._digests.of(newest, _mark(newest)))

    def sources(self) -> Sequence[Source]:
        """Return what the store holds by who made the lists; counted once a file."""
        try:
            return self._sources.of(_mark(newest_file(self._folder)), self.rows)
        except (ValueError, TypeError) as error:
            self.damaged(error)
            return ()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._readers:
                self._readers.close()
            self._readers, self._stamp, self._mark, self._kept = None, None, None, {}

    def damaged(self, error: Exception) -> None:
        """Answer as an empty store from now on: the file holds what no import has written."""
        name = self._path.name if self._path else ""
        told = StoreError(f"Tệp {name} hỏng", f"{name} is damaged ({error})")
        self._give_up(told, passes=False)

    def rows(
        self, query: str, values: Sequence[object], *, keep: bool = False
    ) -> list[tuple[Any, ...]]:
        """Return the rows of a query; none of a file that cannot be read.

        Args:
            query: The query.
            values: Its values.
            keep: True for one that each check-in asks: its rows are kept until the file is another.
        """
        try:
            kept = self._kept
            connection = self._connection()
            if keep and kept is self._kept and (found := kept.get((query, *values))) is not None:
                return found
            rows = connection.execute(_here(query), values).fetchall() if connection else []
            if keep and connection and len(kept) < _MOST_KEPT:
                kept[query, *values] = rows
            return rows
        except (sqlite3.Error, OSError, StoreError) as error:
            told = _in_words(self._path or self._folder, error)
            self._give_up(told, passes=_passes(told))
            return []

    def _give_up(self, error: StoreError, *, passes: bool) -> None:
        """Answer as an empty store from now on."""
        with self._lock:  # running queries of other threads let their connections go by themselves
            self._readers, self._kept = None, {}
            self._trouble = _Trouble(self._path, error, passes=passes)

    def _connection(self) -> sqlite3.Connection | None:
        """Return this thread's connection to the newest file; a swap changes the folder's time."""
        try:
            stamp = os.stat(self._place).st_mtime_ns  # noqa: PTH116  # at every scan
        except FileNotFoundError:
            return None
        if stamp != self._stamp or self._trouble or time.monotonic() >= self._looks_again:
            self._reopen(stamp)
        return self._readers.get() if self._readers else None

    def _reopen(self, stamp: int) -> None:
        """Open the newest file where it is another one, or was written in place."""
        with self._lock:
            newest = newest_file(self._folder) if stamp != self._stamp else self._path
            mark = _mark(newest)
            self._stamp, self._looks_again = stamp, time.monotonic() + _LOOK_SECONDS
            if self._trouble.stands(newest) if self._trouble else mark == self._mark:
                return
            # connections of running queries close when their thread lets them go
            self._path, self._readers, self._trouble, self._mark = newest, None, None, mark
            self._kept = {}
            if newest:
                with errors_in_words(newest):
                    self._readers, self._path = self._opened(newest)
                    self._begun = True
                    refuses, *_, demo = self._readers.get().execute(_LOOKED_AT).fetchone()
                    if demo and not self._invented:
                        self._readers.close()
                        self._readers = None
                self._mark, self._refuses = _mark(self._path), bool(refuses)

    def _opened(self, file: Path) -> tuple[PerThread, Path]:
        """Open a card file, or what takes its place where it is of an earlier version."""
        readers = PerThread(file, _BUSY_SECONDS)
        try:
            outdated = is_outdated(readers.get())
        except BaseException:
            readers.close()
            raise
        if not outdated:
            return readers, file
        readers.close()
        if self._begun:  # in the middle of whatever piece of work asks: nothing is logged there
            raise StoreError(
                f"{file.name} là của bản kiosk trước, hãy khởi động lại kiosk",
                f"{file.name} is of an earlier version, restart the kiosk",
            )
        self._bring(self._folder)
        file = newest_file(self._folder) or file
        return PerThread(file, _BUSY_SECONDS), file


@lru_cache(maxsize=256)
def _here(query: str) -> str:
    return query.replace("{at}", "")


class _Digests:
    """The digest of the newest file, reckoned in a thread: nobody waits for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: tuple[Path, tuple[int, ...]] | None = None
        self._digest: str | None = None

    def of(self, file: Path, mark: tuple[int, ...]) -> str | None:
        """Return the digest of a file as marked, None while it is not known."""
        with self._lock:
            if self._asked == (file, mark):
                return self._digest
            self._asked, self._digest = (file, mark), None
        name = f"cards-digest {file.name}"
        threading.Thread(target=self._reckon, args=(file, mark), name=name, daemon=True).start()
        return None

    def _reckon(self, file: Path, mark: tuple[int, ...]) -> None:
        with suppress(OSError):  # swapped out meanwhile: whoever asks next asks for another
            digest = digest_of(file)
            with self._lock:
                if self._asked == (file, mark):
                    self._digest = digest


def _in_words(path: Path, error: Exception) -> StoreError:
    if isinstance(error, sqlite3.OperationalError) and "decode" in str(error):
        error = sqlite3.DatabaseError("no text")  # its own words show the name that is none
    try:
        with errors_in_words(path):
            raise error
    except StoreError as told:
        return told


def _passes(error: StoreError) -> bool:
    """Tell whether it may pass by itself: a lock, a disk that is away."""
    cause = error.__cause__
    if isinstance(error, StoreBusy) or isinstance(cause, OSError):
        return True
    text = str(cause)
    return isinstance(cause, sqlite3.OperationalError) and any(word in text for word in _PASSING)


def _mark(file: Path | None) -> tuple[int, ...]:
    """Return what changes with a file's content, place or rights."""
    if file is None:
        return ()
    try:
        found = os.stat(file)  # noqa: PTH116  # at every scan
    except OSError:
        return ()
    return (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
