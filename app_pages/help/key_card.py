"""The keys on paper, as the tables in force have them: a card of A5 for the desk, one for audit."""

import re
from collections.abc import Sequence
from html import escape

from app_pages.help.manual import DOCS, KEY_CARD, PARTS
from app_pages.help.manual_page import framed
from verification.basics.texts import Text, Texts
from verification.reception.key_menus import keys, more
from verification.reception.screen import Screen
from verification.rights import desk_officer

_TEXTS = Texts("app_pages.help")
_A_PAGE = 9
_HEAD = re.compile(r"^\| (?:phím|key) \| ")
_STYLE = """
.card{max-width:128mm;box-sizing:border-box;margin:16px auto;font-size:7.7pt;line-height:1.15}
.card h1{font-size:12pt;margin:0 0 1mm}.card h2{font-size:9pt;margin:2mm 0 .5mm}
.card table{margin:0}.card td{padding:.3mm 1.5mm;border-color:#999}
.card td:first-child{white-space:nowrap;width:17mm}
kbd{font:700 7.7pt 'Kiosk Sans',monospace;white-space:nowrap}small{color:#52626d;font-size:6.4pt}
.card footer{margin-top:1mm;color:#52626d;font-size:6.6pt}
@page{size:A5;margin:6mm 9mm}
@media print{.card{margin:0;break-after:page}.card:last-child{break-after:auto}}
"""


def key_card(lang: str) -> str:
    """Return the cards; the desk's is one side."""
    title = _TEXTS("manual.phim")
    cards = f"<main>{_desk()}{_auditor()}</main>"
    return framed(KEY_CARD, title.in_language(lang), cards, lang, _STYLE)


def _desk() -> str:
    lines = [(line.key, line.text) for line in keys().lines]
    entries = [
        (_pressed(at), item.text) for at, item in enumerate(more(desk_officer(""), Screen()).items)
    ]
    return _card("card.desk", [("card.keys", lines), ("card.more", entries)])


def _pressed(at: int) -> str:
    page, place = divmod(at, _A_PAGE)
    return "F9 " + "Alt+0 " * page + f"Alt+{place + 1}"


def _auditor() -> str:
    part = PARTS["giam-dinh"]
    vietnamese, english = _table(part.vi), _table(part.en)
    lines = [(key, Text(what, english.get(key, ""))) for key, what in vietnamese.items()]
    return _card("card.auditor", [("card.keys", lines)])


def _table(file: str) -> dict[str, str]:
    """Return the first table of keys of a page of the manual: the key, and what it does."""
    lines = (DOCS / file).read_text(encoding="utf-8").splitlines()
    at = next((at for at, line in enumerate(lines) if _HEAD.match(line)), len(lines))
    found = {}
    for line in lines[at + 2 :]:
        if not line.startswith("|"):
            break
        key, what = (cell.strip() for cell in line.strip("|").split("|", 1))
        found[key] = re.sub(r"\*\*", "", what).strip()
    return found


def _card(title: str, tables: Sequence[tuple[str, Sequence[tuple[str, Text]]]]) -> str:
    drawn = "".join(f"<h2>{_both(_TEXTS(head))}</h2>{_rows(lines)}" for head, lines in tables)
    foot = f"<footer>{_both(_TEXTS('card.foot'))}</footer>"
    return f'<section class="card"><h1>{_both(_TEXTS(title))}</h1>{drawn}{foot}</section>'


def _rows(lines: Sequence[tuple[str, Text]]) -> str:
    rows = (
        f"<tr><td><kbd>{escape(key)}</kbd></td><td>{_both(text)}</td></tr>" for key, text in lines
    )
    return f"<table>{''.join(rows)}</table>"


def _both(text: Text) -> str:
    return f'{escape(text.vi)} <small lang="en">{escape(text.en)}</small>'
