"""Names of persons: one spelling to store, one to search by, and how much two differ."""

import itertools
import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

from verification.basics import damaged
from verification.basics.remembering import remembered
from verification.basics.syllables import TONES, is_bare_syllable

_APOSTROPHES = dict.fromkeys(map(ord, "'`´ʹʻʼʽˈˊˋ‘’‚‛′‵＇｀΄᾽᾿´`ꞌ\u0312\u0313\u0314\u0315"))
_BETWEEN_PARTS = re.compile(r"[^\w\u0300-\u036f" + "".join(map(chr, _APOSTROPHES)) + "]+|_+")
_AT_APOSTROPHES = re.compile("[" + "".join(map(chr, _APOSTROPHES)) + "]+")
_LONGEST_SYLLABLE = 7  # NGHIENG
_MOST_PARTS = 24  # of a longer name more is not looked at: none has so many
_D = str.maketrans("ÐƉ", "ĐĐ")
_BARE = str.maketrans("ĐɃ", "DB")
_VOWELS = re.compile("(?<![AEIOUY])(?:[AEIOUY][\u0300-\u036f]*)+")
_TITLE = re.compile(
    r"\W*(?:bn|bệnh nhân|ông|bà|cụ|anh|chị|cô|chú|bác|em|cháu|bé|bs|ts|ths|gs|pgs|ks|mr|mrs|ms)"
    r"\b\W*(?=\w+\W+\w)",
    re.IGNORECASE,
)
_LOST = "\ufffd"
_LONGEST = 100  # more letters than the name of a person has
_TONE = re.compile(f"[{TONES}]")


class Likeness(StrEnum):
    """How much two names differ; UNREADABLE where damage leaves that open."""

    SAME = "same"
    LITTLE = "little"
    UNREADABLE = "unreadable"
    OTHER = "other"


def tidy(text: str) -> str:
    """Return a name in NFC with single blanks."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def search_key(text: str) -> str:
    """Fold words for look-up: no diacritics, đ as d, upper case, single blanks."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    kept = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(kept.upper().split())


def fold(name: str) -> str:
    """Return the letters of a name in one spelling.

    Case, `Ð` for `Đ`, apostrophes, dots, hyphens, blanks, the place of a tone and i for y are no
    difference; diacritics are one.
    """
    return "".join(map(_folded, name.split()))


def name_key(name: str) -> str:
    """Return what a name is looked up by: its fold without diacritics; damage is undone."""
    keys = [_key_of(word) for word in name.split()]
    return _bare(fold(_as_it_was(name))) if None in keys else "".join(map(str, keys))


def name_parts(name: str) -> tuple[str, ...]:
    """Return the words of a name as they are looked for in others, folded as `name_key` does."""
    words = _words(name)
    return tuple(dict.fromkeys(filter(None, map(_part, words))))[:_MOST_PARTS]


def word_keys(text: str) -> tuple[str, ...]:
    """Return the words of any text folded likewise, none undone: of places, or half typed."""
    words = _BETWEEN_PARTS.split(unicodedata.normalize("NFC", text))
    return tuple(filter(None, map(_part, words)))


def parts_to_find(name: str) -> frozenset[str]:
    """Return all that a name is found by: its words, and what they may be cut into or run together.

    `H'Hen` is found by `HHEN` and by `HEN`, `H Hen` by `HHEN` too, `NGUYỄNTHỊ` by `NGUYEN`.
    """
    words = _words(name)[:_MOST_PARTS]
    found = {part for word in words for part in _found_by(word)}
    found.update(a + b for a, b in itertools.pairwise(map(_part, words)) if len(a) == 1)
    return frozenset(found - {""})


def spelled(name: str) -> tuple[str, str] | None:
    """Return a name of Vietnamese syllables tidily written, and its key.

    Most names are such; None for any other, which must be looked at letter by letter.
    """
    if len(name) > _LONGEST:
        return None
    words, keys = [], []
    for word in name.split():
        found = _syllable(word)
        if found is None:
            return None
        words.append(found[0])
        keys.append(found[1])
    return (" ".join(words), "".join(keys)) if words else None


def compare(a: str, b: str) -> Likeness:
    """Tell how much two names differ, both as they are and as they were before damage."""
    if damaged.is_nothing(a) or damaged.is_nothing(b):
        return Likeness.UNREADABLE
    if _spelled_alike(a, b) and _is_plain(a) and _is_plain(b):
        return Likeness.SAME
    of_a, of_b = _readings(a), _readings(b)
    pairs = [(x, y) for x in of_a for y in of_b]
    if any(fold(x) == fold(y) for x, y in pairs):
        return Likeness.SAME
    maybe = {*map(fold, damaged.guesses(a))}, {*map(fold, damaged.guesses(b))}
    if maybe[0] & {*map(fold, of_b)} or maybe[1] & {*map(fold, of_a)}:
        return Likeness.SAME
    untitled = any(_untitled(x) == _untitled(y) for x, y in pairs)
    if untitled or any(_one_edit_apart(name_key(x), name_key(y)) for x, y in pairs):
        return Likeness.LITTLE
    left = any(_is_left(a, y) for y in of_b) or any(_is_left(b, x) for x in of_a)
    return Likeness.UNREADABLE if left or not (of_a or of_b) else Likeness.OTHER


def same(a: str, b: str) -> bool:
    """Tell whether two names are written alike, or would be if neither were damaged."""
    return tidy(a) == tidy(b) or compare(a, b) is Likeness.SAME


def same_once_undone(a: str, b: str) -> bool:
    """Tell whether two names are the same, but only after damage was undone."""
    plain = _spelled_alike(a, b) and _is_plain(a) and _is_plain(b)
    return not plain and compare(a, b) is Likeness.SAME


