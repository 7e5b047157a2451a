"""The guide in short in a further language, as the hospital wrote it: text, every sign escaped."""

from html import escape
from string import Template

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from app_pages.guest.headers import HEADERS
from app_pages.server.house import current
from verification.basics.texts import Text, Texts
from verification.reception.guide.languages import ShortGuide

FOLDER = "/huong-dan/ngon-ngu"
"""Its files are the languages that the house has now: the gate lets everybody ask for one."""
_TEXTS = Texts("app_pages.guest")
_PAGE = Template(
    """<!doctype html>
<html lang="$lang" dir="$direction">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<link rel="icon" href="/khach/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/huong-dan/huong-dan.css">
</head>
<body>
<header><a class="back" href="/huong-dan" lang="vi" dir="ltr">‹ $back</a><h1>$title</h1></header>
<main>$body</main>
</body>
</html>
"""
)


def checked_by(guide: ShortGuide) -> Text:
    """Return who has read a translation, or that nobody has."""
    if not guide.checked_by:
        return _TEXTS("guide.unchecked")
    return _TEXTS("guide.checked", who=guide.checked_by, date=f"{guide.day:%d/%m/%Y}")


def language_html(guide: ShortGuide, hotline: str | None) -> str:
    """Return the page of one language."""
    lines = "".join(f"<li>{escape(line)}</li>" for line in guide.lines)
    called = guide.called(hotline)
    told = checked_by(guide)
    body = (
        f'<ol class="short">{lines}</ol>{f"<p><b>{escape(called)}</b></p>" if called else ""}'
        f'<p class="by" lang="vi" dir="ltr">{escape(told.vi)}<br><span lang="en">'
        f"{escape(told.en)}</span></p>"
    )
    title = escape(guide.title)
    return _filled(lang=guide.lang, direction=guide.direction, title=title, body=body)


def _filled(**parts: str) -> str:
    return _PAGE.substitute(back=_both(_TEXTS("book.title")), **parts)


def _both(text: Text) -> str:
    return f'{escape(text.vi)} <small lang="en">{escape(text.en)}</small>'


async def _language(request: Request) -> Response:
    house = current()
    found = await to_thread.run_sync(house.guides.read)
    guide = found.guides.get(request.path_params["lang"])
    if guide is None:
        none = _TEXTS("book.no_language")
        page = _filled(lang="vi", direction="ltr", title=escape(none.vi), body=escape(none.en))
        return HTMLResponse(page, 404, HEADERS)
    return HTMLResponse(language_html(guide, house.kiosk.slips.hotline), headers=HEADERS)


def language_routes() -> list[Route]:
    """Return the route of the languages."""
    return [Route(f"{FOLDER}/{{lang}}", _language)]
