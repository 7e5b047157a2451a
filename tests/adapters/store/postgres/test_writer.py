"""How a server writes to PostgreSQL: what meets is done again, what is lost is asked after."""

from __future__ import annotations

import signal
import socket
import threading
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.postgres_support import Cluster, database
from tests.support import MASTER_KEY, MORNING, Clock
from verification.adapters.store.postgres.address import read_address
from verification.adapters.store.postgres.database import Working, conninfo, run
from verification.adapters.store.postgres.log import PostgresLog
from verification.adapters.store.postgres.register import unproved
from verification.adapters.store.sql.reading import read_chains
from verification.basics.errors import RequestError, StoreBusy, StoreError
from verification.log import chain
from verification.log.events import EventKind, NewEvent
from verification.log.sealing import Binder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from verification.adapters.store.postgres.address import Address
    from verification.log.ports import LogTransaction


SECONDS = "verification.adapters.store.postgres.writer._SECONDS"


@pytest.fixture
def address() -> Iterator[Address]:
    """Return an empty database."""
    with database() as url:
        yield read_address("KIOSK_DB", url)


@contextmanager
def opened(address: Address, folder: Path, clock: Clock, name: str = "a") -> Iterator[PostgresLog]:
    """Open the log as one more server."""
    with closing(PostgresLog(address, MASTER_KEY, clock, folder / f"{name}.head")) as log:
        yield log


def added(log: LogTransaction, desk: str = "1", what: str = "number") -> str:
    """Log a look; return the event's name."""
    codes = {"what": what, "why": "quay"}
    return log.append(NewEvent(desk, EventKind.VIEWED, None, codes)).event_id


def runs_of(log: PostgresLog, first: Callable[[LogTransaction, Working], object]) -> int:
    """Log one event while something happens in the first run; return how many it took."""
    runs = 0

    def work(piece: LogTransaction) -> str:
        nonlocal runs
        runs += 1
        name = added(piece)
        if runs == 1:
            assert log._writing
            first(piece, log._writing)
        return name

    assert log.write(work) == "1-1"
    return runs


def chains(address: Address) -> dict[str, int]:
    """Return how long each desk's chain is; all are sound and registered."""
    with psycopg.connect(conninfo(address)) as direct:
        found = read_chains(Working(direct))
        assert unproved(Working(direct), Binder(MASTER_KEY)) == []
    assert all(chain.verify(rows) == [] for rows in found.values())
    return {desk: len(rows) for desk, rows in found.items()}


def together(*works: Callable[[], object]) -> None:
    """Run each in a thread of its own; what one raises is raised."""
    failed: list[BaseException] = []

    def guarded(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001  # of a thread
            failed.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def test_desks_of_two_servers_write_at_once_and_each_chain_is_sound(
    address: Address, tmp_path: Path, clock: Clock
) -> None:
    with opened(address, tmp_path, clock) as one, opened(address, tmp_path, clock, "b") as other:

        def many(log: PostgresLog, desk: str) -> None:
            for _ in range(15):
                log.write(lambda piece: added(piece, desk))

        together(*(lambda o=of: many(*o) for of in ((one, "1"), (one, "2"), (other, "1"))))  # type: ignore[misc]
    assert chains(address) == {"1": 30, "2": 15}


def test_of_two_that_decide_by_what_both_read_one_sees_the_other(
    address: Address, tmp_path: Path, clock: Clock
) -> None:
    with opened(address, tmp_path, clock) as one, opened(address, tmp_path, clock, "b") as other:
        meet, runs = threading.Barrier(2, timeout=20), []

        def only_once(piece: LogTransaction, desk: str) -> None:
            seen = piece.events([EventKind.VIEWED], clock())
            runs.append(desk)
            if len(runs) <= 2:
                meet.wait()
            if not seen:
                added(piece, desk)

        together(
            lambda: one.write(lambda piece: only_once(piece, "1")),
            lambda: other.write(lambda piece: only_once(piece, "2")),
        )
    assert sum(chains(address).values()) == 1
    assert len(runs) == 3  # one of them was done again, and then saw the other's


def test_servers_that_meet_all_the_time_all_come_to_an_end(
    address: Address, tmp_path: Path, clock: Clock
) -> None:
    def numbered(piece: LogTransaction, desk: str) -> None:
        added(piece, desk, f"number {len(piece.events([EventKind.VIEWED], MORNING))}")

    with ExitStack() as servers:
        logs = [servers.enter_context(opened(address, tmp_path, clock, name)) for name in "abcd"]

        def many(log: PostgresLog, desk: str) -> None:
            for _ in range(8):
                log.write(lambda piece: numbered(piece, desk))

        together(*(partial(many, log, desk) for log, desk in zip(logs, "1234", strict=True)))
        seen = [event.codes["what"] for event in logs[0].events([EventKind.VIEWED], MORNING)]
    assert sorted(seen) == sorted(f"number {count}" for count in range(32))
    assert sum(chains(address).values()) == 32


def test_work_that_swallows_the_error_of_a_meeting_is_done_again_all_the_same(
    address: Address, tmp_path: Path, clock: Clock
) -> None:
    def meet(piece: LogTransaction, db: Working) -> None:
        with suppress(StoreError), piece.attempt():
            db.rows("INSERT INTO scan VALUES ('s', 'x'), ('s', 'y')")

    with opened(address, tmp_path, clock) as log:
        assert runs_of(log, meet) == 2
    assert chains(address) == {"1": 1}


def test_an_error_of_the_work_undoes_it_alone(
    address: Address, tmp_path: Path, clock: Clock
) -> None:
    def refused(piece: LogTransaction) -> None:
        added(piece)
        raise RequestError("không", "no")

    with opened(address, tmp_path, clock) as log:
        with pytest.raises(RequestError):
            log.write(refused)
        assert log.write(added) == "1-1"
    assert chains(address) == {"1": 1}


def test_a_connection_lost_in_the_middle_is_done_again_and_counts_once(
    address: Address, tmp_path: Path, clock: Clock
) -> None:
    def lose(_: LogTransaction, db: Working) -> None:
        db.rows("SELECT pg_terminate_backend(pg_backend_pid())")

    with opened(address, tmp_path, clock) as log:
        assert runs_of(log, lose) == 2
    assert chains(address) == {"1": 1}


class Cutting:
    """A way to a cluster that cuts a connection at its next COMMIT.

    Args:
        port: Of the cluster.
        reaches: Whether the COMMIT still reaches it; its answer never does.
    """

    def __init__(self, port: int, *, reaches: bool) -> None:
        self._target = ("127.0.0.1", port)
        self._reaches = reaches
        self.armed = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._target)
                threading.Thread(target=self._there, args=(near, far), daemon=True).start()
                threading.Thread(target=self._back, args=(far, near), daemon=True).start()

    def _there(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError), near, far:
            while data := near.recv(65536):
                if self.armed and b"COMMIT" in data:
                    self.armed = False
                    near.shutdown(socket.SHUT_RDWR)
                    if self._reaches:
                        far.sendall(data)
                        far.shutdown(socket.SHUT_WR)
                    else:
                        far.shutdown(socket.SHUT_RDWR)
                    return
                far.sendall(data)

    def _back(self, far: socket.socket, near: socket.socket) -> None:
        with suppress(OSError):
            while data := far.recv(65536):
                near.sendall(data)
            near.close()


