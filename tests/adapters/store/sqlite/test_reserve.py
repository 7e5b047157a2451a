"""The room that is kept on the disk for its day of being full."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from types import SimpleNamespace
from typing import TYPE_CHECKING

from tests.disk_support import fill, make_room, small_disk
from tests.support import MORNING, Clock, make_demo_store, open_kiosk
from verification.adapters.store.sqlite import reserve, writer
from verification.adapters.store.sqlite.reserve import Reserved, keep, release, reserved, takes_more
from verification.basics.errors import StoreFull
from verification.reception import checkin
from verification.reception.answer import Scan
from verification.rights import desk_officer

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from verification.adapters.store.sqlite.log import SqliteLog
    from verification.kiosk import Kiosk

DESK = desk_officer("1")
MEGA = 1 << 20


def test_the_reserve_is_really_taken_from_the_disk_and_given_free_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    db = tmp_path / "kiosk.db"
    caplog.set_level("INFO", "kiosk")
    assert (reserved(db), release(db)) == (Reserved.NONE, False)
    assert keep(db, MEGA) is Reserved.KEPT
    file = reserve.reserve_file(db)
    assert file.stat().st_blocks * 512 >= MEGA
    assert file.stat().st_mode & 0o777 == 0o600
    assert (release(db), reserved(db), release(db)) == (True, Reserved.USED, False)
    assert keep(db, MEGA) is Reserved.KEPT
    filled, free = "the reserve is kept", "the disk was full; the reserve was given free"
    assert caplog.messages == [f"kiosk.db: {said}" for said in (filled, free, filled)]
    os.truncate(file, 0)
    os.truncate(file, MEGA)  # as a copy of it is, which has holes for what nobody wrote
    assert keep(db, MEGA) is Reserved.KEPT
    assert file.stat().st_blocks * 512 >= MEGA


def test_a_reserve_that_is_a_link_is_none_and_what_it_names_stays_whole(tmp_path: Path) -> None:
    db, other = tmp_path / "kiosk.db", tmp_path / "other"
    other.write_bytes(b"x" * MEGA)
    reserve.reserve_file(db).symlink_to(other)
    assert (reserved(db), release(db), keep(db, 2 * MEGA)) == (Reserved.NONE, False, Reserved.NONE)
    assert other.stat().st_size == MEGA


def test_where_nothing_allocates_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reserve, "_allocate", None)
    assert keep(tmp_path / "kiosk.db", 2 * MEGA) is Reserved.KEPT
    assert reserve.reserve_file(tmp_path / "kiosk.db").stat().st_size == 2 * MEGA


def test_without_room_for_it_twice_it_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = SimpleNamespace(free=2 * MEGA - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert keep(tmp_path / "kiosk.db", MEGA) is Reserved.NONE
    usage.free += 1
    assert keep(tmp_path / "kiosk.db", MEGA) is Reserved.KEPT
    release(tmp_path / "kiosk.db")
    usage.free -= 1
    assert keep(tmp_path / "kiosk.db", MEGA) is Reserved.USED


def bound(log: SqliteLog, pages: int) -> None:
    """Let the file grow by so many pages and no more."""
    connection = log._writer._connection
    (now,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {now + pages}")


def acknowledged(kiosk: Kiosk, numbers: range) -> list[str]:
    """Check in until it is refused; return the visits that were acknowledged."""
    done: list[str] = []
    for number in numbers:
        scan = Scan((f"DN4797{number:09d}".encode(),))
        try:
            visit = checkin.check_in(DESK, kiosk, scan).visit
        except StoreFull:
            return done
        assert visit is not None
        done.append(visit.visit_id)
    return done


def kept(kiosk: Kiosk) -> set[str]:
    """Return the visits that the log has."""
    return {visit.visit_id for visit in kiosk.written.recent("1", 10_000)}


def test_a_database_that_may_not_grow_takes_the_reserve_in_the_same_act_then_refuses(
    kiosk: Kiosk, log: SqliteLog, store_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = log._path
    keep(db, MEGA)
    given: list[Reserved] = []

    def gives_pages(of: Path) -> bool:
        freed = release(of)
        if freed:
            bound(log, 20)
        given.append(reserved(of))
        return freed

    monkeypatch.setattr(writer, "release", gives_pages)
    bound(log, 4)
    done = acknowledged(kiosk, range(200))
    assert given == [Reserved.USED, Reserved.USED]  # once given, once asked in vain
    assert len(done) > 3
    assert kept(kiosk) == set(done)
    assert acknowledged(kiosk, range(200, 201)) == []
    bound(log, 10_000)  # there is room again: nothing is opened anew
    done += acknowledged(kiosk, range(200, 210))
    assert kept(kiosk) == set(done)


def test_others_in_the_same_commit_are_answered_once_though_it_is_tried_twice(
    kiosk: Kiosk, log: SqliteLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(log._path, MEGA)
    tries: list[int] = []

    def full(_: object) -> int:
        tries.append(len(tries))
        if len(tries) == 1:
            raise StoreFull("đầy", "full")
        return len(tries)

    monkeypatch.setattr(log._writer, "_attempt", lambda work, _: work(log._writer._connection))
    assert log._writer.run(full) == 2
    assert tries == [0, 1]
    assert reserved(log._path) is Reserved.USED


def test_forty_scans_around_a_really_full_disk_lose_no_acknowledged_one(tmp_path: Path) -> None:
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk(tmp_path / "disk", 48))
        make_demo_store(disk)
        kiosk, log = stack.enter_context(open_kiosk(disk, Clock(MORNING)))
        db = log._path
        keep(db, 8 * MEGA)
        done = acknowledged(kiosk, range(10))
        fill(disk)
        assert takes_more(db)  # the reserve is there
        done += acknowledged(kiosk, range(10, 20))
        assert len(done) == 20
        assert reserved(db) is Reserved.USED
        assert takes_more(db)
        fill(disk)
        assert not takes_more(db)
        assert len(acknowledged(kiosk, range(20, 30))) == 0
        make_room(disk)
        done += acknowledged(kiosk, range(20, 40))
        assert len(done) == 40
        assert kept(kiosk) == set(done)
