"""Names: one spelling to store, one to search by, and how much two differ."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import each
from verification.basics.names import (
    Likeness,
    compare,
    differ_little,
    fold,
    initials,
    is_readable,
    name_key,
    same,
    search_key,
    spelled,
    tidy,
    without_controls,
)


def test_a_name_is_composed_with_single_blanks() -> None:
    apart = unicodedata.normalize("NFD", "  Nguyễn   Thị\tMẫu ")
    assert tidy(apart) == "Nguyễn Thị Mẫu"
    assert same(apart, "Nguyễn Thị Mẫu")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Nguyễn Thị Mẫu", "NGUYEN THI MAU"),
        ("Đặng  đình ĐỊNH", "DANG DINH DINH"),
        ("ƯỚC ỡ ằ", "UOC O A"),
        ("", ""),
    ],
)
def test_the_search_key_drops_diacritics_and_case(name: str, key: str) -> None:
    assert search_key(name) == key


@each(
    ("one", "other", "little"),
    [
        ("Nguyễn Thị Mẫu", "NGUYỄN THỊ MẪU", True),
        ("Nguyễn Thị Mẫu", "Nguyen Thi Mau", True),
        ("Nguyễn Thị Mẫu", "Nguyễn Thị Mẩu", True),
        ("Nguyễn Thị Mẫu", "Nguyễn Thị Máuu", True),
        ("Nguyễn Thị Mẫu", "Nguyễn Thị Mậ", True),
        ("Nguyễn Thị Mẫu", "Nguyễn Thi Màn", True),
        ("Nguyễn Thị Mẫu", "Nguyễn Thị Lan", False),
        ("Nguyễn Thị Mẫu", "Nguyễn Mẫu", False),
        ("Trần Văn Thử", "Nguyễn Thị Mẫu", False),
        ("", "A", True),
        ("", "", True),
    ],
)
def test_case_diacritics_and_one_letter_are_little(one: str, other: str, little: bool) -> None:
    assert differ_little(one, other) is differ_little(other, one) is little


def test_initials_keep_the_family_name_alone() -> None:
    assert initials("Nguyễn Thị Mẫu") == "NGUYỄN T. M."
    assert initials("") == ""


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    assert differ_little(one, other) is differ_little(other, one)
    assert differ_little(one, one)
    assert tidy(tidy(one)) == tidy(one)
    initials(one)


@given(st.text("ABCDE ", min_size=1, max_size=12), st.data())
def test_one_changed_letter_is_always_little(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 1))
    letter = data.draw(st.sampled_from("XYZ"))
    tidied = " ".join(name.split())
    if tidied == name:
        assert differ_little(name, name[:at] + letter + name[at + 1 :])


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_two_texts_are_compared_either_way_alike(one: str, other: str) -> None:
    assert compare(one, other) is compare(other, one)
    fold(one)
    name_key(one)


@each(
    ("one", "other"),
    [
        # Đ by other code points
        ("Trần Ðức", "Trần Đức"),
        ("ðỗ Thị Hoa", "Đỗ Thị Hoa"),
        ("Ɖặng Văn Ba", "Đặng Văn Ba"),
        ("ĐINH ÐIỀN", "Đinh Điền"),
        # apostrophes
        ("H'Hen Niê", "H’Hen Niê"),
        ("K`Brơi", "K´Brơi"),
        ("H‘Mai Êban", "H'Mai Êban"),
        ("HʼMai Êban", "H′Mai Êban"),
        ("H' Hen Niê", "H Hen Niê"),
        ("HHen Niê", "H'Hen Niê"),
        ("Y' Moan Ênuôl", "Y Moan Ênuôl"),
        # i and y
        ("Lý Thị Mỹ", "Lí Thị Mĩ"),
        ("Quý", "Quí"),
        ("Trần Kỳ", "Trần Kì"),
        ("Hồ Sỹ Tỷ", "Hồ Sĩ Tỉ"),
        ("Vy", "Vi"),
        ("Như Ý", "Như Í"),
        ("Quỳnh", "Quình"),
        # the place of a tone
        ("Hòa", "Hoà"),
        ("Thủy Tiên", "Thuỷ Tiên"),
        ("Khỏe", "Khoẻ"),
        ("Qúy", "Quý"),
        # case, blanks, forms, what is not seen, dots and hyphens
        ("NGUYỄN THỊ MẪU", "nguyễn thị mẫu"),
        ("Nguyễn  Thị\u00a0Mẫu ", "Nguyễn Thị Mẫu"),
        ("NguyễnThị Mẫu", "Nguyễn Thị Mẫu"),
        ("L Ư Ơ N G  T H Ị  L Ý", "Lương Thị Lý"),
        ("Đ ỗ Th ị Mẫu", "Đỗ Thị Mẫu"),
        (unicodedata.normalize("NFD", "Nguyễn Thị Mẫu"), "Nguyễn Thị Mẫu"),
        ("Nguyễn\u200b Thị\u200d Mẫu\ufeff", "Nguyễn Thị Mẫu"),
        ("Nguyễn. Thị-Mẫu", "Nguyễn Thị Mẫu"),
        ("Nguyễn\u00adThị Mẫu", "Nguyễn Thị Mẫu"),
        ("Ｎｇｕｙễｎ Thị Mẫu", "Nguyễn Thị Mẫu"),
    ],
)
def test_what_is_no_difference(one: str, other: str) -> None:
    assert compare(one, other) is compare(other, one) is Likeness.SAME
    assert same(one, other)
    assert name_key(one) == name_key(other)


@each(
    ("one", "other"),
    [
        ("Thúy", "Thúi"),
        ("May", "Mai"),
        ("Loy", "Loi"),
        ("Huy", "Hui"),
        ("Hoa Lán", "Hóa Lan"),
        ("Nguyen Thi Mau", "Nguyễn Thị Mẫu"),
        ("Dặng", "Đặng"),
        ("Nguyễn Thị Mậu", "Nguyễn Thị Mẫu"),
        ("Nguyễn Thị Mẫ", "Nguyễn Thị Mẫu"),
        ("Kim Lee", "Kim Lê"),
        # what somebody is addressed by
        ("BN. Nguyễn Thị Mẫu", "Nguyễn Thị Mẫu"),
        ("(Bà) Nguyễn Thị Mẫu", "Nguyễn Thị Mẫu"),
        ("BÉ NGUYỄN THỊ MẪU", "Nguyễn Thị Mẫu"),
        ("Bệnh nhân: Nguyễn Thị Mẫu", "Nguyễn Thị Mẫu"),
        ("ThS Nguyễn Thị Mẫu", "BS. Nguyễn Thị Mẫu"),
    ],
)
def test_what_is_a_little_difference(one: str, other: str) -> None:
    assert compare(one, other) is compare(other, one) is Likeness.LITTLE


@each(
    ("one", "other"),
    [
        ("Nguyễn Thị Lan", "Nguyễn Thị Mẫu"),
        ("Trần Văn Khác", "Nguyễn Thị Mẫu"),
        ("Müller", "Nguyễn Thị Mẫu"),
        ("H'Hen Niê", "H'Mai Êban"),
        ("Nguyễn Mẫu", "Nguyễn Thị Mẫu"),
        ("Na", "Hoa"),
        ("Lê Văn Ấn", "Lê Văn Tám"),
        ("Trần Thị Hương", "Trần Thị Hạnh"),
        ("Y Moan", "H'Moan Ênuôl"),
        ("Bà Nguyễn Thị Lan", "Nguyễn Thị Mẫu"),
        ("Con bà Nguyễn Thị Mẫu", "Nguyễn Thị Mẫu"),
        ("Em Hoa", "Hoa"),
    ],
)
def test_two_people_are_two(one: str, other: str) -> None:
    assert compare(one, other) is compare(other, one) is Likeness.OTHER
    assert is_readable(one)


def test_names_of_abroad_are_no_damage() -> None:
    for name in ("Müller", "François Ngô", "Muñoz", "Søren Ødegård", "Zoë", "Þór"):
        assert is_readable(name)
        assert compare(name, name) is Likeness.SAME


@given(
    st.text(max_size=30)
    | st.text(st.sampled_from("nghuyễTiMầụ đĐoa kKhôcó\u0301'\u200b"), max_size=30)
)
def test_the_quick_way_to_a_name_and_its_key_is_the_same_as_the_slow_one(name: str) -> None:
    found = spelled(name)
    assert found in (None, (without_controls(name), name_key(name)))


def test_usual_names_go_the_quick_way_and_those_that_may_be_none_do_not() -> None:
    assert spelled("Nguyễn  Thị Mẫu") == ("Nguyễn Thị Mẫu", "NGUYENTHIMAU")
    assert [spelled(name) for name in ("không có", "Họ tên", "", "N/A", "x" * 101)] == [None] * 5
