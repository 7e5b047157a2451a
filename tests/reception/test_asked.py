"""What a hand wrote to find somebody by."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import each
from verification.basics.dates import PartialDate
from verification.basics.errors import RequestError
from verification.reception.asked import Asked, understood

YEAR, MONTH, DAY = PartialDate(1994), PartialDate(1994, 3), PartialDate(1994, 3, 5)


@each(
    ("text", "name", "birth"),
    [
        ("Nguyễn Thị Mẫu", "Nguyễn Thị Mẫu", None),
        ("Nguyễn Thị Mẫu, 05/03/1994", "Nguyễn Thị Mẫu", DAY),
        ("Nguyễn Thị Mẫu 5/3/1994", "Nguyễn Thị Mẫu", DAY),
        ("Nguyễn Thị Mẫu 05-03-1994", "Nguyễn Thị Mẫu", DAY),
        ("Nguyễn Thị Mẫu 05.03.1994.", "Nguyễn Thị Mẫu", DAY),
        ("Nguyễn Thị Mẫu (05 / 03 / 1994)", "Nguyễn Thị Mẫu", DAY),
        ("Nguyễn Thị Mẫu; 1994-03-05", "Nguyễn Thị Mẫu", DAY),
        ("Nguyễn Thị Mẫu 05031994", "Nguyễn Thị Mẫu", DAY),
        ("05/03/1994 Nguyễn Thị Mẫu", "Nguyễn Thị Mẫu", DAY),
        ("1994, mau nguyen", "mau nguyen", YEAR),
        ("mau nguyen 1994", "mau nguyen", YEAR),
        ("Mẫu 03/1994", "Mẫu", MONTH),
        ("Mẫu 1994-03", "Mẫu", MONTH),
        ("Mẫu sinh năm 1994", "Mẫu", YEAR),
        ("Mẫu, ngày sinh: 05/03/1994", "Mẫu", DAY),
        ("Nguyễn Văn Sinh 1994", "Nguyễn Văn Sinh", YEAR),
        ("An 1994", "An", YEAR),  # no damaged card number
        ("BA 05031994", "BA", DAY),
        ("Mẫu １９９４", "Mẫu", YEAR),
        (unicodedata.normalize("NFD", "Mẫu 1994"), "Mẫu", YEAR),
        ("H'Hen Niê, 1994", "H'Hen Niê", YEAR),
        ("Mẫu,", "Mẫu,", None),
        ("Mẫu, Nguyễn Thị", "Mẫu, Nguyễn Thị", None),
    ],
)
def test_a_name_stands_with_what_is_known_of_the_birth_date(
    text: str, name: str, birth: PartialDate | None
) -> None:
    assert understood(text) == Asked(name=name, birth=birth)


@pytest.mark.parametrize(
    "text",
    [
        "DN4797900000011",
        "dn 4 79 790 000 0011",
        "DN-4-79-790-000-0011",
        "790.000.0011",
        "0791 9400 0011",
        "079194000011||Nguyễn Thị Mẫu|05031994|Nữ||",
    ],
)
def test_a_whole_number_or_the_text_of_a_qr_is_a_number(text: str) -> None:
    assert understood(text) == Asked(number=text)


@each(
    "text",
    [
        *("", " ", "???", "1994", "05/03/1994", "DN4797900", "DN 4797900", "079194", "7" * 99),
        *("Mẫu 31/02/1994", "Mẫu 13/1994", "Mẫu 94", "Mẫu 2 Nguyễn", "Mẫu 1994 Nguyễn 1995"),
        *("Mẫu 05/03/1994 1994", "Mẫu 1794"),
    ],
)
def test_what_is_neither_is_refused_in_words(text: str) -> None:
    with pytest.raises(RequestError) as refused:
        understood(text)
    assert refused.value.vi != refused.value.en


@given(st.text(max_size=60) | st.text("0123456789/-. aAn", max_size=400))
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        asked = understood(text)
    except RequestError:
        return
    assert asked.number or asked.name
