"""What the tests of a damaged or a changed store share: a filled store, pages, statements."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import date
from typing import TYPE_CHECKING, Any

from fixtures import old_store
from tests.support import DESK, MASTER_KEY, ROOT, Clock, open_kiosk
from verification.adapters.store.sqlite import shape
from verification.log.case_events import CaseClosed, CaseOpened, CaseTaken
from verification.log.portal_events import PortalAnswered, PortalAskedAgain, PortalFailed
from verification.log.visit_events import Corrected, Presented, Received
from verification.log.writing import write
from verification.rules.misuse.past_visit import PastVisit

if TYPE_CHECKING:
    from pathlib import Path

    from verification.adapters.store.sqlite.log import SqliteLog
    from verification.log.events import Event
    from verification.log.ports import LogTransaction

AT_ONCE = 200  # events in one commit
JUNK = bytes(range(256)) * 16
_BEFORE_VIEWS = ROOT / "tests" / "data" / "store-2026-11-26-m012" / "store.zip"


def filled_before_views(folder: Path) -> None:
    """Put a filled store of the version before the views into a folder, and open it by this one."""
    shutil.unpack_archive(_BEFORE_VIEWS, folder)
    (folder / "kiosk.db.key").chmod(0o600)
    with old_store.opened(folder, lambda: old_store.BEGUN.replace(hour=18)):
        pass


def card(number: int) -> dict[str, str]:
    """Return the record of an invented person."""
    bhxh = f"79{number:08d}"
    return {
        "ma_the": f"DN479{bhxh}",
        "ma_so_bhxh": bhxh,
        "so_cccd": f"0791{number:08d}",
        "ho_ten": f"Người Mẫu {number}",
        "ngay_sinh": "1980-01-01",
        "gioi_tinh": "2",
    }


def a_visit(log: LogTransaction, number: int, clock: Clock) -> Event:
    """Write a visit of an invented person as the desk does, and return its `received`."""
    facts = card(number)
    person = log.person(facts["ma_so_bhxh"], [facts["ma_the"], facts["so_cccd"]])
    shown = Presented(
        "bhyt_qr",
        "eligible",
        ("valid",),
        "vssid",
        cach_doc="go" if number % 3 else "quet",
        scan=f"lan:{number}",
        ma_cskcb="79014",
    )
    digest = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
    content = {"sha256": digest, "ban_ghi": facts, "cach_doc": dict.fromkeys(facts, "quet")}
    content["kem"] = {"so_cccd": facts["so_cccd"]}
    presented = write(log, DESK, shown, person_ref=person, content=content)
    clock.forward(seconds=20)
    taken = Received(presented.event_id, "eligible", "valid", "vssid", "4/5", "1.1")
    return write(log, DESK, taken, person_ref=person)


def a_case(log: LogTransaction, number: int, received: Event) -> None:
    """Write a case about a visit; every third is closed."""
    name = f"2026-{number:04d}"
    presented, person = Received.of(received.codes).presented, received.person_ref or ""
    opened = CaseOpened(name, presented=presented, flags=(), about=person, due=date(2026, 12, 1))
    write(log, DESK, opened, person_ref=person)
    write(log, DESK, CaseTaken(name))
    if number % 3 == 0:
        write(log, DESK, CaseClosed(name, "khong_sai"))


def elsewhere(number: int) -> PastVisit:
    """Return a visit that another hospital tells of."""
    return PastVisit(at=1_790_000_000 + number, ma_cskcb="79024", card=card(number))


def fill(log: SqliteLog, clock: Clock, visits: int, first: int = 0) -> None:
    """Write visits, of every fifth a case, of every tenth a correction and one of elsewhere."""
    for begin in range(first, first + visits, AT_ONCE):
        numbers = range(begin, min(begin + AT_ONCE, first + visits))
        log.write(lambda tx, numbers=numbers: [_one(tx, number, clock) for number in numbers])  # type: ignore[misc]  # bound at once


def _one(log: LogTransaction, number: int, clock: Clock) -> None:
    received = a_visit(log, number, clock)
    if number % 5 == 0:
        a_case(log, number // 5 + 1, received)
    if number % 10 == 0:
        corrected = Corrected(received.event_id, field="ho_ten")
        content = {"ban_ghi": {"ho_ten": f"Người Mẫu Sửa {number}"}}
        write(log, DESK, corrected, person_ref=received.person_ref, content=content)
        facts = card(900_000 + number)
        person = log.person(facts["ma_so_bhxh"], [facts["ma_the"]])
        log.history.put(elsewhere(900_000 + number), person)


def ask(log: SqliteLog, visits: int) -> None:
    """Have the portal asked about the newest visits: one in two fails, the others are answered."""

    def work(tx: LogTransaction) -> None:
        for visit in log.recent(DESK.desk, visits):
            number, person = visit.visit_id, visit.person_ref
            write(tx, DESK, PortalAskedAgain(number, "closing"), person_ref=person)
            if int(number.rpartition("-")[2]) % 4 < 2:  # of a visit two events
                failed = PortalFailed(visit.presented, "silent", 9, "outbox", (number,))
                write(tx, DESK, failed, person_ref=person)
                continue
            told = PortalAnswered(visit.presented, "answered", 9, "outbox", (number,), code="000")
            row = {"ma_cskcb": "01028", "ngay_vao": "2026-11-02T08:00:00+07:00"}
            write(tx, DESK, told, person_ref=person, content={"lich_su": [row]})

    log.write(work)


def a_house(folder: Path, visits: int) -> Path:
    """Make a filled store with its key beside it; return its file."""
    clock = Clock()
    folder.mkdir(exist_ok=True)
    with open_kiosk(folder, clock) as (_, log):
        fill(log, clock, visits)
    key = folder / "kiosk.db.key"
    key.write_text(MASTER_KEY.hex())
    key.chmod(0o600)
    return folder / "kiosk.db"


def pages_of(path: Path, name: str) -> list[int]:
    """Return the pages of a table or an index, its root first."""
    with closing(sqlite3.connect(path)) as db:
        query = "SELECT pageno FROM dbstat WHERE name = ? ORDER BY length(path), path"
        return [row[0] for row in db.execute(query, (name,))]


def overwrite(path: Path, page: int, junk: bytes = JUNK) -> None:
    """Write over a page of a real file, as a failing disk does."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = db.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(junk[:size])
        file.flush()
        os.fsync(file.fileno())


def projected(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return all that is kept beside the log, without the numbers of rows."""
    with closing(sqlite3.connect(path)) as db:
        found = {}
        for table in shape.PROJECTED:
            names = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
            columns = ", ".join(
                name for name in sorted(names) if name != "id" or table == "history"
            )
            found[table] = sorted(db.execute(f"SELECT {columns} FROM {table}"), key=repr)
        return found


def is_sound(path: Path) -> bool:
    """Tell whether SQLite finds nothing wrong with a file."""
    with closing(sqlite3.connect(path)) as db, suppress(sqlite3.DatabaseError):
        return [row[0] for row in db.execute("PRAGMA integrity_check")] == ["ok"]
    return False


def change(path: Path, *statements: str) -> int:
    """Do to a file what somebody who can write it does; return how many rows were changed."""
    with closing(sqlite3.connect(path)) as db, db:
        guards = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            db.execute(f"DROP TRIGGER {name}")
        changed = sum(max(db.execute(statement).rowcount, 0) for statement in statements)
        for _, sql in guards:
            db.execute(sql)
        return changed
