"""The date of a referral slip or a re-appointment: asked where a patient comes with one."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from verification.basics.dates import parse_day
from verification.basics.errors import RequestError
from verification.basics.texts import Texts
from verification.reception.answer import Answer
from verification.reception.menus import Item, Menu
from verification.rules.law.papers import REAPPOINTMENT, REFERRAL

_TEXTS = Texts("verification.reception")
_DATED = {REFERRAL: "referral_signed", REAPPOINTMENT: "reappointment_due"}
_UNDATED = {REFERRAL: "referral_undated", REAPPOINTMENT: "reappointment_undated"}
_BESIDE: Mapping[str, Mapping[str, Any]] = {  # what each paper says of the others, beside itself
    REFERRAL: {REFERRAL: None},
    REAPPOINTMENT: {REFERRAL: False, REAPPOINTMENT: None, "stay_change": False},
}
_SHORT = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})|(\d{2})(\d{2})", re.ASCII)
_WHOLE = re.compile(r"(\d{1,2})[/.\- ]?(\d{2})[/.\- ]?(?:20)?(\d{2})", re.ASCII)


def menu_after(says: Mapping[str, Any], answer: Answer) -> Menu | None:
    """Return the menu that asks the date of the paper that an answer names, None for no paper."""
    name = next((name for name in _DATED if says.get(name) is True), None)
    return menu(name, answer.shown_as) if name else None


def menu(name: str, about: str) -> Menu:
    """Return the menu that asks the date of a paper; one key leaves it unknown.

    Args:
        name: `referral` or `reappointment`.
        about: The answer that it is about.
    """
    items = (
        Item("paper", _TEXTS("papers.save"), name, about),
        Item("paper_undated", _TEXTS("papers.undated"), name, about),
    )
    title, label = _TEXTS(f"papers.title_{name}"), _TEXTS(f"papers.label_{name}")
    return Menu(f"paper:{name}:{about}", title, items, label, enter=1)


def dated(name: str, text: str, answer: Answer) -> dict[str, Any]:
    """Return what a written date says of a visit.

    Raises:
        RequestError: It is no date, or a slip would be signed after the visit.
    """
    on = answer.verdict.on
    day = read_day(text, on, ahead=name == REAPPOINTMENT)
    if name == REFERRAL and day > on:
        raise RequestError(
            "Ngày ký phiếu chuyển sau ngày khám", "The referral slip was signed after the visit"
        )
    return {**_BESIDE[name], _DATED[name]: day, _UNDATED[name]: False, **_anew(name)}


def undated(name: str) -> dict[str, Any]:
    """Return what a paper of unknown date says of a visit: it may count or not."""
    return {**_BESIDE[name], _DATED[name]: None, _UNDATED[name]: True, **_anew(name)}


def _anew(name: str) -> dict[str, Any]:
    return {"referral_year": None} if name == REFERRAL else {}


def read_day(text: str, on: date, *, ahead: bool) -> date:
    """Read a day as a hand writes it: `24/11`, `2411`, `24/11/26`, `24/11/2026`.

    Args:
        text: What was written.
        on: The visit date; a day without a year is the last such day up to it.
        ahead: True where the day may lie ahead: then the year is that which is nearest.

    Raises:
        RequestError: It is no day.
    """
    written = text.strip()
    try:
        if found := _SHORT.fullmatch(written):
            day, month = (int(part) for part in found.groups() if part)
            return _nearest(day, month, on, ahead=ahead)
        if found := _WHOLE.fullmatch(written):
            day, month, year = (int(part) for part in found.groups())
            return date(2000 + year, month, day)
        return parse_day(written)
    except ValueError:
        raise RequestError(
            "Hãy gõ ngày, ví dụ 24/11 hoặc 24/11/2026", "Type the day, such as 24/11 or 24/11/2026"
        ) from None


def _nearest(day: int, month: int, on: date, *, ahead: bool) -> date:
    found = []
    for year in (on.year - 1, on.year, on.year + 1):
        try:
            found.append(date(year, month, day))
        except ValueError:  # 29 February of another year
            continue
    usable = [one for one in found if ahead or one <= on]
    return min(usable, key=lambda one: abs((one - on).days))
