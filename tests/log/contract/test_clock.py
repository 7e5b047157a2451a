"""When the machine's clock contradicts what was recorded, whatever engine keeps it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support import DESK, MORNING
from verification.basics.dates import VIETNAM
from verification.log.clock import Stretch, contradicting, doubt, noted_stretches
from verification.log.officer_events import ClockNoted, SignedOut
from verification.log.writing import write_alone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.support import Clock
    from verification.log.clock import Doubt
    from verification.log.ports import Log

NOON = datetime(2026, 6, 1, 12, tzinfo=VIETNAM)
LEAP_DAY = datetime(2024, 2, 29, 12, tzinfo=VIETNAM)
EMPTY_CMOS = datetime(1970, 1, 1, 0, 3, tzinfo=UTC)
YEAR_2099 = datetime(2099, 12, 31, 23, 59, tzinfo=VIETNAM)


def after(moment: datetime = NOON, **by: float) -> datetime:
    """Return a moment so much later, `minutes=-5` for one before."""
    return moment + timedelta(**by)


def record(port: Log, clock: Clock, *moments: datetime) -> None:
    """Log an event at each of some moments of the clock, in this order."""
    for moment in moments:
        clock.now = moment
        write_alone(port, DESK, SignedOut())


def note(port: Log, clock: Clock, first: datetime, last: datetime, at: datetime) -> None:
    """Note a stretch as recorded with a wrong clock."""
    clock.now = at
    noted = ClockNoted(first.astimezone(UTC), last.astimezone(UTC))
    write_alone(port, DESK, noted, content={"ghi_chu": "thay pin máy"})


def told(found: Doubt | None) -> str:
    """Return what a doubt is, empty for none."""
    return found.params["case"] if found else ""


SITUATIONS: dict[str, tuple[datetime, Sequence[datetime], datetime | None, str]] = {
    # name: (now, events in the order of recording, the card data's date, what is told)
    "a new house": (EMPTY_CMOS, [], None, ""),
    "a new house in 2099": (YEAR_2099, [], None, ""),
    "all is well": (after(minutes=1), [after(hours=-3), NOON], after(days=-2), ""),
    "the newest event is of this very moment": (NOON, [NOON], NOON, ""),
    "set back by two seconds": (after(seconds=-2), [NOON], after(days=-2), ""),
    "4:59 before the newest event": (after(seconds=-299), [NOON], None, ""),
    "exactly five minutes before it": (after(minutes=-5), [NOON], None, ""),
    "5:01 before it": (after(seconds=-301), [NOON], None, "behind_event"),
    "one tick more than five minutes": (
        after(minutes=-5, milliseconds=-1),
        [NOON],
        None,
        "behind_event",
    ),
    "an hour off by its zone": (after(hours=-1), [NOON], after(days=-2), "behind_event"),
    "seven hours off by its zone": (after(hours=-7), [NOON], after(days=-2), "behind_event"),
    "set back by three hours": (after(hours=-3), [after(days=-1), NOON], None, "behind_event"),
    "an empty battery, 1970": (EMPTY_CMOS, [NOON], after(days=-2), "behind_event"),
    "an empty battery, cards alone": (EMPTY_CMOS, [], NOON, "behind_cards"),
    "behind both, the cards are newer": (after(days=-9), [after(days=-2)], NOON, "behind_cards"),
    "behind the cards alone": (after(hours=-1), [after(days=-2)], NOON, "behind_cards"),
    "4:59 before the cards": (after(seconds=-299), [], NOON, ""),
    "a year after both, to the day": (
        NOON.replace(year=2027),
        [NOON],
        after(days=-30),
        "",
    ),
    "a second more than a year after both": (
        after(NOON.replace(year=2027), seconds=1),
        [NOON],
        after(days=-30),
        "ahead_event",
    ),
    "a year and a day with a leap day in it": (
        after(LEAP_DAY.replace(year=2025, month=3, day=1)),
        [LEAP_DAY],
        None,
        "",
    ),
    "over a year after a leap day": (
        after(LEAP_DAY.replace(year=2025, month=3, day=1), seconds=1),
        [LEAP_DAY],
        None,
        "ahead_event",
    ),
    "two years after both, the cards are newer": (
        after(days=730),
        [after(days=-60)],
        NOON,
        "ahead_cards",
    ),
    "over a year after the cards, the events go on": (
        after(days=400),
        [NOON, after(days=200), after(days=399)],
        NOON,
        "",
    ),
    "over a year after the events, new cards": (after(days=400), [NOON], after(days=399), ""),
    "old cards, the first event was yesterday": (after(days=800), [after(days=799)], NOON, ""),
    "2099": (YEAR_2099, [NOON], after(days=-2), "ahead_event"),
    "the last day there is": (
        datetime(9999, 12, 31, 12, tzinfo=UTC),
        [NOON],
        after(days=-2),
        "ahead_event",
    ),
    "back from 2099": (after(days=1), [NOON, YEAR_2099], after(days=-2), "behind_event"),
    "in 2099, after its first events": (
        after(YEAR_2099, minutes=9),
        [NOON, YEAR_2099, after(YEAR_2099, minutes=1)],
        after(days=-2),
        "ahead_event",
    ),
    "all events lie a year ahead": (NOON, [after(days=365)], None, "behind_event"),
    "midnight went back over": (
        datetime(2026, 6, 1, 23, 58, tzinfo=VIETNAM),
        [datetime(2026, 6, 2, 0, 4, tzinfo=VIETNAM)],
        None,
        "behind_event",
    ),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_clock_is_wrong_before_what_was_recorded_or_over_a_year_after_it(
    port: Log, clock: Clock, name: str
) -> None:
    now, events, cards, expected = SITUATIONS[name]
    record(port, clock, *events)
    assert told(doubt(now, port, cards)) == expected


def test_without_a_log_the_cards_alone_speak() -> None:
    assert told(doubt(after(minutes=-6), None, NOON)) == "behind_cards"
    assert doubt(NOON, None, NOON) is None
    assert doubt(NOON, None, None) is None


def test_what_is_told_names_both_moments_in_local_time(port: Log, clock: Clock) -> None:
    record(port, clock, NOON)
    found = doubt(datetime(1999, 12, 31, 17, 3, tzinfo=UTC), port, None)
    assert found
    assert found.params["clock"] == "00:03 01/01/2000"
    assert found.params["newest"] == "12:00 01/06/2026"


@pytest.mark.parametrize(
    ("now", "event", "cards", "day"),
    [
        (EMPTY_CMOS, NOON, after(days=-2), after(days=-2)),
        (YEAR_2099, NOON, after(days=-2), NOON),
        (NOON, YEAR_2099, after(days=-2), NOON),
        (after(hours=-3), NOON, None, NOON),
        (after(hours=-14), NOON, None, NOON),
    ],
)
def test_the_likely_day_is_the_middle_of_what_is_known(  # one of three may be far off
    port: Log, clock: Clock, now: datetime, event: datetime, cards: datetime, day: datetime
) -> None:
    record(port, clock, event)
    found = doubt(now, port, cards)
    assert found
    assert found.day == day.date()


# ---- the way out: a stretch noted as wrong


def test_events_of_a_noted_stretch_do_not_count_as_newest(port: Log, clock: Clock) -> None:
    record(port, clock, NOON, after(days=40), after(days=41))
    now = after(hours=2)
    assert told(doubt(now, port, None)) == "behind_event"
    stretch = contradicting(now, port, None)
    assert stretch == Stretch(after(days=40), after(days=41))
    note(port, clock, stretch.first, stretch.last, now)
    assert doubt(after(hours=2, minutes=1), port, None) is None
    assert contradicting(now, port, None) is None
    assert noted_stretches(port) == (stretch,)
    # what is recorded rightly from then on counts
    record(port, clock, after(hours=5))
    assert told(doubt(after(hours=3), port, None)) == "behind_event"


def test_an_import_of_a_noted_stretch_does_not_count_either(port: Log, clock: Clock) -> None:
    cards = after(days=300)
    record(port, clock, NOON)
    stretch = contradicting(after(hours=1), port, cards)
    assert stretch == Stretch(cards, cards)
    note(port, clock, cards, cards, after(hours=1))
    assert doubt(after(hours=1), port, cards) is None


def test_several_stretches_may_overlap_and_the_newest_event_outside_counts(
    port: Log, clock: Clock
) -> None:
    record(port, clock, NOON, after(days=10), after(days=12), after(days=15), YEAR_2099)
    for first, last in ((9, 12), (11, 16)):
        note(port, clock, after(days=first), after(days=last), NOON)
    assert told(doubt(after(minutes=1), port, None)) == "behind_event"
    note(port, clock, YEAR_2099, YEAR_2099, NOON)
    assert doubt(after(minutes=1), port, None) is None


def test_a_house_whose_only_events_lie_a_year_ahead_is_noted_and_works_on(
    port: Log, clock: Clock
) -> None:
    ahead = after(days=365)
    record(port, clock, ahead, after(ahead, hours=8))
    stretch = contradicting(NOON, port, None)
    assert stretch
    note(port, clock, stretch.first, stretch.last, NOON)
    assert doubt(after(minutes=1), port, None) is None
    record(port, clock, after(hours=4))  # the days until then count as ever
    assert told(doubt(after(hours=2), port, None)) == "behind_event"


def test_a_house_that_was_shut_for_over_a_year_is_confirmed_by_a_note_or_by_new_cards(
    port: Log, clock: Clock
) -> None:
    back = after(days=500)
    record(port, clock, NOON, back)
    assert told(doubt(after(back, minutes=5), port, NOON)) == "ahead_event"
    assert doubt(after(back, minutes=5), port, after(back, minutes=4)) is None
    assert contradicting(after(back, minutes=5), port, NOON) is None
    now = after(back, minutes=6)
    note(port, clock, now, after(now, seconds=-1), now)
    assert doubt(after(back, minutes=7), port, NOON) is None
    record(port, clock, after(back, days=1))
    assert doubt(after(back, days=2), port, NOON) is None


def test_a_confirmation_made_by_the_wrong_clock_counts_no_more_once_its_time_is_noted(
    port: Log, clock: Clock
) -> None:
    record(port, clock, NOON, YEAR_2099)
    late = after(YEAR_2099, minutes=5)
    note(port, clock, late, after(late, seconds=-1), late)
    assert doubt(after(late, minutes=1), port, None) is None
    right = after(days=1)
    stretch = contradicting(right, port, None)
    assert stretch == Stretch(YEAR_2099, late)
    note(port, clock, stretch.first, stretch.last, right)
    assert doubt(after(right, minutes=1), port, None) is None
    assert told(doubt(after(YEAR_2099, days=1), port, None)) == "ahead_event"


def test_the_wrong_clock_of_a_year_ago_does_not_speak_against_the_same_days_this_year(
    port: Log, clock: Clock
) -> None:
    ahead = after(days=365)
    record(port, clock, MORNING.replace(year=2026, month=1), ahead)
    note(port, clock, ahead, ahead, NOON)
    record(port, clock, *(after(days=step) for step in range(0, 365, 30)))
    assert doubt(after(ahead, minutes=1), port, None) is None
