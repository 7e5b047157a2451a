"""What a mistyped number was surely meant to be."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import each
from verification.card import numbers
from verification.card.repairs import Codes, Repair, repair_of, span_of

CODES = Codes({"DN", "TE", "TB", "HS", "GD", "NO", "CA", "HX"}, {"79", "01", "04"})
WHOLE = "DN4797900000201"


def mended(typed: str) -> Repair:
    found = repair_of(typed, CODES)
    assert found is not None
    return found


@each(
    ("typed", "whole", "put"),
    [
        ("DN47979000O0201", WHOLE, "0"),
        ("DN4797900000Z01", WHOLE, "2"),
        ("DN479790000020l", WHOLE, "1"),
        ("DN479790000020I", WHOLE, "1"),
        ("DN4797900QO0201", WHOLE, "0"),  # two of a kind
        ("dn4 79 79o ooo 0201", WHOLE, "0"),
        ("DN479790000O20l", WHOLE, "01"),
        ("TB1797900000B01", "TB1797900000801", "8"),
        ("DNI797900000201", "DN1797900000201", "1"),
        ("DNS797900000201", "DN5797900000201", "5"),
        ("T81797900000201", "TB1797900000201", "B"),
        ("H54797900000201", "HS4797900000201", "S"),
        ("N02797900000201", "NO2797900000201", "O"),
        ("6D4797900000201", "GD4797900000201", "G"),
        ("O79194000011", "079194000011", "0"),
        ("0791940000l1", "079194000011", "1"),
        ("790000O271", "7900000271", "0"),
        ("79OOO00271", "7900000271", "0"),
        ("XH4797900000201", "HX4797900000201", "HX"),  # two keys pressed in the wrong order
        ("DN4977900000201", WHOLE, "79"),
        ("DN4107900000201", "DN4017900000201", "01"),
    ],
)
def test_what_can_be_one_thing_only_is_offered(typed: str, whole: str, put: str) -> None:
    assert mended(typed) == Repair(whole, put, whole=True)


@pytest.mark.parametrize("code", ["TE1", "TE4", "CA5", "NO2", "te3"])
def test_a_tone_that_an_input_method_made_of_the_digit_is_undone(code: str) -> None:
    tone = dict(zip("12345", "\u0301\u0300\u0309\u0303\u0323", strict=True))[code[2]]
    bent = unicodedata.normalize("NFC", code[:2] + tone)
    assert mended(f"{bent}797900000201").text == f"{code.upper()}797900000201"


@each(
    "typed",
    [
        WHOLE,
        "7900000271",
        "079194000011",
        "DN479",
        "DN8797900000201",  # which of five digits nobody can tell
        "DN47979X0000201",
        "XX4797900000201",
        "DN4777900000201",
        "DN47979000002011",
        "Nguyễn Thị Mẫu",
        "mau 1994",
        "https://bhyt.vn",
        "",
        "O",
        "OIL",
        "BOILSOIL",
    ],
)
def test_nothing_is_offered_where_it_is_right_or_not_sure(typed: str) -> None:
    assert repair_of(typed, CODES) is None


@pytest.mark.parametrize("typed", ["DN4O", "T81", "CA57979O", "H54797", "DN4 79 l"])
def test_a_number_still_being_typed_is_mended_as_far_as_it_goes(typed: str) -> None:
    found = mended(typed)
    assert not found.whole
    assert len(found.text) == len(numbers.compact(typed))
    assert numbers.first_fault(found.text, whole=False) is None


@pytest.mark.parametrize(
    ("typed", "position", "span"),
    [
        ("DN47979000O0201", 11, (10, 11)),
        ("DN 4 79 790 O00 0201", 9, (12, 13)),
        ("  dn-4.8", 4, (7, 8)),
        ("DN\u20134\u00a079 X", 6, (8, 9)),
        ("DN", 9, (2, 2)),
    ],
)
def test_the_wrong_character_is_found_in_what_was_typed(
    typed: str, position: int, span: tuple[int, int]
) -> None:
    assert span_of(typed, position) == span


@given(st.text(max_size=40))
def test_any_text_gets_a_number_or_nothing(typed: str) -> None:
    found = repair_of(typed, CODES)
    assert found is None or (found.put and numbers.first_fault(found.text, whole=False) is None)
