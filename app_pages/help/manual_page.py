"""A page of the manual as HTML: out of Markdown, with a style that prints on A4."""

import posixpath
import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app_pages.help.manual import ADDRESS, DOCS, KEY_CARD, PARTS, address_of, pictures
from app_pages.shell.fonts import faces
from verification.basics.texts import Texts

_TEXTS = Texts("app_pages.help")
STYLE = """
:root{color-scheme:light}
body{font:16px/1.45 'Kiosk Sans','Noto Sans','Segoe UI',system-ui,sans-serif;color:#16222b;
max-width:1000px;margin:0 auto;padding:0 20px 60px}
nav{position:sticky;top:0;display:flex;flex-wrap:wrap;gap:6px 14px;padding:10px 0;background:#fff;
border-bottom:1px solid #d9e1e6;font-size:15px}
nav a{color:#0b5394}nav [aria-current]{font-weight:700;color:inherit;text-decoration:none}
nav .other{margin-left:auto}
h1{font-size:26px;margin:.7em 0 .3em}h2{font-size:20px;margin:1.1em 0 .3em}
h3{font-size:17px;margin:1em 0 .2em}p{margin:.5em 0}h2,h3{scroll-margin-top:60px}
table{border-collapse:collapse;width:100%;margin:.6em 0}
td,th{border:1px solid #b9c6cf;padding:4px 8px;text-align:left;vertical-align:top}
th{background:#eef3f6}th:has(img){background:none}th:has(img)+th:has(img){width:33%}
code{font-size:.92em;background:#f1f4f6;padding:0 3px;overflow-wrap:anywhere}
pre{background:#f1f4f6;padding:8px 10px;overflow-x:auto}pre code{padding:0}
img{max-width:100%;height:auto;border:1px solid #c3ced6}
.wide{overflow-x:auto}
@page{size:A4;margin:10mm 11mm}
@media print{nav{display:none}body{max-width:none;margin:0;padding:0;font-size:10.5pt}
table,img,p,li{break-inside:avoid}tr{break-inside:avoid}table{break-inside:auto}
h1{font-size:16pt}h2{font-size:13pt;break-after:avoid}h3{font-size:11.5pt;break-after:avoid}
.desk{font-size:9.5pt;line-height:1.3}.desk h1{font-size:15pt;margin:0}
.desk h2{font-size:11.5pt;margin:.6em 0 .2em}.desk p{margin:.3em 0}.desk table{margin:.3em 0}
.desk td,.desk th{padding:2px 5px}.desk p>img{max-height:68mm;width:auto}
.desk h2#khi{break-before:page;margin-top:0}
}
"""
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
_FOR_DESK = frozenset({"le-tan.md", "en/desk.md"})  # printed for the wall beside the desk


def manual_page(file: str, name: str, lang: str) -> str:
    """Return a file of `docs/` as a page; its HTML is none of ours and shown as text.

    Args:
        file: Its path below `docs/`.
        name: The name of the part or page.
        lang: The language that is read.
    """
    tokens = _markdown.parse((DOCS / file).read_text(encoding="utf-8"))
    title = next((after.content for token, after in pairwise(tokens) if token.tag == "h1"), name)
    body = _markdown.renderer.render(list(_housed(tokens, file, lang)), _markdown.options, {})
    body = body.replace("<table>", '<div class="wide"><table>').replace(
        "</table>", "</table></div>"
    )
    return framed(
        name, title, f'<main class="{"desk" if file in _FOR_DESK else ""}">{body}</main>', lang
    )


def framed(name: str, title: str, body: str, lang: str, style: str = "") -> str:
    """Return a page of the manual around its body, which is HTML already.

    Args:
        name: The name of its part.
        title: What it is called.
        body: What stands on it.
        lang: Its language.
        style: More style than every page has.
    """
    return (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,">'
        f"<title>{escape(title)}</title><style>{faces()}{STYLE}{style}</style>"
        f"{_navigation(name, lang)}{body}</html>"
    )


def _navigation(name: str, lang: str) -> str:
    titles = {part.name: part.title for part in PARTS.values()}
    titles[KEY_CARD] = _TEXTS("manual.phim")
    links = [
        f'<a href="{ADDRESS}/{one}?lang={lang}"{" aria-current=page" if one == name else ""}>'
        f"{escape(text.in_language(lang))}</a>"
        for one, text in titles.items()
    ]
    if name not in titles:  # it has one language
        return _bar(links, lang)
    other = "vi" if lang == "en" else "en"
    said = escape(_TEXTS("manual.other_language").in_language(lang))
    links.append(f'<a class="other" href="{ADDRESS}/{name}?lang={other}">{said}</a>')
    return _bar(links, lang)


def _bar(links: Iterable[str], lang: str) -> str:
    label = escape(_TEXTS("tab.manual").in_language(lang))
    return f'<nav aria-label="{label}">{"".join(links)}</nav>'


def _housed(tokens: list[Token], file: str, lang: str) -> Iterator[Token]:
    """Give headings a name, and keep of links and pictures what is served in the house."""
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "heading_open" and after is not None:
            token.attrSet("id", slug(after.content))
        if token.children is not None:
            token.children = list(_inside(token.children, file, lang))
        yield token


def _inside(children: Iterable[Token], file: str, lang: str) -> Iterator[Token]:
    left_out = 0  # links inside of which we are that lead nowhere here
    for token in children:
        if token.type == "link_open":
            address = _address(str(token.attrGet("href") or ""), file, lang)
            left_out += address is None
            if address is None:
                continue
            token.attrSet("href", address)
        elif token.type == "link_close" and left_out:
            left_out -= 1
            continue
        elif token.type == "image":
            name = posixpath.basename(str(token.attrGet("src") or ""))
            if name not in pictures():
                yield Token("text", "", 0, content=token.content)
                continue
            token.attrSet("src", f"{ADDRESS}/hinh/{name}")
        yield token


def _address(href: str, file: str, lang: str) -> str | None:
    path, _, place = href.partition("#")
    if ":" in path or path.startswith("/"):
        return None
    found = address_of(posixpath.normpath(posixpath.join(posixpath.dirname(file), path)), lang)
    if not path:
        return f"#{place}"
    return f"{found}#{place}" if found and place else found


def slug(heading: str) -> str:
    """Return the name by which a heading is linked to, as the repository's own viewer makes it."""
    plain = re.sub(r"[^\w\- ]", "", heading.lower())
    return plain.strip().replace(" ", "-")
