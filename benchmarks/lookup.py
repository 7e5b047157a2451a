"""Look-ups by each key beside the raw statements that they stand on, at any number of cards.

`python -m benchmarks.lookup [CARDS [ROUNDS]]` fills a card file of its own with invented people,
names as often as they are, and prints a table of Markdown. Times are of the processor: what others
do on the machine does not count, nor does a disk that is waited for.
"""

import random
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import date
from itertools import islice
from pathlib import Path
from time import process_time

from benchmarks.figures import machine, percentile
from verification.adapters.store.rows import RECORD_COLUMNS
from verification.adapters.store.sqlite import name_index
from verification.adapters.store.sqlite.card_schema import make_card_tables
from verification.adapters.store.sqlite.cards import SqliteCards
from verification.adapters.store.sqlite.database import connect
from verification.basics.dates import PartialDate
from verification.basics.names import name_key
from verification.card.ports import Named

CARDS = 1_000_000
ROUNDS = 3
ASKED = 200
_SEED = 20_260_601
_BATCH = 20_000
_COLUMNS = (*RECORD_COLUMNS, "name_key", "period", "trusted")
# how often a family name is borne, per mille, about as in the country
_FAMILY = {
    "Nguyễn": 384,
    "Trần": 121,
    "Lê": 95,
    "Phạm": 70,
    "Hoàng": 51,
    "Huỳnh": 51,
    "Phan": 45,
    "Vũ": 39,
    "Võ": 39,
    "Đặng": 21,
    "Bùi": 20,
    "Đỗ": 14,
    "Hồ": 13,
    "Ngô": 13,
    "Dương": 10,
    "Lý": 5,
    "Đinh": 5,
    "Trịnh": 5,
    "Mai": 4,
    "Đoàn": 4,
    "Tạ": 2,
    "Kiều": 1,
    "Khổng": 1,
}
_MIDDLE = {
    "Thị": 330,
    "Văn": 220,
    "Thanh": 40,
    "Ngọc": 40,
    "Minh": 30,
    "Thu": 30,
    "Hữu": 30,
    "Đức": 30,
    "Xuân": 20,
    "Kim": 20,
    "Quang": 20,
    "Công": 20,
    "Quốc": 20,
    "Phương": 20,
}
_GIVEN = """
Anh Hương Hoa Lan Mai Hùng Dũng Linh Trang Hằng Hà Thảo Huyền Nam Sơn Long Tuấn Minh Phương
Thủy Thu Hạnh Nga Bình Dung Cường Thắng Hải Quân Đức Hiếu Trung Khánh Phúc Lộc Thọ An Khang
Vy My Nhi Ngân Ngọc Nhung Yến Oanh Loan Liên Lệ Hồng Cúc Đào Tâm Tình Nghĩa Lễ Trí Tín Toàn
Thịnh Vượng Phát Đạt Tài Danh Quý Kiên Quyết Chiến Công Thành Đăng Khoa Hưng Vinh Quang Sáng
Tùng Bách Lâm Giang Xuân Hạ Đông Tuyết Trúc Tú Uyên Vân Xoan Ý Bé Tư Năm Út Hậu Tiến Lực
Mạnh
"""
_FEW = "NGUYEN MUA NANG"  # a name that nobody bears


