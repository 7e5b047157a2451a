"""Names that were typed while the Vietnamese input method was off: keys of Telex, VNI and VIQR."""

import re
import unicodedata

from verification.basics.syllables import is_syllable

_TELEX = {"aa": "â", "ee": "ê", "oo": "ô", "aw": "ă", "ow": "ơ", "uw": "ư", "dd": "đ", "w": "ư"}
_TELEX_KEYS = re.compile("|".join(_TELEX))
_TELEX_TONES = dict(zip("sfrxj", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_VNI_MARKS = dict(zip("678", "\u0302\u031b\u0306", strict=True))
_VNI_TONES = dict(zip("12345", "\u0301\u0300\u0309\u0303\u0323", strict=True))
# RFC 1456, VIQR: a letter, then its shape, then its tone. Some tone signs also stand in other
# texts: without a shape, a tilde or a doubled d nothing tells that they are tones.
_VIQR = {"^": "\u0302", "(": "\u0306", "+": "\u031b", "*": "\u031b"}
_VIQR |= dict(zip("'`?~.", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_VIQR_LETTER = re.compile(r"([aeiouy])([\^(+*]?)(['`?~.]?)|dd")
_VIQR_SIGN = re.compile(r"[aeo]\^|a\(|[ou][+*]|[aeiouy]~|dd")
_PAIR = 2
_LAST_VOWEL = re.compile("([aeiouyâăêôơư])(?=[^aeiouyâăêôơư]*$)")


def undone(text: str) -> str | None:
    """Return what the keys of a text would have written, None where it is not sure.

    It is where each word with such keys gives a Vietnamese syllable; one word of two may be a name
    from abroad (Kim Lee).
    """
    words = text.lower().split()
    new = [word if is_syllable(word) else _of_telex(word) or _of_vni(word) for word in words]
    known = [word for word in new if word is not None]
    if len(known) != len(words):
        return None
    changed = sum(a != b for a, b in zip(known, words, strict=True))
    return " ".join(known) if changed > 1 or (changed and len(words) > _PAIR) else None


def of_viqr(text: str) -> str | None:
    """Return what the signs of VIQR say, None for a text without them."""
    if not text.isascii() or not _VIQR_SIGN.search(text):
        return None

    def letter(found: re.Match[str]) -> str:
        if found[0] == "dd":
            return "đ"
        return found[1] + _VIQR.get(found[2], "") + _VIQR.get(found[3], "")

    return unicodedata.normalize("NFC", _VIQR_LETTER.sub(letter, text))


def _of_telex(word: str) -> str | None:
    for at, key in [(len(word), ""), *((n, c) for n, c in enumerate(word) if n and c in "sfrxj")]:
        bare = _TELEX_KEYS.sub(lambda keys: _TELEX[keys[0]], word[:at] + word[at + 1 :])
        spelled = _with_tone(bare.replace("uơ", "ươ"), _TELEX_TONES.get(key, ""))
        if is_syllable(spelled):
            return spelled
    return None


def _of_vni(word: str) -> str | None:
    plain = word.replace("d9", "đ")
    tones = [_VNI_TONES[c] for c in plain if c in _VNI_TONES]
    bare = "".join(_VNI_MARKS.get(c, c) for c in plain if c not in _VNI_TONES)
    horned = unicodedata.normalize("NFC", bare).replace("uơ", "ươ")
    spelled = _with_tone(horned, tones[0] if len(tones) == 1 else "")
    return spelled if len(tones) <= 1 and is_syllable(spelled) else None


def _with_tone(word: str, tone: str) -> str:
    return unicodedata.normalize("NFC", _LAST_VOWEL.sub(rf"\g<1>{tone}", word, count=1))
