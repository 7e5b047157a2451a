"""Tests that try all values in one are tests of each value."""

from __future__ import annotations

import pytest

from tests.support import each


def test_every_value_is_tried_with_every_other_and_all_that_fail_are_named() -> None:
    tried: list[tuple[int, str]] = []

    @each("number", [1, 2, 3])
    @each("letter", "ab")
    def walk(number: int, letter: str) -> None:
        tried.append((number, letter))
        if number == 2:
            pytest.fail("by the word of a test")
        assert number != 3

    with pytest.raises(pytest.fail.Exception) as told:
        walk()
    assert tried == [(n, of) for n in (1, 2, 3) for of in "ab"]
    assert told.value.__notes__ == ["failed with ('a',), ('b',)", "failed with (2,), (3,)"]


def test_what_would_try_nothing_is_refused() -> None:
    with pytest.raises(AssertionError, match="nothing would be tried"):
        each("number", [])
