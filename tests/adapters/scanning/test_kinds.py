"""What is no picture is named by its own bytes, with what to send instead, in one sentence."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.strangers import STRANGERS, boxed
from tests.support import each
from verification.adapters.scanning.kinds import kind_of
from verification.adapters.scanning.upload import read_upload
from verification.basics.errors import PictureError
from verification.basics.texts import of_room

WORDS = of_room("verification.adapters.scanning")


@each("name", STRANGERS)
def test_a_stranger_is_named_in_one_sentence_of_two_languages(name: str) -> None:
    key, made = STRANGERS[name]
    with pytest.raises(PictureError) as told:
        read_upload(made())
    for said, word in ((told.value.vi, WORDS[key].vi), (told.value.en, WORDS[key].en)):
        assert re.fullmatch(re.sub(r"\\\{\w+\\\}", ".+", re.escape(word)), said)
        assert "\n" not in said


def test_a_phones_photograph_is_told_what_to_send_instead() -> None:
    with pytest.raises(PictureError) as told:
        read_upload(boxed(b"heic", b"mif1", b"heic"))
    assert "HEIC" in told.value.vi
    assert "hãy gửi ảnh chụp màn hình hoặc ảnh JPEG" in told.value.vi
    assert "send a screenshot or a JPEG" in told.value.en


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"])
def test_every_brand_of_heic_is_one(brand: bytes) -> None:
    assert kind_of(boxed(brand)) == "heic"


@pytest.mark.parametrize("brand", [b"isom", b"mp42", b"qt  ", b"3gp4", b"M4V ", b"new?"])
def test_other_boxes_are_a_film(brand: bytes) -> None:
    assert kind_of(boxed(brand)) == "video"


@given(st.binary(max_size=400) | st.binary(max_size=60).map(lambda tail: b"\0\0\0\x18ftyp" + tail))
def test_any_bytes_have_a_kind_that_has_words(data: bytes) -> None:
    assert kind_of(data) in WORDS


@settings(max_examples=40)
@given(st.text(min_size=1, max_size=200).filter(lambda text: "\0" not in text))
def test_text_is_never_called_a_program_or_a_film(text: str) -> None:
    assert kind_of(text.encode("utf-8", "replace")) not in {"program", "video", "heic"}
