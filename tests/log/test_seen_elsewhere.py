"""What the portal tells of visits elsewhere, as the rules of misuse read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.misuse_support import NOW, case
from tests.misuse_support import now as here
from tests.support import each
from verification.basics.dates import VIETNAM, PartialDate
from verification.card.facts import Card
from verification.card.portal import PortalAnswer, PortalOutcome, SeenVisit
from verification.log.events import Event, EventKind
from verification.log.observations import observed
from verification.log.occasions import once
from verification.log.portal_events import PortalAnswered
from verification.log.seen_elsewhere import disease, seen_elsewhere
from verification.log.visit_events import Presented
from verification.rules.misuse.facts import Occasion, day_of

AT = datetime.fromtimestamp(NOW, UTC)
ASKED = Event(
    "1", 1, AT, EventKind.PRESENTED, AT, Presented("bhyt_qr", ma_cskcb="79014").codes(), "p"
)
TOLD = Event(
    "1",
    2,
    AT,
    EventKind.PORTAL_ANSWERED,
    AT,
    PortalAnswered("1-1", "answered", 9, "desk", code="000").codes(),
    "p",
)


def ago(days: float, hour: int = 7) -> datetime:
    """Return a moment some days ago."""
    return (AT - timedelta(days=days)).astimezone(VIETNAM).replace(hour=hour, minute=5)


def visit(days: float, place: str = "01028", **more: Any) -> SeenVisit:
    """Return a visit of one day elsewhere."""
    return SeenVisit("", place, ago(days), **({"ngay_ra": ago(days, 8)} | more))


def seen(*visits: SeenVisit, card: Card | None = None) -> list[Occasion]:
    """Return what becomes of visits in the history, newest first."""
    answer = PortalAnswer(PortalOutcome.ANSWERED, AT, card=card, visits=visits)
    found = seen_elsewhere(TOLD, ASKED, observed(answer), lambda value: value)
    return sorted(found, key=lambda one: -one.at)


def test_another_house_on_the_same_day_is_seen_by_m02_and_a_transfer_explains_it() -> None:
    assert case("M02", here(), *seen(visit(0))) == "two"
    assert case("M02", here(), *seen(visit(0), visit(0, "04021"))) == "many"
    assert case("M02", here(), *seen(visit(0, tinh_trang="2"))) is None
    assert case("M02", here(), *seen(visit(0, "79014"))) is None


def test_who_lies_elsewhere_by_what_the_portal_says_today_is_seen_by_m03() -> None:
    assert case("M03", here(), *seen(visit(4, ngay_ra=None))) == "open"
    assert case("M03", here(), *seen(visit(4, ngay_ra=ago(-2)))) == "open"
    assert case("M03", here(), *seen(visit(4, ngay_ra=ago(1)))) is None
    assert case("M03", here(), *seen(visit(4, ngay_ra=None, tinh_trang="1"))) is None
    assert case("M03", here(), *seen(visit(4, ngay_ra=None, ended=True))) is None  # not readable
    assert case("M03", here(), *seen(visit(0, ngay_ra=None))) is None  # perhaps in a waiting room


def test_what_was_told_of_an_open_stay_says_nothing_of_a_later_day() -> None:
    later = here(at=NOW + 3 * 86_400)
    assert case("M03", later, *seen(visit(4, ngay_ra=None))) is None


def test_many_visits_elsewhere_are_counted_and_a_course_is_not() -> None:
    days = [float(day) for day in range(1, 28, 3)]
    assert case("M04", here(), *seen(*(visit(day) for day in days))) == "month"
    kidneys = (visit(day, ten_benh="Suy thận mạn giai đoạn cuối") for day in days)
    assert case("M04", here(), *seen(*kidneys)) is None
    referred = (visit(day, ly_do_vv="1.3") for day in days)
    assert case("M04", here(), *seen(*referred)) is None


def test_a_newborns_visits_elsewhere_are_known_by_its_number() -> None:
    child = Card(ma_the="TE1797900000201", ngay_sinh=PartialDate(2026, 6, 1))
    baby = here(code="TE1", born=2026, ma_benh="Z00")
    days = [float(day) for day in range(1, 13)]
    past = seen(*(visit(day, ten_benh="Vàng da sơ sinh") for day in days), card=child)
    assert {one.code for one in past} == {"TE1"}
    assert case("M04", baby, *past) is None


def test_who_died_elsewhere_and_comes_is_seen_by_m10() -> None:
    assert case("M10", here(), *seen(visit(20, ket_qua="5"))) == "visit"
    assert case("M10", here(), *seen(visit(20, ket_qua="4"))) is None


@each(
    ("words", "code"),
    [
        ("I10 - Tăng huyết áp", "I10"),
        ("N18.5", "N18.5"),
        ("Bệnh thận (N18.5)", "N18.5"),
        ("BỆNH THẬN MẠN, CHẠY THẬN NHÂN TẠO", "Z49"),
        ("U ác của dạ dày", "C80"),
        ("Vàng da sơ sinh", "P59"),
        ("Thiếu vitamin B12", ""),
        ("Viêm họng", ""),
        ("Thai 12 tuần", ""),
        ("I101 tăng", ""),
        ("", ""),
    ],
)
def test_a_disease_is_the_code_that_stands_in_it_or_that_of_a_group_of_courses(
    words: str, code: str
) -> None:
    assert disease(words) == code


@pytest.mark.parametrize(
    "presented",
    [
        None,
        Event("1", 1, AT, EventKind.UNREADABLE, AT, {}, None),
        Event("1", 1, AT, EventKind.PRESENTED, AT, Presented("bhyt_qr").codes(), "p"),
    ],
)
def test_nothing_is_taken_where_our_own_facility_is_not_known(presented: Event | None) -> None:
    content = observed(PortalAnswer(PortalOutcome.ANSWERED, AT, visits=(visit(2),)))
    assert seen_elsewhere(TOLD, presented, content, lambda value: value) == []


def test_midnight_is_an_hour_for_an_emergency_beside_others_that_tell_theirs() -> None:
    midnight = ago(2, 0).replace(minute=0)
    rows = (visit(3), replace(visit(2, ly_do_vv="2"), ngay_vao=midnight))
    assert [one.timed for one in seen(*rows)] == [True, True]
    assert [one.timed for one in seen(rows[1])] == [False]


# ---- one visit, told by a list and by the portal

LISTED = Occasion("ls-1", NOW, "p", "01028")


def told_too(**facts: Any) -> Occasion:
    """Return the same visit as the portal tells it."""
    return Occasion(**({"id": "ct-1", "at": NOW, "person_ref": "p", "ma_cskcb": "01028"} | facts))


@each(
    ("seen_too", "kept"),
    [
        (told_too(), False),
        (told_too(ma_cskcb="1028"), False),
        (told_too(at=NOW - 3600), True),  # another one of that day
        (told_too(at=NOW - 3600, timed=False), False),
        (told_too(ma_cskcb="01029"), True),
        (told_too(at=NOW - 86_400), True),
        (told_too(outcome="tu_vong"), True),
        (told_too(end_day=day_of(NOW) + 3), True),
    ],
)
def test_a_visit_told_by_a_list_too_is_read_once(seen_too: Occasion, kept: bool) -> None:
    received = Occasion("1-2", NOW, "p", "79014", "1")
    found = once([seen_too, LISTED, received])
    assert found == ([seen_too] if kept else []) + [LISTED, received]


# ---- whatever stands in the content

ODD: list[Any] = [
    *(None, 0, 1, -1, 10**18, "", "x", "5", "2", "\x00", "01028", "79014", AT.isoformat()),
    *("2026-06-12", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-02-30"),
    *([], ["x"], [[]], {}, {"ma_the": 1}, {"lich_su": [{"ma_cskcb": "01028"}]}),
]
VALUES = st.sampled_from(ODD)
ROWS = st.dictionaries(
    st.sampled_from(["ma_ho_so", "ma_cskcb", "ngay_vao", "ngay_ra", "ngay", "ket_qua", "ly_do_vv"]),
    VALUES,
)


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from(["lich_su", "the", "tiep", "tra_cuu"]), VALUES))
def test_whatever_stands_in_the_content_nothing_fails(content: dict[str, Any]) -> None:
    assert isinstance(seen_elsewhere(TOLD, ASKED, content, lambda value: value), list)


@given(st.lists(ROWS, max_size=4))
def test_whatever_a_row_holds_it_is_a_visit_elsewhere_or_nothing(rows: list[Any]) -> None:
    for one in seen_elsewhere(TOLD, ASKED, {"lich_su": rows}, lambda value: value):
        assert one.person_ref == "p"
        assert (one.desk, one.received) == ("", True)
        assert one.day <= day_of(NOW)
