"""Names of persons: one spelling to store, one to search by, and how much two differ."""

import unicodedata


def tidy(text: str) -> str:
    """Return a name in NFC with single blanks."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def search_key(name: str) -> str:
    """Fold a name for look-up: no diacritics, đ as d, upper case, single blanks."""
    bare = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    kept = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(kept.upper().split())


def same(a: str, b: str) -> bool:
    """Tell whether two names are written alike."""
    return tidy(a) == tidy(b)


def differ_little(a: str, b: str) -> bool:
    """Tell whether two names differ only in case, diacritics or one letter."""
    return _one_edit_apart(search_key(a), search_key(b))


def initials(name: str) -> str:
    """Shorten a name for a list that strangers may see: `NGUYỄN T. M.`."""
    words = tidy(name).upper().split()
    return " ".join(words[:1] + [f"{word[0]}." for word in words[1:]])


def _one_edit_apart(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    if len(long) - len(short) > 1:
        return False
    at = next((i for i, (x, y) in enumerate(zip(short, long, strict=False)) if x != y), len(short))
    rest = at + 1 if len(short) == len(long) else at
    return short[rest:] == long[at + 1 :]
