"""Each engine with an empty log, and a kiosk on it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.log.contract.engines import ENGINES, Engine, kiosk_on
from verification.adapters.store.sqlite.cards import SqliteCards

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.log.contract.engines import AnyLog
    from tests.support import Clock
    from verification.card.ports import Cards
    from verification.kiosk import Kiosk


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Engine]:
    """Return each engine with an empty log."""
    with ENGINES[request.param](tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def port(engine: Engine) -> AnyLog:
    """Return an empty log of each engine."""
    return engine.log


@pytest.fixture(scope="session")
def demo_cards(demo_store: Path) -> Iterator[Cards]:
    """Return the invented cards, to read."""
    with closing(SqliteCards(demo_store)) as cards:
        yield cards


@pytest.fixture
def kiosk(port: AnyLog, demo_cards: Cards, clock: Clock) -> Kiosk:
    """Return a kiosk on the demo cards and a log of each engine."""
    return kiosk_on(port, demo_cards, clock)