@pytest.mark.parametrize("reaches", [True, False])
def test_a_commit_whose_answer_is_lost_is_asked_after_and_counts_once(
    address: Address, tmp_path: Path, clock: Clock, *, reaches: bool
) -> None:
    port = int(address.url.rpartition(":")[2].partition("/")[0])
    way = Cutting(port, reaches=reaches)
    # TLS would hide the COMMIT from who cuts there
    url = f"{address.url.replace(str(port), str(way.port))}?sslmode=disable"
    through = read_address("KIOSK_DB", url)
    with closing(way), opened(through, tmp_path, clock) as log:
        assert runs_of(log, lambda *_: setattr(way, "armed", True)) == (1 if reaches else 2)
    assert chains(address) == {"1": 1}


def test_a_database_that_is_away_is_told_in_words_and_comes_back_by_itself(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("verification.adapters.store.postgres.database.WAIT_SECONDS", 1.5)
    with Cluster(durable=True) as cluster:
        monkeypatch.setenv("PGPASSFILE", str(cluster.passfile))
        address = read_address("KIOSK_DB", cluster.database())
        with opened(address, tmp_path, clock) as log:
            log.write(added)
            cluster.stop(signal.SIGQUIT)
            with monkeypatch.context() as short:
                short.setattr(SECONDS, 0.5)
                for ask in (lambda: log.write(added), lambda: log.event("1-1"), log.keep):
                    with pytest.raises(StoreBusy, match="Không nối được") as told:
                        ask()  # type: ignore[operator]
                    assert "postgres" not in told.value.vi.replace("PostgreSQL", "")
            cluster.start()
            assert log.write(added) == "1-2"
            assert log.event("1-1")
        assert chains(address) == {"1": 2}


def test_who_waits_for_what_another_holds_is_told_so_in_words(
    address: Address, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SECONDS, 1.0)
    with opened(address, tmp_path, clock) as log:
        log.write(added)
        with psycopg.connect(conninfo(address)) as other:
            run(other, "LOCK TABLE log")
            with pytest.raises(StoreBusy, match="đang bận"):
                log.write(added)
        assert log.write(added) == "1-2"


def test_each_server_notes_the_heads_that_it_wrote(
    address: Address, tmp_path: Path, clock: Clock
) -> None:
    with opened(address, tmp_path, clock) as one, opened(address, tmp_path, clock, "b") as other:
        one.write(added)
        other.write(lambda piece: added(piece, "2"))
    with opened(address, tmp_path, clock) as log:
        ends = {head.desk: str(head) for head in log.places.heads()}
    assert (tmp_path / "a.head").read_text().splitlines() == [ends["1"]]
    assert (tmp_path / "b.head").read_text().splitlines() == [ends["2"]]


def test_another_houses_key_opens_nothing_and_says_so(
    address: Address, tmp_path: Path, clock: Clock
) -> None:
    with opened(address, tmp_path, clock) as log:
        log.write(lambda piece: piece.person("7900000502", ()))
    with pytest.raises(StoreError, match="Khóa không đi với"):
        PostgresLog(address, b"x" * 32, clock, tmp_path / "c.head")


def test_a_database_of_a_newer_version_is_refused(
    address: Address, tmp_path: Path, clock: Clock
) -> None:
    with opened(address, tmp_path, clock):
        pass
    with psycopg.connect(conninfo(address), autocommit=True) as direct:
        run(direct, "INSERT INTO kiosk_migration (name) VALUES ('m999')")
    with pytest.raises(StoreError, match="phiên bản mới hơn"):
        PostgresLog(address, MASTER_KEY, clock, tmp_path / "a.head")
