"""Cells that a spreadsheet may be shown: none of them is ever computed."""

import re
import unicodedata

# OWASP, CSV injection; a Vietnamese Windows parts the cells of a file at semicolons too
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_INSIDE = re.compile(r"(?<=[;\t\r\n])(?=\s*[=+@]|-)")


def neutral(cell: str) -> str:
    """Return a cell that no spreadsheet computes, without characters that XML cannot hold."""
    text = cell if cell.isprintable() else "".join(filter(_is_held, cell))
    if ";" in text or "\n" in text or "\t" in text:
        text = _INSIDE.sub("'", text)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _is_held(char: str) -> bool:
    return char.isprintable() or char in "\t\n\r" or unicodedata.category(char) == "Zs"
