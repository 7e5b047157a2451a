"""Reed-Solomon puts right what it bears, and guesses nothing."""

from __future__ import annotations

import numpy as np
import segno
from hypothesis import given
from hypothesis import strategies as st

from verification.adapters.scanning.rescue.layout import blocks, data_places, masked
from verification.adapters.scanning.rescue.solomon import KEPT, Words, corrected

MODULES, LEVEL = 37, 2  # version 5, level Q: four blocks, 18 codewords of each are parity


def written() -> Words:
    """Return the first block of a symbol that another writer drew."""
    symbol = segno.make_qr(b"DN4790000000012|" * 3, version=5, error="q", mask=0)
    signs = np.array([list(row) for row in symbol.matrix_iter(border=0)])
    places = data_places(MODULES)
    bits = signs[tuple(places.T)] ^ masked(0, places)
    words = np.packbits(bits[: len(bits) // 8 * 8].astype(bool)).astype(np.int64)
    return words[blocks(MODULES, LEVEL)[1][0]]


SOUND, SOUND_PARITY = written(), blocks(MODULES, LEVEL)[0]


def damaged(places: list[int], seed: int) -> Words:
    """Return the sound block with other words at some places."""
    rng = np.random.default_rng(seed)
    words = SOUND.copy()
    words[places] ^= rng.integers(1, 256, len(places))
    return words


def order(first: list[int]) -> list[int]:
    """Return all places, the given ones as the unsurest."""
    return first + [at for at in range(len(SOUND)) if at not in first]


some_places = st.permutations(range(len(SOUND)))


def test_a_sound_block_stays_as_it_is() -> None:
    assert corrected(SOUND, SOUND_PARITY, order([])) is SOUND
    nothing = np.zeros(40, np.int64)
    assert corrected(nothing, 10, list(range(40))) is nothing


@given(some_places, st.integers(0, SOUND_PARITY // 2), st.integers(0, 99))
def test_half_of_the_parity_in_errors_is_put_right(
    places: list[int], count: int, seed: int
) -> None:
    found = corrected(damaged(places[:count], seed), SOUND_PARITY, order([]))
    assert found is not None
    assert np.array_equal(found, SOUND)


@given(some_places, st.integers(10, SOUND_PARITY - KEPT), st.integers(0, 99))
def test_words_known_to_be_doubtful_cost_half(places: list[int], count: int, seed: int) -> None:
    first = places[:count]
    found = corrected(damaged(first, seed), SOUND_PARITY, order(first))
    assert found is not None
    assert np.array_equal(found, SOUND)


@given(some_places, st.integers(1, 3), st.integers(2, 8), st.integers(0, 99))
def test_errors_beside_doubtful_words_are_put_right(
    places: list[int], errors: int, doubtful: int, seed: int
) -> None:
    wrong, first = places[:errors], places[errors : errors + doubtful]
    found = corrected(damaged(wrong + first, seed), SOUND_PARITY, order(first))
    assert found is not None
    assert np.array_equal(found, SOUND)


@given(some_places, st.integers(0, 99))
def test_more_than_it_bears_is_not_guessed(places: list[int], seed: int) -> None:
    found = corrected(damaged(places[: SOUND_PARITY + 2], seed), SOUND_PARITY, order([]))
    assert found is None


def test_what_is_kept_back_is_not_spent() -> None:
    first = list(range(SOUND_PARITY - KEPT + 2))
    words = damaged(first, 3)
    assert corrected(words, SOUND_PARITY, order(first)) is None
    spent = corrected(words, SOUND_PARITY, order(first), kept=0)
    assert spent is not None
    assert np.array_equal(spent, SOUND)
