"""The menus of the reception page: what Alt+1 to Alt+9 choose from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from verification.basics import names
from verification.basics.dates import VIETNAM
from verification.basics.texts import Text, Texts
from verification.card import numbers
from verification.card.facts import Facility, Record
from verification.card.ports import Named
from verification.card.side_by_side import Pair
from verification.log.unreadable import Content
from verification.log.visit import CachTrinh, CancelReason, DoiChieu, NguoiTrinh, Visit
from verification.reception.doubts import Doubt
from verification.reception.no_card import NO_CARD_CASES
from verification.reception.today_list import AsideReason

_TEXTS = Texts("verification.reception")
MOST = 9  # entries of a page: Alt+1 to Alt+9; Alt+0 turns it
_AGAIN = ("chuyen_khoa_khac", "hen_kham_lai", "cap_cuu", "khac")
_CORRECTED = ("ho_ten", "ngay_sinh", "dia_chi", "so_the")
_COMPARED = (DoiChieu.CCCD, DoiChieu.VNEID, DoiChieu.KHAC, DoiChieu.CHUA)
# what is done then closes the menu, so that the next key is for what lies behind it
_CLOSES = frozenset(
    (
        *("again", "undo", "how", "who", "compared", "note", "correct", "close", "difficulty"),
        *("helped", "unhelped", "mode", "said", "again_asked", "alternative", "no_card", "lang"),
        *("paper", "paper_undated", "room", "keep", "copay_take", "shift_close"),
    )
)
# somebody else comes onto the screen by it
_ANOTHERS = frozenset({"no_card", "look"})
_Recent = Sequence[tuple[Visit, Content]]


@dataclass(frozen=True)
class Item:
    """One entry of a menu.

    Args:
        act: What choosing it does.
        text: Its words.
        value: What it does it with.
        about: The visit that it is about.
        hint: Smaller words beside it.
        opens: Of `open`: the menu behind it, which the page draws before the server answers.
        blocked: Why it cannot be chosen now; it keeps its place.
        link: Address that the browser opens beside the desk when it is chosen.
    """

    act: str
    text: Text
    value: str = ""
    about: str = ""
    hint: str = ""
    opens: "Menu | None" = None
    blocked: Text | None = None
    link: str = ""

    @property
    def closes(self) -> bool:
        """Tell whether no menu is left open after it."""
        return self.act in _CLOSES and self.value != "so_the"

    @property
    def shows_another(self) -> bool:
        """Tell whether whoever is on the screen is the person before as soon as it is chosen."""
        return self.act in _ANOTHERS


@dataclass(frozen=True)
class Line:
    """One line that a menu tells.

    Args:
        tone: `ok`, `no`, `wait`, `key`, `plain` or `struck`.
        text: Its words.
        key: Of `key`: the key that it is about.
    """

    tone: str
    text: Text
    key: str = ""


@dataclass(frozen=True)
class Menu:
    """An open menu.

    Args:
        id: Its name, with the visit or answer that it is about; a choice names the menu that it
            was made in.
        title: Its heading.
        items: Its entries, nine a page; each keeps its number whatever the state.
        field: Label of its text field, None where it has none.
        lines: What it tells, above its entries.
        pairs: Facts side by side, above these: of the card in question, of the patient.
        lines_a_page: How many of the lines a page shows; 0 for all.
        written: What stands in its text field at first.
        enter: The entry that Enter chooses from the text field; 0 for the only one, if it is one.
    """

    id: str
    title: Text
    items: tuple[Item, ...]
    field: Text | None = None
    lines: tuple[Line, ...] = ()
    pairs: tuple[Pair, ...] = ()
    lines_a_page: int = 0
    written: str = ""
    enter: int = 0


def asking(menu_id: str, title: Text, label: Text, item: Item) -> Menu:
    """Return a menu that asks one thing, written into its one field; Enter takes it."""
    return Menu(menu_id, title, (item,), label)


def again(answer_id: str) -> Menu:
    """Return the menu that asks what a second visit of the day is for."""
    *listed, other = _AGAIN
    items = [Item("again", _TEXTS(f"again_{why}"), _TEXTS(f"again_{why}").vi) for why in listed]
    save = Item("again", _TEXTS("menu_save"))
    written = asking(f"again_other:{answer_id}", _TEXTS("menu_again"), _TEXTS("field_other"), save)
    items.append(Item("open", _TEXTS(f"again_{other}"), other, opens=written))
    return Menu(f"again:{answer_id}", _TEXTS("menu_again"), tuple(items))


def undo(recent: _Recent) -> Menu | None:
    """Return the menu of visits to undo, None where there is none."""
    items = tuple(_visit_item(visit, content) for visit, content in recent)
    return Menu("undo", _TEXTS("menu_undo"), items) if items else None


def undo_why(visit_id: str) -> Menu:
    """Return the menu of why a visit is undone."""
    items = [Item("undo", _TEXTS(f"huy_{why.value}"), why.value, visit_id) for why in CancelReason]
    title = _TEXTS("menu_undo_why")
    return Menu(f"undo_why:{visit_id}", title, tuple(items), _TEXTS("field_note"))


def presentation(visit_id: str, rooms: Menu | None = None) -> Menu:
    """Return the menu of how the card was presented, by whom, and where the patient is sent."""
    how = [Item("how", _TEXTS(f"cach_trinh_{c.value}"), c.value, visit_id) for c in CachTrinh]
    who = [Item("who", _TEXTS(f"nguoi_trinh_{n.value}"), n.value, visit_id) for n in NguoiTrinh]
    where = (Item("open", _TEXTS("menu_rooms"), "rooms", opens=rooms),) if rooms else ()
    title = _TEXTS("menu_presentation")
    return Menu(f"presentation:{visit_id}", title, (*how, *who, *where))


def compared(visit: Visit) -> Menu:
    """Return the menu of what the photo was compared with."""
    items = tuple(
        Item("compared", _TEXTS(f"doi_chieu_{one.value}"), one.value, visit.visit_id)
        for one in _COMPARED
    )
    now = Line("wait", _TEXTS("menus.compared_now", what=_TEXTS(f"doi_chieu_{visit.doi_chieu}")))
    return Menu(f"compared:{visit.visit_id}", _TEXTS("menus.compared"), items, lines=(now,))


def leave(others: Sequence[str]) -> Menu:
    """Return the menu of leaving the desk: lock, the own account, other pages of the officer."""
    pages = ("khoa", "ra", "tai_khoan", *others)
    return Menu(
        "leave", _TEXTS("menu_leave"), tuple(Item("page", _TEXTS(f"go_{p}"), p) for p in pages)
    )


def pairing(code: str, screens: int) -> Menu:
    """Return what tells the six digits that open the patient's window, and ends the others.

    Args:
        code: The digits.
        screens: How many look already.
    """
    lines = [Line("ok", _TEXTS("khach_code", code=f"{code[:3]} {code[3:]}"))]
    if not screens:
        return Menu("khach", _TEXTS("menu_khach"), (), lines=tuple(lines))
    lines.append(Line("wait", _TEXTS("khach_screens", count=screens)))
    end = Item("page", _TEXTS("khach_end"), "khach_het")
    return Menu("khach", _TEXTS("menu_khach"), (end,), lines=tuple(lines))


def pairing_ended(screens: int) -> Menu:
    """Return what tells that no patient's screen looks any more."""
    line = Line("ok", _TEXTS("khach_ended", count=screens))
    return Menu("khach", _TEXTS("menu_khach"), (), lines=(line,))


