"""The menus of the reception page: what Alt+1 to Alt+9 choose from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from verification.basics import names
from verification.basics.dates import VIETNAM
from verification.basics.rates import percent_text
from verification.basics.texts import Text, Texts
from verification.card import numbers
from verification.card.facts import Card, Facility, Record
from verification.card.ports import Named
from verification.card.side_by_side import Pair
from verification.log.content import card_values
from verification.log.unreadable import Content
from verification.log.visit import CachTrinh, CancelReason, NguoiTrinh, Visit
from verification.reception.doubts import Doubt
from verification.reception.no_card import NO_CARD_CASES
from verification.reception.today_list import AsideReason
from verification.rules.law.entitlement import Entitlement
from verification.rules.law.visit_questions import QUESTIONS, AnswerKind

_TEXTS = Texts("verification.reception")
MOST = 9  # Alt+1 to Alt+9
_WRITTEN = {AnswerKind.DAY, AnswerKind.DONG}  # into the menu's text field
_DIFFICULTIES = ("dien_thoai", "vssid", "ma_qr", "cong", "khac")
_AGAIN = ("chuyen_khoa_khac", "hen_kham_lai", "cap_cuu", "khac")
_CORRECTED = ("ho_ten", "ngay_sinh", "dia_chi", "so_the")
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
    """

    act: str
    text: Text
    value: str = ""
    about: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Line:
    """One line that a menu tells; `tone` is `ok`, `no` or `wait`."""

    tone: str
    text: Text


@dataclass(frozen=True)
class Menu:
    """An open menu.

    Args:
        id: Its name; a choice names the menu it was made in.
        title: Its heading.
        items: At most nine entries.
        field: Label of its text field, None where it has none.
        lines: What it tells, above its entries.
        pairs: Facts side by side, above these: of the card in question, of the patient.
    """

    id: str
    title: Text
    items: tuple[Item, ...]
    field: Text | None = None
    lines: tuple[Line, ...] = ()
    pairs: tuple[Pair, ...] = ()


def again() -> Menu:
    """Return the menu that asks what a second visit of the day is for."""
    items = [Item("again", _TEXTS(f"again_{why}"), _TEXTS(f"again_{why}").vi) for why in _AGAIN]
    return Menu("again", _TEXTS("menu_again"), tuple(items), _TEXTS("field_other"))


def undo(recent: _Recent) -> Menu | None:
    """Return the menu of visits to undo, None where there is none."""
    if not recent:
        return None
    if len(recent) <= MOST:
        return Menu("undo", _TEXTS("menu_undo"), tuple(_visit_item(v, c) for v, c in recent))
    items = [_visit_item(v, c) for v, c in recent[: MOST - 1]]
    return Menu("undo", _TEXTS("menu_undo"), (*items, Item("older", _TEXTS("menu_older"))))


def older(recent: _Recent) -> Menu:
    """Return the menu of visits that the first one had no place for."""
    items = tuple(_visit_item(visit, content) for visit, content in recent[MOST - 1 :])
    return Menu("undo_older", _TEXTS("menu_undo"), items)


def presentation(visit_id: str) -> Menu:
    """Return the menu of how the card was presented, and by whom."""
    how = [Item("how", _TEXTS(f"cach_trinh_{c.value}"), c.value, visit_id) for c in CachTrinh]
    who = [Item("who", _TEXTS(f"nguoi_trinh_{n.value}"), n.value, visit_id) for n in NguoiTrinh]
    return Menu("presentation", _TEXTS("menu_presentation"), (*how, *who))


def more(visit_id: str | None, *, lookup: bool) -> Menu:
    """Return the menu of all that is needed less often."""
    items = [
        Item("mode", _TEXTS("menu_receive_mode" if lookup else "menu_lookup_mode")),
        Item("open", _TEXTS("menu_find"), "find"),
        Item("open", _TEXTS("menu_difficulty"), "difficulty"),
        Item("leave", _TEXTS("menu_leave")),
        Item("lang", _TEXTS("menu_language")),
    ]
    if visit_id:
        items += [
            Item("open", _TEXTS("menu_note"), "note", visit_id),
            Item("open", _TEXTS("menu_correct"), "correct", visit_id),
        ]
    else:
        items.append(Item("page", _TEXTS("menu_khach"), "khach"))
    items += [
        Item("open", _TEXTS("menu_no_card"), "no_card"),
        Item("rate", _TEXTS("menu_rate")),
    ]
    return Menu("more", _TEXTS("menu_more"), tuple(items))


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


def by_name(name: str, about: str) -> Menu:
    """Return a menu that another menu's entry opens."""
    makers = {
        "undo_why": lambda: _listed(
            f"undo_why:{about}", "undo_why", "huy", "undo", [c.value for c in CancelReason], about
        ),
        "correct": lambda: _listed("correct", "correct", "truong", "correct", _CORRECTED, about),
        "no_card": lambda: _listed("no_card", "no_card", "no_card", "no_card", NO_CARD_CASES, ""),
        "find": lambda: _single("find", "menu_search", about),
        "difficulty": _difficulty,
    }
    return makers[name]()


