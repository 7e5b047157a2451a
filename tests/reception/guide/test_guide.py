"""The guide's data: every step is whole and has its sources, every branch is there."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.support import each
from verification.basics.texts import Text, read
from verification.reception.guide.guide import (
    GUIDES,
    Guide,
    Origin,
    Step,
    coded_offices,
    short_guide,
)

STEPS = [(guide, step) for guide in GUIDES.values() for step in guide.steps]
MOST_SHORT_LINES = 6
BRANCHES = {
    "nguoi-lon": "căn cước",
    "dang-nhap": "mở thẻ",
    "chua-co-ma-so": "mã số BHXH",
    "tre-em": "cha mẹ",
    "may-tinh": "laptop",
    "otp": "OTP",
    "quen-mat-khau": "mật khẩu",
    "co-quan": "cơ quan",
    "email-dien-thoai": "Email",
    "mang-gi": "mang gì",
    "khong-mo-duoc": "Không mở được",
    "trong-vssid": "trong VssID",
    "thay-doi": "đổi",
}


def words(step: Step) -> str:
    said = (step.do, step.sees, step.missing, *([step.now] if step.now else []))
    return " ".join(text.vi for text in said)


def named(key: str) -> str:
    return " ".join(words(step) for step in GUIDES[key].steps)


def test_every_branch_that_the_letters_ask_for_is_there_under_its_heading() -> None:
    assert {key: guide.title.vi for key, guide in GUIDES.items() if key not in BRANCHES} == {}
    for key, part in BRANCHES.items():
        assert part in GUIDES[key].title.vi, key


@each(("guide", "step"), STEPS)
def test_every_step_says_what_to_do_what_is_seen_what_else_and_who_says_so(
    guide: Guide, step: Step
) -> None:
    texts: list[Text] = [step.do, step.sees, step.missing, *([step.now] if step.now else [])]
    assert all(text.checked() for text in texts)
    assert step.sources, guide.key
    for source in (*step.sources, *step.now_sources):
        unsaid = source.origin is Origin.COMMON
        assert (source.year is None) is unsaid, source
        assert unsaid or 2020 <= (source.year or 0) <= 2026, source


@each(("guide", "step"), STEPS)
def test_what_a_later_law_overtook_says_who_overtook_it_and_nothing_else_does(
    guide: Guide, step: Step
) -> None:
    assert (step.now is None) is (not step.now_sources), (guide.key, step.key)


def test_a_step_that_sends_people_to_a_district_office_says_that_those_ended() -> None:
    for guide, step in STEPS:
        if re.search(r"07921|BHXH huyện|quận, huyện cũ", words(step)):
            assert re.search(r"30/06/2025|không còn|nay là BHXH cơ sở|Mã cũ", words(step)), (
                guide.key
            )


def test_a_year_that_a_document_names_is_its_own() -> None:
    for _, step in STEPS:
        for source in (*step.sources, *step.now_sources):
            years = re.findall(r"\b20[12]\d\b", source.document.vi)
            assert not years or str(source.year) in years, source


def test_what_no_letter_and_no_law_says_is_marked_as_common_knowledge() -> None:
    unsaid = {step.key for _, step in STEPS if not any(s.checked for s in step.sources)}
    assert unsaid == {"quen", "ma-xac-nhan", "den-bhxh", "doi-so", "tao-email", "so-dinh-danh"}
    common = read("verification.reception.guide", "guide.toml")["sources"]["chung"]
    assert "chưa đối chiếu" in common["vi"]


def test_no_step_and_no_source_of_the_file_lies_there_unused() -> None:
    data = read("verification.reception.guide", "guide.toml")
    assert set(data["steps"]) == {step.key for _, step in STEPS}
    used = {name for entry in data["steps"].values() for name in entry["sources"]}
    used |= {name for entry in data["steps"].values() for name in entry.get("now_sources", ())}
    assert set(data["sources"]) == used


def test_a_key_fits_into_an_address_and_a_branch_has_no_step_twice() -> None:
    for guide in GUIDES.values():
        keys = [step.key for step in guide.steps]
        assert len(keys) == len(set(keys))
        assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key) for key in [guide.key, *keys])


@each(
    ("key", "said"),
    [
        ("nguoi-lon", ["10 số cuối", "hai mặt|mặt trước và mặt sau", "079", "mỗi email", "OTP"]),
        ("chua-co-ma-so", ["danh sách", "căn cước", "BHXH cơ sở"]),
        ("tre-em", ["giấy khai sinh", "Dịch vụ công", "email của cha hoặc mẹ", "Dưới 6|dưới 6"]),
        ("may-tinh", [r"dichvucong\.baohiemxahoi\.gov\.vn", r"đuôi đúng là “\.gov\.vn”", "mẫu 01"]),
        ("otp", ["một máy", "cảnh báo", "máy cũ tự thoát"]),
        ("co-quan", ["079", "07921", "30/06/2025", "Tra cứu"]),
        ("email-dien-thoai", ["một mã số BHXH", "chính người tham gia", "SMS"]),
        ("khong-mo-duoc", ["Mất sóng", "Hết pin", "Không có điện thoại", "máy người thân"]),
        (
            "trong-vssid",
            ["Quá trình tham gia", "Thông tin hưởng", "Sổ khám", "điểm thu", "Tổng đài"],
        ),
        ("thay-doi", ["01/06/2021", "VNeID", "email", "căn cước", "khi người tham gia yêu cầu"]),
    ],
)
def test_a_branch_says_what_its_letter_says(key: str, said: list[str]) -> None:
    assert [part for part in said if not re.search(part, named(key))] == []


@pytest.mark.parametrize("child", [False, True])
def test_the_short_guide_fits_the_back_of_a_slip(child: bool) -> None:
    lines = short_guide(child=child)
    assert 0 < len(lines) <= MOST_SHORT_LINES
    assert max(len(line.vi) for line in lines) <= 100
    assert "căn cước" in lines[-1].vi or "thẻ" in lines[-1].vi


def test_a_step_leads_only_to_branches_that_are_there() -> None:
    titles = {guide.title.vi for guide in GUIDES.values()}
    led = {part for _, step in STEPS for part in re.findall(r"phần “([^”]+)”", words(step))}
    assert led <= titles
    assert len(led) > 4


def test_the_sources_of_a_branch_are_named_once_each() -> None:
    for guide in GUIDES.values():
        assert len(guide.sources) == len(set(guide.sources)) > 0
    years = {source.cited.vi for source in GUIDES["nguoi-lon"].sources}
    assert "Thông báo 305/TB-BHXH (2023)" in years


def test_the_codes_of_the_letters_are_there_and_the_district_ended() -> None:
    known = {office.code: office.ended for office in coded_offices()}
    assert known["079"] is None
    assert known["07921"] == date(2025, 6, 30)


def test_no_number_of_a_person_stands_in_it() -> None:
    said = " ".join(words(step) for _, step in STEPS)
    assert re.findall(r"\d{9,}|\b0\d{2,3}[. ]\d{3}", said) == []
