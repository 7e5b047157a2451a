"""Texts in the encodings of Vietnamese before Unicode, as tests write them."""

from __future__ import annotations

import unicodedata

from verification.basics.code_pages import _VNI, TCVN3, VISCII

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_OF_VNI = {unicodedata.normalize("NFC", letter): code for code, letter in _VNI.items()}


def tcvn3(text: str) -> bytes:
    """Return the bytes of a font of TCVN3; capitals that it has none of are small letters."""
    return b"".join(
        bytes([TCVN3.index(c if c in TCVN3 else c.lower()) + 0xA1]) if ord(c) > 0x7F else c.encode()
        for c in text
    )


def viscii(text: str) -> bytes:
    """Return the bytes of VISCII."""
    return b"".join(bytes([VISCII.index(c) + 0x80]) if ord(c) > 0x7F else c.encode() for c in text)


def cp1258(text: str) -> bytes:
    """Return the bytes of Windows-1258: letters, and tones behind them."""
    out = b""
    for char in text:
        apart = unicodedata.normalize("NFD", char)
        letter = unicodedata.normalize("NFC", "".join(c for c in apart if c not in _TONES))
        out += letter.encode("cp1258")
        out += b"".join(c.encode("cp1258") for c in apart if c in _TONES)
    return out


def vni(text: str) -> str:
    """Return what VNI shows in a font of Latin, in small letters."""
    return "".join(_OF_VNI.get(c, c) for c in text.lower())


def as_latin(raw: bytes) -> str:
    """Return what a program shows that takes bytes for Western letters."""
    return "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in raw)
