"""How long a desk waits for its check-ins while a large list is imported."""

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figures import machine, percentile

ROWS = 1_000_000
_ROOT = Path(__file__).resolve().parents[1]
_SEED = 20_261_126
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


def waits(cards: int) -> Iterator[str]:
    """Import while a desk checks in; yield what it waited, with and without the import."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environ = {**os.environ, "KIOSK_DB": f"{folder}/kiosk.db", "KIOSK_FACILITY": "79014"}
        _import(folder, environ, cards // 10)
        write_cards(folder / "list.csv", cards)
        with desk(environ, cards) as times:
            time.sleep(_QUIET)
            begun = time.monotonic()
            said = _import_file(folder / "list.csv", environ)
            ended = time.monotonic()
            time.sleep(_QUIET)
        found = [json.loads(line) for line in times.read_text().splitlines()]
        yield f"{said['added'] + said['changed'] + said['same']} taken in {ended - begun:.1f} s"
        meanwhile = [took for at, took, _ in found if begun - took / 1000 <= at <= ended]
        quiet = [took for at, took, _ in found if at + took / 1000 < begun or at > ended]
        yield "| check-ins | count | p50 ms | p99 ms | longest ms |"
        yield "|---|---|---|---|---|"
        for what, some in (("without an import", quiet), ("during the import", meanwhile)):
            yield (
                f"| {what} | {len(some)} | {percentile(some, 50):.1f} | {percentile(some, 99):.1f} "
                f"| {max(some):.1f} |"
            )
        worst = sorted(((took, at - begun) for at, took, _ in found), reverse=True)[:12]
        for took, at in worst:
            sys.stderr.write(f"  {took:.0f} ms at {at:.2f} of {ended - begun:.2f}\n")


def _import(folder: Path, environ: Mapping[str, str], cards: int) -> None:
    write_cards(folder / "first.csv", cards)
    _import_file(folder / "first.csv", environ)
    (folder / "first.csv").unlink()


def _import_file(file: Path, environ: Mapping[str, str]) -> dict[str, int]:
    words = [sys.executable, "-m", "verification", "import-cards", str(file), "--json"]
    done = subprocess.run(words, cwd=_ROOT, env=environ, stdout=subprocess.PIPE, check=True)
    return dict(json.loads(done.stdout))


def measure(cards: int = ROWS) -> Iterator[str]:
    """Yield the lines of the report."""
    yield machine()
    yield from waits(cards)
