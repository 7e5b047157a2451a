"""What a scanner puts around a code is taken off; what is not one whole card stays none."""

from __future__ import annotations

import sys
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import TODAY, each, payload, slugs
from verification.basics.names import search_key
from verification.card.invisible import without_unseen
from verification.card.presented import Presented, read
from verification.card.reasons import Reason

if TYPE_CHECKING:
    from verification.card.facts import Card

CARD15, BHXH10, CCCD12 = "DN4797900000011", "7900000011", "079194000011"
NUMBERS = (CARD15, BHXH10, CCCD12)
OTHER = {CARD15: "DN4797900000022", BHXH10: "0400000022", CCCD12: "004085000022"}
OLD, NEW, NO_END = payload("same-old15").decode(), payload("s4").decode(), payload("s6").decode()
CITIZEN = payload("citizen-7").decode()
FRONTS = (
    "]Q1", "]Q3", "]C1", "]C0", "]d2", "]d1", "]L0", "]A0", "]e0", "]z3", "]X0", "]q1",
    "\\000026", "]Q2\\000026", "\\000026]Q1", "\\000003\\000026", "*", " ", "\x02", "\x01", "\x1d",
    "\r\n", "\ufeff", "\x02]Q1", "]Q1 ",
)  # fmt: skip
ENDS = ("", "\r", "\n", "\r\n", "\t", "\x03", "\x04", "*", " ", "\r\n\t", "\x1d", "\0", "\x03\r")
UNSEEN = (
    "\u200e", "\u200f", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067",
    "\u2068", "\u2069", "\u00ad", "\u2060", "\u200b", "\u200c", "\u200d", "\ufeff", "\u180e",
    "\ufe0f", "\U000e0100", "\u034f", "\u061c", "\u2063", "\u115f", "\U000e0020",
)  # fmt: skip
BLANKS = ("\u00a0", "\u2007", "\u2009", "\u202f", "\u3000", "\u205f", "\u2002")
EVERY = sorted(slug for slug in slugs() if read(payload(slug), TODAY).card)


def see(text: str) -> Presented:
    return read(text.encode("utf-8", "surrogatepass"), TODAY)


def card_of(text: str) -> Card:
    seen = see(text)
    assert seen.card is not None, seen.findings
    return seen.card


def refusal(text: str) -> tuple[Reason, str]:
    seen = see(text)
    assert seen.card is None
    return seen.findings[0].reason, seen.findings[0].params.get("case", "")


@each("front", FRONTS)
@each("text", [*NUMBERS, OLD, NEW, CITIZEN])
def test_what_a_scanner_sends_before_a_code_is_taken_off(text: str, front: str) -> None:
    plain = see(text)
    seen = see(front + text)
    assert (seen.kind, seen.card, seen.findings) == (plain.kind, plain.card, plain.findings)


@each("end", ENDS)
@each("text", [*NUMBERS, OLD, NEW, NO_END, CITIZEN])
def test_what_a_scanner_sends_after_a_code_is_taken_off(text: str, end: str) -> None:
    assert card_of(text + end) == card_of(text)


@each("between", ["", "\r\n", "\t", "\n", " ", ",", ";", "\x1d", "\x03\x02"])
@each("count", [2, 3])
@each("text", [*NUMBERS, OLD, NEW, NO_END, CITIZEN])
def test_the_same_code_several_times_in_one_scan_is_one(
    text: str, count: int, between: str
) -> None:
    assert card_of(between.join([text] * count)) == card_of(text)
    assert card_of(between.join([f"]Q1{text}"] * count)) == card_of(text)


@pytest.mark.parametrize("text", NUMBERS)
def test_code_39_stars_are_no_part_of_a_number(text: str) -> None:
    for starred in (f"*{text}*", f"**{text}**", f"]A0*{text}*\r", f"*{text}**{text}*"):
        assert card_of(starred) == card_of(text)


@each("quotes", ['""', "''", "“”", "‘’", "«»", '""""'])
@each("text", [*NUMBERS, OLD, NEW, NO_END, CITIZEN])
def test_quotes_of_a_copied_cell_are_no_part_of_a_code(text: str, quotes: str) -> None:
    half = len(quotes) // 2
    quoted = f"{quotes[:half]}{text}{quotes[half:]}"
    for framed in (quoted, f" {quoted}\t", f"{quoted}\r\n{quoted}", quoted[: -half or None]):
        assert card_of(framed) == card_of(text)


