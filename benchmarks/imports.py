"""How fast a large list of cards is imported, and how long a desk waits for check-ins meanwhile.

The list is of invented cards; the command is the real one, in a process of its own.
"""

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

from benchmarks.figures import machine, percentile
from verification.adapters.imports.card_rows import card_values
from verification.adapters.imports.tables import read_table
from verification.adapters.store.sqlite import card_indexes, name_index
from verification.adapters.store.sqlite.card_folder import newest_file
from verification.adapters.store.sqlite.card_schema import make_card_tables
from verification.adapters.store.sqlite.database import connect

ROWS = 1_000_000
_ROOT = Path(__file__).resolve().parents[1]
_SEED = 20_261_126
_PIECE = 50_000  # rows that are held at once
_QUIET = 20.0  # seconds of check-ins before and after
_SURNAMES = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
]
_MIDDLE = [
    "Thị",
    "Văn",
    "Hữu",
    "Đức",
    "Minh",
    "Thanh",
    "Ngọc",
    "Kim",
    "Quốc",
    "Xuân",
    "Thu",
    "Hải",
    "Như",
    "Gia",
    "Bảo",
    "Anh",
]
_GIVEN = [
    "An",
    "Bình",
    "Châu",
    "Dung",
    "Giang",
    "Hà",
    "Hiếu",
    "Hoa",
    "Hùng",
    "Lan",
    "Linh",
    "Long",
    "Mai",
    "Nam",
    "Nga",
    "Phúc",
    "Sơn",
    "Tâm",
]
_HEADING = [
    "ma_the",
    "so_cccd",
    "ho_ten",
    "ngay_sinh",
    "gioi_tinh",
    "dia_chi",
    "ma_dkbd",
    "gt_the_tu",
    "gt_the_den",
    "ngay_du_5_nam",
    "trang_thai",
]


def write_cards(path: Path, count: int, seed: int = _SEED, first: int = 0) -> None:
    """Write a list of invented cards, no two of one number, in an order of chance."""
    chance = random.Random(seed)
    order = list(range(first, first + count))
    chance.shuffle(order)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(_HEADING)
        out.writerows(_row(at, chance) for at in order)


def _row(at: int, chance: random.Random) -> list[str]:
    name = f"{chance.choice(_SURNAMES)} {chance.choice(_MIDDLE)} {chance.choice(_MIDDLE)}"
    born = f"{chance.randint(1, 28):02d}/{chance.randint(1, 12):02d}/{chance.randint(1935, 2025)}"
    place = f"{chance.randint(1, 400)} đường số {chance.randint(1, 60)}, xã {chance.choice(_GIVEN)}"
    return [
        f"DN479{at:010d}",
        f"0790{at:08d}",
        f"{name} {chance.choice(_GIVEN)}",
        born,
        chance.choice(("Nam", "Nữ")),
        place,
        f"79{chance.randrange(300):03d}",
        "01/01/2026",
        "31/12/2026",
        f"01/0{chance.randint(1, 9)}/2028",
        "hieu_luc",
    ]


class Took(NamedTuple):
    """What a piece of work took.

    Args:
        wall: Seconds.
        cpu: Seconds of the processor.
        peak: Megabytes of memory at most; None where it was not looked at.
    """

    wall: float
    cpu: float
    peak: float | None = None

    def row(self, name: str, rows: int) -> str:
        """Return a row of a Markdown table."""
        peak = "–" if self.peak is None else f"{self.peak:.0f}"
        speeds = f"{rows / self.wall:.0f} | {rows / self.cpu:.0f}"
        return f"| {name} | {self.wall:.1f} | {self.cpu:.1f} | {speeds} | {peak} |"


@contextmanager
def desk(environ: Mapping[str, str], known: int) -> Iterator[Path]:
    """Let a desk of its own process check in; yield the file of its times."""
    words = [sys.executable, "-m", "benchmarks.desk_loop", str(_SEED), str(known)]
    times = Path(environ["KIOSK_DB"]).with_name("times.jsonl")
    with (
        times.open("wb") as out,
        subprocess.Popen(
            words, cwd=_ROOT, env=environ, stdin=subprocess.PIPE, stdout=out
        ) as process,
    ):
        while not times.stat().st_size:
            if process.poll() is not None:
                raise RuntimeError("the desk does not begin")
            time.sleep(0.05)
        yield times
        if process.stdin:
            process.stdin.close()


