"""The public guide as HTML: two languages in each line, everything escaped."""

import re
from dataclasses import dataclass
from datetime import date
from html import escape
from string import Template

from verification.basics.dates import vi_date
from verification.basics.texts import Text, Texts
from verification.reception.guide.guide import (
    GUIDES,
    Guide,
    Origin,
    Source,
    Step,
    coded_offices,
    short_guide,
)

_TEXTS = Texts("app_pages.guest")
_BOTH_ON_PAPER = 2_050
"""Characters of a branch in the one language, up to which both find room on two sides of A5."""
_COLUMNS = ("code", "name", "state")
_NAMED = re.compile(r"phần “([^”]+)”")
_KEYS = {guide.title.vi: key for key, guide in GUIDES.items()}
_PAGE = Template(
    """<!doctype html>
<html lang="$lang">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<link rel="icon" href="/khach/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/huong-dan/huong-dan.css">$script
</head>
<body class="$look">
<header>$head</header>
<main>
$body
</main>
<footer>$foot</footer>
</body>
</html>
"""
)
_SCRIPT = '\n<script defer src="/huong-dan/huong-dan.js"></script>'


@dataclass(frozen=True)
class Reader:
    """Who reads, and what the house says of itself.

    Args:
        lang: The language that stands first, `vi` or `en`; the other one beside it, smaller.
        printing: True where the print dialogue opens by itself.
        facility: The facility's name, empty where none is known.
        hotline: Who answers by telephone, None for nobody.
        languages: Code and own name of each further language that the house has a guide in.
    """

    lang: str = "vi"
    printing: bool = False
    facility: str = ""
    hotline: str | None = None
    languages: tuple[tuple[str, str], ...] = ()

    @property
    def other(self) -> str:
        """Return the language that stands beside it."""
        return "vi" if self.lang == "en" else "en"


def index_html(reader: Reader) -> str:
    """Return the page of all branches."""
    lines = "".join(f"<li>{both(reader, line)}</li>" for line in short_guide())
    links = "".join(_link(reader, guide) for guide in GUIDES.values())
    body = (
        f'<p class="lead">{both(reader, _TEXTS("book.lead"))}</p>{_languages(reader)}'
        f'<nav class="branches">{links}</nav>'
        f"<h2>{both(reader, _TEXTS('book.short'))}</h2><ol class=short>{lines}</ol>"
    )
    return page(reader, _TEXTS("book.title"), "", body, "index")


def _languages(reader: Reader) -> str:
    """Return a small row of the further languages, each called as it calls itself."""
    if not reader.languages:
        return ""
    links = "".join(
        f'<a href="/huong-dan/ngon-ngu/{escape(code)}" lang="{escape(code)}" dir="auto">'
        f"{escape(name)}</a>"
        for code, name in reader.languages
    )
    label = escape(_TEXTS("book.languages").in_language(reader.lang))
    return f'<nav class="languages" aria-label="{label}">{links}</nav>'


def branch_html(guide: Guide, reader: Reader) -> str:
    """Return the page of one branch."""
    steps = "".join(_step(reader, step) for step in guide.steps)
    below = (_offices(reader) if guide.offices else "", _sources(reader, guide))
    body = (
        f'<p class="lead">{both(reader, guide.who)}</p><ol class="steps">{steps}</ol>'
        f"{''.join(below)}{_more(reader, guide)}"
    )
    back = f'<a class="back" href="{_address(reader)}">‹ {both(reader, _TEXTS("book.all"))}</a>'
    look = "" if _length(guide, reader.lang) <= _BOTH_ON_PAPER else "alone"
    return page(reader, guide.title, back, body, look)


def _length(guide: Guide, lang: str) -> int:
    said = (t for s in guide.steps for t in (s.do, s.sees, s.missing, s.now) if t)
    return sum(len(text.in_language(lang)) for text in said)


def page(reader: Reader, title: Text, back: str, body: str, look: str) -> str:
    """Return a page of the guide, or one that looks and prints as it does.

    Args:
        reader: Who reads.
        title: Its heading.
        back: HTML of a link above it, or nothing.
        body: Its HTML.
        look: A class of the style, or nothing.
    """
    return _PAGE.substitute(
        lang=reader.lang,
        title=escape(title.in_language(reader.lang)),
        script=_SCRIPT if reader.printing else "",
        look=look,
        head=f"{back}<h1>{both(reader, title)}</h1>",
        body=body,
        foot=_foot(reader),
    )


