"""Places and codes, found while they are being typed; never persons."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import DESK, FIXTURES
from verification.card.memory import MemoryCards
from verification.reception.places import MOST_PLACES, PlaceKind, find_places

if TYPE_CHECKING:
    from verification.kiosk import Kiosk


def codes(kiosk: Kiosk, text: str, *kinds: PlaceKind) -> list[str]:
    """Return the codes of what is found."""
    return [place.code for place in find_places(DESK, kiosk, text, kinds or tuple(PlaceKind))]


def test_every_facility_and_office_is_found_by_its_code_and_by_its_name(kiosk: Kiosk) -> None:
    known = [*kiosk.cards.facilities(), *kiosk.cards.offices()]
    assert len(known) > 10
    for one in known:
        code = getattr(one, "ma_cskcb", None) or getattr(one, "ma_co_quan", "")
        assert codes(kiosk, code)[0] == code
        assert code in codes(kiosk, one.ten)


@pytest.mark.parametrize(
    ("typed", "kind", "code"),
    [
        ("0102", PlaceKind.FACILITY, "01028"),
        (" 010 28", PlaceKind.FACILITY, "01028"),
        ("01c3", PlaceKind.FACILITY, "01C34"),
        ("đa khoa mẫu thủ", PlaceKind.FACILITY, "01028"),
        ("da khoa mau thu do", PlaceKind.FACILITY, "01028"),
        ("THU DO DA KHOA", PlaceKind.FACILITY, "01028"),
        ("bv da kh thu d", PlaceKind.FACILITY, "01028"),
        ("Ða khoa Thủ đô", PlaceKind.FACILITY, "01028"),
        (unicodedata.normalize("NFD", "đa khoa mẫu thủ đô"), PlaceKind.FACILITY, "01028"),
        ("bhxh ha noi", PlaceKind.OFFICE, "001"),
        ("00105", PlaceKind.OFFICE, "00105"),
        ("dn", PlaceKind.OBJECT, "DN"),
        ("te", PlaceKind.OBJECT, "TE"),
        ("ha noi", PlaceKind.PROVINCE, "01"),
        ("Hà N", PlaceKind.PROVINCE, "01"),
        ("79", PlaceKind.PROVINCE, "79"),
    ],
)
def test_a_place_is_found_by_what_is_typed_so_far(
    kiosk: Kiosk, typed: str, kind: PlaceKind, code: str
) -> None:
    assert code in codes(kiosk, typed, kind)


@pytest.mark.parametrize(
    "typed", ["", " ", "-", "zzz", "*", "%", "' OR 1=1", "79014 xyz", "\ufffd"]
)
def test_what_names_no_place_finds_none(kiosk: Kiosk, typed: str) -> None:
    assert codes(kiosk, typed) == []


def test_no_person_is_found_and_nothing_is_logged(kiosk: Kiosk) -> None:
    before = kiosk.written.is_empty()
    for typed in (
        "Nguyễn Thị Mẫu",
        "mau thi nguyen",
        "DN4797900000011",
        "7900000011",
        "079194000011",
    ):
        assert codes(kiosk, typed) == []
    assert before
    assert kiosk.written.is_empty()


def test_few_come_of_many_and_whose_code_begins_so_first(kiosk: Kiosk) -> None:
    facility = kiosk.cards.facilities()[0]
    many = [replace(facility, ma_cskcb=f"79{at:03d}", ten=f"Trạm Mẫu {at}") for at in range(900)]
    there = replace(kiosk, cards=MemoryCards(known_facilities=many[::-1]))
    assert codes(there, "tram") == [f"79{at:03d}" for at in range(MOST_PLACES)]
    assert codes(there, "7989", PlaceKind.FACILITY) == [f"7989{at}" for at in range(10)]
    assert codes(there, "trạm 899") == ["79899"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(text=st.text(max_size=30))
def test_any_text_finds_few_places(kiosk: Kiosk, text: str) -> None:
    assert len(find_places(DESK, kiosk, text)) <= MOST_PLACES


def test_the_fixtures_files_are_what_is_found(kiosk: Kiosk) -> None:
    lines = (FIXTURES / "facilities.csv").read_text(encoding="utf-8").splitlines()
    assert len(kiosk.cards.facilities()) == len(lines) - 1
