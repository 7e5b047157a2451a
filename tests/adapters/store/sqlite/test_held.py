"""Files that are taken away under a running kiosk: what was acknowledged is found again."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from tests.disk_support import fill, make_room, small_disk
from tests.support import DESK, MASTER_KEY, make_demo_store, open_kiosk, payload
from tests.tamper_support import proved
from verification.adapters.store.sqlite import held
from verification.adapters.store.sqlite.held import rescued_of
from verification.adapters.store.sqlite.log import SqliteLog
from verification.adapters.store.sqlite.reserve import Reserved, keep, reserve_file, reserved
from verification.basics.errors import StoreBusy, StoreError, StoreFull
from verification.reception.answer import Scan
from verification.reception.checkin import check_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support import Clock
    from verification.kiosk import Kiosk


def received(kiosk: Kiosk, slug: str, scan: str | None = None) -> str:
    """Receive somebody; return the visit that the desk was told of."""
    answer = check_in(DESK, kiosk, Scan((payload(slug),), scan or f"s:{slug}"))
    assert answer.visit
    return answer.visit.visit_id


def after_kill(folder: Path, target: Path, clock: Clock, name: str = "kiosk.db") -> list[str]:
    """Return the visits that the next start finds, where the process ended at this moment.

    What has no name any more is gone with it; what has one lies in the folder.
    """
    target.mkdir()
    for file in filter(Path.exists, folder.glob("kiosk.db*")):
        shutil.copyfile(file, target / file.name)
    if name != "kiosk.db":
        (target / name).rename(target / "kiosk.db")
    with closing(SqliteLog(target / "kiosk.db", MASTER_KEY, clock)) as log:
        found = sorted(visit.visit_id for visit in log.visits_on(clock().date(), None))
    assert not proved(target / "kiosk.db").findings
    return found


def gone(*ends: str) -> Callable[[Path], None]:
    def wreck(db: Path) -> None:
        for end in ends:
            db.with_name(f"{db.name}{end}").unlink()

    wreck.__name__ = f"{' and '.join(ends)} deleted"
    return wreck


def older_wal_put_back(db: Path) -> None:
    wal = db.with_name(f"{db.name}-wal")
    wal.rename(wal.with_name("kept"))
    shutil.copyfile(wal.with_name("kept"), wal)


def rubbish_for_a_wal(db: Path) -> None:
    gone("-wal")(db)
    db.with_name(f"{db.name}-wal").write_bytes(b"\xff\x00" * 9000)


BESIDE = [gone("-wal"), gone("-shm"), gone("-wal", "-shm"), older_wal_put_back, rubbish_for_a_wal]


@pytest.mark.parametrize("wreck", BESIDE, ids=lambda wreck: wreck.__name__)
def test_files_beside_that_go_are_begun_anew_and_no_visit_is_lost(
    store_folder: Path,
    tmp_path: Path,
    clock: Clock,
    wreck: Callable[[Path], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    db = store_folder / "kiosk.db"
    caplog.set_level("INFO", "kiosk")
    with open_kiosk(store_folder, clock) as (kiosk, log):
        told = [received(kiosk, "patient-1")]
        wreck(db)
        log.keep()  # once a second, while nobody comes
        assert after_kill(store_folder, tmp_path / "idle", clock) == told
        told.append(received(kiosk, "patient-2"))
        wreck(db)
        told.append(received(kiosk, "patient-3"))  # before the second is over
        assert after_kill(store_folder, tmp_path / "busy", clock) == sorted({*told})
        with open_kiosk(store_folder, clock) as (beside, _):  # a command, meanwhile
            told.append(received(beside, "s3"))
        told.append(received(kiosk, "citizen-11"))
        assert after_kill(store_folder, tmp_path / "both", clock) == sorted({*told})
        lost = "kiosk.db: files beside it were lost in use; folded into it and begun anew"
        assert caplog.messages == [lost, lost]
        assert len(log.visits_on(clock().date(), None)) == len({*told})
    assert not proved(db).findings


def test_a_wal_that_goes_between_the_commit_and_its_answer_is_saved_first(
    store_folder: Path, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_kiosk(store_folder, clock) as (kiosk, log):
        received(kiosk, "patient-1")
        note = log._heads.note

        def and_the_wal_goes(heads: object) -> None:
            note(heads)  # type: ignore[arg-type]  # what the log gives
            gone("-wal")(store_folder / "kiosk.db")

        with monkeypatch.context() as patched:
            patched.setattr(log._heads, "note", and_the_wal_goes)
            received(kiosk, "patient-2")
        assert len(after_kill(store_folder, tmp_path / "killed", clock)) == 2


def test_whoever_reads_while_the_wal_goes_is_waited_for_and_told_nothing_wrong(
    store_folder: Path, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_kiosk(store_folder, clock) as (kiosk, log):
        told = [received(kiosk, "patient-1")]
        with closing(sqlite3.connect(store_folder / "kiosk.db")) as reader:
            reading = reader.execute("SELECT * FROM log")
            reading.fetchone()
            gone("-wal")(store_folder / "kiosk.db")
            log._writer._connection.execute("PRAGMA busy_timeout = 50")
            with pytest.raises(StoreBusy, match="-wal"):
                received(kiosk, "patient-2")
            reading.close()
        told.append(received(kiosk, "patient-2"))
        assert after_kill(store_folder, tmp_path / "killed", clock) == sorted({*told})


def test_a_wal_that_goes_while_the_disk_is_full_is_saved_in_the_reserve_or_not_in_part(
    store_folder: Path, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = store_folder / "kiosk.db"

    def usage(_: Path) -> SimpleNamespace:
        return SimpleNamespace(free=1 << 30 if reserved(db) is Reserved.USED else 0)

    with open_kiosk(store_folder, clock) as (kiosk, log):
        told = [received(kiosk, "patient-1")]
        gone("-wal")(db)
        with monkeypatch.context() as full:
            full.setattr(held.shutil, "disk_usage", usage)
            with pytest.raises(StoreFull):
                log.keep()
            shutil.copyfile(db, tmp_path / "in part.db")
            reserve_file(db).write_bytes(b"x")
            log.keep()
        assert reserved(db) is Reserved.USED
        assert after_kill(store_folder, tmp_path / "killed", clock) == told
    with closing(sqlite3.connect(tmp_path / "in part.db")) as left:
        assert left.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_database_that_goes_from_a_full_disk_is_copied_into_the_room_of_the_reserve(
    tmp_path: Path, clock: Clock
) -> None:
    with small_disk(tmp_path / "disk", 24) as disk:
        make_demo_store(disk)
        db = disk / "kiosk.db"
        with open_kiosk(disk, clock) as (kiosk, log):
            told = [received(kiosk, "patient-1")]
            fill(disk)
            db.rename(disk / "moved.db")
            with pytest.raises(StoreError, match="do not stop the server"):
                log.keep()
            assert not list(disk.glob("*.rescuing"))
            make_room(disk)
            keep(db, 4 << 20)
            fill(disk)
            with pytest.raises(StoreError, match="rescued-1"):
                log.keep()
            name = "kiosk.db.rescued-1"
            assert after_kill(disk, tmp_path / "killed", clock, name) == told


def emptied_wal(db: Path) -> None:
    db.with_name(f"{db.name}-wal").write_bytes(b"")


def test_a_wal_that_is_emptied_in_place_stops_the_desk(store_folder: Path, clock: Clock) -> None:
    with open_kiosk(store_folder, clock) as (kiosk, log):
        received(kiosk, "patient-1")
        emptied_wal(store_folder / "kiosk.db")
        with pytest.raises(StoreError):
            received(kiosk, "patient-2")
        with pytest.raises(StoreError):
            log.keep()


def deleted(db: Path) -> None:
    db.unlink()


def moved(db: Path) -> None:
    db.rename(db.with_name("moved.db"))


def an_older_one_put_back(db: Path) -> None:
    older = db.with_name("older")
    with closing(sqlite3.connect(db)) as source, closing(sqlite3.connect(older)) as target:
        source.backup(target)
    older.replace(db)


def an_empty_one(db: Path) -> None:
    db.unlink()
    db.touch()


def all_deleted(db: Path) -> None:
    gone("", "-wal", "-shm")(db)


def a_link_to_nowhere(db: Path) -> None:
    db.unlink()
    db.symlink_to(db.with_name("nowhere.db"))


FILES = [deleted, moved, an_older_one_put_back, an_empty_one, all_deleted, a_link_to_nowhere]


@pytest.mark.parametrize("wreck", FILES, ids=lambda wreck: wreck.__name__)
def test_a_database_that_goes_is_copied_beside_and_nobody_is_told_that_they_are_received(
    store_folder: Path, tmp_path: Path, clock: Clock, wreck: Callable[[Path], None]
) -> None:
    db = store_folder / "kiosk.db"
    with open_kiosk(store_folder, clock) as (kiosk, log):
        told = [received(kiosk, "patient-1")]
        before = db.stat().st_ino
        wreck(db)
        for slug in ("patient-2", "patient-3"):
            with pytest.raises(StoreError, match=r"kiosk\.db\.rescued-1") as refused:
                received(kiosk, slug)
            assert "rescued-1 thành kiosk.db" in refused.value.vi
        with pytest.raises(StoreError):
            log.keep()
        assert [visit.visit_id for visit in in_another_thread(log, clock)] == told
        assert not db.exists() or db.stat().st_ino != before
        assert rescued_of(db) == store_folder / "kiosk.db.rescued-1"
        name = "kiosk.db.rescued-1"
        assert after_kill(store_folder, tmp_path / "killed", clock, name) == told


def in_another_thread(log: SqliteLog, clock: Clock) -> list[object]:
    """Read as a page does: each of its runs is a thread of its own."""
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.extend(log.visits_on(clock().date(), None)))
    thread.start()
    thread.join()
    return found


def test_a_database_that_comes_back_goes_on_with_all_its_visits(
    store_folder: Path, tmp_path: Path, clock: Clock
) -> None:
    db, away = store_folder / "kiosk.db", tmp_path / "away"
    with open_kiosk(store_folder, clock) as (kiosk, log):
        told = [received(kiosk, "patient-1")]
        for _ in range(2):
            db.rename(away)
            with pytest.raises(StoreError):
                log.keep()
            away.rename(db)
            told.append(received(kiosk, "patient-2" if len(told) == 1 else "patient-3"))
            assert len(log.visits_on(clock().date(), None)) == len({*told})
        assert after_kill(store_folder, tmp_path / "killed", clock) == sorted({*told})


def test_a_folder_that_went_is_waited_for(store_folder: Path, tmp_path: Path, clock: Clock) -> None:
    away = tmp_path / "away"
    with open_kiosk(store_folder, clock) as (kiosk, log):
        told = [received(kiosk, "patient-1")]
        store_folder.rename(away)
        with pytest.raises(StoreError) as refused:
            received(kiosk, "patient-2", "s:2")
        assert "đừng tắt máy chủ" in refused.value.vi
        away.rename(store_folder)
        told.append(received(kiosk, "patient-2", "s:2"))
        shutil.rmtree(store_folder)
        with pytest.raises(StoreError, match="rescued"):
            log.keep()
        store_folder.mkdir()
        with pytest.raises(StoreError, match="rescued-1"):
            log.keep()
        name = "kiosk.db.rescued-1"
        assert after_kill(store_folder, tmp_path / "killed", clock, name) == sorted({*told})


def test_a_scan_that_was_committed_where_nobody_finds_it_counts_when_it_is_sent_again(
    store_folder: Path, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    db, away = store_folder / "kiosk.db", tmp_path / "away"
    with open_kiosk(store_folder, clock) as (kiosk, log):
        received(kiosk, "patient-1")
        note = log._heads.note

        def and_the_file_goes(heads: object) -> None:
            note(heads)  # type: ignore[arg-type]  # what the log gives
            db.rename(away)

        with monkeypatch.context() as patched:
            patched.setattr(log._heads, "note", and_the_file_goes)
            with pytest.raises(StoreError, match="rescued-1"):
                received(kiosk, "patient-2")
        away.rename(db)
        received(kiosk, "patient-2")
        assert len(log.visits_on(clock().date(), None)) == 2
