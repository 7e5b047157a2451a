"""Help for the box, as the texts that its scripts draw."""

from app_pages.shell.language import View
from verification.kiosk import Kiosk
from verification.reception.screen import Screen
from verification.reception.typed import Help, help_for


def help_view(found: Help, lang: str) -> View:
    """Return a line of help, and what is offered in place of what was typed."""
    hint, repair, offer = found.hint, found.repair, found.offer
    offered = {"text": repair.text, "whole": repair.whole} if repair else {}
    return {
        "text": hint.text.in_language(lang) if hint else "",
        "tone": hint.tone if hint else "",
        "wrong": list(found.wrong) if found.wrong else None,
        "offer": {"say": offer.in_language(lang), **offered} if offer else None,
    }


def retype_view(kiosk: Kiosk, screen: Screen) -> View | None:
    """Return the wrong number that goes back into the box, and what is wrong with it."""
    if screen.retype is None or screen.answer_id is None:
        return None
    found = help_for(kiosk, screen.retype)
    return {"id": screen.answer_id, "typed": screen.retype, **help_view(found, screen.lang)}
