"""Reed-Solomon over GF(256) as QR uses it (ISO/IEC 18004, 7.5): errors and erasures.

A codeword that was hardly to be told is given up (an erasure) at half the price of one that is
wrong without being known. Some parity is kept back as a check, so that a guess is right by chance
once in 256 to that power.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.int64]  # codewords, 0 to 255, the data first
KEPT = 4  # parity codewords kept back where codewords are given up
_FIELD = 0x11D


def _powers() -> tuple[list[int], list[int]]:
    powers, logs, value = [0] * 512, [0] * 256, 1
    for at in range(255):
        powers[at] = powers[at + 255] = value
        logs[value] = at
        value = value << 1 ^ (_FIELD if value & 128 else 0)
    return powers, logs


_EXP, _LOG = _powers()
_EXPS, _LOGS = np.array(_EXP), np.array(_LOG)
_TIMES = [
    bytes(_EXP[_LOG[one] + _LOG[two]] if one and two else 0 for two in range(256))
    for one in range(256)
]


def corrected(words: Words, parity: int, doubt: Sequence[int], kept: int = KEPT) -> Words | None:
    """Correct a block: by errors alone, else by giving up ever more of the unsurest codewords.

    Args:
        words: The block as it was read, its parity last.
        parity: How many of its codewords are parity.
        doubt: Its places, the unsurest first.
        kept: Parity codewords that are kept back where codewords are given up.

    Returns:
        The block as it was written, or None.
    """
    syndromes = _syndromes(words, parity)
    if not any(syndromes):
        return words
    for count in range(0, parity - kept + 1, 2):
        found = _correct(words, syndromes, doubt[:count])
        if found is None:
            continue
        errors = int(np.count_nonzero(np.delete(found - words, doubt[:count])))
        if not count or 2 * errors + count <= parity - kept:
            return found
    return None


def _syndromes(words: Words, parity: int) -> list[int]:
    there = np.nonzero(words)[0]
    if not len(there):
        return [0] * parity
    logs = _LOGS[words[there]] + np.outer(np.arange(parity), len(words) - 1 - there)
    return [int(one) for one in np.bitwise_xor.reduce(_EXPS[logs % 255], axis=1)]


def _correct(words: Words, syndromes: list[int], erased: Sequence[int]) -> Words | None:
    """Correct errors and erasures as far as all of the parity bears; None where it does not."""
    locator = _locator(len(words), syndromes, erased)
    if locator is None:
        return None
    places = _roots(locator, len(words))
    if len(places) != len(locator) - 1:
        return None
    found = words.copy()
    evaluator = _evaluator(locator, syndromes)
    for place in places:
        value = _value(locator, evaluator, len(words) - 1 - place)
        if value is None:
            return None
        found[place] ^= value
    return None if any(_syndromes(found, len(syndromes))) else found


def _locator(length: int, syndromes: list[int], erased: Sequence[int]) -> list[int] | None:
    """Return the polynomial whose roots are the wrong places (Berlekamp-Massey with erasures)."""
    locator = [1]
    for place in erased:
        by = _TIMES[_EXP[(length - 1 - place) % 255]]
        locator = [one ^ by[two] for one, two in zip([*locator, 0], [0, *locator], strict=True)]
    given = degree = len(erased)
    other = locator
    for at in range(given, len(syndromes)):
        behind = syndromes[at::-1]
        off = 0
        for part, syndrome in zip(locator, behind, strict=False):
            off ^= _TIMES[part][syndrome]
        other = [0, *other]
        if not off:
            continue
        longer = locator + [0] * (len(other) - len(locator))
        step = [_TIMES[off][part] for part in other] + [0] * (len(longer) - len(other))
        if 2 * degree <= at + given:
            by = _TIMES[_EXP[255 - _LOG[off]]]
            other, degree = [by[part] for part in locator], at + 1 + given - degree
        locator = [one ^ two for one, two in zip(longer, step, strict=True)]
    while not locator[-1]:
        locator.pop()
    bears = 2 * (degree - given) + given <= len(syndromes)
    return locator if bears and len(locator) - 1 == degree else None


def _roots(locator: list[int], length: int) -> list[int]:
    parts = np.array(locator)
    there = np.nonzero(parts)[0]
    inverse = (255 - (length - 1 - np.arange(length))) % 255
    logs = _LOGS[parts[there]][:, None] + np.outer(there, inverse)
    values = np.bitwise_xor.reduce(_EXPS[logs % 255], axis=0)
    return [int(place) for place in np.nonzero(values == 0)[0]]


def _evaluator(locator: list[int], syndromes: list[int]) -> list[int]:
    evaluator = [0] * len(syndromes)
    for at, part in enumerate(locator):
        if part:
            for beyond in range(len(syndromes) - at):
                evaluator[at + beyond] ^= _TIMES[part][syndromes[beyond]]
    return evaluator


def _value(locator: list[int], evaluator: list[int], power: int) -> int | None:
    """Return by what a codeword is wrong (Forney)."""
    inverse = (255 - power) % 255
    above = below = 0
    for at, part in enumerate(evaluator):
        if part:
            above ^= _EXP[(_LOG[part] + at * inverse) % 255]
    for at in range(1, len(locator), 2):
        if locator[at]:
            below ^= _EXP[(_LOG[locator[at]] + (at - 1) * inverse) % 255]
    if not below:
        return None
    return _TIMES[_EXP[power % 255]][_TIMES[above][_EXP[255 - _LOG[below]]]]
