"""What `kiosk.db` adds to the contract of `Log`: the file, its guards, its end by force."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.desk_support import STEPS, Desk
from tests.log.contract.engines import loosen
from tests.support import DESK, MASTER_KEY, MORNING, ROOT, TODAY, Clock, open_kiosk, payload
from verification.adapters.store.heads import head_file
from verification.adapters.store.sql.reading import read_chains
from verification.adapters.store.sqlite.database import Statements
from verification.adapters.store.sqlite.log import SqliteLog
from verification.basics.errors import RequestError, StoreError
from verification.log import chain
from verification.log.events import EventKind, NewEvent
from verification.log.unreadable import Cause, Unreadable
from verification.log.visit import CancelReason
from verification.reception import checkin, lookup
from verification.reception import corrections as visits
from verification.reception.answer import Scan

if TYPE_CHECKING:
    from pathlib import Path

    from verification.adapters.store.sql.transaction import Transaction
    from verification.kiosk import Kiosk

DAY = timedelta(days=1)


def presented(**facts: Any) -> NewEvent:
    """Return an event of desk 1 that presents a card."""
    return replace(NewEvent("1", EventKind.PRESENTED, None, {"officer": "an"}), **facts)


# ---- the chain


def chains_of(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Read the chains with a connection of its own."""
    with closing(sqlite3.connect(folder / "kiosk.db")) as connection:
        return read_chains(Statements(connection))


def test_the_digest_of_content_is_over_its_salt_and_canonical_bytes(
    kiosk: Kiosk, store_folder: Path
) -> None:
    answer = checkin.check_in(DESK, kiosk, Scan((payload("patient-1"),)))
    kept = kiosk.written.content(answer.event.event_id)
    with closing(sqlite3.connect(store_folder / "kiosk.db")) as connection:
        (salt,) = connection.execute("SELECT salt FROM content WHERE event_id = '1-1'").fetchone()
    row = chains_of(store_folder)["1"][0]
    assert len(salt) == 32
    assert row["content_digest"] == chain.content_digest(salt, chain.canonical(kept))


def test_erasing_content_leaves_the_chain_sound(kiosk: Kiosk, store_folder: Path) -> None:
    checkin.check_in(DESK, kiosk, Scan((payload("patient-1"),)))
    with closing(sqlite3.connect(store_folder / "kiosk.db")) as connection, connection:
        connection.execute("DELETE FROM content")
    content = kiosk.written.content("1-1")
    assert content is not None
    assert content.unreadable == (Unreadable("1-1", Cause.DELETED),)
    assert chain.verify(chains_of(store_folder)["1"]) == []


@pytest.mark.parametrize(
    "statement",
    ["UPDATE log SET kind = 'x'", "DELETE FROM log", "UPDATE log SET hash = 'x' WHERE seq = 1"],
)
def test_the_log_cannot_be_updated_or_deleted(
    kiosk: Kiosk, store_folder: Path, statement: str
) -> None:
    checkin.check_in(DESK, kiosk, Scan((payload("patient-1"),)))
    with (
        closing(sqlite3.connect(store_folder / "kiosk.db")) as connection,
        pytest.raises(sqlite3.IntegrityError, match="only grows"),
    ):
        connection.execute(statement)
    assert len(chains_of(store_folder)["1"]) == 2


def test_a_log_does_not_open_with_another_key(kiosk: Kiosk, store_folder: Path) -> None:
    checkin.check_in(DESK, kiosk, Scan((payload("patient-1"),)))
    with pytest.raises(StoreError, match="khóa"):
        SqliteLog(store_folder / "kiosk.db", bytes(32), Clock())


def test_a_full_disk_refuses_the_patient_in_words_and_logs_nothing(
    kiosk: Kiosk, log: SqliteLog, store_folder: Path
) -> None:
    def limit(pages: int) -> None:
        log._writer.run(lambda c: c.execute(f"PRAGMA max_page_count = {pages}").fetchone())

    checkin.check_in(DESK, kiosk, Scan((payload("patient-1"),)))
    limit(1)  # SQLite takes the present size as the least
    with pytest.raises(StoreError) as told:
        visits.note(DESK, kiosk, "1-2", "dài " * 200_000)
    assert "kiosk.db" in told.value.vi
    assert chain.verify(chains_of(store_folder)["1"]) == []
    limit(1_000_000)
    assert checkin.check_in(DESK, kiosk, Scan((payload("patient-2"),))).visit is not None
    heads = head_file(store_folder / "kiosk.db").read_text().split()
    assert chain.verify(chains_of(store_folder)["1"], [chain.parse_head(heads[-1])]) == []


def test_a_disk_that_fills_inside_a_part_of_the_work_is_told_by_its_cause(
    kiosk: Kiosk, log: SqliteLog
) -> None:
    def work(within: Transaction) -> None:
        with within.attempt():  # as the misuse rules run: what fails there alone is undone alone
            content = {"ghi_chu": "dài " * 200_000}
            within.append(NewEvent("1", EventKind.NOTED, None, {}, None, content))

    def limit(pages: int) -> None:
        log._writer.run(lambda c: c.execute(f"PRAGMA max_page_count = {pages}").fetchone())

    checkin.check_in(DESK, kiosk, Scan((payload("patient-1"),)))
    limit(1)
    with pytest.raises(StoreError, match="full"):
        log.write(work)
    limit(1_000_000)
    assert checkin.check_in(DESK, kiosk, Scan((payload("patient-2"),))).visit is not None


def test_a_read_only_database_refuses_the_patient_in_words(kiosk: Kiosk, log: SqliteLog) -> None:
    log._writer.run(lambda c: c.execute("PRAGMA query_only = ON"))
    with pytest.raises(StoreError):
        checkin.present(DESK, kiosk, Scan((payload("patient-1"),)))
    log._writer._connection.execute("PRAGMA query_only = OFF")
    assert checkin.present(DESK, kiosk, Scan((payload("patient-1"),))).event.event_id == "1-1"


