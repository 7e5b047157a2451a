"""A large store that is there to be measured: built, and taken away in the end."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
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
_TRIAL = 20_000
_OF_IT = 0.7  # the indexes of a large store are made for longer


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
        begun, built = time.monotonic(), dict[str, float]()
        build(store, plan, told=lambda at: told(f"{at:,} visits, {time.monotonic() - begun:.0f} s"))
        built["visits"] = time.monotonic() - begun
        begun = time.monotonic()
        store.take_cards(cards)
        built["cards"] = time.monotonic() - begun
        yield House(store, plan, cards, built)


def reachable(engine: str, plan: Plan, minutes: float, folder: Path) -> Plan:
    """Return the plan, with fewer visits where so many are not built in the time.

    Args:
        engine: Whose store.
        plan: What is wanted.
        minutes: How long it may take.
        folder: Where a small one is built, to see how fast that goes.
    """
    trial = replace(plan, visits=min(_TRIAL, plan.visits))
    with house(engine, trial, 1, folder, lambda _: None) as small:
        a_second = trial.visits / small.built["visits"]
    most = int(a_second * minutes * 60 * _OF_IT) // _TRIAL * _TRIAL
    return replace(plan, visits=min(plan.visits, max(most, _TRIAL)))
