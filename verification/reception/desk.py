"""One desk: what is on its screen, and what each scan and each key does to it.

A page keeps a `Screen`, passes every event to `step` and draws what comes back. Events are numbered
by the browser and resent until acknowledged; a number seen before changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from verification.basics.errors import RequestError, StoreError
from verification.basics.texts import Text, Texts
from verification.kiosk import Kiosk
from verification.log.visit import Visit
from verification.reception import (
    before,
    checkin,
    copay_desk,
    copying,
    corrections,
    key_menus,
    lookup,
    menus,
    no_card,
    papers,
    portal_desk,
    questions,
    rate_menus,
    shift_end,
    shortly,
    unknown,
)
from verification.reception.acting import Acting
from verification.reception.answer import Answer
from verification.reception.doubts import AnotherPerson
from verification.reception.finding import Finding
from verification.reception.menus import Item, Menu
from verification.reception.outage import visit_to_show
from verification.reception.reopening import only_now
from verification.reception.rooms import ASKED, asked_by_key, rooms_menu
from verification.reception.said import (
    answer_flag,
    answer_from,
    ask_again,
    choose_alternative,
    tell,
)
from verification.reception.screen import Input, Screen, Toast
from verification.reception.slips.slip import VIEWED, printable
from verification.reception.today_acts import Today, closed, toggled, warned
from verification.reception.troubles import Troubles
from verification.reception.visit_acts import VisitActs
from verification.rights import Actor, Right, needs
from verification.rules.law.entitlement import Entitlement

_TEXTS = Texts("verification.reception")


@needs(Right.RECEIVE)
def step(actor: Actor, kiosk: Kiosk, screen: Screen, given: Input) -> Screen:
    """Return the screen after one event.

    What cannot be logged now is not acknowledged: the browser sends it again.
    """
    if given.number <= screen.handled.get(given.session, 0):
        return screen
    acknowledged = replace(
        screen,
        handled={given.session: given.number},
        toast=None,
        copied=None,
        opens=None,
        slip=False,
        sheet=None,
        shift=None,
        goto=None,
        trouble=None,
    )
    try:
        after = _Desk(actor, kiosk, acknowledged, given).next_screen()
        return warned(actor, kiosk, screen, after)
    except RequestError as error:
        return _say(acknowledged, given, Text(error.vi, error.en), "wait")
    except StoreError as error:
        if given.kind == "choice":
            return _undone(acknowledged, given, error)
        # nobody is on the screen of a desk that cannot log: an old green would be taken for theirs
        return replace(screen, answer=None, menu=None, trouble=Text(error.vi, error.en))


def _undone(screen: Screen, given: Input, why: StoreError) -> Screen:
    """Say why a choice was not done: its menu is gone, sent again it would choose nothing."""
    again = _TEXTS("toast_not_done")
    said = Text(f"{why.vi}. {again.vi}", f"{why.en}. {again.en}")
    return _say(replace(screen, answer=None, menu=None), given, said, "no")


def _say(screen: Screen, given: Input, text: Text, tone: str) -> Screen:
    return replace(screen, toast=Toast(f"{given.session}:{given.number}", text, tone))


class _Desk(Acting):
    """One event at one desk."""

    def __init__(self, actor: Actor, kiosk: Kiosk, screen: Screen, given: Input) -> None:
        super().__init__(actor, kiosk, screen, given)
        self._finding = Finding(actor, kiosk, given)
        self._today = Today(actor, kiosk, screen, given)
        self._visit_acts = VisitActs(actor, kiosk, screen, given)

    def next_screen(self) -> Screen:
        kinds: Mapping[str, Callable[[], Screen]] = {
            "scan": lambda: self._finding.scanned(self._screen),
            "key": self._key,
            "choice": self._choice,
            "today": self._today.next_screen,
            "clear": self._clear,
            "end_lookup": lambda: replace(self._screen, lookup=False),
            "hide_number": lambda: replace(self._screen, number_shown=False),
            "portal": lambda: portal_desk.told(self._actor, self._kiosk, self._screen, self._given),
            "copay": lambda: copay_desk.told(self._actor, self._kiosk, self._screen, self._given),
            "lang": self._other_language,
        }
        return kinds.get(self._given.kind, lambda: self._screen)()

    def _clear(self) -> Screen:
        screen = self._screen
        if self._given.answer_id != screen.answer_id or screen.menu or screen.today:
            return screen  # what is being chosen belongs to its answer
        return replace(screen, answer=None, number_shown=False)

    def _key(self) -> Screen:
        keys: Mapping[str, Callable[[], Screen]] = {
            "F1": lambda: self._open(key_menus.keys()),
            "F2": self._receive,
            "F3": self._copy,
            "Shift+F3": self._slip,
            "F4": self._undo_menu,
            "F6": self._presentation_menu,
            "F7": self._show_number,
            "Shift+F7": self._last_visits,
            "F8": lambda: self._open(menus.compared(self._visit())),
            "F9": lambda: self._open(key_menus.more(self._actor, self._screen)),
            "Shift+F9": self._sheet,
            "F10": lambda: toggled(self._kiosk, self._screen),
            "Escape": self._escape,
        }
        about_answer = {"F2", "F3", "Shift+F3", "F6", "F7", "Shift+F7", "F8", "Shift+F9"}
        if self._given.key in about_answer and (changed := self._changed_meanwhile()):
            return changed
        stale = self._given.answer_id != self._screen.answer_id
        if self._given.key == "F2" and stale and self._given.answer_id:
            return self._receive_earlier(portal_desk.presented_of(self._given.answer_id))
        if self._given.key in about_answer and (stale or self._screen.answer is None):
            return self._tell("toast_no_answer", "wait")
        return keys.get(self._given.key, lambda: self._screen)()

    def _changed_meanwhile(self) -> Screen | None:
        """Tell of a key that was pressed for the answer before the portal changed it."""
        pressed_for = self._given.answer_id if self._given.kind == "key" else self._given.menu_id
        text = portal_desk.changed_meanwhile(self._screen, pressed_for)
        return _say(self._screen, self._given, text, "wait") if text else None

    def _receive(self) -> Screen:
        answer = self._answer()
        if answer.looked:
            self._screen = self._finding.shown_anew(self._screen)
            return self._screen if self._screen.toast else self._receive()
        only_now(self._kiosk, answer)
        if answer.already:
            return self._open(menus.again(answer.event.event_id))
        if answer.visit and not answer.visit.cancelled:
            return self._tell("toast_received_already", "wait")
        if unknown.is_nameless(answer) and (asked := self._finding.named(self._screen)):
            return asked
        return self._received(None)

    def _receive_earlier(self, event_id: str) -> Screen:
        """Receive whom the key was pressed for, though the screen has gone on or was lost."""
        checkin.receive_presented(self._actor, self._kiosk, event_id)
        who = shortly.of_event(self._kiosk, event_id)
        return _say(self._screen, self._given, _TEXTS("toast_received_earlier", who=who), "ok")

    def _received(self, again: str | None) -> Screen:
        answer = checkin.receive(self._actor, self._kiosk, self._answer(), again)
        self._finding.wrong_settled(self._screen)
        if again is not None:  # the new visit is the one on the screen from now on
            answer = replace(answer, already=())
        return replace(self._tell("toast_received", "ok"), answer=answer, menu=None)

    def _copy(self) -> Screen:
        answer = self._answer()
        card = answer.verdict.card
        if card is None:
            return self._tell("toast_nothing_to_copy", "wait")
        lookup.viewed(self._actor, self._kiosk, answer.event, "copy")
        copied = copying.copied(self._kiosk, answer, card)
        told = self._tell(copied.told, copied.tone)
        return replace(told, copied=copied.line, opens=copied.opens)

    def _slip(self) -> Screen:
        answer = printable(self._kiosk, self._answer())
        lookup.viewed(self._actor, self._kiosk, answer.event, VIEWED)
        return replace(self._tell("toast_slip", "ok"), answer=answer, slip=True)

    def _sheet(self) -> Screen:
        visit = visit_to_show(self._kiosk, self._answer())
        return replace(self._tell("toast_sheet", "ok"), sheet=visit)

    def _undo_menu(self) -> Screen:
        recent = lookup.recent_visits(self._actor, self._kiosk)
        menu = menus.undo(key_menus.undoable(recent))
        return self._open(menu) if menu else self._tell("toast_nothing_to_undo", "wait")

    def _presentation_menu(self) -> Screen:
        visit = self._visit()
        return self._open(menus.presentation(visit.visit_id, rooms_menu(self._kiosk, visit)))

    def _show_number(self) -> Screen:
        lookup.viewed(self._actor, self._kiosk, self._answer().event, "number")
        return replace(self._screen, number_shown=True)

    def _last_visits(self) -> Screen:
        return self._open(before.last_visits(self._actor, self._kiosk, self._answer()))

    def _escape(self) -> Screen:
        open_ = self._screen.menu or self._screen.today
        return closed(self._screen) if open_ else replace(self._screen, lookup=False)

    def _choice(self) -> Screen:
        menu, index = self._screen.menu, self._given.index
        if menu is None and self._given.menu_id == self._screen.answer_id:
            return self._question_answered()
        if menu is None and (changed := self._changed_meanwhile()):
            return changed
        if menu is None or menu.id != self._given.menu_id:
            return self._tell("toast_not_done", "no")
        if not 1 <= index <= len(menu.items):
            return self._screen
        item = menu.items[index - 1]
        if item.blocked:
            return _say(self._screen, self._given, item.blocked, "wait")
        return self._open(item.opens) if item.opens else self._chosen(item)

    def _chosen(self, item: Item) -> Screen:
        acts: Mapping[str, Callable[[], Screen]] = {
            "again": lambda: self._received(item.value or self._written()),
            "aside": lambda: self._today.put_aside(item.about, item.value),
            "correct": lambda: self._corrected(item.about, item.value),
            "complete": lambda: self._completed(item.about, item.value, self._written()),
            "keep": lambda: self._kept(item.about, item.value),
            "close": lambda: closed(self._screen),
            "find": lambda: self._finding.found(self._screen, self._written()),
            "look": lambda: self._finding.look_at(self._screen, item.value),
            "named": lambda: self._finding.received_as(self._screen, self._text),
            "mode": self._other_mode,
            "why": self._why,
            "alternative": lambda: self._alternative(int(item.value)),
            "said": lambda: self._tell_visit({item.value: answer_from(item.value, self._text)}),
            "again_asked": self._ask_again,
            "paper": lambda: self._paper(item),
            "paper_undated": lambda: self._paper(item),
            "before": self._last_visits,
            "copay": lambda: copay_desk.asked(self._actor, self._kiosk, self._screen, item.value),
            "copay_take": lambda: self._tell_visit(copay_desk.taken(self._screen, item)),
            "mother": lambda: self._open(menus.birth_hour(self._written())),
            "no_card": lambda: self._no_card(item.value, item.about),
            "shift": lambda: self._open(shift_end.menu(self._actor, self._kiosk)),
            "shift_close": lambda: shift_end.closed(
                self._actor, self._kiosk, self._screen, self._given
            ),
            "page": lambda: replace(self._screen, menu=None, goto=item.value, lookup=False),
            "lang": lambda: replace(self._other_language(), menu=None),
        }
        troubled = Troubles(self._actor, self._kiosk, self._screen, self._given).of(item)
        return (troubled or self._visit_acts.of(item) or acts[item.act])()

    @property
    def _text(self) -> str:
        return self._given.text.strip()

    def _written(self) -> str:
        if not self._text:
            raise RequestError("Hãy viết vào ô trước", "Write into the field first")
        return self._text

    def _kept(self, visit_id: str, why: str) -> Screen:
        portal_desk.keep(self._actor, self._kiosk, visit_id, why, self._text)
        return self._visit_acts.changed()

    def _question_answered(self) -> Screen:
        if self._given.text == ASKED:
            room = asked_by_key(self._kiosk, self._answer(), self._given.index)
            if room is None:
                return self._screen
            return self._open(room.opens) if room.opens else self._chosen(room)
        if self._given.text == portal_desk.ASKED:
            menu = portal_desk.menu_of(self._answer(), self._given.index)
            return self._open(menu) if menu else self._screen
        flag = questions.flag_question(self._kiosk, self._answer())
        if flag and not self._answer().looked:
            return self._flag_answered(flag)
        question, index = questions.desk_question(self._answer()), self._given.index
        if question is None or not 1 <= index <= len(question.choices):
            return self._screen
        says = question.choices[index - 1][1]
        if asks := papers.menu_after(says, self._answer()):
            return self._open(asks)
        screen = self._tell_visit(says)
        answer = screen.answer
        return replace(screen, answer=answer and replace(answer, asked=answer.asked + 1))

    def _flag_answered(self, flag: questions.DeskQuestion) -> Screen:
        index = self._given.index
        if not 1 <= index <= len(flag.choices):
            return self._screen
        said = flag.choices[index - 1][1]
        answer = answer_flag(self._actor, self._kiosk, self._answer(), said)
        return replace(self._tell("toast_noted", "ok"), answer=answer)

    def _tell_visit(self, said: Mapping[str, Any]) -> Screen:
        before = self._answer()
        answer = tell(self._actor, self._kiosk, before, said)
        received = answer.visit is not None and before.visit is None
        screen = self._tell("toast_received", "ok") if received else self._screen
        return replace(screen, answer=answer, menu=None)

    def _paper(self, item: Item) -> Screen:
        if item.about != self._screen.answer_id:
            return self._tell("toast_not_done", "no")
        if item.act == "paper_undated":
            return self._tell_visit(papers.undated(item.value))
        return self._tell_visit(papers.dated(item.value, self._text, self._answer()))

    def _ask_again(self) -> Screen:
        answer = ask_again(self._actor, self._kiosk, self._answer())
        return replace(self._screen, answer=answer, menu=None)

    def _entitlement(self) -> Entitlement:
        found = self._answer().entitlement
        if found is None:
            raise RequestError("Chưa có mức hưởng để giải thích", "There is no rate to explain")
        return found

    def _why(self) -> Screen:
        return self._open(rate_menus.why(self._entitlement()))

    def _alternative(self, at: int) -> Screen:
        chosen = self._entitlement().alternatives[at]
        answer = choose_alternative(self._actor, self._kiosk, self._answer(), chosen, self._text)
        return replace(self._tell("toast_noted", "ok"), answer=answer, menu=None)

    def _no_card(self, case: str, mother: str) -> Screen:
        scan_id = f"{self._given.session}:{self._given.number}"
        who = ", ".join(filter(None, (mother, self._text)))
        answer = no_card.present_without_card(self._actor, self._kiosk, case, who, scan_id)
        return replace(self._screen, answer=answer, menu=None, number_shown=False)

    def _corrected(self, visit_id: str, name: str) -> Screen:
        if name == "so_the":
            return self._completed(visit_id, self._written(), "")
        card = corrections.correct_field(self._actor, self._kiosk, visit_id, name, self._written())
        screen = self._visit_acts.changed()
        answer = screen.answer and corrections.as_corrected(screen.answer, visit_id, card)
        return replace(screen, answer=answer)

    def _completed(self, visit_id: str, typed: str, why: str) -> Screen:
        """Add a card's number; one that seems to be another person's is asked about first."""
        visit = self._answer().visit
        if visit is None or visit.visit_id != visit_id:
            return self._tell("toast_not_done", "no")
        try:
            answer = no_card.complete(self._actor, self._kiosk, self._answer(), typed, why)
        except AnotherPerson as doubtful:
            return self._open(menus.another_person(doubtful.doubt, visit_id, typed))
        return replace(self._tell("toast_noted", "ok"), answer=answer, menu=None)

    def _other_mode(self) -> Screen:
        return replace(self._screen, lookup=not self._screen.lookup, menu=None)

    def _answer(self) -> Answer:
        if self._screen.answer is None:
            raise RequestError("Chưa có bệnh nhân trên màn hình", "There is no patient on screen")
        return self._screen.answer

    def _visit(self) -> Visit:
        visit = self._answer().visit
        if visit is None:
            raise RequestError("Tiếp nhận bệnh nhân trước (F2)", "Receive the patient first (F2)")
        return visit

    def _open(self, menu: Menu) -> Screen:
        return replace(self._screen, menu=menu)

    def _other_language(self) -> Screen:
        return replace(self._screen, lang="en" if self._screen.lang == "vi" else "vi")

    def _tell(self, key: str, tone: str) -> Screen:
        return _say(self._screen, self._given, _TEXTS(key), tone)
