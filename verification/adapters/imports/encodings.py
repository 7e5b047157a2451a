"""How the bytes of a list are to be read: Unicode, and Vietnamese from before it where certain.

A file says it by its mark, by its zeros, or by being UTF-8. Where it is none of these, the words of
a part of it are read in every old way: it is one of them only if nearly all words are Vietnamese
that way, and in no other. UTF-8 that holds what an old font or a second conversion left is found
the same way. What follows the part is read strictly: what does not fit is refused by the reader.
"""

import codecs
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from verification.adapters.imports.refused import file_refused
from verification.basics.code_pages import TCVN3, VISCII, bytes_of, from_vni
from verification.basics.syllables import TONES, is_syllable

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_PART = 1 << 20  # bytes of a file that decide
_MOST_WORDS = 5_000
_FEWEST_WORDS = 2  # one word may be anything
_NEARLY_ALL = 0.95  # words of an encoding look like Vietnamese
_MOST, _HALF = 0.7, 0.5  # are syllables of it: Đắk Lắk is none
_MOST_OF_ANOTHER = 0.75  # words of TCVN3 look like words in VISCII, every second one
_ZEROS = 0.3  # of the bytes on one side: what is not Vietnamese in UTF-16, as digits and commas

_WORD = re.compile(r"[A-Za-z\x80-\uffff]+")
_RAW_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
_SIGNS = ".,;:'\"’‘“”()/-–\u00a0"
# Đắk Lắk, Krông Pắc: more than a syllable of Vietnamese, but letters of its own, with one tone
_LIKE_A_WORD = re.compile("[bcdđfghjklmnpqrstvwxz]{0,4}[aăâeêioôơuưy]{1,3}[bcdfghklmnpqrstv]{0,3}")
_CAPITALS = re.compile(r"\b[^\W\d_a-z]*[A-Z][^\W\d_a-z]*[A-Z][^\W\d_a-z]*\b")


class Encoding(NamedTuple):
    """How the bytes of a file become text.

    Args:
        codec: The name of Python's codec; `charmap` with a table.
        skip: The bytes of its mark.
        table: What each byte stands for, of a codec that Python does not have.
        spelled: Makes Unicode of what the codec gives, whole lines at a time; None for Unicode.
    """

    codec: str = "utf-8"
    skip: int = 0
    table: str = ""
    spelled: Callable[[str], str] | None = None

    def decoder(self) -> Callable[[bytes, bool], str]:
        """Return what decodes piece by piece; told at the end that it is.

        It raises UnicodeDecodeError where bytes do not fit.
        """
        if self.table:
            return lambda raw, _: codecs.charmap_decode(raw, "strict", self.table)[0]
        return codecs.getincrementaldecoder(self.codec)().decode


def encoding_of(path: Path) -> Encoding:
    """Return how a file is to be read.

    Raises:
        ImportFileError: It is empty, or it is not certain.
        OSError: It cannot be read.
    """
    head, part = _parts(path)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise file_refused(path, "empty")
    codec, skip = _said(head)
    if codec:
        text = head[skip:].decode(codec, "ignore")
        return _of_unicode(path, text)._replace(codec=codec, skip=skip)
    if (known := _as_utf8(part)) is not None:
        return _of_unicode(path, known)
    return _of_bytes(path, part)


def _said(head: bytes) -> tuple[str | None, int]:
    """Return the form of Unicode that a mark or zeros say, and the bytes of the mark."""
    for mark, codec in _BOMS:
        if head.startswith(mark):
            return codec, len(mark)
    return _wide(head), 0


def is_like_vietnamese(word: str) -> bool:
    """Tell whether a word has the letters of Vietnamese in an order that they may have."""
    if _has_capital_inside(word):
        return False
    apart = unicodedata.normalize("NFD", word.lower())
    bare = unicodedata.normalize("NFC", "".join(c for c in apart if c not in TONES))
    tones = sum(c in TONES for c in apart)
    return tones <= 1 and _LIKE_A_WORD.fullmatch(bare) is not None


