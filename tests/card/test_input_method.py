"""A scan bent by Telex or VNI is explained, and never read as another card."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import TODAY, each, payload, slugs
from verification.card.presented import Presented, read

TELEX_PAIRS = {"aa": "â", "ee": "ê", "oo": "ô", "dd": "đ", "aw": "ă", "ow": "ơ", "uw": "ư"}
TELEX_MARKS = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
VNI_MARKS = dict(zip("12345", ("\u0301", "\u0300", "\u0309", "\u0303", "\u0323"), strict=True))
VNI_SHAPES = {"a6": "â", "e6": "ê", "o6": "ô", "o7": "ơ", "u7": "ư", "a8": "ă", "d9": "đ"}
VOWELS = "aeiouyâêôăơư"
CARDS = [slug for slug in slugs() if b"|" in payload(slug) and payload(slug).isascii()]


def bent(typed: str, shapes: dict[str, str], marks: dict[str, str]) -> str:
    """Type through an input method: shapes join two keys, a mark key marks the vowel before it."""
    done = ""
    for char in typed:
        last = done[-1:]
        if shape := shapes.get((last + char).lower()):
            done = done[:-1] + (shape.upper() if last.isupper() else shape)
        elif last and last.lower() in VOWELS and char.lower() in marks:
            done = done[:-1] + unicodedata.normalize("NFC", last + marks[char.lower()])
        else:
            done += char
    return done


METHODS = {"telex": (TELEX_PAIRS, TELEX_MARKS), "vni": (VNI_SHAPES, VNI_MARKS)}


def case(reading: Presented) -> str | None:
    return next((f.params.get("case") for f in reading.findings), None)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("slug", ["patient-1", "patient-2", "s5", "s2"])
def test_a_cards_qr_through_an_input_method_is_explained(slug: str, method: str) -> None:
    typed = payload(slug).decode()
    wrong = bent(typed, *METHODS[method])
    if wrong == typed:
        pytest.skip("nothing in it for this method to bend")
    reading = read(wrong.encode(), TODAY)
    assert reading.card is None
    assert case(reading) == "input_method"
    assert "tắt bộ gõ" in reading.findings[0].sentence.vi


@given(st.sampled_from(CARDS), st.sampled_from(sorted(METHODS)))
def test_no_bent_card_is_read_as_another(slug: str, method: str) -> None:
    typed = payload(slug).decode()
    true, bent_one = (
        read(typed.encode(), TODAY),
        read(bent(typed, *METHODS[method]).encode(), TODAY),
    )
    assert bent_one.card in {None, true.card}


@pytest.mark.parametrize("number", ["ĐN4797900000201", "đn4797900000201"])
def test_a_typed_number_with_a_marked_letter_is_explained(number: str) -> None:
    assert case(read(number.encode(), TODAY)) == "input_method"


@each("slug", slugs())
def test_no_true_payload_is_taken_for_bent(slug: str) -> None:
    assert case(read(payload(slug), TODAY)) != "input_method"


@given(st.text(max_size=60))
def test_other_text_is_no_input_method(text: str) -> None:
    if not re.search(r"\d.*\d.*\d.*\d.*\d.*\d", text):
        assert case(read(text.encode(), TODAY)) != "input_method"
