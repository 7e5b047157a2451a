"""Where a symbol keeps what it says: format, version, codewords, blocks (ISO/IEC 18004)."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from verification.adapters.scanning.rescue.pattern import Marks, marks

Places = NDArray[np.int64]  # n x 2: row and column of modules
# Table 9, for the levels L, M, Q, H and the versions 1 to 40.
_PARITY = (
    (7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30,
     30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30),
    (10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28,
     28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28),
    (13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30, 30,
     30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30),
    (17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24, 30,
     30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30),
)  # fmt: skip
_BLOCKS = (
    (1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14,
     15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25),
    (1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23,
     25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49),
    (1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29, 34,
     34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68),
    (1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35,
     37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81),
)  # fmt: skip
_LEVEL_BITS = (1, 0, 3, 2)  # how the format writes L, M, Q, H
_FORMAT_CODE, _FORMAT_MASK, _VERSION_CODE = 0x537, 0x5412, 0x1F25
_WITH_VERSION = 45  # modules a side from which on a symbol says its version


def _checked(value: int, code: int) -> int:
    """Append the remainder by a BCH code's polynomial."""
    length = code.bit_length() - 1
    rest = value << length
    for at in range(rest.bit_length() - 1, length - 1, -1):
        if rest >> at & 1:
            rest ^= code << (at - length)
    return value << length | rest


@cache
def formats() -> NDArray[np.int8]:
    """Return the 32 formats as signs of their 15 bits, the highest first."""
    values = [_checked(value, _FORMAT_CODE) ^ _FORMAT_MASK for value in range(32)]
    bits = [[value >> at & 1 for at in range(14, -1, -1)] for value in values]
    return (np.array(bits) * 2 - 1).astype(np.int8)


def level_and_mask(which: int) -> tuple[int, int]:
    """Return the level (0 to 3 for L, M, Q, H) and the mask that a format means."""
    return _LEVEL_BITS.index(which >> 3), which & 7


@cache
def format_places(modules: int) -> tuple[Places, Places]:
    """Return where the 15 bits of the format stand, the highest first: both copies."""
    around = [(8, at) for at in (0, 1, 2, 3, 4, 5, 7, 8)] + [
        (at, 8) for at in (7, 5, 4, 3, 2, 1, 0)
    ]
    apart = [(modules - 1 - at, 8) for at in range(7)] + [(8, modules - 8 + at) for at in range(8)]
    return np.array(around), np.array(apart)


@cache
def symbol_marks(modules: int) -> Marks:
    """Return the modules that every symbol of a size has, its version included."""
    known = marks(modules).copy()
    if modules >= _WITH_VERSION:
        bits = _checked((modules - 17) // 4, _VERSION_CODE)
        for at in range(18):
            sign = 1 if bits >> at & 1 else -1
            row, column = at // 3, modules - 11 + at % 3
            known[row, column] = known[column, row] = sign
    known.setflags(write=False)
    return known


@cache
def data_places(modules: int) -> Places:
    """Return where the bits of the codewords stand, in their order."""
    taken = symbol_marks(modules) != 0
    for places in format_places(modules):
        taken[tuple(places.T)] = True
    columns = [at for at in range(modules - 1, 0, -2) if at > 6]  # noqa: PLR2004  # the timing's column
    columns += [5, 3, 1]
    found = []
    for turn, column in enumerate(columns):
        rows = range(modules - 1, -1, -1) if turn % 2 == 0 else range(modules)
        found += [(row, at) for row in rows for at in (column, column - 1) if not taken[row, at]]
    return np.array(found)


def masked(mask: int, places: Places) -> NDArray[np.bool_]:
    """Return which modules a mask turns over."""
    row, column = places[:, 0], places[:, 1]
    both = row * column
    terms = (
        (row + column) % 2, row % 2, column % 3, (row + column) % 3,
        (row // 2 + column // 3) % 2, both % 2 + both % 3,
        (both % 2 + both % 3) % 2, ((row + column) % 2 + both % 3) % 2,
    )  # fmt: skip
    return np.asarray(terms[mask] == 0)


@cache
def blocks(modules: int, level: int) -> tuple[int, list[NDArray[np.int64]]]:
    """Return how many codewords of each block are parity, and which codewords each block has."""
    version = (modules - 17) // 4
    parity = _PARITY[level][version - 1]
    count = _BLOCKS[level][version - 1]
    total = len(data_places(modules)) // 8
    long = total % count  # the last ones have one word of data more
    data = [total // count - parity + (at >= count - long) for at in range(count)]
    order = [block for row in range(max(data)) for block in range(count) if row < data[block]]
    order += list(range(count)) * parity
    of = np.array(order)
    return parity, [np.nonzero(of == block)[0] for block in range(count)]