def people(count: int) -> Iterator[tuple[str, str]]:
    """Yield invented names and birth dates; of ten names two are as rare as companies make them."""
    chance = random.Random(_SEED)
    words = _GIVEN.split()
    often = [1 / (at + 8) for at in range(len(words))]
    for _ in range(-(-count // _BATCH)):
        family = chance.choices([*_FAMILY], [*_FAMILY.values()], k=_BATCH)
        middle = chance.choices([*_MIDDLE], [*_MIDDLE.values()], k=_BATCH)
        given = [chance.choices(words, often, k=_BATCH) for _ in range(2)]
        days = chance.choices(
            range(date(1930, 1, 1).toordinal(), date(2025, 1, 1).toordinal()), k=_BATCH
        )
        for a, b, c, d, day in zip(family, middle, *given, days, strict=True):
            name = f"{a} {b} {d}" if day % 5 < 3 else f"{a} {b} {c} {d}"
            yield name, date.fromordinal(day).isoformat()


def fill(folder: Path, count: int) -> Path:
    """Write a card file with so many cards, without an import."""
    file = folder / "cards-1.db"
    keys: dict[str, str] = {}
    with closing(connect(file)) as db:
        make_card_tables(db)
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -400000")
        db.execute("BEGIN")
        rows = (
            _row(at, name, keys.get(name) or keys.setdefault(name, name_key(name)), birth)
            for at, (name, birth) in enumerate(islice(people(count), count))
        )
        marks = ",".join("?" * len(_COLUMNS))
        db.executemany(f"INSERT INTO card ({', '.join(_COLUMNS)}) VALUES ({marks})", rows)
        state = {"cards": str(count), "demo": "0", "as_of": "2026-06-01T08:00:00+07:00"}
        db.executemany("INSERT INTO meta VALUES (?, ?)", state.items())
        db.execute("COMMIT")
    return file


def _row(at: int, name: str, key: str, birth: str) -> tuple[object, ...]:
    number = f"{at:010d}"
    facts = (f"DN479{number}", number, f"0790{at:08d}", name, birth, str(1 + at % 2), None)
    rest = ("79014", "2026-01-01", None, None, None, None, None, "2026-06-01", "hospital", 1)
    return (*facts, *rest, key, "2026-01-01", 0)


def measure(cards: int = CARDS, rounds: int = ROUNDS) -> Iterator[str]:
    """Yield the lines of the report."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = fill(folder, cards)
        yield from _index(file)
        yield "| look-up by | count | found | raw p50 ms | raw p99 | p50 | p99 | times raw (p50) |"
        yield "|---|---|---|---|---|---|---|---|"
        with closing(SqliteCards(folder)) as store:
            for label, ask in _keys(cards):
                yield _beside(label, store, file, ask, rounds)


def _index(file: Path) -> Iterator[str]:
    """Take the index of names out and build it again, as the first import of a house does."""
    before = file.stat().st_size
    with closing(connect(file)) as db:
        db.execute("PRAGMA synchronous = OFF")
        begun = process_time()
        db.execute("BEGIN")
        name_index.bring_up_to_date(db)
        db.execute("COMMIT")
        built = process_time() - begun
        begun = process_time()
        db.execute("BEGIN")
        name_index.bring_up_to_date(db)
        db.execute("COMMIT")
        again = process_time() - begun
        (cards,) = db.execute("SELECT count(*) FROM card").fetchone()
        (names,) = db.execute("SELECT count(*) FROM name").fetchone()
    grown = (file.stat().st_size - before) / 1e6
    yield (
        f"{machine()}; {cards} cards ({before / 1e6:.0f} MB), {names} different names; index of "
        f"names built in {built:.1f} s of the processor ({grown:.0f} MB), with nothing new in "
        f"{again:.1f} s"
    )
    yield ""


Ask = Callable[[SqliteCards, int], object]


def _keys(cards: int) -> Iterator[tuple[str, Ask]]:
    """Yield each key with what asks for the how-manieth person."""
    chance = random.Random(_SEED + 1)
    ats = sorted(chance.sample(range(cards), ASKED))
    chosen = {at: who for at, who in enumerate(people(cards)) if at in set(ats)}
    chance.shuffle(ats)
    born = {at: PartialDate(*map(int, chosen[at][1].split("-"))) for at in ats}
    name = {at: chosen[at][0] for at in ats}
    two = {at: " ".join(reversed(name[at].split()[1:])) for at in ats}
    one = {at: name[at].split()[-1] for at in ats}
    year = {at: PartialDate(born[at].year) for at in ats}
    yield "number of 15", lambda s, n: s.by_card(f"DN479{ats[n]:010d}")
    yield "BHXH number", lambda s, n: s.by_bhxh(f"{ats[n]:010d}")
    yield "citizen number", lambda s, n: s.by_citizen(f"0790{ats[n]:08d}")
    yield "name and birth date", lambda s, n: s.by_name(name[ats[n]], born[ats[n]])
    yield "name and year", lambda s, n: s.by_name(name[ats[n]], year[ats[n]])
    yield "name alone", lambda s, n: s.by_name(name[ats[n]])
    yield "all but the first word, backwards", lambda s, n: s.by_name(two[ats[n]])
    yield "the same and year", lambda s, n: s.by_name(two[ats[n]], year[ats[n]])
    yield "the same and birth date", lambda s, n: s.by_name(two[ats[n]], born[ats[n]])
    yield "last word", lambda s, n: s.by_name(one[ats[n]])
    yield "last word and year", lambda s, n: s.by_name(one[ats[n]], year[ats[n]])
    yield "last word and birth date", lambda s, n: s.by_name(one[ats[n]], born[ats[n]])
    yield "`Nguyễn`", lambda s, _: s.by_name("Nguyễn")
    yield "`Nguyễn Thị` and birth date", lambda s, n: s.by_name("Nguyễn Thị", born[ats[n]])
    yield "words of no name", lambda s, _: s.by_name(_FEW)


def _beside(label: str, store: SqliteCards, file: Path, ask: Ask, rounds: int) -> str:
    """Return a row: each look-up, and its statements alone on a connection of their own."""
    statements = _Statements(store)
    found = [statements.of(lambda at=at: ask(store, at)) for at in range(ASKED)]
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as raw:

        def again(at: int) -> None:
            for query, values in found[at][1]:
                raw.execute(query, values).fetchall()

        both = [
            (_processor_ms(again), _processor_ms(lambda at: ask(store, at))) for _ in range(rounds)
        ]
    bare = [time for times, _ in both for time in times]
    ours = [time for _, times in both for time in times]
    rows = sum(count for count, _ in found) / ASKED
    figures = [percentile(times, part) for times in (bare, ours) for part in (50, 99)]
    told = " | ".join(f"{figure:.3f}" for figure in figures)
    ratio = percentile(ours, 50) / percentile(bare, 50)
    return f"| {label} | {len(ours)} | {rows:.1f} | {told} | {ratio:.2f} |"


def _processor_ms(work: Callable[[int], object]) -> list[float]:
    times = []
    for at in range(ASKED):
        begun = process_time()
        work(at)
        times.append((process_time() - begun) * 1000)
    return times


class _Statements:
    """Hears which statements a look-up makes."""

    def __init__(self, store: SqliteCards) -> None:
        self._store = store

    def of(self, ask: Callable[[], object]) -> tuple[int, Sequence[tuple[str, Sequence[object]]]]:
        """Return how many records came, and the statements with their values."""
        heard: list[tuple[str, Sequence[object]]] = []
        usual = SqliteCards.rows

        def hearing(
            store: SqliteCards, query: str, values: Sequence[object]
        ) -> list[tuple[object, ...]]:
            heard.append((query.replace("{at}", ""), values))
            return usual(store, query, values)

        SqliteCards.rows = hearing  # type: ignore[method-assign]
        try:
            answer = ask()
        finally:
            SqliteCards.rows = usual  # type: ignore[method-assign]
        records = answer.records if isinstance(answer, Named) else answer
        return len(records), heard  # type: ignore[arg-type]  # all of them are sequences


if __name__ == "__main__":
    for line in measure(*map(int, sys.argv[1:])):
        print(line, flush=True)
