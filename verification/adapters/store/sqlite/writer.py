"""One writer queue a process: SQLite's own waiting is unfair to many writers.

Whoever comes first commits for all that wait: several pieces of work share one commit, each has its
own savepoint, and nobody is answered before the commit.
"""

import contextlib
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from verification.adapters.store.sqlite.database import (
    connect,
    errors_in_words,
    in_words,
    let_no_trigger_act,
)
from verification.adapters.store.sqlite.held import Held
from verification.adapters.store.sqlite.mended import mended
from verification.adapters.store.sqlite.reserve import release
from verification.basics.errors import StoreError, StoreFull
from verification.log.watch import UNWATCHED, Watch

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], Any]
_TOGETHER = 32  # pieces of work that one commit takes


class Writer:
    """Runs pieces of work one after the other on a connection of its own.

    Args:
        path: The database.
        prepare: Makes the schema on the new connection.
        after_commit: Called after each commit that wrote.
        after_rollback: Called after each piece of work that was rolled back.
        read_from: Lets the readers begin anew, from this file.
        watch: Told how long it takes.
    """

    def __init__(
        self,
        path: Path,
        prepare: Work,
        after_commit: Callable[[], None],
        after_rollback: Callable[[], None],
        read_from: Callable[[Path], None] = lambda _: None,
        watch: Watch = UNWATCHED,
    ) -> None:
        self._path = path
        self._prepare = prepare
        self._after_commit = after_commit
        self._after_rollback = after_rollback
        self._watch = watch
        self._waiting: deque[tuple[Work, Future[Any]]] = deque()
        self._turn = threading.Lock()
        self._connection = self._opened()
        self._held = Held(path, read_from)
        self._begins_anew = False

    def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run one piece of work; return its result after the commit.

        Raises:
            StoreError: It could not be written; nothing of it was.
        """
        answer: Future[T] = Future()
        self._waiting.append((work, answer))
        with self._watch.writing(), self._turn:
            while not answer.done():  # else somebody before us committed ours too
                count = min(len(self._waiting), _TOGETHER)
                self._commit_together([self._waiting.popleft() for _ in range(count)])
        return answer.result()

    def run_alone(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run one piece of work in a commit that no other shares; return its result.

        Others may read what was committed before as it stands in the file.

        Raises:
            StoreError: It could not be done; nothing of it was.
        """
        with self._turn:
            try:
                with errors_in_words(self._path):
                    self._stay()
                    self._connection.execute("BEGIN IMMEDIATE")
                    result = work(self._connection)
                    self._connection.execute("COMMIT")
            except BaseException:
                self._undo()
                raise
            self._after_commit()
            self._stay()
            return result

    def keep(self) -> None:
        """See that the files held are those at their names, and bring back what can be.

        Raises:
            StoreError: They are not; nothing is written until they are.
        """
        with self._turn:
            self._with_reserve(self._stay)

    def give_room_back(self) -> None:
        """Write the file anew without what nothing names; where that cannot be done it stays."""
        with self._turn, contextlib.suppress(sqlite3.Error):
            self._connection.execute("VACUUM")

    def close(self) -> None:
        """Let the work in hand end, then close."""
        with self._turn:
            self._connection.close()

    def _opened(self) -> sqlite3.Connection:
        connection = connect(self._path)
        let_no_trigger_act(connection)
        try:
            with errors_in_words(self._path):
                self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _stay(self) -> None:
        if not self._begins_anew and self._held.fits(self._connection):
            return
        self._begins_anew = True  # until it has, whatever comes between
        self._held.begin_anew()
        self._connection.close()
        self._connection = self._opened()
        self._held.hold()
        self._begins_anew = False
        mended(self._path, "files beside it were lost in use; folded into it and begun anew")

    def _commit_together(self, batch: list[tuple[Work, Future[Any]]]) -> None:
        begun = time.perf_counter()
        try:
            done = self._with_reserve(lambda: self._committed(batch))
        except StoreError as error:
            self._watch.committed(time.perf_counter() - begun, failed=True)
            self._give_up([answer for _, answer in batch], error)
            return
        self._watch.committed(time.perf_counter() - begun, failed=False)
        try:
            self._after_commit()
        finally:  # it is committed: whoever waits must hear so, or waits for ever
            self._answer(done)

    def _answer(self, done: list[tuple[Future[Any], object]]) -> None:
        try:
            self._with_reserve(self._stay)
        except StoreError as error:  # committed where nobody finds it again: sent again, it counts
            self._give_up([answer for answer, _ in done], error)
            return
        for answer, result in done:
            if not answer.done():
                answer.set_result(result)

    def _with_reserve(self, write: Callable[[], T]) -> T:
        """Write; on a full disk once more in the room that was kept for it."""
        try:
            return write()
        except StoreFull:
            if not release(self._path):
                raise
        self._undo()
        return write()

    def _committed(self, batch: list[tuple[Work, Future[Any]]]) -> list[tuple[Future[Any], Any]]:
        with errors_in_words(self._path):
            self._stay()
            self._connection.execute("BEGIN IMMEDIATE")
            left = [one for one in batch if not one[1].done()]  # refused where it is tried again
            done = [(answer, self._attempt(work, answer)) for work, answer in left]
            self._connection.execute("COMMIT")
        return done

    def _attempt(self, work: Work, answer: Future[Any]) -> object:
        self._connection.execute("SAVEPOINT work")
        try:
            result = work(self._connection)
        except sqlite3.OperationalError:
            raise  # the disk or the file: the whole commit is off
        except BaseException as error:  # the caller gets it, the queue goes on
            if not self._connection.in_transaction:  # the disk failed in a part of the work
                raise self._in_words(error) from error
            self._connection.execute("ROLLBACK TO work")
            self._after_rollback()
            answer.set_exception(self._in_words(error))
            return None
        finally:
            if self._connection.in_transaction:
                self._connection.execute("RELEASE work")
        return result

    def _in_words(self, error: BaseException) -> BaseException:
        if not isinstance(error, sqlite3.Error):
            return error
        refusal = in_words(error, self._path)
        refusal.__cause__ = error
        return refusal

    def _give_up(self, answers: list[Future[Any]], error: StoreError) -> None:
        self._undo()
        for answer in answers:
            if not answer.done():
                answer.set_exception(error)

    def _undo(self) -> None:
        with contextlib.suppress(sqlite3.Error):  # closed, or lost with the disk
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        self._after_rollback()
