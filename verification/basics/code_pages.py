"""Vietnamese before Unicode: TCVN3, VISCII, VNI and code page 1258 that were read as Latin."""

import re
import unicodedata
from collections.abc import Callable, Iterator

from verification.basics import telex

# TCVN 5712:1993 from 0xA1 ("ABC" fonts) and RFC 1456 (VISCII) from 0x80; byte by byte what glibc's
# iconv says of TCVN5712-1 and VISCII.
TCVN3 = (
    "ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴẮ"
    "ẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔ"
    "ỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
)
VISCII = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)
MARKS = ("\u0301", "\u0300", "\u0309", "\u0303", "\u0323")  # as VNI orders the tones
_VNI = {
    **{b + code: b + mark for b in "aeouy" for code, mark in zip("ùøûõï", MARKS, strict=True)},
    **{b + "â": f"{b}\u0302" for b in "aeo"},
    **{b + c: f"{b}\u0302{mark}" for b in "aeo" for c, mark in zip("áàåãä", MARKS, strict=True)},
    **dict(zip(("aê", "aé", "aè", "aú", "aü", "aë"), "ăắằẳẵặ", strict=True)),
    **dict(zip(("ô", "ôù", "ôø", "ôû", "ôõ", "ôï"), "ơớờởỡợ", strict=True)),
    **dict(zip(("ö", "öù", "öø", "öû", "öõ", "öï"), "ưứừửữự", strict=True)),
    **dict(zip("íìæóòîñ", "íìỉĩịỵđ", strict=True)),
}
_VNI_LETTER = re.compile("|".join(sorted(_VNI, key=len, reverse=True)))


def from_old_tables(text: str) -> Iterator[str]:
    """Yield what a text may be by each of the old tables; none of it is sure."""
    for old in (from_vni, telex.of_viqr, *_OF_ONE_BYTE):
        for spelled in dict.fromkeys((text, text.lower())):
            new = old(spelled)
            if new and new != spelled:
                yield new


def bytes_of(text: str, reader: str) -> bytes | None:
    """Return the bytes that a reader made this text of, None where it cannot have."""
    parts: list[bytes] = []
    for char in text:
        try:
            parts.append(char.encode(reader))
        except UnicodeEncodeError:
            if ord(char) < 0x100:  # noqa: PLR2004  # read as it is where the reader has no letter
                parts.append(bytes([ord(char)]))
                continue
            apart = unicodedata.decomposition(char).split()
            if len(apart) != 2 or apart[0].startswith("<"):  # noqa: PLR2004  # a letter and its mark
                return None
            below = bytes_of("".join(chr(int(code, 16)) for code in apart), reader)
            if below is None:
                return None
            parts.append(below)
    return b"".join(parts)


def _by_table(table: str, first: int, reader: str) -> Callable[[str], str | None]:
    def undo(text: str) -> str | None:
        raw = bytes_of(text, reader)
        if raw is None:
            return None
        letters = (table[b - first] if b >= first else chr(b) for b in raw)
        return unicodedata.normalize("NFC", "".join(letters))

    return undo


def _from_cp1258(text: str) -> str | None:
    raw = bytes_of(text, "cp1252")
    if raw is None:
        return None
    try:
        return unicodedata.normalize("NFC", raw.decode("cp1258"))
    except UnicodeDecodeError:
        return None


_OF_ONE_BYTE = (
    *(_by_table(TCVN3, 0xA1, reader) for reader in ("cp1252", "cp1258", "mac_roman")),
    *(_by_table(VISCII, 0x80, reader) for reader in ("cp1252", "cp1258")),
    _from_cp1258,
)


def from_vni(text: str) -> str:
    """Return what the letters of VNI say, in small letters."""
    low = _VNI_LETTER.sub(lambda found: _VNI[found[0]], text.lower())
    return unicodedata.normalize("NFC", low)
