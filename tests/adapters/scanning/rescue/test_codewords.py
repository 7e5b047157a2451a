"""A symbol is corrected by how sure its modules are, never into something it did not say."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
import segno

from fixtures.wrecks import Wreck, wrecks
from tests.support import each
from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.engines import read_only, zxing
from verification.adapters.scanning.rescue.codewords import Symbol
from verification.adapters.scanning.rescue.equalise import payloads

Signs = np.ndarray[Any, np.dtype[np.float32]]
LONG = Deadline(86_400.0)  # that no busy machine uses up, nor the tests before
SAID = b"DN4790000000012|Ng" * 6


def signs(version: int = 10, level: str = "m") -> Signs:
    """Return the modules of a symbol, dark ones 1 and light ones -1."""
    symbol = segno.make_qr(SAID[: 7 * version], version=version, error=level, boost_error=False)
    rows = [list(row) for row in symbol.matrix_iter(border=0)]
    return np.array(rows, np.float32) * 2 - 1


def covered(side: int, dark: float) -> Signs:
    """Return a symbol with a square over its middle, as dark everywhere."""
    done = signs()
    at = (len(done) - side) // 2
    done[at : at + side, at : at + side] = dark
    return done


def read(symbol: Symbol) -> list[bytes]:
    return [one.payload for one in read_only(zxing(symbol.drawn(), pure=True))]


@pytest.mark.parametrize("version", [1, 2, 6, 7, 10, 14, 21, 27, 32, 40])
@pytest.mark.parametrize("level", "lmqh")
def test_a_whole_symbol_is_drawn_as_it_was(version: int, level: str) -> None:
    plain = signs(version, level)
    symbol = Symbol(len(plain))
    assert symbol.correct(plain * 0.7, LONG)
    assert np.array_equal(symbol.known > 0, plain > 0)
    assert read(symbol) == [SAID[: 7 * version]]


def test_what_is_seen_to_be_covered_costs_half_of_what_is_wrong() -> None:
    faded, black = Symbol(57), Symbol(57)
    assert faded.correct(covered(25, 0.02), LONG)
    assert read(faded) == [SAID[:70]]
    assert not black.correct(covered(25, 1.0), LONG)


def test_a_corrected_block_stays_and_tells_its_modules() -> None:
    plain = signs()
    symbol = Symbol(len(plain))
    half = plain.copy()
    half[:, :28] *= -1  # the left half turned over: later codewords are wrong
    half[:9, :9] = plain[:9, :9]
    assert not symbol.correct(half, LONG)
    rng = np.random.default_rng(1)
    over = rng.random(plain.shape) < 0.035
    for _ in range(12):
        if symbol.correct(np.where(np.roll(over, rng.integers(57)), -plain, plain), LONG):
            break
    told = symbol.known != 0
    assert symbol.corrected
    assert (symbol.known[told] == plain[told]).all()


def test_without_a_format_nothing_is_tried() -> None:
    symbol = Symbol(57)
    assert not symbol.correct(np.zeros((57, 57), np.float32) + 1e-9, Deadline(0))
    assert symbol.corrected == 0


@cache
def drawn() -> list[Wreck]:
    return list(wrecks(20, 20_261_125))


# `make soak` reads a thousand of them.
@each("number", range(20))
def test_a_wreck_is_read_rightly_or_not_at_all(number: int) -> None:
    wreck = drawn()[number]
    assert payloads(wreck, LONG) in ([], [wreck.payload])
