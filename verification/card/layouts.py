"""Undo what a scanner's keys become on a PC whose keyboard is not the one the scanner is set to."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from verification.basics.texts import read

_BLANKS = {" ": " ", "\n": "\n"}
_SHAPES = {"\u0302", "\u0306", "\u031b"}  # circumflex, breve, horn make a letter; tones do not
_DOT_BELOW = "\u0323"
_NOTHING = "\ufffd"
_STAR = "\u0301"
_STRUCTURE = {"|", "/", "]", "\\"}
_OF_VIETNAMESE_LETTERS = {"fr", "vi"}  # `é`, `à`, `ê`, `đ` are keys of these
_SMALL_FLAG = re.compile(r"\][a-z]")
_ENOUGH = 2  # letters or digits; signs alone may be anything


@dataclass(frozen=True)
class Retyped:
    """What was meant, if a text went through this layout.

    Args:
        layout: `uk`, `fr`, `de` or `vi`.
        text: What the scanner meant.
        sure: False where the text itself is no evidence of the layout.
    """

    layout: str
    text: str
    sure: bool


@dataclass(frozen=True)
class _Board:
    """A keyboard: what each key makes, in the order of the US keys."""

    plain: str
    shifted: str
    caps: str

    def made(self) -> tuple[str, ...]:
        """Return what the keys make, with Shift first."""
        return (*self.shifted, *self.plain)

    def made_under_caps(self) -> tuple[str, ...]:
        """Return the same under Caps Lock, which turns the letters and some other keys over."""
        turned = [key.isalpha() or key in self.caps for key in _boards()["us"].plain]
        keys = zip(self.plain, self.shifted, turned, strict=True)
        both = [(plain, up) if turn else (up, plain) for plain, up, turn in keys]
        return (*(up for up, _ in both), *(low for _, low in both))


def undone(text: str) -> Iterator[Retyped]:
    """Iterate over what a text means through each layout that could have made all of it."""
    for layout, meanings in _tables():
        for typed in _without_stars(text) if layout == "vi" else (text,):
            meant = _meant(typed, meanings)
            if meant is not None and _worth(meant) > _worth(typed):
                yield Retyped(layout, meant, _is_sure(layout, typed, meant))


def _worth(text: str) -> int:
    """Count what codes and frames are made of; a layout that gives none of it back was not it."""
    return sum(c in _STRUCTURE or (c.isascii() and c.isalnum()) for c in text)


def _is_sure(layout: str, typed: str, meant: str) -> bool:
    if layout == "vi" and _order_is_lost(typed):
        return False
    if sum(c.isalnum() or bool(unicodedata.combining(c)) for c in typed) < _ENOUGH:
        return False
    if "|" not in meant:  # a number's letters are capitals: what gives small ones is another layout
        return not any(map(str.islower, _SMALL_FLAG.sub("", meant)))
    # whole Vietnamese letters that came past the keyboard may be its keys too
    return layout not in _OF_VIETNAMESE_LETTERS or meant.isascii()


def _without_stars(text: str) -> Iterator[str]:
    """Offer a text with and without stars around it, whose key is the one of eight."""
    yield text
    if len(text) > 1 and text[0] == text[-1] == _STAR:
        yield text[1:-1]


@cache
def _boards() -> Mapping[str, _Board]:
    found = read("verification.card", "layouts.toml")
    return {name: _Board(**board) for name, board in found.items()}


@cache
def _tables() -> Sequence[tuple[str, Mapping[str, str]]]:
    boards = _boards()
    us = boards["us"].made()
    others = [(name, board) for name, board in boards.items() if name != "us"]
    tables = [(name, _meanings(board.made(), us)) for name, board in others]
    tables.extend((name, _meanings(board.made_under_caps(), us)) for name, board in others)
    # the other way round: the scanner is set to it, the PC to US
    tables.extend((name, _meanings(us, boards[name].made())) for name in ("fr", "de"))
    return tables


def _meanings(made: Sequence[str], meant: Sequence[str]) -> Mapping[str, str]:
    """Return what a character means; where two keys make it, the one without Shift counts."""
    return dict(zip(made, meant, strict=True)) | _BLANKS


def _meant(text: str, meanings: Mapping[str, str]) -> str | None:
    found = []
    for char in _keys_of(text) if _DOT_BELOW in meanings else text:
        # a letter that no key makes came whole, past the keyboard
        meaning = meanings.get(char, _NOTHING if char.isascii() else char)
        if _NOTHING in {char, meaning}:
            return None
        found.append(meaning)
    return "".join(found)


def _keys_of(text: str) -> Iterator[str]:
    """Take letters and tones apart that were put together on their way: `ấ` is `â` and a tone."""
    for base, marks in _clusters(text):
        shape = next((mark for mark in marks if mark in _SHAPES), "")
        if base or shape:
            yield unicodedata.normalize("NFC", base + shape)
        yield from (mark for mark in marks if mark != shape)


def _clusters(text: str) -> Iterator[tuple[str, list[str]]]:
    """Iterate over the characters, each with the marks on it in the order of the text."""
    base, marks = "", list[str]()
    for char in (part for whole in text for part in unicodedata.normalize("NFD", whole)):
        if unicodedata.combining(char):
            marks.append(char)
        else:
            yield base, marks
            base, marks = char, []
    yield base, marks


def _order_is_lost(text: str) -> bool:
    """Tell whether a text was normalised, which puts the dot below before the other tones."""
    if not any(unicodedata.is_normalized(form, text) for form in ("NFC", "NFD")):
        return False
    tones = ({mark for mark in marks if mark not in _SHAPES} for _, marks in _clusters(text))
    return any(_DOT_BELOW in found and len(found) > 1 for found in tones)
