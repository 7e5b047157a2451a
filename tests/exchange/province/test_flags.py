"""What goes back to a house: rules and counts that it could not have found alone."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta

from verification.basics.dates import VIETNAM
from verification.exchange.province.flags import Row, SentBack, flags
from verification.rules.misuse.policy import shipped

NOON = datetime(2026, 11, 26, 12, tzinfo=VIETNAM)


def row(house: str, code: str | None = "1.1", card: str | None = "DN4", **before: float) -> Row:
    came = NOON - timedelta(**before)
    return Row(house, f"1-{came:%d%H%M}", came.date(), came, code, card)


def found(now: Row, *past: Row) -> list[tuple[str, str, int]]:
    return [(one.rule, one.level, one.count) for one in flags(now, past, shipped())]


def test_other_houses_of_a_day_are_counted() -> None:
    here, two, three = row("79014"), row("79001", hours=2), row("01004", hours=4)
    assert found(here) == []
    assert found(here, two) == [("M02", "info", 2)]
    assert found(here, two, three) == [("M02", "urgent", 3)]
    assert found(here, row("79001", days=1)) == []


def test_what_a_house_sees_by_itself_is_not_sent_back() -> None:
    own = [row("79014", days=at) for at in range(1, 13)]
    assert found(row("79014"), *own) == []
    elsewhere = [row("79001", days=at) for at in range(1, 13)]
    assert "M04" in [rule for rule, *_ in found(row("79014"), *elsewhere)]


def test_what_honest_life_explains_is_no_flag_here_either() -> None:
    assert found(row("79014", code="1.3"), row("79001", hours=2)) == []  # referred
    assert found(row("79014", code="2"), row("79001", hours=2)) == []  # an emergency


def test_nothing_has_a_place_in_it_that_could_hold_a_row() -> None:
    assert [one.name for one in fields(SentBack)] == ["rule", "version", "level", "count"]
    (flag,) = flags(row("79014"), [row("79001", hours=2)], shipped())
    assert "79001" not in repr(flag)
    assert "2026" not in repr(flag)
