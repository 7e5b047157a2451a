"""Correct a symbol by how sure each of its modules is, block by block.

A block that was corrected stays so: it tells the next guess where it was right, and the equaliser
what the blur did. The corrected symbol is drawn and read by zxing-cpp, so nothing of what a code
may say is known here.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.gray import Gray
from verification.adapters.scanning.rescue.block import Floats
from verification.adapters.scanning.rescue.layout import (
    blocks,
    data_places,
    format_places,
    formats,
    level_and_mask,
    masked,
    symbol_marks,
)
from verification.adapters.scanning.rescue.solomon import KEPT, Words, corrected

_MOST = 1.5  # darkness beyond which a module is not surer
_FORMAT_SURE = 0.3  # of what the format's modules could agree at most
_MEAN_COUNTS = 0.15  # a codeword is as sure as its unsurest bit, and a little as all of them
_PIXELS = 3  # a module in the drawn symbol
_QUIET = 4  # modules around it


@dataclass(frozen=True)
class _Bits:
    """The codewords of a symbol under one format."""

    words: Words
    doubt: Floats  # the lower, the less sure
    flipped: NDArray[np.bool_]


class Symbol:
    """A symbol that is corrected step by step.

    Args:
        modules: Modules a side.
        kept: Parity codewords kept back where codewords are given up.
    """

    def __init__(self, modules: int, kept: int = KEPT) -> None:
        self.known = symbol_marks(modules)
        self.whole = False
        self._modules, self._kept = modules, kept
        self._done: dict[tuple[int, int], Words] = {}

    @property
    def corrected(self) -> int:
        """How many blocks are corrected so far."""
        return len(self._done)

    def correct(self, darkness: Floats, ends: Deadline) -> bool:
        """Correct what this guess lets correct; tell whether the symbol is whole now.

        Args:
            darkness: Modules x modules: above 0 dark, and the farther the surer.
            ends: When to leave the other blocks as they are.
        """
        guess = np.clip(darkness, -_MOST, _MOST)
        which = self._format(guess)
        if which is None:
            return False
        level, mask = level_and_mask(which)
        bits = self._bits(guess, mask)
        parity, members = blocks(self._modules, level)
        for at, block in enumerate(members):
            if (which, at) not in self._done and not ends.over:
                doubt = np.argsort(bits.doubt[block]).tolist()
                words = corrected(bits.words[block], parity, doubt, self._kept)
                if words is not None:
                    self._done[which, at] = words
        self._learn(which, members, bits)
        return self.whole

    def drawn(self) -> Gray:
        """Return a picture of the whole symbol with its quiet zone."""
        framed = np.pad(np.where(self.known > 0, 0, 255), _QUIET, constant_values=255)
        return np.kron(framed, np.ones((_PIXELS, _PIXELS))).astype(np.uint8)

    def _format(self, guess: Floats) -> int | None:
        one, two = (guess[tuple(places.T)] for places in format_places(self._modules))
        agreed = formats() @ (one + two)
        which = int(np.argmax(agreed))
        return which if agreed[which] >= _FORMAT_SURE * np.abs(one + two).sum() else None

    def _bits(self, guess: Floats, mask: int) -> _Bits:
        places = data_places(self._modules)
        flipped = masked(mask, places)
        dark = guess[tuple(places.T)]
        bits = np.where(flipped, -dark, dark)[: len(places) // 8 * 8].reshape(-1, 8)
        words = np.packbits(bits > 0, axis=1)[:, 0].astype(np.int64)
        sure = np.abs(bits)
        doubt = sure.min(axis=1) + _MEAN_COUNTS * sure.mean(axis=1)
        return _Bits(words, np.asarray(doubt, np.float32), flipped)

    def _learn(self, which: int, members: list[NDArray[np.int64]], bits: _Bits) -> None:
        """Take the corrected blocks, and the format under which they were, for known."""
        right = [at for at in range(len(members)) if (which, at) in self._done]
        if not right:
            return
        known = symbol_marks(self._modules).copy()
        for places in format_places(self._modules):
            known[tuple(places.T)] = formats()[which]
        self.whole = len(right) == len(members)
        places = data_places(self._modules)
        if self.whole:  # what is left over beyond the codewords is written as zeros
            known[tuple(places.T)] = np.where(bits.flipped, 1, -1)
        for at in right:
            block = members[at]
            written = np.unpackbits(self._done[which, at].astype(np.uint8)[:, None], axis=1)
            spots = (block[:, None] * 8 + np.arange(8)).ravel()
            dark = written.ravel().astype(bool) ^ bits.flipped[spots]
            known[tuple(places[spots].T)] = np.where(dark, 1, -1)
        self.known = known