def without_controls(text: str) -> str:
    """Return a tidy name without controls: what it was before damage, else a sign for each."""
    if not any(map(_is_control, text)):
        return tidy(text)
    # UTF-8 that was read as Latin-1 has controls among its letters: undone they are none
    undone = next(iter(damaged.readings(text)), text)
    return tidy("".join(_LOST if _is_control(c) else c for c in undone))


def differ_little(a: str, b: str) -> bool:
    """Tell whether two names differ only in case, diacritics or one letter."""
    return _one_edit_apart(name_key(a), name_key(b))


def is_readable(name: str) -> bool:
    """Tell whether a name is one, or was one before damage that can be undone."""
    return not damaged.is_nothing(name) and bool(_readings(name))


def is_whole(name: str) -> bool:
    """Tell whether a name shows no damage."""
    return _is_plain(name) and not damaged.readings(name)


def initials(name: str) -> str:
    """Shorten a name for a list that strangers may see: `NGUYỄN T. M.`."""
    words = tidy(name).upper().split()
    return " ".join(words[:1] + [f"{word[0]}." for word in words[1:]])


def _is_control(char: str) -> bool:
    return unicodedata.category(char) == "Cc" and char not in "\t\n\v\f\r"


@remembered(1 << 15)
def _folded(word: str) -> str:
    visible = "".join(c for c in word.translate(_APOSTROPHES) if unicodedata.category(c) != "Cf")
    plain = unicodedata.normalize("NFKC", visible).upper().translate(_D)
    apart = _VOWELS.sub(_one_spelling, unicodedata.normalize("NFD", plain))
    return "".join(c for c in apart if c.isalnum() or unicodedata.combining(c))


def _one_spelling(found: re.Match[str]) -> str:
    """Return a run of vowels with its tone at the end, and i for a y that sounds alike."""
    vowels = found[0]
    bare = _TONE.sub("", vowels)
    if bare.startswith("Y"):
        bare = f"I{bare[1:]}"
    elif bare.startswith("UY") and found.string[found.start() - 1 : found.start()] == "Q":
        bare = f"UI{bare[2:]}"
    return bare + "".join(dict.fromkeys(_TONE.findall(vowels)))


@lru_cache(1 << 15)
def _syllable(word: str) -> tuple[str, str] | None:
    key = _key_of(word)
    return None if key is None or damaged.begins_nothing(word) else (tidy(word), key)


@remembered(1 << 15)
def _key_of(word: str) -> str | None:
    whole = damaged.is_vietnamese(word) or is_bare_syllable(word)
    return _bare(_folded(word)) if whole else None


def _words(name: str) -> list[str]:
    undone = any(_key_of(word) is None for word in name.split())
    whole = _as_it_was(name) if undone else name
    return _BETWEEN_PARTS.split(unicodedata.normalize("NFC", whole))


@remembered(1 << 15)
def _part(word: str) -> str:
    return _bare(_folded(word))


@remembered(1 << 13)
def _found_by(word: str) -> frozenset[str]:
    """Return what a word is found by: itself, and what it may be cut into."""
    part = _part(word)
    cut = map(_part, _AT_APOSTROPHES.split(word))
    return frozenset((part, *cut, *_syllables_of(part)))


@remembered(1 << 12)
def _syllables_of(part: str) -> tuple[str, ...]:
    """Return the fewest syllables that make up words which were run together, none for one."""
    if is_bare_syllable(part) or not part.isascii():
        return ()
    best: dict[int, tuple[str, ...]] = {len(part): ()}
    for at in range(len(part) - 1, -1, -1):
        cuts = [cut for cut in range(at + 1, at + _LONGEST_SYLLABLE + 1) if cut in best]
        pieces = ((part[at:cut], *best[cut]) for cut in cuts if is_bare_syllable(part[at:cut]))
        if found := min(pieces, key=len, default=None):
            best[at] = found
    return best.get(0, ())


def _bare(folded: str) -> str:
    return "".join(c for c in folded if not unicodedata.combining(c)).translate(_BARE)


def _is_plain(name: str) -> bool:
    return not any(map(damaged.is_damaged, name.split()))


def _readings(name: str) -> list[str]:
    """Return all that a name may have been before damage; itself where it shows none."""
    return [*([name] if _is_plain(name) else []), *damaged.readings(name)]


def _as_it_was(name: str) -> str:
    """Return the likeliest reading of a name."""
    if damaged.is_vietnamese(name):
        return name
    found = damaged.readings(name) or damaged.guesses(name)
    spelled = next(filter(damaged.is_vietnamese, found), None)
    return spelled or (name if _is_plain(name) else next(iter(found), name))


def _spelled_alike(a: str, b: str) -> bool:
    """Tell whether two names have one spelling, wherever their blanks are."""
    return fold(a) == fold(b) or _folded("".join(a.split())) == _folded("".join(b.split()))


def _is_left(left: str, whole: str) -> bool:
    """Tell whether a damaged name may be what is left of a whole one."""
    if damaged.lacks_letters_of(left, whole):
        return True
    if damaged.readings(left) or (left.isascii() and _is_plain(left)):
        return False
    return bool(damaged.stands_for(left).fullmatch(damaged.bare(whole)))


def _untitled(name: str) -> str:
    """Fold a name without what it is addressed by: `BN.`, `(Bà)`."""
    composed = unicodedata.normalize("NFC", name)
    title = _TITLE.match(composed)
    return fold(composed[title.end() :] if title else composed)


def _one_edit_apart(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    if len(long) - len(short) > 1:
        return False
    at = next((i for i, (x, y) in enumerate(zip(short, long, strict=False)) if x != y), len(short))
    rest = at + 1 if len(short) == len(long) else at
    return short[rest:] == long[at + 1 :]
