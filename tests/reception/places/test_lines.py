"""What is searched: each list and table has its lines, and what ended says what holds today."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from verification.card.facts import Facility, Office
from verification.card.memory import MemoryCards
from verification.card.portal_codes import portal_codes
from verification.card.reasons import Reason
from verification.reception.places.lines import lines_of
from verification.reception.places.place import Place, PlaceKind
from verification.rules.law.tables import shipped

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY = date(2026, 11, 27)
LISTED = Office("07921", "BHXH cơ sở Mẫu 21", "79")


def lines(
    kind: PlaceKind, code: str, day: date = DAY, offices: Sequence[Office] = ()
) -> list[Place]:
    cards = MemoryCards(known_offices=offices)
    found = lines_of(cards, shipped(), day, None)
    return [place for place in found if (place.kind, place.code) == (kind, code)]


def off(place: Place) -> str:
    return place.off.vi if place.off else ""


def told(place: Place) -> str:
    return " · ".join(line.vi for line in place.about)


@pytest.mark.parametrize(
    ("code", "before", "now"),
    [("02", "Hà Giang", "Tuyên Quang (08)"), ("15", "Yên Bái", "Lào Cai (15)")],
)
def test_an_old_province_says_which_it_became(code: str, before: str, now: str) -> None:
    old = next(one for one in lines(PlaceKind.PROVINCE, code) if one.off)
    assert (old.name.vi, off(old)) == (before, f"Chỉ đến 30/06/2025, nay là: {now}")
    assert before in " ".join(map(told, lines(PlaceKind.PROVINCE, now[-3:-1])))


def test_before_the_day_of_change_the_old_province_holds() -> None:
    held = lines(PlaceKind.PROVINCE, "02", date(2025, 6, 30))
    assert [(one.name.vi, off(one)) for one in held] == [
        ("Hà Giang", ""),
        ("Tuyên Quang", "Chưa có hiệu lực, từ 01/07/2025"),
    ]


def test_every_row_of_the_law_and_every_code_of_the_kiosk_has_a_line() -> None:
    known = {(p.kind, p.code) for p in lines_of(MemoryCards(), shipped(), DAY, None)}
    tables = {
        PlaceKind.PROVINCE: ("provinces", "ma_tinh"),
        PlaceKind.OBJECT: ("object_codes", "ma_doi_tuong"),
        PlaceKind.BENEFIT: ("benefit_digits", "muc_huong"),
        PlaceKind.VISIT_OBJECT: ("ma_doituong_kcb", "ma_doituong_kcb"),
        PlaceKind.VISIT_KIND: ("ma_loai_kcb", "ma_loai_kcb"),
        PlaceKind.OFFICE: ("bhxh_offices", "ma_co_quan"),
    }
    for kind, (table, column) in tables.items():
        assert {(kind, row[column]) for row in shipped().history(table)} <= known
    assert {(PlaceKind.PORTAL, code) for code in portal_codes()} <= known
    assert {(PlaceKind.REASON, reason.value) for reason in Reason} <= known
    assert {(PlaceKind.AREA, code) for code in ("K1", "K2", "K3")} <= known


def test_no_line_has_a_hole_in_it_and_each_has_a_name() -> None:
    for place in lines_of(MemoryCards(), shipped(), DAY, None):
        for text in (place.name, *place.about, *((place.off,) if place.off else ())):
            assert text.vi.strip()
            assert text.en.strip()
            assert "{" not in text.vi + text.en


def test_a_result_code_says_its_meaning_and_what_the_desk_does() -> None:
    (line,) = lines(PlaceKind.PORTAL, "120")
    assert line.name == portal_codes()["120"].text
    assert portal_codes()["120"].next.vi in told(line)


def test_an_object_code_says_what_its_digit_pays_and_what_changed() -> None:
    now, before = lines(PlaceKind.OBJECT, "CN")
    assert told(now).startswith("Mức hưởng 2: 100 % · Thẻ in số 3 nay tính theo số 2")
    assert off(before) == "Chỉ đến 31/12/2025, nay là: hộ cận nghèo · Mức hưởng 2: 100 %"
    unnamed = lines(PlaceKind.OBJECT, "BA")[0]
    assert unnamed.name.vi == "chưa có tên trong bảng mã"


def test_a_code_whose_meaning_did_not_change_is_told_once() -> None:
    assert len(lines(PlaceKind.VISIT_OBJECT, "1.1")) == 1


def test_a_district_office_ended_and_the_listed_one_is_told_as_todays() -> None:
    now, before = lines(PlaceKind.OFFICE, "07921", offices=[LISTED])
    assert (now.name.vi, off(now)) == ("BHXH cơ sở Mẫu 21", "")
    assert off(before) == "Chỉ đến 30/06/2025, nay là: 07921 · BHXH cơ sở Mẫu 21"
    assert "305/TB-BHXH" in told(before)  # its source and the day of it
    assert "03/07/2023" in told(before)


def test_without_a_list_the_office_of_the_province_is_told_in_its_place() -> None:
    (before,) = lines(PlaceKind.OFFICE, "07921")
    assert off(before).endswith("nay là: 079 · BHXH Thành phố Hồ Chí Minh")
    assert before.also == ("7921",)
    (whole,) = lines(PlaceKind.OFFICE, "079")
    assert (off(whole), whole.also) == ("", ("7900",))


def test_a_list_that_still_has_the_district_office_does_not_bring_it_back() -> None:
    old = Office("07921", "BHXH huyện Hóc Môn", "79")
    (line,) = lines(PlaceKind.OFFICE, "07921", offices=[old])
    assert off(line).startswith("Chỉ đến 30/06/2025")
    (then,) = lines(PlaceKind.OFFICE, "07921", date(2025, 6, 1), offices=[old])
    assert off(then) == ""


def test_a_facility_says_its_province_and_level(kiosk_facilities: MemoryCards) -> None:
    known = lines_of(kiosk_facilities, shipped(), DAY, "79014")
    facility = next(one for one in known if one.code == "79021")
    assert told(facility).startswith("TP Hồ Chí Minh (79) · cấp ban đầu")
    assert "1.2" in told(facility)
    assert facility.near


@pytest.fixture
def kiosk_facilities() -> MemoryCards:
    station = Facility("79021", "Trạm Mẫu", "79", "ban_dau", hang_cu="xa", loai_12=True)
    return MemoryCards(known_facilities=[Facility("79014", "BV Mẫu", "79"), station])
