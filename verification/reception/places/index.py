"""The index: which lines begin with a code, or hold the begins of words, the best first.

Every line has a number, the best ones the lowest, so that a set of lines is one large whole number
of as many bits: to join and to intersect thousands of lines are single operations.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from unicodedata import normalize

from verification.basics.names import word_keys
from verification.basics.telex import undone
from verification.reception.places.place import Place, PlaceKind

MOST_PLACES = 20
"""So many lines are shown."""
MOST_KEPT = 50_000
"""So many lines an index holds: more than three times as many as the country has facilities."""
_LONGEST = 100  # characters that are looked at of what was typed
_MOST_WORDS = 12
_MOST_OF_A_NAME = 40  # words
_REMEMBERED = 256  # begins of words: those that everybody types first
_OFTEN = 64  # a word that one line in so many holds has its set ready
_LAST = "\U0010ffff"
_LISTS = (PlaceKind.OFFICE, PlaceKind.FACILITY)
_CARD = re.compile(r"([A-Z]{2})([1-5])(\d{2})?", re.ASCII)
_OF_CARD = (PlaceKind.OBJECT, PlaceKind.BENEFIT, PlaceKind.PROVINCE)
_KINDS = {kind: at for at, kind in enumerate(PlaceKind)}


@dataclass(frozen=True)
class Found:
    """What was found.

    Args:
        places: The best lines, at most `MOST_PLACES`.
        more: How many others there are.
    """

    places: tuple[Place, ...] = ()
    more: int = 0


def code_key(text: str) -> str:
    """Return a code as it is compared: capitals, without blanks; a dot counts (`1.1`, `11`)."""
    return "".join(normalize("NFKC", text).split()).upper()


class Index:
    """Finds lines by what is typed so far; never changed, so any thread may ask it.

    Args:
        places: The lines.
    """

    def __init__(self, places: Iterable[Place]) -> None:
        held = ((place, _words_of(place)) for place in islice(places, MOST_KEPT))
        known = sorted(held, key=lambda one: _rank(*one))
        self._places = tuple(place for place, _ in known)
        self._codes = _Sets(
            (at, map(code_key, (place.code, *place.also))) for at, place in enumerate(self._places)
        )
        self._on_cards = {
            (place.kind, place.code): 1 << at
            for at, place in reversed([*enumerate(self._places)])
            if place.kind in _OF_CARD
        }
        self._words = _Sets((at, words) for at, (_, words) in enumerate(known))

    def find(self, text: str, most: int = MOST_PLACES) -> Found:
        """Return the lines that a text names: by the begin of a code, or by words in any order.

        Args:
            text: What was typed so far; diacritics, case and order do not matter.
            most: So many lines at most.
        """
        typed = text[:_LONGEST]
        found = self._ranked(typed)
        if not any(found):
            meant = undone(typed)  # the keys of an input method that was off
            found = self._ranked(meant) if meant else self._of_card(code_key(typed))
        return self._best(found, most)

    def _of_card(self, code: str) -> Sequence[int]:
        """Return what the first characters of a card's number say: `DN4`, `DN479`."""
        head = _CARD.fullmatch(code)
        said = zip(_OF_CARD, head.groups(), strict=True) if head else ()
        return [self._on_cards.get(one, 0) for one in said]

    def _ranked(self, typed: str) -> Sequence[int]:
        """Return the sets of lines, the best first: a line may be in several of them."""
        words = word_keys(typed)[:_MOST_WORDS]
        if not words:
            return ()
        code = code_key(typed)
        whole, begun = -1, -1
        for word in words:
            whole &= self._words.exactly(word)
            begun &= self._words.beginning(word)
        return self._codes.exactly(code), self._codes.beginning(code), whole, begun

    def _best(self, ranked: Sequence[int], most: int) -> Found:
        shown, seen = list[Place](), 0
        for lines in ranked:
            new = _first(lines & ~seen, most - len(shown))
            shown += [self._places[at] for at in new]
            seen |= lines
        return Found(tuple(shown), seen.bit_count() - len(shown))


class _Sets:
    """The lines of each word, and of all words with a begin."""

    def __init__(self, lines: Iterable[tuple[int, Iterable[str]]]) -> None:
        by_word: dict[str, list[int]] = {}
        self._count = 0
        for at, words in lines:
            self._count = at + 1
            for word in dict.fromkeys(words):
                by_word.setdefault(word, []).append(at)
        self._words = sorted(by_word)
        often = max(self._count // _OFTEN, 1)
        self._often = {word: self._set(ats) for word, ats in by_word.items() if len(ats) > often}
        self._seldom = {word: tuple(a) for word, a in by_word.items() if word not in self._often}
        self.beginning = lru_cache(_REMEMBERED)(self._beginning)

    def exactly(self, word: str) -> int:
        """Return the lines that hold a word."""
        often = self._often.get(word)
        return self._set(self._seldom.get(word, ())) if often is None else often

    def _beginning(self, start: str) -> int:
        """Return the lines that hold a word with this begin."""
        words = self._words
        first, last = bisect_left(words, start), bisect_left(words, start + _LAST)
        lines, seldom = 0, list[int]()
        for word in words[first:last]:
            often = self._often.get(word)
            if often is None:
                seldom += self._seldom[word]
            else:
                lines |= often
        return lines | self._set(seldom)

    def _set(self, ats: Sequence[int]) -> int:
        if not ats:
            return 0
        bits = bytearray(self._count // 8 + 1)
        for at in ats:
            bits[at >> 3] |= 1 << (at & 7)
        return int.from_bytes(bits, "little")


def _words_of(place: Place) -> tuple[str, ...]:
    """Return what a line is found by: the words of its code, of its name in both languages."""
    said = dict.fromkeys((place.name.vi, place.name.en))
    return word_keys(" ".join((place.code, *place.also, *said, place.by)))[:_MOST_OF_A_NAME]


def _rank(place: Place, words: Sequence[str]) -> tuple[bool, int, bool, int, int, str]:
    """Return what the best lines have least of: of today, near, of few words, by their codes."""
    many = len(words) if place.kind in _LISTS else 0
    off, code = place.off is not None, place.code
    return off, _KINDS[place.kind], not place.near, many, len(code), code


def _first(lines: int, most: int) -> Iterator[int]:
    """Iterate over the lowest lines of a set."""
    for _ in range(most):
        if not lines:
            return
        lowest = lines & -lines
        yield lowest.bit_length() - 1
        lines ^= lowest
