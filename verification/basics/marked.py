"""Two values side by side: which letters and digits of each the other one does not have."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from verification.basics.names import fold, name_key, tidy

_KINDRED = 0.5  # words that share less than half of their letters are marked whole


class Piece(NamedTuple):
    """A part of a value, and whether the other value has it otherwise."""

    text: str
    differs: bool


Pieces = tuple[Piece, ...]
_Flagged = list[tuple[str, bool]]


def names(a: str, b: str) -> tuple[Pieces, Pieces]:
    """Mark the letters in which two names differ; what is no difference is not marked."""
    ours, theirs = tidy(a).split(), tidy(b).split()
    left: list[_Flagged] = []
    right: list[_Flagged] = []
    same = SequenceMatcher(None, [fold(w) for w in ours], [fold(w) for w in theirs], autojunk=False)
    for _, i, j, k, n in same.get_opcodes():
        for one, other in _paired(ours[i:j], theirs[k:n]):
            marks = _words(one, other)
            left += [marks[0]] if one else []
            right += [marks[1]] if other else []
    return _joined(left), _joined(right)


def dates(a: str, b: str) -> tuple[Pieces, Pieces]:
    """Mark the digits in which two dates differ, written `17/04/1994`, `04/1994` or `1994`."""
    ours, theirs = a.split("/"), b.split("/")
    pairs = list(itertools.zip_longest(reversed(ours), reversed(theirs), fillvalue=""))[::-1]
    sides = [_digits(one, other) for one, other in pairs]
    return (
        _joined([side[0] for side in sides if side[0]], "/"),
        _joined([side[1] for side in sides if side[1]], "/"),
    )


def numbers(shown: str, kept: str, places: Sequence[int]) -> tuple[Pieces, Pieces]:
    """Mark two numbers, masked or not, at the places (from 1) where they differ."""
    at = set(places)
    one, other = (
        _joined([[(char, n in at) for n, char in enumerate(text, 1)]]) for text in (shown, kept)
    )
    return one, other


def whole(a: str, b: str) -> tuple[Pieces, Pieces]:
    """Mark two values that have no parts."""
    return (Piece(a, a != b),), (Piece(b, a != b),)


def _paired(ours: list[str], theirs: list[str]) -> Iterator[tuple[str, str]]:
    if fold("".join(ours)) == fold("".join(theirs)) or len(ours) != len(theirs):
        yield " ".join(ours), " ".join(theirs)
    else:
        yield from zip(ours, theirs, strict=True)


def _words(a: str, b: str) -> tuple[_Flagged, _Flagged]:
    if fold(a) == fold(b):
        return [(a, False)], [(b, False)]
    if not _kindred(a, b):
        return [(a, True)], [(b, True)]
    return _by_letter(a, b, fold)


def _kindred(a: str, b: str) -> bool:
    return SequenceMatcher(None, name_key(a), name_key(b), autojunk=False).ratio() >= _KINDRED


def _by_letter(a: str, b: str, key: Callable[[str], str]) -> tuple[_Flagged, _Flagged]:
    ours, theirs = [key(c) for c in a], [key(c) for c in b]
    blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    left = {i + n for i, _, size in blocks for n in range(size)}
    right = {j + n for _, j, size in blocks for n in range(size)}
    return (
        [(c, n not in left and bool(c.strip())) for n, c in enumerate(a)],
        [(c, n not in right and bool(c.strip())) for n, c in enumerate(b)],
    )


def _digits(a: str, b: str) -> tuple[_Flagged, _Flagged]:
    if len(a) != len(b):
        known = bool(a and b)  # a part that one side does not say is no difference
        return [(a, known)] * bool(a), [(b, known)] * bool(b)
    pairs = list(zip(a, b, strict=True))
    return [(x, x != y) for x, y in pairs], [(y, x != y) for x, y in pairs]


def _joined(parts: Sequence[_Flagged], between: str = " ") -> Pieces:
    """Return parts with what stands between them, pieces of one kind as one."""
    every: _Flagged = []
    for part in parts:
        every += [(between, False)] * bool(every) + part
    runs = itertools.groupby(every, lambda piece: piece[1])
    return tuple(Piece("".join(text for text, _ in run), differs) for differs, run in runs)
