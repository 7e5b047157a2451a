"""Difficulties that the desk tells, and help that it counts: entry 3 of its menu."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from verification.basics.dates import VIETNAM
from verification.basics.errors import RequestError
from verification.basics.texts import Text, Texts
from verification.exchange import helping
from verification.exchange.difficulties import (
    OTHER,
    Seen,
    categories,
    category_text,
    report_difficulty,
    said_of,
    seen_at,
    written,
)
from verification.reception import shortly
from verification.reception.acting import Acting
from verification.reception.answer import Answer
from verification.reception.menus import MOST, Item, Line, Menu
from verification.reception.screen import Screen, Toast

_TEXTS = Texts("verification.reception")


def menu(answer: Answer | None) -> Menu:
    """Return the menu of what made trouble, and of help that was given.

    It is about whoever is on the screen when it is opened, and stays so while others are scanned.
    """
    about = answer.presented if answer else ""
    kinds = [Item("difficulty", one.text, key, about) for key, one in categories().items()]
    at = list(categories()).index(OTHER) + 1  # entries keep their numbers: new kinds come after it
    helped = Item("helped", _TEXTS("menu_helped"))
    items = (*kinds[:at], helped, *kinds[at:], Item("unhelped", _TEXTS("trouble.unhelp")))
    title, label = _TEXTS("menu_difficulty"), _TEXTS("trouble.note")
    line = Line("plain", _about(answer))  # one line: all entries of a page fit on a small screen
    return Menu(f"difficulty:{about}" if about else "difficulty", title, items, label, (line,))


def _about(answer: Answer | None) -> Text:
    if answer is None:
        return _TEXTS("trouble.without")
    verdict = answer.verdict
    said = said_of(verdict.outcome, verdict.headline.reason)
    who = shortly.of_card(verdict.card)
    return _TEXTS("trouble.with", who=_named(who), said=said or "")


def _named(who: str) -> Text:
    return _TEXTS("trouble.nameless") if who == shortly.NOBODY else Text(who, who)


def _unhelped_at() -> int:
    """Return which number of its page takes a count back."""
    return len(menu(None).items) % MOST or MOST


class Troubles(Acting):
    """One choice of the menu."""

    def of(self, item: Item) -> Callable[[], Screen] | None:
        """Return what an entry does, None where it is none of this menu.

        Raises:
            RequestError: By what is returned: it cannot be done.
        """
        acts: Mapping[str, Callable[[], Screen]] = {
            "difficulty": lambda: self._told(item.value, item.about),
            "helped": self._helped,
            "unhelped": self._unhelped,
        }
        return acts.get(item.act)

    def _told(self, category: str, presented: str) -> Screen:
        seen, text = self._seen(presented), self._given.text
        report_difficulty(self._actor, self._kiosk, category, text, seen)
        what = category_text(category)
        told = _TEXTS("trouble.kept", what=what)
        if seen:
            who = shortly.of_event(self._kiosk, presented)
            told = _TEXTS("trouble.kept_with", what=what, who=_named(who))
        if "•" in written(text):
            told = _TEXTS("trouble.masked", told=told)
        return self._say(told)

    def _seen(self, presented: str) -> Seen | None:
        if not presented:
            return None
        answer = self._screen.answer
        if answer is None or answer.presented != presented:
            return seen_at(self._kiosk.written, presented)
        verdict = answer.verdict  # the portal may have changed it since
        shown = verdict.outcome, verdict.headline.reason
        return seen_at(self._kiosk.written, presented, *shown)

    def _helped(self) -> Screen:
        helping.help_given(self._actor, self._kiosk)
        count = len(helping.own_today(self._actor, self._kiosk))
        return self._say(_TEXTS("trouble.helped", count=count, at=_unhelped_at()))

    def _unhelped(self) -> Screen:
        own = helping.own_today(self._actor, self._kiosk)
        if not own:
            raise RequestError(
                "Hôm nay bạn chưa ghi lượt giúp cài nào", "You counted no help today"
            )
        helping.withdraw(self._actor, self._kiosk, own[-1].event_id)
        time = f"{own[-1].recorded_at.astimezone(VIETNAM):%H:%M}"
        return self._say(_TEXTS("trouble.unhelped", time=time, count=len(own) - 1))

    def _say(self, text: Text) -> Screen:
        toast = Toast(f"{self._given.session}:{self._given.number}", text, "ok")
        return replace(self._screen, menu=None, toast=toast)
