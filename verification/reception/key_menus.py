"""What the keys of the desk open, as far as it is known before one is pressed.

The page holds these menus and draws them at once; the key still comes here, and opens the same one.
"""

from collections.abc import Mapping, Sequence
from typing import TypeGuard

from verification.basics.texts import Texts
from verification.log.unreadable import Content
from verification.log.visit import Visit
from verification.reception import menus, rate_menus, shift_end, troubles
from verification.reception.answer import Answer
from verification.reception.menus import Item, Line, Menu
from verification.reception.screen import Screen
from verification.rights import Actor, Right, may

_TEXTS = Texts("verification.reception")
_PAGES = {"giam_dinh": Right.REVIEW, "quan_tri": Right.MANAGE}
_HELP = {  # the words' key, and the key as it is written
    **{key: key for key in ("F1", "F2", "F3")},
    "Shift_F3": "Shift+F3",
    **{key: key for key in ("F4", "F6", "F7")},
    "Shift_F7": "Shift+F7",
    **{key: key for key in ("F8", "F9")},
    "Shift_F9": "Shift+F9",
    "F10": "F10",
    "Alt_1_9": "Alt+1…9",
    "Alt_0": "Alt+0",
    "Alt_K": "Alt+K",
    **{key: key for key in ("Enter", "Esc")},
}


def at_hand(
    actor: Actor,
    screen: Screen,
    recent: Sequence[tuple[Visit, Content]],
    rooms: Menu | None = None,
) -> Mapping[str, Menu]:
    """Return the menu that each key opens now; a key that opens none is left out.

    Args:
        actor: Whose desk it is.
        screen: What it shows.
        recent: Its last visits, newest first.
        rooms: The menu of rooms for the visit on it, where the house has any.
    """
    answer = screen.answer
    visit = answer.visit if answer else None
    found = {
        "F1": keys(),
        "F2": menus.again(answer.event.event_id) if _was_here(answer) else None,
        "F4": menus.undo(undoable(recent)),
        "F6": menus.presentation(visit.visit_id, rooms) if visit else None,
        "F8": menus.compared(visit) if visit else None,
        "F9": more(actor, screen),
    }
    return {key: menu for key, menu in found.items() if menu}


def _was_here(answer: Answer | None) -> TypeGuard[Answer]:
    """Tell whether F2 asks what a second visit is for; a look is presented anew first."""
    return answer is not None and bool(answer.already) and not answer.looked


def undoable(recent: Sequence[tuple[Visit, Content]]) -> list[tuple[Visit, Content]]:
    """Return those of a desk's last visits that can still be undone."""
    return [(v, content) for v, content in recent if not (v.cancelled or v.unreadable)]


def keys() -> Menu:
    """Return what every key does, on one page."""
    lines = tuple(Line("key", _TEXTS(f"help.{name}"), key) for name, key in _HELP.items())
    manual = Item("close", _TEXTS("help.manual"), link="/kiosk/sach/le-tan")
    return Menu("keys", _TEXTS("help.title"), (manual,), lines=lines)


def more(actor: Actor, screen: Screen) -> Menu:
    """Return the menu of all that is needed less often; an entry keeps its number for good."""
    answer = screen.answer
    visit = answer.visit if answer else None
    card = answer.verdict.card if answer else None
    nobody = None if answer else _TEXTS("toast_no_answer")
    unreceived = nobody or (None if visit else _TEXTS("menus.not_received"))
    note = menus.note(visit.visit_id, card.ho_ten if card else None) if visit else None
    correct = menus.correct(visit.visit_id) if visit else None
    items = (
        Item("mode", _TEXTS("menu_receive_mode" if screen.lookup else "menu_lookup_mode")),
        _opens("menu_find", "find", menus.find()),
        _opens("menu_difficulty", "difficulty", troubles.menu(answer)),
        _opens("menu_leave", "leave", menus.leave(_others(actor))),
        Item("lang", _TEXTS("menu_language")),
        Item("open", _TEXTS("menu_note"), "note", opens=note, blocked=unreceived),
        Item("open", _TEXTS("menu_correct"), "correct", opens=correct, blocked=unreceived),
        _opens("menu_no_card", "no_card", menus.without_card()),
        Item("open", _TEXTS("menu_rate"), "rate", opens=rate_menus.rate(answer), blocked=nobody),
        Item("page", _TEXTS("menu_khach"), "khach"),
        _opens("help.title", "keys", keys()),
        Item("before", _TEXTS("help.Shift_F7"), blocked=nobody),
        Item("copay", _TEXTS("copay.menu"), blocked=nobody),
        Item("page", _TEXTS("go_tro_giup"), "tro_giup"),
        shift_end.ENTRY,
    )
    return Menu("more", _TEXTS("menu_more"), items)


def _opens(words: str, name: str, menu: Menu) -> Item:
    return Item("open", _TEXTS(words), name, opens=menu)


def _others(actor: Actor) -> list[str]:
    return [page for page, right in _PAGES.items() if may(actor, right)]
