"""Where a symbol keeps its codewords agrees with what another writer of QR codes draws."""

from __future__ import annotations

import numpy as np
import pytest
import segno
from segno import consts

from tests.support import each
from verification.adapters.scanning.rescue.layout import (
    blocks,
    data_places,
    format_places,
    formats,
    level_and_mask,
    masked,
    symbol_marks,
)

VERSIONS = [1, 2, 6, 7, 10, 13, 14, 21, 32, 40]
LEVELS = "LMQH"


def drawn(version: int, level: int, mask: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    symbol = segno.make_qr(
        "Mẫu 1", version=version, error=LEVELS[level], boost_error=False, mask=mask
    )
    return np.array([list(row) for row in symbol.matrix_iter(border=0)], np.int64)


@each("version", VERSIONS)
def test_version_and_fixed_modules_are_those_of_every_symbol(version: int) -> None:
    known = symbol_marks(17 + 4 * version)
    signs = drawn(version, 1, 3) * 2 - 1
    assert (signs[known != 0] == known[known != 0]).all()


@each("level", range(4))
@each("mask", range(8))
def test_both_copies_of_the_format_say_level_and_mask(level: int, mask: int) -> None:
    signs = drawn(7, level, mask) * 2 - 1
    for places in format_places(45):
        which = int(np.argmax(formats() @ signs[tuple(places.T)]))
        assert level_and_mask(which) == (level, mask)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("mask", range(8))
def test_unmasked_the_codewords_begin_with_mode_and_length(version: int, mask: int) -> None:
    modules = 17 + 4 * version
    places = data_places(modules)
    bits = drawn(version, 0, mask)[tuple(places.T)] ^ masked(mask, places)
    words = np.packbits(bits[: len(bits) // 8 * 8].astype(bool))
    _, members = blocks(modules, 0)
    first = words[members[0]]
    length = first[0] & 15, first[1] >> 4  # byte mode, then 8 or 16 bits
    assert first[0] >> 4 == 4
    assert (length[0] << 4 | length[1] if version < 10 else first[1] << 4 | first[2] >> 4) == 7


@each("version", range(1, 41))
@each("level", range(4))
def test_blocks_have_the_sizes_of_the_standard(version: int, level: int) -> None:
    parity, members = blocks(17 + 4 * version, level)
    by = getattr(consts, f"ERROR_LEVEL_{LEVELS[level]}")
    said = [
        (info.num_total, info.num_total - info.num_data)
        for info in consts.ECC[version][by]
        for _ in range(info.num_blocks)
    ]
    assert [(len(block), parity) for block in members] == said
    assert sorted(np.concatenate(members)) == list(range(sum(map(len, members))))