def speed(cards: int) -> Iterator[str]:
    """Import a list into an empty store and again; yield how fast, beside raw statements."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environ = {**os.environ, "KIOSK_DB": f"{folder}/kiosk.db", "KIOSK_FACILITY": "79014"}
        source = folder / "list.csv"
        write_cards(source, cards)
        size = source.stat().st_size / 1e6
        yield f"{cards} rows, {size:.0f} MB, seed {_SEED}, load {os.getloadavg()[0]:.1f}"
        yield ""
        yield "| what | wall s | CPU s | rows/s by wall | rows/s by CPU | peak MB |"
        yield "|---|---|---|---|---|---|"
        (folder / "few").mkdir()
        write_cards(folder / "few" / "few.csv", 1)
        few = environ | {"KIOSK_DB": f"{folder}/few/kiosk.db"}
        _, start = _import_file(folder / "few" / "few.csv", few)
        _, first = _import_file(source, environ)
        yield first.row("import into an empty store", cards)
        checked = _timed(lambda: _read_and_checked(source))
        yield checked.row("– of it: read and validated", cards)
        yield start.row("– of it: the command itself, one row", 1)
        raw = _raw(folder)
        yield raw.row("raw `executemany` of the same stored rows, and their indexes", cards)
        _, again = _import_file(source, environ)
        yield again.row("the same list again", cards)
        _, delta = _import_file(source, environ, "--delta")
        yield delta.row("the same list again as `--delta`", cards)
        writing = first.cpu - checked.cpu - start.cpu
        yield ""
        yield f"writing takes {writing:.1f} s CPU: {100 * raw.cpu / writing:.0f} % of raw speed"


def waits(cards: int) -> Iterator[str]:
    """Import while a desk checks in; yield what it waited, with and without the import."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environ = {**os.environ, "KIOSK_DB": f"{folder}/kiosk.db", "KIOSK_FACILITY": "79014"}
        write_cards(folder / "first.csv", cards // 10)
        _import_file(folder / "first.csv", environ)
        write_cards(folder / "list.csv", cards)
        with desk(environ, cards) as times:
            time.sleep(_QUIET)
            begun = time.monotonic()
            said, took = _import_file(folder / "list.csv", environ)
            ended = time.monotonic()
            time.sleep(_QUIET)
        found = [json.loads(line) for line in times.read_text().splitlines()]
        taken = said["added"] + said["changed"] + said["same"]
        load = os.getloadavg()[0]
        yield f"{taken} taken in {took.wall:.1f} s, {took.cpu:.1f} s CPU; load {load:.1f}"
        yield ""
        meanwhile = [took for at, took, _ in found if begun - took / 1000 <= at <= ended]
        quiet = [took for at, took, _ in found if at + took / 1000 < begun or at > ended]
        yield "| check-ins | count | p50 ms | p99 ms | longest ms |"
        yield "|---|---|---|---|---|"
        for what, some in (("without an import", quiet), ("during the import", meanwhile)):
            yield (
                f"| {what} | {len(some)} | {percentile(some, 50):.1f} | {percentile(some, 99):.1f} "
                f"| {max(some):.1f} |"
            )
        yield ""
        worst = sorted(((took, at - begun) for at, took, _ in found), reverse=True)[:6]
        slow = ", ".join(f"{took:.0f} ms at {at:.1f} s" for took, at in worst)
        yield f"the slowest, by when they began after the import did: {slow}"


def _import_file(file: Path, environ: Mapping[str, str], *how: str) -> tuple[dict[str, int], Took]:
    """Import by the command; return what it reported, and what it took."""
    words = [sys.executable, "-m", "verification", "import-cards", str(file), "--json", *how]
    begun = time.perf_counter()
    with (
        tempfile.TemporaryFile() as out,
        subprocess.Popen(words, cwd=_ROOT, env=environ, stdout=out) as process,
    ):
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - begun
        if process.returncode:
            raise RuntimeError(f"the import ended with {process.returncode}")
        out.seek(0)
        said = dict(json.load(out))
    return said, Took(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _timed(work: Callable[[], object]) -> Took:
    begun, cpu = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - begun, time.process_time() - cpu)


def _read_and_checked(source: Path) -> None:
    today = date.today()  # noqa: DTZ011  # of no list's
    with read_table(source) as table:
        for row in table.rows:
            card_values(row.named, today)


def _raw(folder: Path) -> Took:
    """Write the stored rows as they are into an empty card file, pieces prepared beforehand."""
    stored = newest_file(folder)
    if stored is None:
        raise RuntimeError("nothing is stored")
    wall = cpu = 0.0
    with (
        closing(connect(stored, read_only=True)) as given,
        closing(connect(folder / "raw.db")) as taken,
    ):
        make_card_tables(taken)
        taken.execute("PRAGMA cache_size = -64000")
        taken.execute("BEGIN")
        card_indexes.put_aside(taken, "card")
        rows = given.execute("SELECT * FROM card ORDER BY rowid")
        insert = f"INSERT INTO card VALUES ({','.join('?' * len(rows.description))})"
        while piece := rows.fetchmany(_PIECE):
            took = _timed(lambda: taken.executemany(insert, piece))
            wall, cpu = wall + took.wall, cpu + took.cpu

        def end() -> None:
            card_indexes.build(taken)
            name_index.bring_up_to_date(taken)
            taken.execute("COMMIT")

        took = _timed(end)
    (folder / "raw.db").unlink()
    return Took(wall + took.wall, cpu + took.cpu)


def measure(cards: int = ROWS) -> Iterator[str]:
    """Yield the lines of the report."""
    yield machine()
    yield ""
    yield from speed(cards)
    yield ""
    yield from waits(cards)
