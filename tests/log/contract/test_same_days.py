"""The same days at the desks, told by each engine: nobody could say which one it was."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.desk_support import STEPS, Desk
from tests.log.contract.engines import ENGINES, AnyLog, kiosk_on
from tests.support import Clock
from verification.log import chain
from verification.log.events import EventKind

if TYPE_CHECKING:
    import pytest

    from verification.card.ports import Cards

FIRST = 0
LAST = 2**40
CHANCE = re.compile(r"[0-9a-f]{24,64}")


def told_by(log: AnyLog) -> list[str]:
    """Return all that a log tells; words of chance, references and marks, are counted instead."""
    events = log.events(list(EventKind), datetime(2000, 1, 1, tzinfo=UTC))
    told: list[Any] = [(event, log.content(event.event_id)) for event in events]
    for desk in ("1", "2"):
        told += [*log.recent(desk, 999), *log.history.at_desk(desk, FIRST, LAST)]
    for ref in dict.fromkeys(event.person_ref for event in events if event.person_ref):
        told += [*log.history.visits_of(ref, FIRST, LAST), *log.cases.about(ref)]
    told += [case.number for case in log.cases.queue()]
    seen: dict[str, str] = {}
    return [CHANCE.sub(lambda m: seen.setdefault(m[0], f"{len(seen)}."), str(one)) for one in told]


@settings(max_examples=10)
@given(st.lists(STEPS, min_size=1, max_size=25))
def test_the_same_days_are_told_alike_by_all_engines_and_after_a_rebuild(
    demo_cards: Cards, tmp_path_factory: pytest.TempPathFactory, steps: list[Any]
) -> None:
    told = {}
    for name, opened in ENGINES.items():
        clock = Clock()
        with opened(tmp_path_factory.mktemp(name), clock) as engine:
            desk = Desk(kiosk_on(engine.log, demo_cards, clock), clock)
            for step in steps:
                desk.do(*step)
            told[name] = told_by(engine.log)
            engine.log.rebuild()
            assert told_by(engine.log) == told[name]
            for rows in engine.chains().values():
                assert chain.verify(rows) == []
    assert told["memory"] == told["sqlite"] == told["postgres"]
