"""Names: one spelling to store, one to search by, and how much two differ."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.basics.names import differ_little, initials, same, search_key, tidy


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


@pytest.mark.parametrize(
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
