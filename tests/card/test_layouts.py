"""A code that went through another keyboard is read where that is sure, and named where not."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.card.framed import BOARDS, LAYOUTS, typed_by, typed_through
from tests.support import TODAY, each, payload, slugs
from verification.card.presented import Kind, Presented, read
from verification.card.reasons import Reason

if TYPE_CHECKING:
    from verification.card.facts import Card

NUMBERS = ("DN4797900000011", "7900000011", "079194000011", "QN5979700000259", "HX4797900000203")
# what keys can type: a citizen card's letters come another way
TYPED = sorted(
    slug
    for slug in slugs()
    # one of before 2017 has letters among its digits: through AZERTY it is another of them
    if payload(slug).isascii() and slug != "number-legacy" and read(payload(slug), TODAY).card
)
NAMES = {"uk": "Anh", "fr": "Pháp", "de": "Đức", "vi": "tiếng Việt"}


def see(text: str) -> Presented:
    return read(text.encode(), TODAY)


def card_of(text: str) -> Card:
    seen = see(text)
    assert seen.card is not None, seen.findings
    return seen.card


def case(text: str) -> str:
    seen = see(text)
    assert seen.card is None
    assert seen.kind is Kind.UNREADABLE
    assert seen.findings[0].reason is Reason.UNREADABLE
    return seen.findings[0].params["case"]


@pytest.mark.parametrize("name", BOARDS)
def test_a_layout_gives_every_key_once(name: str) -> None:
    board = BOARDS[name]
    assert len(board["plain"]) == len(board["shifted"]) == len(BOARDS["us"]["plain"]) == 47
    assert set(board["caps"]) <= set(BOARDS["us"]["plain"])
    assert len(set(board["plain"])) == 47


@each("caps", [False, True])
@each("layout", LAYOUTS)
@each("slug", TYPED)
def test_a_code_through_another_keyboard_is_the_same_card(
    slug: str, layout: str, caps: bool
) -> None:
    text = payload(slug).decode().strip("\r\n\0")
    typed = typed_through(layout, text, caps=caps)
    if layout == "de" and caps and text.isdigit():  # ten signs, which may mean anything
        assert case(typed) == "layout_de"
    else:
        assert card_of(typed) == card_of(text)


@each("layout", LAYOUTS)
@each("number", NUMBERS)
@each("front", ["", "]C1", "\\000026"])
def test_a_number_through_another_keyboard_is_the_same_number(
    number: str, layout: str, front: str
) -> None:
    typed = typed_through(layout, front + number)
    assert card_of(typed) == card_of(number)
    assert card_of(typed + typed) == card_of(number)
    assert card_of(f"{typed}\r\n") == card_of(number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("DN'èçèçàààààà&&", "DN4797900000011"),
        ("èçàààààà&&", "7900000011"),
        ("àèç&ç'àààà&&", "079194000011"),
        ("DNô\u0303\u0323\u0303\u0323đđđđđđăă", "DN4797900000011"),
        ("\u0303\u0323đđđđđđăă", "7900000011"),
        ("DN$&(&())))))!!", "DN4797900000011"),  # a French scanner on a US PC
        ("dn$/)/)======!!", "DN4797900000011"),  # a German PC under Caps Lock
    ],
)
def test_numbers_as_they_are_typed(text: str, number: str) -> None:
    assert card_of(text) == card_of(number)


@each(
    ("text", "layout"),
    [
        ("DN'èçèçààààà&&", "fr"),
        ("èçààààà&&", "fr"),
        (typed_through("fr", "DN8797900000011"), "fr"),
        (typed_through("vi", "DN8797900000011"), "vi"),
        (typed_through("vi", "79000000111"), "vi"),
        (typed_through("de", "dn4797900000011", caps=True)[:-1], "de"),
        (typed_through("uk", payload("s2").decode()[:150]), "uk"),
        (typed_through("de", payload("s2").decode()[:150]), "de"),
        (typed_through("fr", payload("s4").decode()[:150]), "fr"),
        (typed_through("vi", payload("s4").decode()[:150]), "vi"),
        (typed_through("uk", payload("bad-odd-hex").decode()), "uk"),
        (typed_by("fr", payload("s4").decode()), "fr"),
        (typed_by("fr", payload("same-old15").decode()), "fr"),
        (typed_by("de", payload("s2").decode()), "de"),
        (typed_by("fr", "7900000342"), "fr"),
        # keys in a form that has lost the order of the tones
        (unicodedata.normalize("NFC", typed_through("vi", "DN4797900000011")), "vi"),
        (unicodedata.normalize("NFD", typed_through("vi", payload("s2").decode())), "vi"),
        # stars and eights are one key: ten digits between stars, or twelve
        (typed_through("vi", "*7900000011*"), "vi"),
    ],
)
def test_what_is_not_sure_is_named_by_its_keyboard(text: str, layout: str) -> None:
    assert case(text) == f"layout_{layout}"
    assert NAMES[layout] in see(text).findings[0].sentence.vi


@each(
    "text",
    [
        "----------",
        "**********",
        "((((((((((",
        "==========",
        "!!!!!!!!!!!!",
        "..........",
        "đđđđ",
        "Đặng Thị Mẫu",
        "ă â ê ô",
        "%%%%%%%%%%",
        "Nguyễn Văn Mẫu 1990",
        "(028) 3855 4137",
        "&é\"'(",
        "DN",
        "https://example.vn/?a=1&b=2",
        '{"a": 1}',
        "~~~~~~~~~~~~",
    ],
)
def test_other_text_is_of_no_keyboard(text: str) -> None:
    seen = see(text)
    assert seen.card is None
    assert not any("layout" in f.params.get("case", "") for f in seen.findings)


@each("slug", slugs())
def test_a_true_text_is_never_retyped(slug: str) -> None:
    seen = read(payload(slug), TODAY)
    assert not any("layout" in f.params.get("case", "") for f in seen.findings)


def test_a_citizen_card_through_a_uk_keyboard_keeps_its_letters() -> None:
    text = payload("citizen-7").decode()
    assert card_of(typed_through("uk", text)) == card_of(text)


@pytest.mark.parametrize("layout", ["fr", "de", "vi"])
def test_a_citizen_card_whose_letters_are_keys_too_is_itself_or_named(layout: str) -> None:
    text = payload("citizen-7").decode()
    seen = see(typed_through(layout, text))
    assert seen.card in {None, card_of(text)}
    if seen.card is None:
        assert case(typed_through(layout, text)) == f"layout_{layout}"


@given(
    st.sampled_from(TYPED),
    st.sampled_from(LAYOUTS),
    st.booleans(),
    st.sampled_from(["", "]Q1", "]C1", "\\000026", "]Q2\\000026"]),
    st.integers(1, 2),
    st.sampled_from(["", "\t", "\r\n"]),
)
def test_a_framed_code_through_a_keyboard_is_the_same_card(  # each is one choice
    slug: str, layout: str, caps: bool, front: str, count: int, end: str
) -> None:
    text = payload(slug).decode().strip("\r\n\0")
    typed = typed_through(layout, front + text, caps=caps) + end
    seen = see(typed * count)
    if layout == "de" and caps and text.isdigit():
        assert seen.card in {None, card_of(text)}
    else:
        assert seen.card == card_of(text)


@given(st.sampled_from(TYPED), st.sampled_from(LAYOUTS), st.data())
def test_a_damaged_code_through_a_keyboard_is_no_other_persons(
    slug: str, layout: str, data: st.DataObject
) -> None:
    text = payload(slug).decode().strip("\r\n\0")
    typed = list(typed_through(layout, text))
    del typed[data.draw(st.integers(0, len(typed) - 1))]
    plain = read("".join(typed).encode(), TODAY).card
    if plain:
        mine = card_of(text)
        assert plain.ma_so_bhxh == mine.ma_so_bhxh or "|" not in text


@given(
    st.text(
        alphabet="&é\"'(-è_çà)=^$µ*%§ß´öäü#ăâêôđ\u0300\u0309\u0303\u0301\u0323₫ươDNabcdef~¬|4",
        max_size=60,
    )
)
def test_nothing_raises_on_keys_of_any_board(text: str) -> None:
    see(text)
