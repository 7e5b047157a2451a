"""How a server writes: pieces of work in serializable transactions, tried again where that is safe.

In one process they come one after the other, and those that wait share a commit; between servers
PostgreSQL sees to it that all is as if they had come one after the other, and has one of two that
meet try again. Nobody is answered before the commit, and of a commit whose answer was lost
PostgreSQL is asked what became of it.
"""

import contextlib
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from verification.adapters.store.postgres.address import Address
from verification.adapters.store.postgres.database import (
    Connection,
    DoneAgain,
    Working,
    connected,
    in_words,
    is_done_again,
    is_lost,
    pool,
    run,
)
from verification.basics.errors import StoreBusy
from verification.log.watch import UNWATCHED, Watch

T = TypeVar("T")
Work = Callable[[Working], Any]
_Waiting = tuple[Work, Future[Any]]
_TOGETHER = 32  # pieces of work that one commit takes
_SECONDS = 4.0  # so long is tried again; a desk waits 5 s
_PAUSE, _LONGEST_PAUSE = 0.002, 0.2
# Those who try for the first time go together; who tries again goes alone, so that it comes to an
# end. A lock before the first query: what is read then is what they left.
_BEGIN = "BEGIN ISOLATION LEVEL SERIALIZABLE; LOCK TABLE turn IN ROW SHARE MODE"
_BEGIN_AGAIN = "BEGIN ISOLATION LEVEL SERIALIZABLE; LOCK TABLE turn IN EXCLUSIVE MODE"
_NUMBER = "SELECT pg_current_xact_id_if_assigned()::text"
_BECAME = "SELECT pg_xact_status(?::xid8)"


