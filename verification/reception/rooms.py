"""Where the patient is sent: a room or specialty of the house's list, where it has one.

It is asked after the patient was received and holds nobody up; each choice is a correction of the
visit, so another one later is too.
"""

from collections.abc import Sequence

from verification.basics.texts import Text, Texts
from verification.kiosk import Kiosk, Room
from verification.log.visit import Visit
from verification.reception.answer import Answer
from verification.reception.menus import MOST, Item, Menu

ASKED = "room"
"""What a choice of the question says of itself, so that no other question is answered by it."""
_TEXTS = Texts("verification.reception")


def rooms_to_ask(kiosk: Kiosk, answer: Answer) -> tuple[Room, ...]:
    """Return the rooms among which the desk is asked to choose now; none where nothing is asked."""
    visit = answer.visit
    if visit is None or visit.cancelled or visit.phong is not None:
        return ()
    return kiosk.slips.rooms


def asked_items(kiosk: Kiosk, answer: Answer) -> tuple[Item, ...]:
    """Return what each key chooses: at most nine, where there are more the last opens all."""
    visit, rooms = answer.visit, rooms_to_ask(kiosk, answer)
    if visit is None or not rooms:
        return ()
    if len(rooms) <= MOST:
        return _items(rooms, visit)
    menu = rooms_menu(kiosk, visit)
    more = Item("open", _TEXTS("room_others"), "rooms", opens=menu)
    return (*_items(rooms[: MOST - 1], visit), more)


def asked_by_key(kiosk: Kiosk, answer: Answer, index: int) -> Item | None:
    """Return what a key chooses, None for one that chooses nothing."""
    items = asked_items(kiosk, answer)
    return items[index - 1] if 1 <= index <= len(items) else None


def rooms_menu(kiosk: Kiosk, visit: Visit | None) -> Menu | None:
    """Return the menu of all rooms for a visit, None without either."""
    rooms = kiosk.slips.rooms
    if visit is None or not rooms:
        return None
    return Menu(f"rooms:{visit.visit_id}", _TEXTS("menu_rooms"), _items(rooms, visit))


def _items(rooms: Sequence[Room], visit: Visit) -> tuple[Item, ...]:
    return tuple(Item("room", name_of(room), room.code, visit.visit_id) for room in rooms)


def name_of(room: Room) -> Text:
    """Return how a room is called."""
    words = room.name if room.name == room.code else f"{room.code} · {room.name}"
    return Text(words, words)


def room_of(kiosk: Kiosk, visit: Visit | None) -> Text | None:
    """Return where a visit was sent, None while nobody chose."""
    room = kiosk.slips.room(visit.phong) if visit else None
    return name_of(room) if room else None
