"""The name in a QR, in hex or plain: damaged text is a name too, of which letters are lost."""

import re

from verification.basics import damaged
from verification.basics.names import tidy, without_controls

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){2,}|(?=\D?\d)[0-9A-Fa-f]{2}", re.ASCII)
_LOST = "\ufffd"


def name_of(part: str) -> str | None:
    """Return the name that a part of a card's QR gives, None where it gives none.

    Args:
        part: Hex of UTF-8, or plain letters.
    """
    if not _HEX.fullmatch(part):
        return plain_name(part)
    text = _decoded(bytes.fromhex(part).rstrip(b"\0"), certain=not part.isalpha())
    return plain_name(part) if text is None else text


def plain_name(text: str) -> str | None:
    """Return a name given as plain letters, None for a number, a date or nothing at all."""
    name = without_caps_lock(tidy(text))
    as_it_was = next(iter(damaged.readings(name)), name)
    if not name or any(c.isdecimal() for c in as_it_was):
        return None
    return name


def without_caps_lock(text: str) -> str:
    """Turn letters over that were typed under Caps Lock: nobody writes `nGUYỄN vĂN mẪU`."""
    words = [word for word in text.split() if len(word) > 1 and word.isalpha()]
    turned = all(word[0].islower() and word[1:].isupper() for word in words)
    return text.swapcase() if words and turned else text


def _decoded(raw: bytes, *, certain: bool) -> str | None:
    """Return what bytes say, with a sign for each that says nothing.

    Args:
        raw: The bytes.
        certain: False where they may be plain letters that look like hex.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        if not certain:
            return None
        latin = raw.decode("latin-1")
        text = latin if damaged.readings(latin) else raw.decode("utf-8", "replace")
    return without_controls(text) or (_LOST if certain else None)
