r"""What a scanner or the way through a clipboard puts around a text, and in it.

Symbology identifiers `]Q1`: ISO/IEC 15424 (AIM). `\\000026`: AIM ECI, 26 is UTF-8. Stars: the start
and stop characters of Code 39. Nothing here knows what a card is: it offers texts without their
frame, and the reader takes one only if it is whole.
"""

import re
import unicodedata
from collections.abc import Iterator

from verification.card.invisible import without_unseen

_BLANKS = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_SEVERAL_BLANKS = re.compile(" {2,}")
_ERASING = {"\b", "\x7f"}  # what was typed is not what was meant
_CONTROLS = re.compile("[\x00-\x1f\x80-\x9f\u2028\u2029]+")
# Telex makes `ư` of the bracket
_FLAG = r"[\]\u01b0\u01af][A-Za-z][0-9A-Za-z]"
_ECI = r"\\[0-9]{6}"
_QUOTES = "\"'\u00ab\u00bb\u2018\u2019\u201c\u201d"  # a cell of a table that was copied
_FRONT = re.compile(rf"(?:[\s*{_QUOTES}]|{_FLAG}|{_ECI})+")
_BEHIND = f"* \n,;{_QUOTES}"
_ENDS_TWICE = re.compile(r"(?<=\|)([$#])\1+\Z")
_BACK = re.compile(rf"(?:{_FLAG}|{_ECI})\Z")
_LONGEST_FRONT = 7  # characters of an ECI
_MOST_COPIES = 6
# `Số thẻ BHYT: DN4…` of a message or a letter: words that stand before a number, and nothing else
_LABEL = re.compile(
    r"(?:(?:s[oố]|m[aã]|th[eẻ]|bhyt|bhxh|b[aả]o hi[eể]m|x[aã] h[oộ]i|y t[eế]|cccd|cmnd"
    r"|c[aă]n c[uư][oớ]c|c[oô]ng d[aâ]n|[dđ][iị]nh danh|[dđ]dcn|c[aá] nh[aâ]n|id|card|no)"
    r"[\s.:：=#/-]+)+",
    re.IGNORECASE,
)
_BETWEEN_COPIES = ("", " ", "\n", ",", ";")
_NUMBER = r"(?:[A-Za-z]{2}\d{2}[0-9A-Za-z]{3}\d{8}|\d{12}|\d{10})"
# where a text with bars begins: at first, after a line, an end sign, a check string or the date
# at the end of a citizen card
_BEGINS = re.compile(
    rf"(?:^|[\n$#\u00a3\u00a4]|-\d{{4}}\|?|\|\d{{8}})(?:[\s*]|{_FLAG}|{_ECI})*(?={_NUMBER}\|)",
    re.ASCII,
)
_APART = re.compile(rf"\n+|\*\*|(?<=.)(?={_FLAG}|{_ECI})")
_GLUED = re.compile(r"([A-Za-z]{2}[1-5]\d{12})(?=[A-Za-z]|\d{10}$|\d{12}$)", re.ASCII)


def visible(text: str) -> str | None:
    """Return what is to be read of a text: lines of what can be seen, up to the first NUL.

    Returns:
        Control characters as line ends, since a scanner sends them around a text and between two;
        None where something was erased in it.
    """
    if text.isascii() and text.isprintable():  # a card's text nearly always is
        return _SEVERAL_BLANKS.sub(" ", text).strip()
    shown = text.lstrip("\0\ufeff").split("\0", 1)[0]
    if not _ERASING.isdisjoint(shown):
        return None
    seen = _CONTROLS.sub("\n", _BLANKS.sub(" ", without_unseen(shown)))
    return _SEVERAL_BLANKS.sub(" ", seen).strip()


def joined(text: str) -> str:
    """Return the lines of a text as one, for a text that was only wrapped."""
    return text.replace("\n", "")


def unframed(text: str) -> Iterator[str]:
    """Iterate over a text without its frame, and over what it repeats."""
    offered = {joined(text)}
    for whole in _copies(text):
        for one in _copies(_bare(whole)):
            bare = joined(_bare(one))
            for offer in (bare, unlabelled(bare)):
                if offer and offer not in offered:
                    offered.add(offer)
                    yield offer


def unlabelled(text: str) -> str:
    """Return a text without the words that say what number follows."""
    composed = unicodedata.normalize("NFC", text)
    found = _LABEL.match(composed)
    return composed[found.end() :] if found else text


def pieces(text: str) -> list[str]:
    """Cut a text where a second one may begin; one piece where none does."""
    if "|" in text:
        cuts = [found.end() for found in _BEGINS.finditer(text)]
        ends = zip([0, *cuts], [*cuts, len(text)], strict=True)
        found = [text[begin:end] for begin, end in ends]
    else:
        found = [
            part for line in _APART.split(text) for part in _GLUED.sub(r"\1\n", line).split("\n")
        ]
    return [piece for piece in map(_bare, found) if piece]


def lines(text: str) -> list[str]:
    """Return the lines of a text in which more than a frame stands."""
    return [line for line in map(_bare, text.split("\n")) if line]


def _bare(text: str) -> str:
    front = _FRONT.match(text)
    bare = text[front.end() if front else 0 :].rstrip(_BEHIND)
    while back := _BACK.search(bare, max(0, len(bare) - _LONGEST_FRONT)):
        bare = bare[: back.start()].rstrip(_BEHIND)
    return _ENDS_TWICE.sub(r"\1", bare)


def _copies(text: str) -> Iterator[str]:
    yield text
    for between in _BETWEEN_COPIES:
        whole = text + between
        for count in range(2, _MOST_COPIES + 1):
            one = whole[: len(whole) // count]
            if one * count == whole:
                yield one.removesuffix(between)