class Writer:
    """Runs pieces of work.

    Args:
        address: Of the database.
        before_commit: Called with the transaction before each commit.
        after_commit: Called after each commit.
        after_rollback: Called after each piece of work that was rolled back.
        watch: Told how long it takes.
    """

    def __init__(
        self,
        address: Address,
        before_commit: Callable[[Working], None],
        after_commit: Callable[[], None],
        after_rollback: Callable[[], None],
        watch: Watch = UNWATCHED,
    ) -> None:
        self._address = address
        self._before_commit = before_commit
        self._after_commit = after_commit
        self._after_rollback = after_rollback
        self._watch = watch
        self._pool: ConnectionPool[Connection] = pool(address, 1, lock_ms=int(_SECONDS * 1000))
        self._waiting: deque[_Waiting] = deque()
        self._turn = threading.Lock()

    def run(self, work: Callable[[Working], T]) -> T:
        """Run one piece of work, perhaps several times; return its result after the commit.

        Raises:
            StoreError: It could not be written, and nothing of it was; or, where the sentence says
                so, it is not known whether it was: whoever sends it again is not counted twice.
        """
        answer: Future[T] = Future()
        self._waiting.append((work, answer))
        with self._watch.writing(), self._turn:
            while not answer.done():  # else somebody before us committed ours too
                count = min(len(self._waiting), _TOGETHER)
                self._commit_together([self._waiting.popleft() for _ in range(count)])
        return answer.result()

    def close(self) -> None:
        """Let the work in hand end, then close."""
        with self._turn:
            self._pool.close()

    def _commit_together(self, batch: list[_Waiting]) -> None:
        begun = time.perf_counter()
        try:
            done = self._tried(batch)
        except Exception as error:  # noqa: BLE001  # whoever waits must hear of it
            self._watch.committed(time.perf_counter() - begun, failed=True)
            for _, answer in batch:
                if not answer.done():
                    answer.set_exception(self._told(error))
            return
        self._watch.committed(time.perf_counter() - begun, failed=False)
        try:
            self._after_commit()
        finally:  # it is committed: whoever waits must hear so, or waits for ever
            for answer, result in done:
                if not answer.done():
                    answer.set_result(result)

    def _tried(self, batch: list[_Waiting]) -> list[tuple[Future[Any], Any]]:
        end, pause, begin = time.monotonic() + _SECONDS, _PAUSE, _BEGIN
        while True:
            try:
                return self._committed(batch, begin)
            except (psycopg.Error, DoneAgain) as error:
                self._after_rollback()
                if not _is_again(error) or time.monotonic() > end:
                    raise
            time.sleep(random.uniform(0, pause))  # noqa: S311  # two that met shall not meet again
            pause, begin = min(2 * pause, _LONGEST_PAUSE), _BEGIN_AGAIN

    def _committed(self, batch: list[_Waiting], begin: str) -> list[tuple[Future[Any], Any]]:
        with self._pool.connection() as connection:
            try:
                connection.execute(begin.encode())
                working = Working(connection)
                left = [one for one in batch if not one[1].done()]
                attempt = self._attempt if len(left) > 1 else self._alone
                done = [(answer, attempt(working, work, answer)) for work, answer in left]
                if not working.in_transaction:  # of one work that was refused
                    return done
                self._before_commit(working)
                working.must_go_on()
                [[number]] = working.rows(_NUMBER)
            except BaseException:
                with contextlib.suppress(psycopg.Error):
                    run(connection, "ROLLBACK")
                raise
            self._commit(connection, number)
        return done

    def _alone(self, working: Working, work: Work, answer: Future[Any]) -> object:
        """Do the one work of a commit: what it raises undoes all of it."""
        try:
            return work(working)
        except DoneAgain:
            raise
        except BaseException as error:  # the caller gets it, the queue goes on
            if not working.in_transaction:
                raise working.failed(error) from error
            working.rows("ROLLBACK")
            self._after_rollback()
            answer.set_exception(self._told(error))
            return None

    def _attempt(self, working: Working, work: Work, answer: Future[Any]) -> object:
        working.rows("SAVEPOINT work")
        try:
            result = work(working)
        except DoneAgain:
            raise  # all of it is
        except BaseException as error:  # the caller gets it, the queue goes on
            if not working.in_transaction:
                raise working.failed(error) from error
            self._give_up(working, answer, error)
            return None
        working.rows("RELEASE work")
        return result

    def _give_up(self, working: Working, answer: Future[Any], error: BaseException) -> None:
        working.rows("ROLLBACK TO work")
        working.rows("RELEASE work")
        self._after_rollback()
        answer.set_exception(self._told(error))

    def _told(self, error: BaseException) -> BaseException:
        if not isinstance(error, psycopg.Error):
            return error
        told = in_words(error, self._address)
        told.__cause__ = error
        return told

    def _commit(self, connection: Connection, number: str | None) -> None:
        """Commit; where the answer is lost, ask what became of it.

        Raises:
            StoreBusy: It is not known.
            psycopg.Error: It was not committed.
        """
        try:
            run(connection, "COMMIT")
        except psycopg.Error as error:
            connection.close()
            if not is_lost(error) or number is None or not self._is_committed(number):
                raise

    def _is_committed(self, number: str) -> bool:
        end = time.monotonic() + _SECONDS
        while time.monotonic() < end:
            with contextlib.suppress(psycopg.Error):
                with connected(self._address) as connection:
                    [[became]] = run(connection, _BECAME, (number,))
                if became != "in progress":
                    return bool(became == "committed")
            time.sleep(_LONGEST_PAUSE)
        raise StoreBusy(
            f"Mất kết nối với máy chủ PostgreSQL {self._address.name} đúng lúc ghi, chưa biết đã "
            "ghi hay chưa: hãy làm lại, không bị tính hai lần",
            f"The connection to the PostgreSQL {self._address.name} was lost while it wrote, and "
            "it is not known whether it did: do it again, nothing counts twice",
        )


def _is_again(error: psycopg.Error | DoneAgain) -> bool:
    if isinstance(error, DoneAgain):
        return True
    # who waited for a connection has waited
    return is_done_again(error) and not isinstance(error, PoolTimeout)