def another_person(doubt: Doubt, visit_id: str, typed: str) -> Menu:
    """Return the menu that asks whether a card is the patient's although it seems not to be."""
    items = (
        Item("complete", _TEXTS("menu_another_confirm"), typed, visit_id),
        Item("close", _TEXTS("menu_another_cancel")),
    )
    lines = tuple(Line("wait", text) for text in doubt.lines)
    title, label = _TEXTS("menu_another"), _TEXTS("field_reason")
    return Menu("another", title, items, label, lines, doubt.pairs)


def aside(event_id: str) -> Menu:
    """Return the menu of why somebody who was not received is no longer waited for."""
    items = [Item("aside", _TEXTS(f"aside_{why}"), why, event_id) for why in AsideReason]
    return Menu(f"aside:{event_id}", _TEXTS("menu_aside"), tuple(items))


def note(visit_id: str, name: str | None) -> Menu:
    """Return the menu of a visit's note; it names whose, for it stays while others are scanned."""
    title = _TEXTS("menu_note")
    whose = _TEXTS("menu_note_of", who=names.initials(name)) if name else title
    save = Item("note", _TEXTS("menu_save"), about=visit_id)
    return asking(f"note:{visit_id}", whose, _TEXTS("field_note"), save)


def correct(visit_id: str) -> Menu:
    """Return the menu of what can be corrected; each opens a field of its own."""
    return Menu(
        f"correct:{visit_id}",
        _TEXTS("menu_correct"),
        tuple(_corrected(visit_id, name) for name in _CORRECTED),
    )


