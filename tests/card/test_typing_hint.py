"""Help while a number is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import payload
from verification.card.typing_hint import typing_hint


@pytest.mark.parametrize(
    ("typed", "vi"),
    [
        ("DN8", "Ký tự thứ 3 phải là 1-5, đang là 8"),
        ("dn 8", "Ký tự thứ 3 phải là 1-5, đang là 8"),
        ("D1", "Ký tự thứ 2 phải là chữ cái, đang là 1"),
        ("DN4A", "Ký tự thứ 4 phải là chữ số, đang là A"),
        ("DN4797900000O", "Ký tự thứ 13 phải là chữ số, đang là O (có phải số 0?)"),
        ("790I", "Ký tự thứ 4 phải là chữ số, đang là I (có phải số 1?)"),
        ("DN6797900000011", "Ký tự thứ 3 phải là 1-5, đang là 6"),
    ],
)
def test_a_wrong_character_is_told_at_once(typed: str, vi: str) -> None:
    hint = typing_hint(typed)
    assert hint is not None
    assert (hint.text.vi, hint.tone) == (vi, "no")


@pytest.mark.parametrize("whole", ["DN4797900000011", "7900000011", "079194000011"])
def test_a_number_is_never_wrong_on_the_way_to_being_whole(whole: str) -> None:
    tones = [hint.tone for end in range(1, 16) if (hint := typing_hint(whole[:end]))]
    assert "no" not in tones
    last = typing_hint(whole)
    assert last is not None
    assert last.tone == "ok"


def test_a_payload_and_an_empty_box_get_no_help() -> None:
    assert typing_hint(payload("patient-1").decode()) is None
    assert typing_hint("") is None
    assert typing_hint("1" * 5_000) is None


@given(st.text(max_size=250))
def test_help_never_raises(typed: str) -> None:
    hint = typing_hint(typed)
    assert hint is None or (hint.text.vi and hint.tone in {"ok", "wait", "no"})
