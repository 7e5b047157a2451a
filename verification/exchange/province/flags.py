"""What a house gets back about a visit of its own: rules and counts, never a row.

The rules are those that a house runs over its own visits; here they see the visits of all houses.
What they found leaves with its number alone: no place, no time, no visit of another house.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from verification.rules.misuse.engine import CARD_RULES, run
from verification.rules.misuse.facts import Facts, Flag, Occasion
from verification.rules.misuse.policy import MisusePolicy

RULES = ("M02", "M04", "M05")
"""Those that counts suffice for: several houses a day, too often in a month, in a year."""
_COUNT = "count"


@dataclass(frozen=True)
class Row:
    """A visit of a person, as a province keeps it.

    Args:
        house: Where.
        visit: Its name there.
        day: Which day.
        came: When.
        object_code: `ma_doituong_kcb`, where it is one.
        card_code: The first three characters of the card's number.
    """

    house: str
    visit: str
    day: date
    came: datetime
    object_code: str | None
    card_code: str | None


@dataclass(frozen=True)
class SentBack:
    """All that leaves the province.

    Args:
        rule: Which rule holds.
        version: Of its thresholds.
        level: How much it matters.
        count: What it counted.
    """

    rule: str
    version: int
    level: str
    count: int


def flags(now: Row, past: Sequence[Row], policy: MisusePolicy) -> list[SentBack]:
    """Return what the rules find that a house could not find by itself.

    Args:
        now: The visit that it asks about.
        past: The person's visits before it, of all houses, newest first.
        policy: Data of the rules.
    """
    facts = Facts(_occasion(now), past=tuple(map(_occasion, past)))
    found = run(facts, policy, {name: CARD_RULES[name] for name in RULES})
    elsewhere = {_name(row) for row in past if row.house != now.house}
    return [_sent(flag) for flag in found if flag.state == "hit" and elsewhere & {*flag.visits}]


def _sent(flag: Flag) -> SentBack:
    return SentBack(flag.rule, flag.version, flag.level.value, int(flag.numbers[_COUNT]))


def _name(row: Row) -> str:
    return f"{row.house} {row.visit}"


def _occasion(row: Row) -> Occasion:
    return Occasion(
        id=_name(row),
        at=int(row.came.timestamp()),
        ma_cskcb=row.house,
        ma_doituong_kcb=row.object_code or "",
        code=row.card_code or "",
    )
