"""The day's numbers in `kiosk.db`: four processes killed in the middle, changed tables."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any

from tests.support import DESK, MASTER_KEY, ROOT, open_kiosk, payload
from verification.adapters.store.sqlite.log import SqliteLog
from verification.adapters.store.sqlite.proof.checks import prove
from verification.adapters.store.sqlite.proof.copying import copied
from verification.log.findings import Kind
from verification.operations.wiring import local_now
from verification.reception import checkin
from verification.reception.answer import Scan

if TYPE_CHECKING:
    from pathlib import Path

    from verification.adapters.store.sqlite.log import SqliteLog as Log
    from verification.kiosk import Kiosk

LOOP = """
import itertools, os, sys
from pathlib import Path
from tests.support import open_kiosk
from verification.operations.wiring import local_now
from verification.reception import checkin
from verification.reception.answer import Scan
from verification.rights import desk_officer
folder, desk = Path(sys.argv[1]), sys.argv[2]
with open_kiosk(folder, local_now) as (kiosk, _):
    for at in itertools.count():
        number = f"79{desk}{at:07d}".encode()
        visit = checkin.check_in(desk_officer(desk), kiosk, Scan((number,))).visit
        os.write(1, f"{visit.ngay_so} {visit.so_thu_tu}\\n".encode())
"""
DESKS = "1234"


def test_four_processes_killed_in_the_middle_give_no_number_twice_and_leave_no_gap(
    store_folder: Path,
) -> None:
    told: list[str] = []
    with ExitStack() as running:
        words = [sys.executable, "-c", LOOP, str(store_folder)]
        processes = [
            running.enter_context(
                subprocess.Popen([*words, desk], cwd=ROOT, stdout=subprocess.PIPE, text=True)
            )
            for desk in DESKS
        ]
        for turn, process in enumerate(processes):  # one after the other, while the others go on
            assert process.stdout is not None
            told += [process.stdout.readline().strip() for _ in range(10 + 5 * turn)]
            process.send_signal(signal.SIGKILL)
            told += process.stdout.read().split("\n")[:-1]
    assert len(told) == len(set(told)) >= 70
    with open_kiosk(store_folder, local_now) as (kiosk, _):  # type: ignore[arg-type]  # the true time
        last = checkin.check_in(DESK, kiosk, Scan((payload("patient-1"),))).visit
    assert last is not None
    kept = rows(store_folder, "SELECT ngay_so || ' ' || so_thu_tu FROM visit")
    assert set(told) <= set(kept)
    for day in {line.split()[0] for line in kept}:
        in_order = sorted(int(line.split()[1]) for line in kept if line.startswith(day))
        assert in_order == list(range(1, len(in_order) + 1))
    before = rows(store_folder, "SELECT visit_id || ngay_so || so_thu_tu FROM visit")
    with closing(SqliteLog(store_folder / "kiosk.db", MASTER_KEY, local_now)) as log:
        log.rebuild()
    assert rows(store_folder, "SELECT visit_id || ngay_so || so_thu_tu FROM visit") == before
    assert found(store_folder) == []


def rows(folder: Path, query: str) -> list[Any]:
    """Return the first column of what the file answers, in order."""
    with closing(sqlite3.connect(folder / "kiosk.db")) as db:
        return sorted(row[0] for row in db.execute(query))


def found(folder: Path) -> list[tuple[Kind, str, str]]:
    """Return what `verify-log` finds, with its place."""
    with copied(folder / "kiosk.db", MASTER_KEY) as copy:
        return [(f.kind, f"{f.desk}-{f.seq}", f.what) for f in prove(copy).findings]


def test_a_changed_number_is_told(kiosk: Kiosk, store_folder: Path) -> None:
    for slug in ("patient-1", "s2"):
        checkin.check_in(DESK, kiosk, Scan((payload(slug),)))
    with closing(sqlite3.connect(store_folder / "kiosk.db")) as db, db:
        db.execute("UPDATE visit SET so_thu_tu = 7 WHERE visit_id = '1-2'")
    assert found(store_folder) == [(Kind.PROJECTION, "1-2", "visit so_thu_tu")]


def test_a_number_that_was_given_twice_because_a_row_was_taken_out_is_told(
    kiosk: Kiosk, log: Log, store_folder: Path
) -> None:
    for slug in ("patient-1", "s2"):
        checkin.check_in(DESK, kiosk, Scan((payload(slug),)))
    with closing(sqlite3.connect(store_folder / "kiosk.db")) as db, db:
        db.execute("DELETE FROM visit WHERE visit_id = '1-4'")
    again = checkin.check_in(DESK, kiosk, Scan((payload("s4"),))).visit
    assert again is not None
    assert again.so_thu_tu == 2
    told = found(store_folder)
    assert (Kind.PROJECTION, again.visit_id, "so_thu_tu twice") in told
    log.rebuild()
    held = rows(store_folder, "SELECT visit_id || ' ' || coalesce(so_thu_tu, '-') FROM visit")
    assert held == ["1-2 1", "1-4 2", f"{again.visit_id} -"]
    assert found(store_folder) == [(Kind.PROJECTION, again.visit_id, "so_thu_tu twice")]