def _corrected(visit_id: str, name: str) -> Item:
    title, label = _TEXTS(f"truong_{name}"), _TEXTS(f"menus.right_{name}")
    save = Item("correct", _TEXTS("menu_save"), name, visit_id)
    return Item("open", title, name, opens=asking(f"correct:{name}:{visit_id}", title, label, save))


def without_card() -> Menu:
    """Return the menu of patients without a card; each case asks for the name next."""
    return Menu("no_card", _TEXTS("menu_no_card"), tuple(map(_without_card, NO_CARD_CASES)))


def _without_card(case: str) -> Item:
    title, written = _TEXTS(f"no_card_{case}"), _TEXTS("menus.present")
    label = _TEXTS("menus.mothers_name" if case == "newborn" else "menus.patients_name")
    item = Item("mother", _TEXTS("menus.next"))
    if case != "newborn":
        item = Item("no_card", written, case)
    return Item("open", title, case, opens=asking(f"no_card:{case}", title, label, item))


def birth_hour(mother: str) -> Menu:
    """Return the menu that asks when a newborn was born; nothing written is an answer too."""
    item = Item("no_card", _TEXTS("menus.present"), "newborn", mother)
    line = Line("plain", Text(mother, mother))
    title, label = _TEXTS("no_card_newborn"), _TEXTS("menus.birth_hour")
    return Menu("no_card:hour", title, (item,), label, (line,))


def find() -> Menu:
    """Return the menu to look for somebody."""
    item = Item("find", _TEXTS("menu_search"))
    return asking("find", _TEXTS("menu_find"), _TEXTS("field_find"), item)


def found(named: Named, facility: Callable[[str], Facility | None]) -> Menu:
    """Return the menu of cards that a look-up found.

    Args:
        named: The cards.
        facility: Tells the name of a facility.
    """
    items = tuple(_record_item(record, facility) for record in named.records[:MOST])
    more = named.more or len(named.records) > MOST
    told = _TEXTS("found_more" if items else "found_too_many")
    lines = (Line("wait", told),) if more else ()
    return Menu("found", _TEXTS("menu_found"), items, lines=lines)


def not_found(written: str) -> Menu:
    """Return the search again with what nobody was found by, to be put right."""
    line = Line("no", _TEXTS("menu_found_none"))
    return replace(find(), lines=(line,), written=written)


def _visit_item(visit: Visit, content: Content) -> Item:
    facts, why = content.get("ban_ghi", {}), undo_why(visit.visit_id)
    time = f"{visit.happened_at.astimezone(VIETNAM):%H:%M}"
    if content.unreadable and not facts:
        unread = Text(*(f"{time} · {one}" for one in vars(_TEXTS("unreadable")).values()))
        return Item("open", unread, "undo_why", visit.visit_id, content.unreadable[0].row, why)
    who = f"{time} · {names.initials(facts.get('ho_ten', '…'))}"
    masked = numbers.mask(facts.get("ma_the") or facts.get("ma_so_bhxh")) or ""
    return Item("open", Text(who, who), "undo_why", visit.visit_id, masked, why)


def _record_item(record: Record, facility: Callable[[str], Facility | None]) -> Item:
    """Return whom a record is of: what tells two people of one name apart, the number masked."""
    card = record.card
    birth = card.ngay_sinh.vi if card.ngay_sinh else "…"
    who = f"{card.ho_ten} · {birth}"
    known = facility(card.ma_dkbd) if card.ma_dkbd else None
    place = " ".join(filter(None, (card.ma_dkbd, known.ten if known else None)))
    presented = card.ma_the or card.ma_so_bhxh or card.so_cccd or ""
    apart = (numbers.mask(presented), card.dia_chi, place)
    return Item("look", Text(who, who), presented, hint=" · ".join(filter(None, apart)))