@each("end", ["$", "#", "$$", "$\r\n", "$\t"])
@each("text", [OLD, NEW])
def test_an_end_sign_that_a_scanner_repeats_is_one(text: str, end: str) -> None:
    whole = text.removesuffix("$") + end[0]
    assert card_of(whole + end) == card_of(whole)


@each("case", [str.lower, str.swapcase, str.upper])
@each("text", [CARD15, OLD, NEW, NO_END])
def test_caps_lock_changes_no_card(text: str, case: object) -> None:
    assert callable(case)
    assert card_of(case(text)) == card_of(text)


def test_caps_lock_is_taken_out_of_a_citizens_name_and_address() -> None:
    assert card_of(CITIZEN.swapcase()) == card_of(CITIZEN)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("]Q1https://example.vn/the", (Reason.NOT_A_CARD, "web")),
        ("]C1DN8797900000011", (Reason.BAD_NUMBER, "benefit")),
        ("*DN479790000001*", (Reason.BAD_NUMBER, "length")),
        (f"\\000026{OLD[:100]}", (Reason.UNREADABLE, "cut")),
        ("]Q1\u0111n4797900000201", (Reason.UNREADABLE, "input_method")),
        ("]Q1", (Reason.NOT_A_CARD, "unknown")),
        ("***************", (Reason.NOT_A_CARD, "unknown")),
    ],
)
def test_what_stands_in_a_frame_is_told_without_it(text: str, why: tuple[Reason, str]) -> None:
    assert refusal(text) == why


# ---- two cards in one scan


@each("between", ["\r\n", "\t", "\n", "\x1d", "\x03\x02", "\t\n"])
@each("text", NUMBERS)
def test_two_numbers_in_one_scan_are_two_cards(text: str, between: str) -> None:
    assert refusal(f"{text}{between}{OTHER[text]}") == (Reason.TWO_CARDS, "scan")


@each("between", ["", "\r\n", "\t", "]Q1", "\\000026", " "])
@each(
    ("first", "second"),
    [(OLD, NEW), (NEW, OLD), (NO_END, OLD), (OLD, CITIZEN.replace("Mẫu", "Khác"))],
)
def test_two_payloads_in_one_scan_are_two_cards(first: str, second: str, between: str) -> None:
    assert refusal(f"{first}{between}{second}") == (Reason.TWO_CARDS, "scan")


@pytest.mark.parametrize(
    "text",
    [
        f"{CARD15}{OTHER[CARD15]}",
        f"*{CARD15}**{OTHER[CARD15]}*",
        f"]C1{CARD15}]C1{OTHER[CARD15]}",
        f"{CARD15}{CCCD12}",
        f"{CARD15}\t{OLD.replace('0011', '0033')}",
    ],
)
def test_two_numbers_without_anything_between_are_two_cards(text: str) -> None:
    assert refusal(text) == (Reason.TWO_CARDS, "scan")


def test_a_card_and_the_citizen_card_of_its_holder_in_one_scan_are_one_person() -> None:
    both = card_of(f"{OLD}\t{CITIZEN}")
    assert (both.ma_the, both.so_cccd) == (CARD15, card_of(CITIZEN).so_cccd)


@pytest.mark.parametrize(
    "text",
    [
        f"{BHXH10}\n12",  # twelve digits together, but of nobody
        f"12\n{BHXH10}",
        f"{BHXH10}\t{CARD15[:8]}",
        f"{OLD}{NEW[:60]}",
        f"{OLD}\r\n{NEW[:150]}",
    ],
)
def test_a_whole_code_beside_a_broken_one_is_refused(text: str) -> None:
    assert refusal(text) == (Reason.UNREADABLE, "mixed")


@pytest.mark.parametrize("text", [f"{BHXH10}0400000022", f"{CCCD12}004085000022", "1" * 22])
def test_digits_that_ran_together_are_no_number(text: str) -> None:
    assert refusal(text)[0] is Reason.BAD_NUMBER


# ---- invisible characters


@each("mark", [*UNSEEN, *BLANKS])
@each("text", [*NUMBERS, OLD, NEW])
def test_what_nobody_sees_does_not_count(text: str, mark: str) -> None:
    for at in (0, 1, 5, len(text) - 1, len(text)):
        assert card_of(text[:at] + mark + text[at:]) == card_of(text), at
    assert card_of(mark.join(text.partition(text[7:9]))) == card_of(text)