def _foot(reader: Reader) -> str:
    called = (
        f'{both(reader, _TEXTS("book.hotline"))} <a href="tel:{escape(_digits(reader.hotline))}">'
        f"{escape(reader.hotline)}</a>"
        if reader.hotline
        else both(reader, _TEXTS("book.no_hotline"))
    )
    place = f"<p><b>{escape(reader.facility)}</b></p>" if reader.facility else ""
    return f'{place}<p class="hotline">{called}</p>'


def _digits(hotline: str) -> str:
    return re.sub(r"[^+\d]", "", hotline)


def _step(reader: Reader, step: Step) -> str:
    rows = (("sees", step.sees), ("missing", step.missing))
    parts = "".join(
        f'<div class="{name}"><dt>{both(reader, _TEXTS(f"book.{name}"))}</dt>'
        f"<dd>{both(reader, text)}</dd></div>"
        for name, text in rows
    )
    now = (
        f'<div class="now"><dt>{both(reader, _TEXTS("book.now"))}</dt>'
        f"<dd>{both(reader, step.now)}{_by(reader, step.now_sources)}</dd></div>"
        if step.now
        else ""
    )
    return (
        f'<li id="{step.key}"><p class="do">{both(reader, step.do)}</p>'
        f"<dl>{parts}{now}</dl>{_by(reader, step.sources)}</li>"
    )


def _by(reader: Reader, sources: tuple[Source, ...]) -> str:
    """Return who says so; what no document says is marked."""
    named = "; ".join(
        f'<span class="{"unsure" if source.origin is Origin.COMMON else "said"}">'
        f"{escape(source.cited.in_language(reader.lang))}</span>"
        for source in sources
    )
    by = escape(_TEXTS("book.by").in_language(reader.lang))
    return f'<p class="by">{by} {named}</p>'


def _sources(reader: Reader, guide: Guide) -> str:
    lines = "".join(
        f"<li>{escape(source.document.in_language(reader.lang))}</li>" for source in guide.sources
    )
    heading = escape(_TEXTS("book.sources").in_language(reader.lang))
    return f'<section class="sources"><h2>{heading}</h2><ul>{lines}</ul></section>'


def _offices(reader: Reader) -> str:
    head = "".join(f"<th>{both(reader, _TEXTS(f'book.office_{n}'))}</th>" for n in _COLUMNS)
    rows = "".join(
        f"<tr><td>{escape(office.code)}</td><td>{escape(office.name)}</td>"
        f"<td>{both(reader, _until(office.ended))}</td></tr>"
        for office in coded_offices()
    )
    return f'<table class="offices"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _until(ended: date | None) -> Text:
    return _TEXTS("book.ended", day=vi_date(ended)) if ended else _TEXTS("book.goes_on")


def _more(reader: Reader, guide: Guide) -> str:
    links = "".join(_link(reader, one) for one in GUIDES.values() if one is not guide)
    printed = f"/huong-dan/{guide.key}?in=1"
    choices = (
        f'<a href="{printed}">{escape(_TEXTS("book.print").vi)}</a>'
        f'<a href="{printed}&amp;nn=en" lang="en">{escape(_TEXTS("book.print").en)}</a>'
    )
    other = _address(reader, guide.key, other=True)
    swap = escape(_TEXTS("book.swap").in_language(reader.other))
    return (
        f'<p class="acts">{choices}<a href="{other}" lang="{reader.other}">{swap}</a></p>'
        f'<nav class="branches more">{links}</nav>'
    )


def _link(reader: Reader, guide: Guide) -> str:
    return (
        f'<a href="{_address(reader, guide.key)}"><b>{both(reader, guide.title)}</b>'
        f"<span>{escape(guide.who.in_language(reader.lang))}</span></a>"
    )


def _address(reader: Reader, key: str = "", *, other: bool = False) -> str:
    lang = reader.other if other else reader.lang
    return f"/huong-dan{f'/{key}' if key else ''}{'?nn=en' if lang == 'en' else ''}"


def both(reader: Reader, text: Text) -> str:
    """Return a text in the reader's language and, smaller, in the other one."""
    first, second = (_linked(reader, text, lang) for lang in (reader.lang, reader.other))
    return f'{first}<small lang="{reader.other}">{second}</small>'


def _linked(reader: Reader, text: Text, lang: str) -> str:
    """Return the words escaped, each branch that they name as a link to it."""
    if lang != "vi":
        return escape(text.in_language(lang), quote=False)
    return _NAMED.sub(
        lambda found: (
            f'phần <a href="{_address(reader, _KEYS[found[1]])}">“{found[1]}”</a>'
            if found[1] in _KEYS
            else found[0]
        ),
        escape(text.vi, quote=False),
    )
