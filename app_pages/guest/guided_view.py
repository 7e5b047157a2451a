"""A step of the guide as the plain texts that the patient's window draws."""

from typing import Any

from app_pages.guest.language_page import checked_by
from app_pages.server.window import Guided
from verification.basics.texts import Text, Texts
from verification.reception.guide.guide import GUIDES, Guide
from verification.reception.guide.languages import Languages, ShortGuide

_TEXTS = Texts("app_pages.guest")
View = dict[str, Any]


def guided_view(guided: Guided, languages: Languages, hotline: str | None) -> View | None:
    """Return what the window draws, None where there is no such step any more.

    Args:
        guided: What the desk shows.
        languages: The house's short guides.
        hotline: Its number, None where this house names none.
    """
    if guided.short:
        found = languages.guides.get(guided.key)
        return _short(found, hotline) if found else None
    guide = GUIDES.get(guided.key)
    return _step(guide, guided.step) if guide and 0 < guided.step <= len(guide.steps) else None


def _step(guide: Guide, number: int) -> View:
    step = guide.steps[number - 1]
    parts = [("sees", step.sees), ("missing", step.missing)]
    parts += [("now", step.now)] if step.now else []
    return {
        "lang": "vi",
        "direction": "ltr",
        "title": _both(guide.title),
        "count": _both(_TEXTS("guide.count", n=number, m=len(guide.steps))),
        "do": _both(step.do),
        "parts": [
            {"kind": kind, "label": _both(_TEXTS(f"guide.{kind}")), "text": _both(text)}
            for kind, text in parts
        ],
        "lines": [],
        "foot": [],
    }


def _short(guide: ShortGuide, hotline: str | None) -> View:
    called = guide.called(hotline)
    return {
        "lang": guide.lang,
        "direction": guide.direction,
        "title": {"vi": guide.title, "en": ""},
        "count": {"vi": guide.name, "en": ""},
        "do": None,
        "parts": [],
        "lines": [*guide.lines, *([called] if called else [])],
        "foot": [_both(checked_by(guide))],
    }


def _both(text: Text) -> View:
    return {"vi": text.vi, "en": text.en}