@pytest.mark.parametrize("blank", [" ", *BLANKS[:2]], ids=ascii)
@pytest.mark.parametrize("slug", ["same-old15", "s4", "s6", "s7", "same-en-dash"])
def test_a_blank_anywhere_in_a_payload_does_not_count(slug: str, blank: str) -> None:
    text = payload(slug).decode()
    for at in range(len(text) + 1):
        assert card_of(text[:at] + blank + text[at:]) == card_of(text), at


@each("char", [c for c in map(chr, range(sys.maxunicode)) if unicodedata.category(c) == "Cf"])
def test_a_format_character_is_unseen_or_has_a_shape_of_its_own(char: str) -> None:
    shaped = (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD)
    drawn = ord(char) in shaped or 0x13430 <= ord(char) <= 0x1345F
    assert without_unseen(char) == (char if drawn else "")


@each("sign", ["\ufffd", "\ufffc", "?", "\u25a1", "\u0600", "٠", "O", "l", "\u00b7"])
def test_a_sign_in_place_of_a_digit_is_not_taken_out(sign: str) -> None:
    for number in NUMBERS:
        assert see(number[:-1] + sign).card is None
        assert see(number + sign).card is None


@pytest.mark.parametrize("erased", ["790000001199\b\b", "7900000011\x7f", "DN4797900000012\b1"])
def test_a_text_in_which_something_was_erased_is_garbled(erased: str) -> None:
    assert refusal(erased) == (Reason.UNREADABLE, "garbled")


# ---- the end sign


@pytest.mark.parametrize("end", ["", "#", "£", "¤", "€", "₫"])
def test_a_new_card_whose_end_sign_was_swallowed_or_changed_is_whole(end: str) -> None:
    for slug in ("s4", "s5", "s9", "s1-new", "patient-1"):
        text = payload(slug).decode().rstrip("\0").rstrip("$#")
        assert card_of(text + end) == card_of(payload(slug).decode())


@pytest.mark.parametrize("slug", ["s4", "s1-new", "patient-1"])
def test_a_new_card_that_is_cut_before_its_last_bar_is_refused(slug: str) -> None:
    text = payload(slug).decode().removesuffix("|$")
    place = len(text) - text.rindex("|")
    for cut in range(place + 1):
        assert refusal(text[: len(text) - cut]) == (Reason.UNREADABLE, "cut"), cut


# ---- properties


@given(
    st.sampled_from(EVERY),
    st.lists(st.sampled_from(FRONTS), max_size=3).map("".join),
    st.lists(st.sampled_from(ENDS), max_size=2).map("".join),
    st.integers(1, 3),
    st.booleans(),
)
def test_a_framed_code_reads_as_the_same_card(
    slug: str, front: str, end: str, count: int, caps: bool
) -> None:
    text = payload(slug).decode().rstrip("\0")
    one = front + text + end.replace("\0", "")
    whole = one * count
    assert card_of(whole.swapcase() if caps else whole) == card_of(text)


@given(st.text(alphabet="]QC1d2*\\0269DNT47|$#\n\t \u200e£~-/abcdef", max_size=80))
def test_no_text_becomes_a_card_unless_it_holds_one_whole(text: str) -> None:
    seen = see(text)
    if seen.card:
        number = seen.card.ma_the or seen.card.ma_so_bhxh or seen.card.so_cccd
        held = "".join(c for c in text.upper() if c.isalnum())
        assert number
        assert number in held


@given(
    st.sampled_from(EVERY),
    st.sampled_from(EVERY),
    st.sampled_from(["", "\n", "\t", " ", "\x1d", "]Q1", "*", "$", "-", ",", "\\000026"]),
)
def test_two_codes_in_one_scan_are_never_merged(first: str, second: str, between: str) -> None:
    one, two = (payload(slug).decode().rstrip("\0") for slug in (first, second))
    seen = see(f"{one}{between}{two}")
    # nobody knows what the last part of a new citizen card may hold
    in_last_part = first == "citizen-11" and between not in {"\n", "\t", "\x1d"} and "|" not in two
    if seen.card is None or in_last_part:
        return
    cards = (card_of(one), card_of(two))
    names = {card.ho_ten for card in cards}
    assert seen.card.ho_ten in names
    if seen.card not in cards:  # the citizen card of the same person lay beside it
        assert len({search_key(name or "") for name in names}) == 1
    else:
        ids = {(card.ma_so_bhxh or card.ma_the or card.so_cccd) for card in cards}
        assert len(ids) == 1


@given(st.binary(max_size=400))
def test_nothing_raises(raw: bytes) -> None:
    read(raw + b"|" + raw, TODAY)
    read(b"]Q1" + raw + raw, TODAY)
