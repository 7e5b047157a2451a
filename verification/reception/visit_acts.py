"""What a menu's choice does to a visit: how shown, by whom, compared, noted, sent, undone."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from verification.basics.errors import RequestError
from verification.basics.texts import Text, Texts
from verification.log.visit import CachTrinh, CancelReason, DoiChieu, NguoiTrinh
from verification.reception import corrections
from verification.reception.acting import Acting
from verification.reception.menus import Item
from verification.reception.screen import Screen, Toast

_TEXTS = Texts("verification.reception")


class VisitActs(Acting):
    """One choice about a visit."""

    def of(self, item: Item) -> Callable[[], Screen] | None:
        """Return what an entry does to its visit, None where it does something else.

        Raises:
            RequestError: By what is returned: it cannot be done.
        """
        acts: Mapping[str, Callable[[], Screen]] = {
            "how": lambda: self._correct_how(item.about, CachTrinh(item.value)),
            "who": lambda: self._correct_who(item.about, NguoiTrinh(item.value)),
            "compared": lambda: self._compare(item.about, DoiChieu(item.value)),
            "note": lambda: self._noted(item.about),
            "room": lambda: self._sent_to(item),
            "undo": lambda: self._undone(item.about, CancelReason(item.value)),
        }
        return acts.get(item.act)

    def changed(self) -> Screen:
        """Return the screen with its visit as the store has it now, the menu closed."""
        answer = self._screen.answer
        if answer and answer.visit:
            now = self._kiosk.written.visit(answer.visit.visit_id)
            answer = replace(answer, visit=now)
        return replace(self._said(_TEXTS("toast_noted")), menu=None, answer=answer)

    def _correct_how(self, visit_id: str, how: CachTrinh) -> Screen:
        corrections.correct_presentation(self._actor, self._kiosk, visit_id, how)
        return self.changed()

    def _correct_who(self, visit_id: str, who: NguoiTrinh) -> Screen:
        corrections.correct_presenter(self._actor, self._kiosk, visit_id, who)
        return self.changed()

    def _compare(self, visit_id: str, what: DoiChieu) -> Screen:
        corrections.compare_id(self._actor, self._kiosk, visit_id, what)
        return replace(self.changed(), toast=self._toast(_TEXTS(f"toast_compared_{what}")))

    def _noted(self, visit_id: str) -> Screen:
        words = self._given.text.strip()
        if not words:
            raise RequestError("Hãy viết vào ô trước", "Write into the field first")
        corrections.note(self._actor, self._kiosk, visit_id, words)
        return self.changed()

    def _sent_to(self, room: Item) -> Screen:
        corrections.choose_room(self._actor, self._kiosk, room.about, room.value)
        return replace(self.changed(), toast=self._toast(_TEXTS("toast_room", room=room.text)))

    def _undone(self, visit_id: str, why: CancelReason) -> Screen:
        corrections.undo(self._actor, self._kiosk, visit_id, why, self._given.text.strip())
        shown = self._screen.answer and self._screen.answer.visit
        answer = None if shown and shown.visit_id == visit_id else self._screen.answer
        return replace(self._said(_TEXTS("toast_undone")), menu=None, answer=answer)

    def _said(self, text: Text) -> Screen:
        return replace(self._screen, toast=self._toast(text))

    def _toast(self, text: Text) -> Toast:
        return Toast(f"{self._given.session}:{self._given.number}", text, "ok")
