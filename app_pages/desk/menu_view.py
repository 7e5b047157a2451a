"""From a menu to the plain texts that the page draws, and may draw before it is opened."""

from app_pages.desk.pair_view import drawn_pair
from app_pages.shell.language import View, Words
from verification.basics.texts import Texts
from verification.reception.menus import Item, Menu

_TEXTS = Texts("app_pages.desk")


def menu_view(menu: Menu, lang: str) -> View:
    """Return a menu, with those that its entries open, in a language."""
    words = Words(_TEXTS, lang)
    return {
        "pairs": [drawn_pair(pair, words, ("pair_card", "pair_patient")) for pair in menu.pairs],
        "id": menu.id,
        "title": menu.title.in_language(lang),
        "items": [_item(item, lang) for item in menu.items],
        "lines": [
            {"tone": n.tone, "text": n.text.in_language(lang), "key": n.key} for n in menu.lines
        ],
        "lines_a_page": menu.lines_a_page,
        "enter": menu.enter or (1 if len(menu.items) == 1 else 0),
        "field": _field(menu, lang),
    }


def _field(menu: Menu, lang: str) -> View | None:
    if menu.field is None:
        return None
    return {"label": menu.field.in_language(lang), "value": menu.written}


def _item(item: Item, lang: str) -> View:
    blocked = item.blocked.in_language(lang) if item.blocked else None
    return {
        "text": item.text.in_language(lang),
        "hint": item.hint,
        "blocked": blocked,
        "opens": menu_view(item.opens, lang) if item.opens and not blocked else None,
        "closes": item.closes,
        "another": item.shows_another,
        "link": f"{item.link}?lang={lang}" if item.link else None,
    }
