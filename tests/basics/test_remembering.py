"""What is remembered of words is bounded in places and in length."""

from __future__ import annotations

import pytest

from verification.basics import damaged, names, syllables
from verification.basics.remembering import remembered


def test_a_word_is_worked_out_once_and_a_long_text_each_time() -> None:
    asked: list[str] = []
    known = remembered(10)(lambda text: asked.append(text) or len(text))
    assert [known("An"), known("An"), known("a" * 101), known("a" * 101)] == [2, 2, 101, 101]
    assert asked == ["An", "a" * 101, "a" * 101]


def test_only_so_many_are_remembered() -> None:
    asked: list[str] = []
    known = remembered(2)(lambda text: asked.append(text) or text)
    for word in ("a", "b", "c", "a"):
        known(word)
    assert asked == ["a", "b", "c", "a"]


@pytest.mark.parametrize("text", ["a" * 4_000, "Ã" * 4_000, "?" * 101, "ệ" * 2_000])
def test_nothing_that_names_ask_remembers_a_long_word(text: str) -> None:
    for of in (
        names._folded,
        names._key_of,
        damaged.is_damaged,
        damaged.is_nothing,
        syllables.is_syllable,
        syllables.is_bare_syllable,
    ):
        assert of(text) == of.__wrapped__(text)  # type: ignore[attr-defined]
        kept = next(
            c.cell_contents for c in of.__closure__ if hasattr(c.cell_contents, "cache_info")
        )  # type: ignore[attr-defined]
        before = kept.cache_info().currsize
        of(f"{text}{before}")
        assert kept.cache_info().currsize == before
