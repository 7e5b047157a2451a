"""What is done in the open list of a day, and the warning of who was passed over."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from verification.basics.errors import RequestError
from verification.basics.texts import Text, Texts
from verification.kiosk import Kiosk
from verification.reception import menus, portal_desk, reopening, shortly, today_list
from verification.reception.acting import Acting
from verification.reception.screen import Screen, Toast
from verification.reception.today_list import AsideReason, TodayList
from verification.rights import Actor, Right, needs

_TEXTS = Texts("verification.reception")
_MOST_DAYS_BACK = 31
_LONGEST = 60  # of what is searched for


def toggled(kiosk: Kiosk, screen: Screen) -> Screen:
    """Open the list of today, or close it."""
    opened = None if screen.today else TodayList(kiosk.today())
    return replace(screen, today=opened, menu=None)


def closed(screen: Screen) -> Screen:
    """Close the menu, or the list where none is open."""
    return replace(screen, menu=None, today=screen.today if screen.menu else None)


@needs(Right.RECEIVE)
def warned(actor: Actor, kiosk: Kiosk, before: Screen, after: Screen) -> Screen:
    """Return the screen with a word of who was not received and is no longer on it."""
    passed, now = before.answer, after.answer
    if passed is None or now is None or passed.visit or passed.already:
        return after
    if passed.event.event_id == now.event.event_id or passed.event.person_ref is None:
        return after
    rows = today_list.waiting(actor, kiosk)
    if not any(row.id == passed.event.event_id for row in rows):
        return after
    text = _TEXTS("passed_over", who=shortly.of_card(passed.verdict.card))
    if after.toast:  # what was done is told too
        text = Text(f"{after.toast.text.vi}. {text.vi}", f"{after.toast.text.en}. {text.en}")
    return replace(after, toast=Toast(f"passed:{now.event.event_id}", text, "wait"))


class Today(Acting):
    """One event in the open list: `menu_id` says what is done, `text` with what."""

    def next_screen(self) -> Screen:
        """Return the screen after it.

        Raises:
            RequestError: It cannot be done.
        """
        acts: Mapping[str, Callable[[], Screen]] = {
            "open": lambda: self._opened(self._given.text),
            "newest": self._newest,
            "close": lambda: replace(self._screen, today=None, menu=None),
            "page": lambda: self._turned(page=max(1, self._given.index)),
            "find": lambda: self._turned(search=self._given.text[:_LONGEST], page=1),
            "desks": lambda: self._turned(all_desks=not self._list.all_desks, page=1),
            "before": lambda: self._moved(-1),
            "after": lambda: self._moved(1),
            "undo": self._undo,
            **{why.value: self._aside(why) for why in AsideReason},
        }
        act = acts.get(self._given.menu_id)
        return act() if act else self._screen

    @property
    def _list(self) -> TodayList:
        return self._screen.today or TodayList(self._kiosk.today())

    def _turned(self, **parts: object) -> Screen:
        if self._screen.today is None:  # closed by a scan meanwhile
            return self._screen
        return replace(self._screen, today=replace(self._list, **parts))  # type: ignore[arg-type]  # fields of the list

    def _moved(self, days: int) -> Screen:
        day = self._list.day + timedelta(days=days)
        back = (self._kiosk.today() - day).days
        return self._turned(day=day, page=1) if 0 <= back <= _MOST_DAYS_BACK else self._screen

    def _newest(self) -> Screen:
        rows = today_list.waiting(self._actor, self._kiosk)
        if not rows:
            raise RequestError(
                "Không còn ai chờ tiếp nhận ở quầy này", "Nobody waits to be received at this desk"
            )
        return self._opened(rows[0].id)

    def _opened(self, row: str) -> Screen:
        answer = portal_desk.opened(self._kiosk, reopening.reopen(self._actor, self._kiosk, row))
        shown = replace(self._screen, answer=answer, today=None, menu=None)
        return replace(shown, number_shown=False, lookup=False)

    def _undo(self) -> Screen:
        visit = self._kiosk.written.visit(self._given.text)
        if visit is None:
            return self._open_aside()
        if visit.cancelled or visit.unreadable:
            raise RequestError(
                "Lượt này không hủy được nữa", "This visit cannot be undone any more"
            )
        return replace(self._screen, menu=menus.undo_why(visit.visit_id))

    def _open_aside(self) -> Screen:
        return replace(self._screen, menu=menus.aside(self._given.text))

    def _aside(self, why: AsideReason) -> Callable[[], Screen]:
        return lambda: self.put_aside(self._given.text, why)

    def put_aside(self, event_id: str, why: str) -> Screen:
        """Return the screen after somebody of the list is no longer waited for.

        Args:
            event_id: What was shown.
            why: A code.

        Raises:
            RequestError: Nobody of that name waits.
        """
        today_list.put_aside(self._actor, self._kiosk, event_id, AsideReason(why))
        name = f"{self._given.session}:{self._given.number}"
        toast = Toast(name, _TEXTS(f"toast_aside_{why}"), "ok")
        answer = None if self._screen.presented == event_id else self._screen.answer
        return replace(self._screen, answer=answer, menu=None, toast=toast)
