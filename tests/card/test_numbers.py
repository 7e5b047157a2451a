"""Numbers that a person can type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import each
from verification.card.numbers import (
    Fault,
    NumberKind,
    compact,
    first_fault,
    is_attempt,
    is_card_like,
    kind_of,
    mask,
    mask_within,
    misread_digit,
    spaced,
)


@each(
    ("number", "kind"),
    [
        ("DN4797900000011", NumberKind.CARD15),
        ("TE1010100000033", NumberKind.CARD15),
        ("7900000011", NumberKind.BHXH10),
        ("079194000011", NumberKind.CCCD12),
        ("DN6797900000011", NumberKind.LEGACY),
        ("DN479AA00300077", NumberKind.LEGACY),
        ("DN8797900000011", None),
        ("DN0797900000011", None),
        ("dn4797900000011", None),
        ("DN479790000001", None),
        ("DN47979000000111", None),
        ("79000000111", None),
        ("٧٩٠٠٠٠٠٠١١", None),
        ("", None),
    ],
)
def test_each_form_is_told_by_its_shape(number: str, kind: NumberKind | None) -> None:
    assert kind_of(number) is kind
    assert is_card_like(number) is (kind not in {None, NumberKind.CCCD12})


@each(
    ("number", "fault"),
    [
        ("DN8797900000011", Fault(3, "benefit", "8")),
        ("D14797900000011", Fault(2, "letter", "1")),
        ("DN4A97900000011", Fault(4, "digit", "A")),
        ("DN479790000001X", Fault(15, "digit", "X")),
        ("DN479790000001", Fault(None, "length", "14")),
        ("DN47979000000112", Fault(None, "length", "16")),
        ("790000001", Fault(None, "length", "9")),
        ("79000000111", Fault(None, "length", "11")),
        ("7900000O11", Fault(8, "digit", "O")),
        ("", Fault(None, "length", "0")),
        ("DN4797900000011", None),
        ("7900000011", None),
        ("079194000011", None),
    ],
)
def test_the_first_wrong_character_is_named(number: str, fault: Fault | None) -> None:
    assert first_fault(number) == fault


@pytest.mark.parametrize("number", ["DN4797900000011", "7900000011", "079194000011"])
def test_while_typing_a_short_number_is_no_fault(number: str) -> None:
    for end in range(len(number) + 1):
        assert first_fault(number[:end], whole=False) is None


def test_while_typing_a_wrong_character_is_a_fault_at_once() -> None:
    assert first_fault("DN8", whole=False) == Fault(3, "benefit", "8")


@pytest.mark.parametrize(("found", "digit"), [("O", "0"), ("I", "1"), ("X", None)])
def test_letters_that_look_like_digits_are_recognised(found: str, digit: str | None) -> None:
    assert misread_digit(Fault(6, "digit", found)) == digit
    assert misread_digit(Fault(3, "benefit", found)) is None


@each(
    ("text", "meant"),
    [
        ("DN8797900000011", True),
        ("D14797900000011", True),
        ("79000000111", True),
        ("1", True),
        ("A12345", False),
        ("HELLO", False),
        ("HTTP1234", True),
        ("1" * 25, False),
        ("Đ123456789", False),
        ("", False),
    ],
)
def test_an_attempt_at_a_number_is_told_from_other_text(text: str, meant: bool) -> None:
    assert is_attempt(text) is meant


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("DN4797900000011", "DN479••••••0011"),
        ("7900000011", "••••••0011"),
        ("079194000011", "••••••••0011"),
        ("12", "12"),
        (None, None),
    ],
)
def test_masking_hides_the_middle(number: str | None, masked: str | None) -> None:
    assert mask(number) == masked


def test_a_number_is_grouped_as_printed() -> None:
    assert spaced("DN4797900000011") == "DN 4 79 790 000 0011"
    assert compact(spaced("7900000011")) == "7900000011"
    assert compact(spaced("079194000011")) == "079194000011"
    assert spaced("DN479••••••0011").replace(" ", "") == "DN479••••••0011"


@given(st.text(max_size=60))
def test_nothing_here_raises_on_any_text(text: str) -> None:
    number = compact(text)
    kind_of(number)
    is_attempt(number)
    first_fault(number)
    first_fault(number, whole=False)
    mask(number)
    spaced(number)


@given(
    st.from_regex(r"[A-Z]{2}[1-5][0-9]{12}", fullmatch=True),
    st.lists(st.sampled_from([" ", ".", "-", "–", "\u00a0", "  "]), min_size=15, max_size=15),
    st.booleans(),
)
def test_separators_and_case_never_matter(number: str, gaps: list[str], lower: bool) -> None:
    typed = "".join(c + gap for c, gap in zip(number, gaps, strict=True))
    assert compact(typed.lower() if lower else typed) == number


@given(st.text(alphabet="0123456789ABDNOIT", max_size=18))
def test_a_number_without_a_fault_has_a_form_and_the_other_way_round(number: str) -> None:
    modern = kind_of(number) not in {None, NumberKind.LEGACY}
    assert (first_fault(number) is None) is modern


@each(
    ("text", "shown"),
    [
        ("số 7900000044, DN4797900000044", "số ••••••0044, DN479••••••0044"),
        ("thẻ DN 4 79 790 000 0044.", "thẻ DN479••••••0044."),
        ("căn cước 0790 9400-0201", "căn cước ••••••••0201"),
        ("8:30 24/11/2026, hồ sơ 2026-0003", "8:30 24/11/2026, hồ sơ 2026-0003"),
        ("12/11/2026 - 26/11/2026", "12/11/2026 - 26/11/2026"),
        ("ngày 26-11-2026 10 30, 26.11.2026 08.30", "ngày 26-11-2026 10 30, 26.11.2026 08.30"),
        ("2026-11-26 08.30.15", "2026-11-26 08.30.15"),
        ("hẹn 26/11/2026 0912345678", "hẹn 26/11/2026 ••••••5678"),
        ("so079194000201, CCCD079194000201x", "so••••••••0201, CCCD••••••••0201x"),
        ("theDN4797900000044x", "theDN479••••••0044x"),
        ("GD479 3A 12345678; D N 4797900000044", "GD479••••••5678; DN479••••••0044"),
        ("sdt0912345678, +84 912 345 678", "sdt••••••5678, +•••••••5678"),
        ("028 3822 3344; (0912) 345 678", "•••••••3344; (••••••5678"),
        ("0912_345_678, 0912–345–678, 0912,345,678", "••••••5678, ••••••5678, ••••••5678"),
        ("0\u200b79194000201 ０９１２３４５６７８", "••••••••0201 ••••••５６７８"),
        ("CMND 024 123 456, đủ 100.000.000 đ", "CMND •••••3456, đủ 100.000.000 đ"),
        ("the 079194000201, CMT 079 194 000 201", "the••••••••0201, CMT••••••••0201"),
        ("the079194000201, card 79194000201", "the••••••••0201, card•••••••0201"),
        ("so 2 079194000201, so 1 0791 9400 0201", "so•••••••••0201, so•••••••••0201"),
        ("DN 4797900000044, DN 4 79 3A 12345678", "DN479••••••0044, DN479••••••5678"),
        ("lần 2 079194000201, quầy 1, 2, 3, 4, 5", "lần 2 ••••••••0201, quầy 1, 2, 3, 4, 5"),
    ],
)
def test_whole_numbers_within_a_text_are_masked_and_days_are_not(text: str, shown: str) -> None:
    assert mask_within(text) == shown
