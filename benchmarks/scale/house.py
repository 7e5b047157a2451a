"""A large store that is there to be measured: built, and taken away in the end."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.scale.building import build
from benchmarks.scale.comers import comers
from benchmarks.scale.engine import Engine
from benchmarks.scale.plan import Plan
from benchmarks.scale.sqlite_engine import sqlite
from verification.reception.answer import Scan

ENGINES = ("sqlite", "postgres")
_BYTES_A_VISIT = 3_200  # with what is laid beside while indexes are made
_LEFT_FREE = 8 << 30


@dataclass
class House:
    """A store and who comes.

    Args:
        engine: Its engine.
        plan: The visits that it holds.
        cards: How many cards it knows.
        built: Seconds that it took to build, by what.
    """

    engine: Engine
    plan: Plan
    cards: int
    built: dict[str, float]

    @property
    def name(self) -> str:
        """Return its name in a table."""
        return f"{self.engine.name}, {self.plan.visits:,} visits, {self.cards:,} cards"

    def comers(self, count: int) -> Iterator[Scan]:
        """Yield who comes, each once."""
        yield from comers(self.plan, self.cards, min(count, self.cards // 2))


def _engine(name: str, folder: Path) -> AbstractContextManager[Engine]:
    if name == "sqlite":
        return sqlite(folder)
    # psycopg is there where PostgreSQL is measured
    from benchmarks.scale.postgres_engine import postgres  # noqa: PLC0415

    return postgres(folder)


@contextmanager
def house(
    engine: str, plan: Plan, cards: int, folder: Path, told: Callable[[str], None]
) -> Iterator[House]:
    """Build a store in a folder and take it away in the end.

    Raises:
        OSError: The disk has no room for it.
    """
    if shutil.disk_usage(folder).free < plan.visits * _BYTES_A_VISIT + _LEFT_FREE:
        raise OSError(f"no room for {plan.visits:,} visits in {folder}")
    with TemporaryDirectory(dir=folder) as own, _engine(engine, Path(own)) as store:
        built, begun = {}, time.monotonic()
        build(store, plan, told=lambda at: told(f"{at:,} visits, {time.monotonic() - begun:.0f} s"))
        built["visits"] = time.monotonic() - begun
        begun = time.monotonic()
        store.take_cards(cards)
        built["cards"] = time.monotonic() - begun
        yield House(store, plan, cards, built)