def _has_capital_inside(word: str) -> bool:
    """Tell whether a capital follows a small letter, as a wrong table gives."""
    return any(a.islower() and b.isupper() for a, b in pairwise(word))


def words_beyond_ascii(text: str) -> set[str]:
    """Return the words of a text that have letters beyond ASCII."""
    found = {word for word in _WORD.findall(text) if not word.isascii()}
    return {word for whole in found if (word := whole.strip(_SIGNS))}


def _parts(path: Path) -> tuple[bytes, bytes]:
    """Return how a file begins, and its first part that says anything, from a line's start."""
    with path.open("rb") as file:
        head = part = file.read(_PART)
        while part and part.isascii():
            before, part = part, file.read(_PART)
            if part and not part.isascii():
                left = before.rpartition(b"\n")[2]
                return head, left + part if len(left) < _PART else part
    return head, part or head


def _wide(head: bytes) -> str | None:
    """Return which UTF-16 it is by the zeros on one side; None where it is not certain."""
    head = head[: len(head) // 2 * 2]
    for codec, zeros, letters in (
        ("utf-16-le", head[1::2], head[::2]),
        ("utf-16-be", head[::2], head[1::2]),
    ):
        if zeros.count(0) > _ZEROS * len(zeros) and not letters.count(0):
            try:
                codecs.getincrementaldecoder(codec)().decode(head)
            except UnicodeDecodeError:
                return None
            return codec
    return None


def _as_utf8(part: bytes) -> str | None:
    """Return a part as UTF-8, without what of it is none where that is the least of it."""
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(part)
    except UnicodeDecodeError:
        text = part.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(map(len, re.findall("[^\0-\x7f\ufffd]+", text)))
    return text.replace("\ufffd", "") if good > bad else None


def _tells(word: str | bytes) -> bool:
    """Tell whether a word has a letter beyond ASCII beside one of it: a sign alone is no word."""
    letters = word.encode("latin-1", "replace") if isinstance(word, str) else word
    return not word.isascii() and letters.upper() != letters.lower()


# What a word of an old encoding says in each of them; None where it cannot be that one.


def _by_codec(codec: str, raw: bytes) -> str | None:
    try:
        return unicodedata.normalize("NFC", raw.decode(codec))
    except UnicodeDecodeError:
        return None


def _by_table(table: str, raw: bytes) -> str | None:
    try:
        return unicodedata.normalize("NFC", codecs.charmap_decode(raw, "strict", table)[0])
    except UnicodeDecodeError:
        return None


def _vni(raw: bytes) -> str | None:
    text = _by_codec("cp1252", raw)
    new = text and from_vni(text)
    return None if text is None or new == text.lower() else new


_ASCII = "".join(map(chr, range(0x80)))
_UNDEFINED = "\ufffe"  # as codecs call it
_TCVN3 = _ASCII + _UNDEFINED * 0x20 + "\u00a0" + TCVN3
_CP1258 = _ASCII + "".join(
    bytes([byte]).decode("cp1258", "replace").replace("\ufffd", _UNDEFINED)
    for byte in range(0x80, 0x100)
)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _spelled_tcvn3(text: str) -> str:
    """Return the letters; fonts of capitals show the small ones, so a word of them is raised."""
    return _CAPITALS.sub(lambda found: found[0].upper(), _composed(text))


def _of_tcvn3(raw: bytes) -> str | None:
    text = _by_table(_TCVN3, raw)
    return text and _spelled_tcvn3(text)


_OLD: Mapping[str, Callable[[bytes], str | None]] = {
    "cp1258": partial(_by_table, _CP1258),
    "tcvn3": _of_tcvn3,
    "viscii": partial(_by_table, _ASCII + VISCII),
    "vni": _vni,
    "cp1252": partial(_by_codec, "cp1252"),
}
_Words = Sequence[str | None]


def _of_bytes(path: Path, part: bytes) -> Encoding:
    """Return which of the old encodings it is.

    Raises:
        ImportFileError: It is not certain, or one that is not converted.
    """
    raw = list(filter(_tells, dict.fromkeys(_RAW_WORD.findall(part))))[:_MOST_WORDS]
    name = _the_one({name: [read(word) for word in raw] for name, read in _OLD.items()})
    if name in _CONVERTED:
        table, spelled = _CONVERTED[name]
        return Encoding("charmap", table=table, spelled=spelled)
    raise file_refused(path, name if name in {"vni", "viscii"} else "no_utf8")


def _the_one(readings: Mapping[str, _Words]) -> str | None:
    """Return which reading is Vietnamese where no other is; None where that is not certain."""
    for name, mine in readings.items():
        like = _share(mine, is_like_vietnamese)
        if len(mine) < _FEWEST_WORDS or like < _NEARLY_ALL or _share(mine) < _MOST:
            continue
        others = (words for other, words in readings.items() if other != name)
        if all(_is_none(_apart(mine, words), _share(mine)) for words in others):
            return name
    return None


def _apart(mine: _Words, others: _Words) -> _Words:
    """Return the words that another reading reads otherwise."""
    return [other for word, other in zip(mine, others, strict=True) if word != other]


def _is_none(words: _Words, of_the_one: float) -> bool:
    """Tell whether a reading gives what is surely no Vietnamese, beside one that does."""
    good = _share(words)
    bad = (1 - good) * len(words)
    return good == 0 or (good < _MOST_OF_ANOTHER * of_the_one and bad >= _FEWEST_WORDS)


def _share(words: _Words, fits: Callable[[str], bool] = is_syllable) -> float:
    """Return how many of the words are Vietnamese."""
    stripped = [word.strip(_SIGNS) if word else "" for word in words]
    good = sum(fits(w) and not _has_capital_inside(w) for w in stripped)
    return good / max(len(words), 1)


# UTF-8 in which every letter of an old encoding, or every byte of UTF-8, was made one of Latin.


def _again(word: str) -> str | None:
    raw = bytes_of(word, "cp1252")
    return _by_codec("utf-8", raw) if raw else None


def _old_in_unicode(read: Callable[[bytes], str | None], word: str) -> str | None:
    raw = bytes_of(word, "cp1252")
    return read(raw) if raw else None


_CONVERTED: Mapping[str | None, tuple[str, Callable[[str], str]]] = {
    "tcvn3": (_TCVN3, _spelled_tcvn3),
    "cp1258": (_CP1258, _composed),
}


def _of_unicode(path: Path, text: str) -> Encoding:
    """Return UTF-8, or what was made UTF-8 as if its bytes were letters of Latin.

    Raises:
        ImportFileError: It holds an old encoding that is not converted.
    """
    found = dict.fromkeys(_WORD.findall(unicodedata.normalize("NFC", text)))
    words = list(filter(_tells, found))[:_MOST_WORDS]
    if _share(words) >= _HALF:
        return Encoding()
    ways: dict[str, Callable[[str], str | None]] = {"as_it_is": str, "twice": _again}
    ways |= {name: partial(_old_in_unicode, _OLD[name]) for name in _OLD if name != "cp1252"}
    name = _the_one({name: [way(word) for word in words] for name, way in ways.items()})
    if name in _CONVERTED:
        table, spell = _CONVERTED[name]
        letters = _letters_for(table)
        return Encoding(spelled=lambda text: spell(text.translate(letters)))
    if name in {"vni", "viscii"}:
        raise file_refused(path, name)
    return Encoding()  # UTF-8 of UTF-8 too: names undo that by themselves (`damaged.py`)


def _letters_for(table: str) -> dict[int, str]:
    """Return what each letter of Latin stands for whose byte was one of the table's."""
    found = {}
    for byte in range(0x80, 0x100):
        if table[byte] != _UNDEFINED:
            found[byte] = found[ord(bytes([byte]).decode("cp1252", "ignore") or chr(byte))] = table[
                byte
            ]
    return found
