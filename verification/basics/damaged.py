"""Damaged text: what lost its letters on the way, and how to have them back where that is sure.

Vietnamese names meet systems of 1995 (TCVN3, VISCII, VNI), readers that take UTF-8 for something
else, escapes that nobody undid, and programs that write `?` or `NULL` where they did not know.
"""

import base64
import binascii
import html
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial

from verification.basics import telex
from verification.basics.code_pages import MARKS, bytes_of, from_old_tables
from verification.basics.remembering import remembered
from verification.basics.syllables import is_syllable

_OF_WINDOWS = ("cp1252", "cp1258")
_BYTES_OF_A_READER = (
    *_OF_WINDOWS,
    "mac_roman",
    "cp437",
    "cp850",
    "cp1250",
    "iso8859_2",
    "iso8859_15",
)
_LATIN = re.compile("[\x80-\u036f\u1e00-\u1eff\u2000-\u203a\u20ac\u2122\ufffd]+")
_ABROAD = re.compile("[^\x00-\x7f]+")
# Last bytes of Vietnamese letters that a reader has no letter for, or only a blank: they get lost
# on the way. Of a letter in both cases the small one stands here.
_LOST = {
    lead: tuple(bytes.fromhex(last)[n : n + 1] for n in range(len(last) // 2))
    for lead, last in (
        (b"\xc3", "a0ad8081828388898a8c8d929394959d999a"),
        (b"\xc4", "908391"),
        (b"\xc6", "a0"),
        (b"\xe1\xba", "a0ad"),
        (b"\xe1\xbb", "818385878b898d8f9193959799a09b9d9fad"),
    )
}
_BLANK_FOR_A_BYTE = re.compile(r"(?<=[ÃĂÆº»]) (?=[^\W\d_])")
_LOST_BYTE = re.compile(rb"(\xe1\xba|\xe1\xbb|[\xc3\xc4\xc6])(?![\x80-\xbf])")
_MOST_READINGS = 64
_MOST_BLANKS = 4
_LONGEST = 300  # more letters than any name has, escaped
_DEPTH = 4  # a text that was damaged twice and escaped twice

_ESCAPES = re.compile(
    r"\\u\{([0-9A-Fa-f]{1,6})\}|\\u([0-9A-Fa-f]{4})|%u([0-9A-Fa-f]{4})|<U\+([0-9A-Fa-f]{4,6})>|"
    r"U\+([0-9A-Fa-f]{4})|"
    r"&?#x([0-9A-Fa-f]{2,5});?"
)
_DECIMAL = re.compile(r"&?#(\d{3,5});?")
_OCTETS = re.compile(r"(?:(?:=|%|\\x)[0-9A-Fa-f]{2})+")
_WRAPPED = re.compile(r"=\?utf-8\?q\?(.+)\?=|b'(.+)'|b\"(.+)\"|\"(.+)\"", re.IGNORECASE)
_UTF7 = re.compile(r"\+[A-Za-z0-9+/]{3,}-?")
_BASE64 = re.compile(r"(?:=\?utf-8\?b\?)?([A-Za-z0-9+/]{8,}={0,2})(?:\?=)?", re.IGNORECASE)
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){4,}")

_HIDDEN = frozenset("?¿*#□■▢▯▮☐⍰�￼•●…_~^")
_MASKS, _LEAST_MASK = frozenset("*•●"), 3  # so many say nothing of how long a name is
_NO_LETTERS = frozenset("ªºµƒˆ˜€„‚‹›«»“”¡")  # counted as letters or quotes, but of no name
_SILENT = frozenset(" .,-'’‘`´ʼʻ′‐‑‒–—―/()[]{}:;&\"\\|!@")
_NOTHING = re.compile(
    r"null|n|n/a|n\.a|nan|nat|nil|none|undefined|value|ref|name|num|error|div/0|calc|unknown|empty|"
    r"blank|trống|x+|kxđ|test|true|false|object|spill|getting_data|string|ho_?ten|full_?name|"
)
_NOTHING_PHRASES = frozenset(
    f"{head} {tail}"
    for head, tails in (
        ("không", "có|có tên|tên|rõ|xác định"),
        ("chưa", "có|có tên|đặt tên|rõ|xác định|cập nhật"),
        ("đang", "cập nhật"),
        ("ẩn", "danh"),
        ("họ", "tên|và tên"),
        ("khong", "co ten|ro|xac dinh"),
        ("chua", "co ten|dat ten|ro|xac dinh|cap nhat"),
    )
    for tail in tails.split("|")
)
_HEADS = frozenset(phrase.partition(" ")[0] for phrase in _NOTHING_PHRASES)
_AROUND_A_WORD = "#!?<>[](){}\"'\\.$%@"


@remembered(1 << 12)
def is_nothing(text: str) -> bool:
    """Tell whether a text is what programs write where they have none, or has no letter at all."""
    if not any(c.isalpha() for c in text):
        return True
    if text.strip(_AROUND_A_WORD) == "NA":
        return True
    words = [word.strip(_AROUND_A_WORD).lower() for word in text.split()]
    return all(map(_NOTHING.fullmatch, words)) or " ".join(words) in _NOTHING_PHRASES


def begins_nothing(word: str) -> bool:
    """Tell whether a word may begin what programs and people write where they have no name."""
    return is_nothing(word) or word.lower() in _HEADS


def is_vietnamese(text: str) -> bool:
    """Tell whether all words of a text are Vietnamese syllables."""
    return all(map(_is_vietnamese, text.split()))


@remembered(1 << 15)
def is_damaged(word: str) -> bool:
    """Tell whether a word holds what stands in no name, such as `?` or `¨` for a letter."""
    return any(map(_is_no_letter, word))


def readings(text: str) -> tuple[str, ...]:
    """Return what a damaged text was, where that is sure.

    Empty for a text that needs no undoing, and for one that cannot be undone.
    """
    return tuple(filter(_is_name, _undone_texts(text)))


def guesses(text: str) -> tuple[str, ...]:
    """Return what a text may have been: of UTF-8 with bytes lost, of old tables if none is sure.

    None of them is sure: one counts only where it is the very name that it is compared with.
    """
    if len(text) > _LONGEST:
        return ()
    found = _undone_texts(text)
    if not found and (text.isascii() or is_vietnamese(text)):
        return ()
    every = itertools.chain(from_old_tables(text), *map(_with_lost_bytes, (text, *found)))
    return tuple(dict.fromkeys(filter(_is_name, itertools.islice(every, _MOST_READINGS))))


def stands_for(damaged: str) -> re.Pattern[str]:
    """Return what the bare capitals of a name may be of which this is left.

    A letter that is left stands for itself, a run of others for as many letters or fewer.
    """
    plain = all(c in _HIDDEN or c in _OURS or c.isascii() for c in damaged)
    parts: list[str] = []
    for left, run in itertools.groupby(filter(_is_said, damaged), lambda c: _is_left(c, plain)):
        letters = "".join(run)
        masked = len(letters) >= _LEAST_MASK and _MASKS.issuperset(letters)
        other = "[A-Z]*" if masked else f"[A-Z]{{0,{len(letters)}}}"
        parts.append(bare(letters) if left else other)
    cut = parts and not parts[-1].isalpha()  # where it was cut, more may follow
    return re.compile("".join([*parts, "[A-Z]*" if cut else ""]))


def bare(text: str) -> str:
    """Return the letters without their marks, as capitals, y as i."""
    apart = unicodedata.normalize("NFD", text.upper().translate(_D))
    return "".join(c for c in apart if "A" <= c <= "Z").replace("Y", "I")


def lacks_letters_of(left: str, whole: str) -> bool:
    """Tell whether a text is a name of which letters beyond ASCII were dropped, and no other."""
    wanted = iter(c for c in unicodedata.normalize("NFC", whole).upper() if c.isalpha())
    for char in filter(str.isalpha, unicodedata.normalize("NFC", left).upper()):
        if any(c.isascii() for c in itertools.takewhile(char.__ne__, wanted)):
            return False
    return not any(c.isascii() for c in wanted) and not is_vietnamese(left)


_D = str.maketrans("ÐĐƉ", "DDD")
_OURS = frozenset(
    unicodedata.normalize("NFC", letter + mark)
    for letter in "aâăeêioôơuưyAÂĂEÊIOÔƠUƯY"
    for mark in ("", *MARKS)
) | frozenset("đĐ")


def _is_said(char: str) -> bool:
    return char not in _SILENT and unicodedata.category(char) not in {"Zs", "Cf"}


def _is_left(char: str, plain: bool) -> bool:  # noqa: FBT001  # of one call
    return char not in _HIDDEN and (plain or char.isascii()) and char.isalpha()


def _is_no_letter(char: str) -> bool:
    if char.isascii() and (char.isalnum() or char in _SILENT):
        return False
    if char in _HIDDEN or char in _NO_LETTERS:
        return True
    return unicodedata.category(char)[0] not in "LMZNP" and not (
        char in _SILENT or unicodedata.category(char) == "Cf"
    )


def _is_name(text: str) -> bool:
    return not any(map(is_damaged, text.split())) and not is_nothing(text)


@lru_cache(maxsize=1 << 12)
def _undone_texts(text: str) -> tuple[str, ...]:
    if len(text) > _LONGEST:
        return ()
    seen, now = {text: None}, [text]
    for _ in range(_DEPTH):
        now = [new for old in now for new in _undone(old) if new not in seen]
        seen.update(dict.fromkeys(now))
        if not now or len(seen) > _MOST_READINGS:
            break
    return tuple(seen)[1:]


def _undone(text: str) -> Iterator[str]:
    """Yield what one step back may give."""
    escaped = (html.unescape(text), _unescaped(text), _unwrapped(text), _from_utf7(text))
    for plain in dict.fromkeys(escaped):
        if plain != text:
            yield plain
    if _HEX.fullmatch(text):
        yield from _whole(bytes.fromhex(text))
    if found := _BASE64.fullmatch(text):
        yield from filter(is_vietnamese, _from_base64(found[1]))
    yield from _from_utf8(text)
    if is_vietnamese(text):
        return
    if typed := telex.undone(text):
        yield typed
    yield from (new for new in from_old_tables(text) if _is_sure(text, new))


def _unescaped(text: str) -> str:
    def letter(found: re.Match[str]) -> str:
        code = int(next(filter(None, found.groups())), 16)
        return chr(code) if code < 0x3000 else found[0]  # noqa: PLR2004  # past all Latin letters

    def decimal(found: re.Match[str]) -> str:
        code = int(found[1])
        return chr(code) if 0xA0 < code < 0x3000 else found[0]  # noqa: PLR2004  # as above

    def octets(found: re.Match[str]) -> str:
        raw = bytes.fromhex(re.sub(r"=|%|\\x", "", found[0]))
        return next(_whole(raw), found[0])

    return _OCTETS.sub(octets, _DECIMAL.sub(decimal, _ESCAPES.sub(letter, text)))


def _unwrapped(text: str) -> str:
    """Take off what programs put around a text or for its blanks."""
    found = _WRAPPED.fullmatch(text)
    inside = next(filter(None, found.groups())) if found else text
    return inside.replace("+", " ").replace("_", " ") if _OCTETS.search(text) else inside


def _from_utf7(text: str) -> str:
    if not text.isascii() or not _UTF7.search(text):
        return text
    try:
        return text.encode().decode("utf-7")
    except UnicodeDecodeError:
        return text


def _whole(raw: bytes) -> Iterator[str]:
    try:
        yield raw.decode("utf-8")
    except UnicodeDecodeError:
        return


def _from_base64(text: str) -> Iterator[str]:
    try:
        yield from _whole(base64.b64decode(text, validate=True))
    except binascii.Error:
        return


def _from_utf8(text: str) -> Iterator[str]:
    """Yield a text whose UTF-8 was read as letters of one byte each, back again."""
    every = (_by_runs(text, partial(_utf8_of, reader)) for reader in _BYTES_OF_A_READER)
    yield from itertools.chain.from_iterable(every)


def _with_lost_bytes(text: str) -> Iterator[str]:
    """Yield a text with the bytes filled in that were lost on the way."""
    for old, reader in itertools.product(_with_bytes_for_blanks(text), _OF_WINDOWS):
        of_one = partial(_lost_utf8_of, reader)
        yield from (new for new in _by_runs(old, of_one) if _is_sure(old, new))


def _with_bytes_for_blanks(text: str) -> Iterator[str]:
    """Yield a text without some of the blanks that may have been bytes."""
    parts = _BLANK_FOR_A_BYTE.split(text)
    for between in itertools.product((" ", ""), repeat=min(len(parts) - 1, _MOST_BLANKS)):
        pairs = itertools.zip_longest(parts, between, fillvalue=" ")
        yield "".join(map("".join, pairs)).rstrip()


def _by_runs(text: str, undo: Callable[[str], tuple[str, ...]]) -> list[str]:
    """Return what a text may be whose runs of letters beyond ASCII are undone one by one."""
    runs = _ABROAD.findall(text)
    undone = [undo(run) for run in runs]
    if not any(undone):
        return []
    choices = [new or (old,) for new, old in zip(undone, runs, strict=True)]
    between = _ABROAD.split(text)
    chosen = itertools.islice(itertools.product(*choices), _MOST_READINGS)
    return ["".join(map("".join, itertools.zip_longest(between, c, fillvalue=""))) for c in chosen]


@lru_cache(maxsize=1 << 12)
def _utf8_of(reader: str, run: str) -> tuple[str, ...]:
    for spelled in dict.fromkeys((run, run.translate(_RAISED))):
        raw = bytes_of(spelled, reader)
        if raw and (found := tuple(t for t in _whole(raw) if t != spelled and _LATIN.fullmatch(t))):
            return found
    return ()


@lru_cache(maxsize=1 << 12)
def _lost_utf8_of(reader: str, run: str) -> tuple[str, ...]:
    raw = bytes_of(run.translate(_RAISED).replace("\ufffd", ""), reader)
    return tuple(text for way in _completed(raw) for text in _whole(way)) if raw else ()


_RAISED = str.maketrans("ÁƑΜ", "áƒµ")  # mojibake that a program wrote in capitals


def _completed(raw: bytes) -> Iterable[bytes]:
    """Return the bytes, with every way to fill in those that were lost."""
    lost = list(_LOST_BYTE.finditer(raw))
    if not lost:
        return [raw]
    ways = itertools.product(*(_LOST[found[1]] for found in lost))
    return (_filled(raw, lost, way) for way in itertools.islice(ways, _MOST_READINGS))


def _filled(raw: bytes, lost: list[re.Match[bytes]], way: tuple[bytes, ...]) -> bytes:
    parts, at = [], 0
    for found, byte in zip(lost, way, strict=True):
        parts += [raw[at : found.end()], byte]
        at = found.end()
    return b"".join((*parts, raw[at:]))


def _is_sure(before: str, after: str) -> bool:
    """Tell whether undoing made syllables of all words that it changed."""
    pairs = zip(before.split(), after.split(), strict=False)
    same_length = len(before.split()) == len(after.split())
    changed = [new for old, new in pairs if old.lower() != new.lower()]
    return same_length and bool(changed) and all(map(_is_vietnamese, changed))


def _is_vietnamese(word: str) -> bool:
    return is_syllable(word.strip(".,'-"))