def note(visit_id: str, name: str | None) -> Menu:
    """Return the menu of a visit's note; it names whose, for it stays while others are scanned."""
    menu = _single("note", "menu_save", visit_id)
    whose = _TEXTS("menu_note_of", who=names.initials(name)) if name else menu.title
    return replace(menu, title=whose)


def rate() -> Menu:
    """Return the menu of all about the rate."""
    offered = [(q.kind, Item("said", _TEXTS(q.menu), q.name)) for q in QUESTIONS if q.menu]
    items = (
        Item("why", _TEXTS("menu_why")),
        Item("alternatives", _TEXTS("menu_alternatives")),
        *(item for kind, item in offered if kind in _WRITTEN),
        Item("page", _TEXTS("menu_what_if"), "muc_huong"),
        *(item for kind, item in offered if kind not in _WRITTEN),
        Item("again_asked", _TEXTS("menu_ask_again")),
    )
    return Menu("rate", _TEXTS("menu_rate"), items, _TEXTS("field_date_or_cost"))


def why(entitlement: Entitlement) -> Menu:
    """Return the ladder of rules that an answer came down."""
    tones = {True: "ok", None: "wait", False: "no"}
    lines = [Line(tones[row.hit], _numbered(row.id, row.why)) for row in entitlement.ladder]
    lines += [Line("wait", note) for note in entitlement.notes]
    return Menu("why", _TEXTS("menu_why"), (), lines=tuple(lines))


def alternatives(entitlement: Entitlement) -> Menu | None:
    """Return the menu of other rows that fit, None where there is none."""
    if not entitlement.alternatives:
        return None
    items = []
    for at, other in enumerate(entitlement.alternatives[:MOST]):
        percent = f" · {percent_text(other.rate)} %" if other.rate is not None else ""
        words = f"{other.ma_doituong_kcb}{percent}"
        items.append(Item("alternative", Text(words, words), str(at)))
    title = _TEXTS("menu_alternatives")
    return Menu("alternatives", title, tuple(items), _TEXTS("field_reason"))


def _numbered(row: str, text: Text) -> Text:
    return Text(f"{row}. {text.vi}", f"{row}. {text.en}")


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
    title = "menu_found" if items or more else "menu_found_none"
    return Menu("found", _TEXTS(title), items, lines=lines)


def his_line(card: Card) -> str:
    """Return a card as one line for the hospital's system: official fields, tab between."""
    return "\t".join(value or "" for value in card_values(card).values())


def _visit_item(visit: Visit, content: Content) -> Item:
    facts = content.get("ban_ghi", {})
    time = f"{visit.happened_at.astimezone(VIETNAM):%H:%M}"
    if content.unreadable and not facts:
        unread = Text(*(f"{time} · {one}" for one in vars(_TEXTS("unreadable")).values()))
        return Item("open", unread, "undo_why", visit.visit_id, content.unreadable[0].row)
    who = f"{time} · {names.initials(facts.get('ho_ten', '…'))}"
    masked = numbers.mask(facts.get("ma_the") or facts.get("ma_so_bhxh")) or ""
    return Item("open", Text(who, who), "undo_why", visit.visit_id, masked)


def _record_item(record: Record, facility: Callable[[str], Facility | None]) -> Item:
    """Return whom a record is of: what tells two people of one name apart, the number masked."""
    card = record.card
    birth = card.ngay_sinh.vi if card.ngay_sinh else "…"
    who = f"{card.ho_ten} · {birth}"
    known = facility(card.ma_dkbd) if card.ma_dkbd else None
    place = " ".join(filter(None, (card.ma_dkbd, known.ten if known else None)))
    presented = card.ma_the or card.ma_so_bhxh or ""
    apart = (numbers.mask(presented), card.dia_chi, place)
    return Item("present", Text(who, who), presented, hint=" · ".join(filter(None, apart)))


def _listed(  # the parts of a menu
    menu_id: str, title: str, prefix: str, act: str, values: Sequence[str], about: str
) -> Menu:
    items = [Item(act, _TEXTS(f"{prefix}_{value}"), value, about) for value in values]
    label = _TEXTS({"correct": "field_correct", "no_card": "field_name"}.get(act, "field_note"))
    return Menu(menu_id, _TEXTS(f"menu_{title}"), tuple(items), label)


def _difficulty() -> Menu:
    menu = _listed("difficulty", "difficulty", "vuong", "difficulty", _DIFFICULTIES, "")
    return replace(menu, items=(*menu.items, Item("helped", _TEXTS("menu_helped"))))


def _single(act: str, words: str, about: str) -> Menu:
    label = _TEXTS("field_find" if act == "find" else "field_note")
    return Menu(act, _TEXTS(f"menu_{act}"), (Item(act, _TEXTS(words), about=about),), label)
