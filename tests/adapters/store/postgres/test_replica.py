"""A replica for who looks through very much: it is asked, may be away, and is never written."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.log.contract.engines import kiosk_on
from tests.postgres_support import Cluster
from tests.support import MASTER_KEY, MORNING, Clock, desk_officer, payload
from verification.adapters.store.postgres.address import read_address
from verification.adapters.store.postgres.log import PostgresLog
from verification.adapters.store.sqlite.cards import SqliteCards
from verification.basics.errors import StoreError
from verification.log.finding import Wanted
from verification.reception import checkin
from verification.reception.answer import Scan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RECEPTION = desk_officer("1")
_LONGEST = 30.0


def test_visits_are_looked_for_on_the_replica_and_without_it_on_the_database(
    tmp_path: Path, clock: Clock, demo_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("verification.adapters.store.postgres.database.WAIT_SECONDS", 1.0)
    with Cluster(settings={"wal_level": "replica"}) as cluster:
        monkeypatch.setenv("PGPASSFILE", str(cluster.passfile))
        address = read_address("KIOSK_DB", cluster.database())
        name = address.url.rpartition("/")[2]
        with cluster.standby() as standby:
            copy = read_address("KIOSK_DB_REPLICA", standby.url(name))
            with closing(PostgresLog(address, MASTER_KEY, clock, tmp_path / "head", copy)) as log:
                with closing(SqliteCards(demo_store)) as cards:
                    kiosk = kiosk_on(log, cards, clock)
                    checkin.check_in(RECEPTION, kiosk, Scan((payload("patient-1"),)))
                    day = Wanted(MORNING.date(), MORNING.date())
                    _until(lambda: _visits(standby, name) == 1)  # it follows in its own time
                    assert log.visits.count(day) == 1
                    standby.run("SELECT pg_wal_replay_pause()", name)
                    checkin.check_in(RECEPTION, kiosk, Scan((payload("s2"),)))
                assert len(log.recent("1", 9)) == 2
                assert log.visits.count(day) == 1  # so it was the replica that was asked
                with pytest.raises(StoreError, match="chỉ cho đọc"):
                    PostgresLog(copy, MASTER_KEY, clock, tmp_path / "other")
                standby.stop()
                assert log.visits.count(day) == 2


def _visits(cluster: Cluster, name: str) -> object:
    try:
        return cluster.run("SELECT count(*) FROM visit", name)[0][0]
    except psycopg.errors.UndefinedTable:
        return 0


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + _LONGEST
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)
