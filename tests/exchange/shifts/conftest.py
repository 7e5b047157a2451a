"""Desks at work on the invented cards."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.exchange.shifts.support import Working
from tests.log.contract.engines import ENGINES, kiosk_on
from verification.adapters.store.sqlite.cards import SqliteCards

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.log.contract.engines import Engine
    from tests.support import Clock


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Engine]:
    """Return each engine with an empty log."""
    with ENGINES[request.param](tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def work(engine: Engine, demo_store: Path, clock: Clock) -> Iterator[Working]:
    """Return desks at work."""
    with closing(SqliteCards(demo_store)) as cards:
        yield Working(kiosk_on(engine.log, cards, clock), clock)


@pytest.fixture(scope="session")
def demo_cards(demo_store: Path) -> Iterator[SqliteCards]:
    """Return the invented cards, to read."""
    with closing(SqliteCards(demo_store)) as cards:
        yield cards
