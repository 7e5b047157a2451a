"""What the tests of the misuse rules share: visits before now, and what a rule says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from verification.rules.misuse import engine
from verification.rules.misuse.facts import Facts, Flag, Occasion
from verification.rules.misuse.policy import shipped

POLICY = shipped()
NOW = int(datetime(2026, 6, 17, 2, tzinfo=UTC).timestamp())  # 09:00 in Vietnam
DAY = 86_400
MINUTE = 60


def seen(days: float = 0, minutes: float = 0, **facts: Any) -> Occasion:
    """Return a visit some time ago."""
    at = NOW - round(days * DAY + minutes * MINUTE)
    usual = Occasion(f"1-{at}", at, "p", "79014", "1", "an", ma_benh="J06", born=1980)
    return replace(usual, **facts)


def now(**facts: Any) -> Occasion:
    """Return this visit."""
    return seen(id="1-now", **facts)


def found(rule: str, facts: Facts) -> Flag | None:
    """Return what a rule says."""
    rules = engine.CARD_RULES | engine.DESK_RULES
    flags = engine.run(facts, POLICY, {rule: rules[rule]})
    return flags[0] if flags else None


def case(rule: str, here: Occasion, *past: Occasion, **more: Any) -> str | None:
    """Return the case in which a rule hits, None for no hit."""
    newest_first = tuple(sorted(past, key=lambda v: -v.at))
    flag = found(rule, Facts(here, past=newest_first, **more))
    assert flag is None or flag.state == "hit", flag
    return str(flag.numbers["case"]) if flag else None
