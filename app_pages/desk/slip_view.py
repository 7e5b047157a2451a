"""A slip as the plain texts that the browser prints, in Vietnamese with the English beside."""

from functools import cache
from pathlib import Path

from app_pages.shell.language import View
from verification.basics.dates import VIETNAM
from verification.basics.texts import Text, Texts
from verification.kiosk import Kiosk
from verification.reception.answer import Answer
from verification.reception.screen import Screen
from verification.reception.slips.back import Back
from verification.reception.slips.slip import Slip, slip_of

_SLIP = Texts("verification.reception.slips")


def slip_view(kiosk: Kiosk, screen: Screen, desk: str) -> View | None:
    """Return what the browser prints now, once; None where nothing is to be printed.

    Args:
        kiosk: The kiosk.
        screen: With the answer, and whether its slip was asked for.
        desk: The name of the desk.
    """
    answer, toast = screen.answer, screen.toast
    if not screen.slip or answer is None or toast is None:
        return None
    return {
        "id": toast.id,
        "paper": kiosk.slips.paper,
        "css": _css(),
        **_head(kiosk, answer, desk),
        **_drawn(slip_of(kiosk, answer)),
    }


def _head(kiosk: Kiosk, answer: Answer, desk: str) -> View:
    visit = answer.visit
    at = visit.happened_at if visit else answer.event.happened_at
    known = kiosk.cards.facility(kiosk.facility) if kiosk.facility else None
    when = f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
    where = _SLIP("desk", desk=visit.desk if visit else desk)
    return {
        "facility": known.ten if known else kiosk.facility or "",
        "when": f"{when} · {where.vi}",
    }


def _drawn(slip: Slip) -> View:
    number = str(slip.number) if slip.number is not None else None
    return {
        "title": _both(slip.title),
        "number": {"label": _both(slip.number_label), "value": number} if number else None,
        "name": slip.name,
        "about": slip.about.vi,
        "rows": [
            {
                "label": _both(row.label),
                "value": _both(row.value),
                "notes": [_both(note) for note in row.notes],
            }
            for row in slip.rows
        ],
        "parts": [
            {"title": _both(part.title), "lines": [_both(line) for line in part.lines]}
            for part in slip.parts
        ],
        "foot": [_both(line) for line in slip.foot],
        "back": _back(slip.back) if slip.back else None,
    }


def _back(back: Back) -> View:
    return {
        "title": _both(back.title),
        "lines": [_both(line) for line in back.lines],
        "foot": [_both(line) for line in back.foot],
    }


def _both(text: Text) -> View:
    """Return both languages, the second one empty where it says the same."""
    return {"vi": text.vi, "en": text.en if text.en != text.vi else ""}


@cache
def _css() -> str:
    return (Path(__file__).parent / "slip.css").read_text(encoding="utf-8")
