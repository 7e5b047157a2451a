"""Check and check-in at a million cards, beside the raw SQLite statements they stand on."""

import csv
import hashlib
import random
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import machine, milliseconds, percentile, row
from verification.adapters.imports.importing import IMPORTABLE, import_file
from verification.adapters.store.sqlite.card_folder import newest_file
from verification.adapters.store.sqlite.database import connect
from verification.adapters.store.sqlite.schema import make_log_tables
from verification.operations.settings import read_settings
from verification.operations.wiring import local_now, logging_kiosk, open_log
from verification.reception import checkin
from verification.reception.answer import Scan
from verification.rights import desk_officer

CARDS = 1_000_000
CHECKS = 5_000
CHECK_INS = 1_500
_SEED = 20_260_601
_TIME = "2026-06-01T01:02:03.456+00:00"
_OF_VISIT = (
    "visit_id, desk, seq, happened_at, day, person_ref, presented, verdict, reason, rate, "
    "ma_doituong_kcb, officer, cach_trinh, doi_chieu, nguoi_trinh, corrected, cancelled"
)


def numbers(count: int) -> list[str]:
    """Return invented card numbers, each once."""
    return [f"DN479{at:010d}" for at in range(count)]


def measure(cards: int = CARDS) -> Iterator[str]:
    """Yield the lines of the report."""
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings({"KIOSK_DB": f"{folder}/kiosk.db", "KIOSK_FACILITY": "79014"})
        source = Path(folder) / "cards.csv"
        write_cards(source, cards)
        open_log(settings).close()  # a card file without a log is a house that lost it
        report = import_file(settings.db.parent, IMPORTABLE["cards"], source, local_now())
        yield f"{machine()}; {report.added} cards imported in {report.seconds:.1f} s"
        yield "| | count | p50 ms | p95 ms | p99 ms |"
        yield "|---|---|---|---|---|"
        chosen = random.Random(_SEED).sample(numbers(cards), CHECKS)
        file = newest_file(settings.db.parent)
        if file is None:
            return
        with logging_kiosk(settings) as kiosk:
            actor = desk_officer("1")
            raw = _raw_check(file, chosen)
            ours = milliseconds(lambda at: checkin.check(actor, kiosk, chosen[at].encode()), CHECKS)
            yield row("check, raw statements", raw)
            yield row("check", ours)
            raw_in = _raw_check_in(file, Path(folder) / "raw.db", chosen[:CHECK_INS])
            ours_in = milliseconds(
                lambda at: checkin.check_in(actor, kiosk, Scan((chosen[at].encode(),))), CHECK_INS
            )
            yield row("check-in, raw statements", raw_in)
            yield row("check-in", ours_in)
        for name, a, b in (("check", ours, raw), ("check-in", ours_in, raw_in)):
            times = percentile(a, 50) / percentile(b, 50)
            yield f"{name}: {times:.2f} times the raw statements (p50)"


def write_cards(path: Path, count: int) -> None:
    """Write invented cards, one a number."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["ma_the", "ho_ten", "ngay_sinh", "gioi_tinh", "ma_dkbd", "gt_the_tu"])
        for at, number in enumerate(numbers(count)):
            birth = f"{1930 + at % 90}-{1 + at % 12:02d}-{1 + at % 28:02d}"
            out.writerow([number, f"Mẫu Thị {at}", birth, 1 + at % 2, "79014", "2026-01-01"])


def _raw_check(file: Path, chosen: list[str]) -> list[float]:
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, isolation_level=None)
    times = milliseconds(lambda at: _raw_lookups(connection, chosen[at]), CHECKS)
    connection.close()
    return times


def _raw_lookups(cards: sqlite3.Connection, number: str) -> None:
    """Ask for all cards of the holder, of which the best counts."""
    cards.execute("SELECT * FROM card WHERE ma_so_bhxh = ?", (number[-10:],)).fetchall()


def _raw_check_in(file: Path, path: Path, chosen: list[str]) -> list[float]:
    """Time the statements of a first check-in: same tables, values made beforehand, no sealing."""
    cards = sqlite3.connect(f"file:{file}?mode=ro", uri=True, isolation_level=None)
    db = connect(path)
    make_log_tables(db)
    times = milliseconds(lambda at: _raw_statements(cards, db, at, chosen[at]), len(chosen))
    cards.close()
    db.close()
    return times


def _raw_statements(
    cards: sqlite3.Connection, db: sqlite3.Connection, at: int, number: str
) -> None:
    _raw_lookups(cards, number)
    cards.execute("SELECT * FROM facility WHERE ma_cskcb = ?", ("79014",)).fetchall()
    day = "2026-01-01"
    keys = tuple(hashlib.sha256(f"{salt}{number}".encode()).hexdigest() for salt in "ab")
    db.execute("BEGIN IMMEDIATE")
    db.execute("SELECT * FROM person_index WHERE number_hmac IN (?, ?)", keys).fetchall()
    new = [(key, keys[0][-32:]) for key in (*keys, f"bhxh:{keys[0][-32:]}")]
    db.executemany("INSERT OR IGNORE INTO person_index VALUES (?, ?)", new)
    by_day = "SELECT * FROM visit WHERE person_ref = ? AND day = ? ORDER BY happened_at"
    db.execute(by_day, (keys[0][-32:], day)).fetchall()
    _raw_event(db, 2 * at + 1, "presented")
    db.execute("INSERT INTO content VALUES (?, ?, ?, ?)", (f"1-{at}", bytes(32), "k", bytes(600)))
    db.execute("SELECT event_id FROM scan WHERE scan_id = ?", (keys[0],)).fetchone()
    _raw_event(db, 2 * at + 2, "received")
    visit = (f"1-{at}", "1", at, _TIME, day, keys[0][-32:], f"1-{at}", "eligible", "valid", "4/5")
    marks = ",".join("?" * len(_OF_VISIT.split(",")))
    db.execute(
        f"INSERT OR REPLACE INTO visit ({_OF_VISIT}) VALUES ({marks})",
        (*visit, "1.1", "quay-thu", "go", "chua", "ban_than", "", None),
    )
    db.execute("SELECT * FROM visit WHERE visit_id = ?", (f"1-{at}",)).fetchone()
    db.execute("COMMIT")


def _raw_event(db: sqlite3.Connection, seq: int, kind: str) -> None:
    last = "SELECT seq, hash FROM log WHERE desk = ? ORDER BY seq DESC LIMIT 1"
    db.execute(last, ("1",)).fetchone()
    values = ("1", seq, _TIME, _TIME, kind, "c" * 180, "p" * 32, "d" * 64, "h" * 64, "h" * 64)
    db.execute(f"INSERT INTO log VALUES ({','.join('?' * 10)})", values)