def test_a_head_that_cannot_be_written_does_not_stop_the_desk(
    kiosk: Kiosk, store_folder: Path
) -> None:
    head_file(store_folder / "kiosk.db").mkdir()
    assert checkin.check_in(DESK, kiosk, Scan((payload("patient-1"),))).visit is not None


def test_work_after_closing_is_refused(tmp_path: Path, clock: Clock) -> None:
    log = SqliteLog(tmp_path / "kiosk.db", MASTER_KEY, clock)
    log.close()
    with pytest.raises(StoreError):
        log.write(lambda t: t.append(presented()))


# ---- the projection


def projection(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of the tables that the log can make again."""
    with closing(sqlite3.connect(folder / "kiosk.db")) as connection:
        return {
            table: sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=str)
            for table in ("visit", "scan")
        }


@settings(max_examples=25)
@given(st.lists(STEPS, min_size=1, max_size=25))
def test_the_rebuilt_projection_equals_the_projection(
    demo_store: Path, tmp_path_factory: pytest.TempPathFactory, steps: list[Any]
) -> None:
    folder = tmp_path_factory.mktemp("random")
    for source in demo_store.glob("cards-*.db"):
        (folder / source.name).symlink_to(source)
    clock = Clock()
    with open_kiosk(folder, clock) as (kiosk, log):
        desk = Desk(kiosk, clock)
        for step in steps:
            desk.do(*step)
        before = projection(folder)
        log.rebuild()
        after = projection(folder)
    assert after == before
    for rows in chains_of(folder).values():
        assert chain.verify(rows) == []


# ---- kill -9

LOOP = """
import itertools, os, sys
from tests.support import DESK, open_kiosk
from pathlib import Path
from verification.reception import checkin
from verification.operations.wiring import local_now
from verification.reception.answer import Scan
with open_kiosk(Path(sys.argv[1]), local_now) as (kiosk, _):
    for at in itertools.count():
        number = f"79{sys.argv[2]}{at:07d}".encode()
        answer = checkin.check_in(DESK, kiosk, Scan((number,)))
        os.write(1, f"{answer.visit.visit_id} {answer.event.event_id}\\n".encode())
"""


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(store_folder: Path) -> None:
    acknowledged: list[str] = []
    for kill in range(5):
        words = [sys.executable, "-c", LOOP, str(store_folder), str(kill)]
        with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            first = [process.stdout.readline() for _ in range(3 + 7 * kill)]
            acknowledged += [line.split()[0] for line in first]
            process.send_signal(signal.SIGKILL)
            rest = process.stdout.read().split("\n")
            acknowledged += [line.split()[0] for line in rest[:-1]]
    assert len(acknowledged) == len(set(acknowledged)) >= 85
    with closing(sqlite3.connect(store_folder / "kiosk.db")) as connection:
        kept = {row[0] for row in connection.execute("SELECT visit_id FROM visit")}
    assert set(acknowledged) <= kept
    verify = subprocess.run(
        [sys.executable, "-m", "verification", "verify-log", "--json"],
        cwd=ROOT,
        env=os.environ | {"KIOSK_DB": str(store_folder / "kiosk.db")},
        capture_output=True,
        check=False,
    )
    assert verify.returncode == 0, verify.stderr
    told = json.loads(verify.stdout)
    assert (told["desk"], told["ok"]) == ("1", True)
    assert told["events"] >= 2 * len(acknowledged)
    clock = Clock()
    with open_kiosk(store_folder, clock) as (kiosk, log):
        before = projection(store_folder)
        log.rebuild()
        assert projection(store_folder) == before
        assert checkin.check_in(DESK, kiosk, Scan((payload("patient-1"),))).visit is not None
    assert clock.now.date() == TODAY


def test_a_visit_row_that_names_another_persons_presentation_shows_nobody(
    kiosk: Kiosk, store_folder: Path
) -> None:
    for slug in ("patient-1", "s2"):
        checkin.check_in(DESK, kiosk, Scan((payload(slug),)))
    with closing(sqlite3.connect(store_folder / "kiosk.db")) as db, db:
        db.execute("UPDATE visit SET presented = '1-1' WHERE visit_id = '1-4'")
    (wrong, content), (_, whole) = lookup.recent_visits(DESK, kiosk)
    assert (wrong.visit_id, wrong.unreadable, dict(content)) == ("1-4", True, {})
    assert content.unreadable == (Unreadable("1-4", Cause.BYTES),)
    assert whole["ban_ghi"]
    with pytest.raises(RequestError, match="không đọc được"):
        visits.undo(DESK, kiosk, "1-4", CancelReason.KHAC)


@pytest.mark.parametrize("moment", ["'2026-11-22 nhầm'", "CAST(x'32ff' AS TEXT)", "''", "x'00'", 7])
def test_times_that_are_none_are_passed_over(
    kiosk: Kiosk, store_folder: Path, moment: object
) -> None:
    for slug in ("patient-1", "s2", "s4"):
        checkin.check_in(DESK, kiosk, Scan((payload(slug),)))
    with closing(sqlite3.connect(store_folder / "kiosk.db", isolation_level=None)) as db:
        loosen(db)
        db.execute(f"UPDATE log SET recorded_at = {moment} WHERE seq IN (1, 2, 5, 6)")
    assert kiosk.doubt() is None
    assert kiosk.written.last_recorded(MORNING - DAY, MORNING + DAY) == MORNING
    assert kiosk.written.first_recorded(MORNING - DAY, MORNING + DAY) == MORNING
    assert len(kiosk.written.recent("1", 9)) == 3
