"""Which period of a number counts on a day, whatever the order in which the store has them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import TODAY, a_card, a_record, each
from verification.card import periods
from verification.card.facts import Origin, Record, Refusal, Status

DAY = timedelta(days=1)
LIST, NEWER = date(2026, 11, 1), date(2026, 11, 20)


def period(begin: str, end: str = "", **more: Any) -> Record:
    """Return a period of one number, its days written as in a file."""
    days = [date.fromisoformat(day) if day else None for day in (begin, end)]
    more = {"as_of": LIST, **more}
    return a_record(gt_the_tu=days[0], gt_the_den=days[1], **more)


def counting(*records: Record, on: date = TODAY) -> Record:
    """Return the one record of a number."""
    (found,) = periods.on_the_day(records, on)
    return found


THIS, NEXT = period("2026-01-01", "2026-12-31"), period("2027-01-01", "2027-12-31")
LAST = period("2025-01-01", "2025-12-31")


@each(
    ("on", "known", "begin"),
    [
        ("2026-11-22", (THIS, NEXT), "2026-01-01"),
        ("2026-12-31", (THIS, NEXT), "2026-01-01"),
        ("2027-01-01", (THIS, NEXT), "2027-01-01"),
        ("2026-11-22", (LAST, THIS, NEXT), "2026-01-01"),
        ("2028-01-01", (LAST, THIS, NEXT), "2027-01-01"),  # the last to end
        ("2024-12-31", (LAST, THIS, NEXT), "2025-01-01"),  # the next to begin
        ("2026-11-22", (LAST, NEXT), "2027-01-01"),  # between two: the next
        ("2026-11-22", (period("2026-01-01"), period("2026-06-01")), "2026-06-01"),
        (
            "2026-11-22",  # of overlapping ones that of the newest copy
            (period("2026-01-01", as_of=NEWER), period("2026-06-01")),
            "2026-01-01",
        ),
        (
            "2026-11-22",
            (period("2026-01-01", copy=2), period("2026-06-01", copy=1)),
            "2026-01-01",
        ),
        (
            "2026-11-22",  # an end reported for one does not end the other of the same copy
            (THIS, period("2026-06-01", "2027-05-31", status=Status.BAO_GIAM)),
            "2026-01-01",
        ),
        (
            "2026-11-22",
            (THIS, period("2026-06-01", "2027-05-31", status=Status.BAO_GIAM, as_of=NEWER)),
            "2026-06-01",
        ),
        ("2026-11-22", (LAST, period("", "", as_of=NEWER)), "2025-01-01"),  # no dates, no period
    ],
)
def test_the_period_that_holds_on_the_day_counts(
    on: str, known: tuple[Record, ...], begin: str
) -> None:
    for order in (known, known[::-1]):
        found = counting(*order, on=date.fromisoformat(on))
        assert found.card.gt_the_tu == date.fromisoformat(begin)
        assert {r.card.gt_the_tu for r in found.known} == {r.card.gt_the_tu for r in known}
        assert len(found.known) == len(known)


@pytest.mark.parametrize(
    ("trusted", "other", "end"),
    [
        ("2026-06-30", "2027-12-31", "2026-06-30"),
        ("2027-12-31", "2026-06-30", "2027-12-31"),
        ("", "2026-06-30", ""),
    ],
)
@pytest.mark.parametrize("newer", [LIST - DAY, NEWER])
def test_of_two_copies_of_a_period_the_trusted_one_counts_however_old(
    trusted: str, other: str, end: str, newer: date
) -> None:
    sure = period("2026-01-01", trusted, origin=Origin.BHXH)
    unsure = period("2026-01-01", other, as_of=newer)
    for order in ((sure, unsure), (unsure, sure)):
        found = counting(*order)
        assert found.card.gt_the_den == (date.fromisoformat(end) if end else None)
        assert found.origin is Origin.BHXH
        beside = periods.beside(found)
        assert beside is not None
        assert beside.origin is Origin.HOSPITAL


@each("status", periods.OF_THE_NUMBER)
@each(
    ("lifting", "lifted"),
    [
        ({"as_of": NEWER}, True),
        ({"as_of": LIST, "copy": 1}, True),
        ({"as_of": LIST}, False),  # the same copy says both
        ({"as_of": LIST - DAY, "copy": 1}, False),
        ({"as_of": NEWER, "status": Status.BAO_GIAM}, False),
    ],
)
def test_a_status_of_the_number_holds_for_every_period_until_a_newer_row_lifts_it(
    status: Status, lifting: dict[str, Any], lifted: bool
) -> None:
    bad = period("2025-01-01", "2025-12-31", status=status)
    now = period("2026-01-01", **lifting)
    for order in ((bad, now), (now, bad)):
        found = counting(*order).trang_thai
        assert found is (Status.HIEU_LUC if lifted else status)


def test_a_list_that_is_less_trusted_lifts_nothing() -> None:
    bad = period("2026-01-01", status=Status.THU_HOI, origin=Origin.BHXH)
    for origin, lifted in ((Origin.HOSPITAL, False), (Origin.XML1, False), (Origin.BHXH, True)):
        now = period("2026-01-02", origin=origin, as_of=NEWER)
        assert (counting(bad, now).trang_thai is Status.HIEU_LUC) is lifted


def test_the_status_of_an_ended_period_is_its_own() -> None:
    ended = period("2025-01-01", "2025-12-31", status=Status.BAO_GIAM)
    assert counting(ended, THIS).trang_thai is Status.HIEU_LUC


def test_each_number_of_a_person_has_a_period_of_its_own() -> None:
    other = a_record(ma_the="CB2797900000011")
    assert {r.number for r in periods.on_the_day([THIS, NEXT, other], TODAY)} == {
        "DN4797900000011",
        "CB2797900000011",
    }


@pytest.mark.parametrize(
    ("known", "goes_on"),
    [
        ((THIS,), False),
        ((THIS, NEXT), True),
        ((THIS, period("2027-01-02", "2027-12-31")), False),  # a day between
        ((THIS, period("2026-06-01", "2027-05-31")), True),
        ((THIS, period("2027-01-01", status=Status.BAO_GIAM)), False),
        ((THIS, period("2026-06-01", "2026-11-30")), False),
    ],
)
def test_a_period_goes_on_where_the_next_follows_without_a_gap(
    known: tuple[Record, ...], goes_on: bool
) -> None:
    assert periods.goes_on(known, date(2026, 12, 31)) is goes_on


@each(
    ("refused", "known", "stands"),
    [
        ({}, {}, False),
        ({"as_of": NEWER}, {}, True),
        ({"copy": 1}, {}, True),
        ({"as_of": NEWER}, {"as_of": NEWER, "copy": 1}, False),
        ({"as_of": NEWER}, {"as_of": NEWER}, True),  # good and refused in one file
        ({"origin": Origin.BHXH}, {"as_of": NEWER}, True),
        ({"origin": Origin.BHXH}, {"as_of": NEWER, "origin": Origin.BHXH}, False),
        ({}, {"as_of": NEWER, "origin": Origin.BHXH}, False),
        ({"as_of": NEWER}, {"origin": Origin.BHXH}, True),
    ],
)
def test_a_refused_row_stands_until_a_newer_as_trusted_one(
    refused: dict[str, Any], known: dict[str, Any], stands: bool
) -> None:
    refusal = Refusal(**{"number": "DN4797900000011", "as_of": LIST, **refused})
    record = a_record(**{"as_of": LIST, "copy": 0, **known})
    if not refused:
        record = a_record(as_of=LIST, copy=1)
    assert refusal.stands_against((record,)) is stands


DAYS = st.dates(date(2024, 1, 1), date(2028, 1, 1))
RECORDS = st.builds(
    lambda begin, length, status, as_of, origin, copy, name: Record(
        a_card(
            gt_the_tu=begin,
            gt_the_den=begin + timedelta(days=length) if begin and length else None,
            ho_ten=name,
        ),
        status,
        "HT3797900000011" if status is Status.THE_MOI else None,
        as_of,
        origin,
        copy,
    ),
    st.none() | st.sampled_from([date(2025, 1, 1), date(2026, 1, 1), date(2026, 7, 1)]) | DAYS,
    st.none() | st.integers(1, 700),
    st.sampled_from(Status),
    st.sampled_from([LIST, NEWER]),
    st.sampled_from(Origin),
    st.integers(0, 1),
    st.sampled_from(["Nguyễn Thị Mẫu", "Trần Văn Khác"]),
)


@given(st.lists(RECORDS, min_size=1, max_size=5), DAYS, st.randoms(use_true_random=False))
def test_the_order_of_rows_never_changes_which_period_counts(
    records: list[Record], on: date, chance: Any
) -> None:
    mixed = list(records)
    chance.shuffle(mixed)
    first, again = counting(*records, on=on), counting(*mixed, on=on)
    assert (first.card, first.trang_thai, first.heard) == (
        again.card,
        again.trang_thai,
        again.heard,
    )
    assert periods.last_heard(first) == periods.last_heard(again)
