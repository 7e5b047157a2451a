"""What scanners put around a code and the keyboards they type through; for tests only."""

from __future__ import annotations

import tomllib

from tests.support import ROOT

BOARDS = tomllib.loads(
    (ROOT / "verification" / "card" / "layouts.toml").read_text(encoding="utf-8")
)
LAYOUTS = ("uk", "fr", "de", "vi")
US = BOARDS["us"]


def typed_through(layout: str, text: str, *, caps: bool = False) -> str:
    """Return what a US scanner's keys make on a PC of this layout; other letters stay."""
    return "".join(_key(layout, char, caps=caps) for char in text)


def typed_by(layout: str, text: str) -> str:
    """Return what a scanner of this layout makes on a US PC; what needs AltGr is swallowed."""
    board, made = BOARDS[layout], []
    for char in text:
        for row in ("plain", "shifted"):
            if char in board[row]:
                made.append(US[row][board[row].index(char)])
                break
        else:
            made.append(char if char == " " else "")
    return "".join(made)


def _key(layout: str, char: str, *, caps: bool) -> str:
    board = BOARDS[layout]
    shift = char in US["shifted"]
    row = US["shifted"] if shift else US["plain"]
    if char not in row:
        return char
    at = row.index(char)
    us_key = US["plain"][at]
    turned = caps and (us_key.isalpha() or us_key in board["caps"])
    return str(board["shifted" if shift != turned else "plain"][at])
