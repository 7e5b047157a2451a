"""The engines that the contracts of the log run over; a new one joins by one line."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from tests.support import MASTER_KEY, Clock
from verification.adapters.store.sqlite.heads import noted_heads
from verification.adapters.store.sqlite.log import SqliteLog
from verification.adapters.store.sqlite.reading import chains_in
from verification.kiosk import Kiosk
from verification.log.memory import MemoryLog
from verification.rules.law import tables as law
from verification.rules.law.verdict import Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from verification.card.ports import Cards
    from verification.log import chain

    Opener = Callable[[Path, Clock], AbstractContextManager["Engine"]]


AnyLog: TypeAlias = SqliteLog | MemoryLog


@dataclass(frozen=True)
class Engine:
    """A log, and what an engine shows of it beside the port.

    Args:
        log: The port, and `rebuild`.
        chains: Returns the rows of each desk's chain.
        heads: Returns the newest head of each desk that was noted.
    """

    log: AnyLog
    chains: Callable[[], dict[str, list[dict[str, Any]]]]
    heads: Callable[[], dict[str, chain.Head]]


@contextmanager
def sqlite(folder: Path, clock: Clock) -> Iterator[Engine]:
    """Open the embedded engine."""
    path = folder / "kiosk.db"
    with closing(SqliteLog(path, MASTER_KEY, clock)) as log:
        yield Engine(
            log,
            lambda: chains_in(path),
            lambda: {desk: heads[-1] for desk, heads in noted_heads(path).items()},
        )


@contextmanager
def memory(_folder: Path, clock: Clock) -> Iterator[Engine]:
    """Open the engine without a file."""
    log = MemoryLog(MASTER_KEY, clock)
    yield Engine(log, log.chains, log.heads)


ENGINES: dict[str, Opener] = {"sqlite": sqlite, "memory": memory}


def kiosk_on(log: AnyLog, cards: Cards, clock: Clock) -> Kiosk:
    """Return a kiosk on a log."""
    return Kiosk(cards, log, Rules(law.shipped()), "79014", clock)
