"""From what a desk's screen shows to the plain texts that its component draws."""

from datetime import datetime

from app_pages.desk import today_view
from app_pages.desk.answer_view import TEXTS, DrawnAnswer
from app_pages.desk.menu_view import menu_view
from app_pages.desk.portal_view import portal_view, said_of
from app_pages.desk.shift_routes import shift_address
from app_pages.desk.slip_view import slip_view
from app_pages.desk.typing_view import retype_view
from app_pages.server import portal_chip
from app_pages.server.desks import NO_DESK
from app_pages.server.house import House
from app_pages.shell.language import View, Words, clock_text, facility_text
from app_pages.shell.who import title
from verification.adapters.scanning import decoder
from verification.adapters.store.sqlite.reserve import Reserved, reserved
from verification.basics.dates import VIETNAM
from verification.basics.texts import Text
from verification.card.ports import CardsStatus
from verification.kiosk import Kiosk
from verification.log.clock import Doubt, written
from verification.log.unreadable import Content
from verification.log.visit import Visit
from verification.operations.settings import NO_CAMERA
from verification.reception.key_menus import at_hand
from verification.reception.rooms import rooms_menu
from verification.reception.screen import Screen
from verification.reception.today_list import Glance, of_visit
from verification.rights import Actor

_MEANWHILE = ("meanwhile_paper", "meanwhile_tell", "meanwhile_waits")
LEAVING = frozenset({"khoa", "ra"})  # the browser goes where these say


def screen_view(  # what there is beside the answer
    house: House,
    screen: Screen,
    actor: Actor,
    recent: list[tuple[Visit, Content]],
    *,
    glance: Glance | None = None,
    shared: bool = False,
) -> View:
    """Return all that the component draws, in the language of the screen.

    Args:
        house: The open kiosk.
        screen: What the desk shows.
        actor: Who is at it.
        recent: The last visits of the desk.
        glance: Who waits and who came last today; None for the visits alone.
        shared: Whether the same desk is open at another browser too.
    """
    glance = glance or Glance(recent=tuple(of_visit(*one) for one in recent))
    words = Words(TEXTS, screen.lang)
    answer = screen.answer
    rooms = rooms_menu(house.kiosk, answer.visit if answer else None)
    menus = at_hand(actor, screen, recent, rooms)
    return _base(house, screen) | {
        "strip": _strip(house, actor, words, shared=shared),
        "mode": "lookup" if screen.lookup else "receive",
        "mode_text": words("mode_lookup" if screen.lookup else "mode_receive"),
        "answer": _answer(house, screen, words),
        "menu": menu_view(screen.menu, screen.lang) if screen.menu else None,
        "retype": retype_view(house.kiosk, screen),
        "at_hand": {key: menu_view(menu, screen.lang) for key, menu in menus.items()},
        "toast": _toast(screen),
        "copy": _copy(screen),
        "sheet": _sheet(screen),
        "copay": screen.copay.presented if screen.copay else None,
        "slip": slip_view(house.kiosk, screen, actor.desk),
        **today_view.drawn(house, screen, actor, glance),
    }


def _answer(house: House, screen: Screen, words: Words) -> View | None:
    answer = screen.answer
    if answer is None:
        return None
    portal = portal_view(house.kiosk, answer, said_of(house, answer), words)
    return DrawnAnswer(house.kiosk, answer, screen, words).view() | {"portal": portal}


def trouble_view(house: House, screen: Screen, sentence: Text, *, comes_back: bool = True) -> View:
    """Return the page of a kiosk that can receive nobody now, and why.

    Args:
        house: The open kiosk.
        screen: What the desk shows.
        sentence: Why nobody can be received.
        comes_back: True where what was scanned is kept and goes on by itself, so that the page
            says what to do meanwhile.
    """
    words = Words(TEXTS, screen.lang)
    steps = _MEANWHILE if comes_back else ()
    answer: View = {
        "id": f"trouble:{sentence.en}",
        "tone": "no",
        "sign": "!",
        "word": words("word_trouble"),
        "sentence": sentence.in_language(screen.lang),
        **dict.fromkeys(("name", "number", "number_full", "note", "state", "rate", "portal")),
        **dict.fromkeys(("about", "number_note", "source"), ""),
        **{name: [] for name in ("facts", "keys")},
        "todo": [{"text": words(one), "key": None} for one in steps],
        "other": _in_the_other(screen.lang, sentence, steps),
        "clear_after_s": 0,
    }
    strip: View = {"title": words("title"), "place": "", "chips": [], "officer": "", "demo": None}
    return _base(house, screen) | {"strip": strip, "answer": answer, "recent": None}


def _in_the_other(lang: str, sentence: Text, steps: tuple[str, ...]) -> View:
    """Return the same in the other language: to change it waits behind what is kept."""
    other = "en" if lang == "vi" else "vi"
    words = Words(TEXTS, other)
    said = f"{words('word_trouble')}: {sentence.in_language(other)}"
    return {"lang": other, "lines": [said, *map(words, steps)]}


def desk_trouble(house: House, desk: str) -> Text | None:
    """Return why nobody can be received at a session's desk, None where somebody can."""
    if not house.desks.names or house.kiosk.facility is None:
        return TEXTS("place_unset")
    if desk == NO_DESK:
        return TEXTS("desk_unchosen")
    return None if house.desks.place(desk) else TEXTS("desk_gone", desk=desk)


def cameras(house: House, desk: str) -> View:
    """Return whose camera a desk has: a camera of the server is one desk's, the others' their own.

    Args:
        house: The open kiosk.
        desk: Of the session.
    """
    own = house.desks.place(desk) is not None and house.settings.camera != NO_CAMERA
    servers = own and house.camera is not None and desk == house.desks.with_camera
    return {"camera": own and not servers, "server_camera": servers}


def _base(house: House, screen: Screen) -> View:
    return {
        "lang": screen.lang,
        "boot": house.boot,
        "token": house.token,
        "idle_s": house.settings.idle_seconds,
        "ack": _ack(screen),
        "mode": "receive",
        "mode_text": "",
        "leave": screen.goto if screen.goto in LEAVING else None,
        **dict.fromkeys(("answer", "menu", "toast", "copy", "slip", "sheet", "today", "waiting")),
        "at_hand": {},
        "recent": [],
    }


def _strip(house: House, actor: Actor, words: Words, *, shared: bool) -> View:
    kiosk, status = house.kiosk, house.kiosk.cards.status()
    place = facility_text(kiosk, kiosk.facility, words)
    doubt = kiosk.doubt()
    chips = [_store_chip(house, status, words, doubt)]
    if doubt:
        chips.insert(0, {"text": clock_text(doubt, words), "tone": "bad"})
    if shared:
        chips.append({"text": words("chip_desk_shared"), "tone": "warn"})
    if not decoder.has_pyzbar():
        chips.append({"text": words("chip_no_zbar"), "tone": "warn"})
    chips[:0] = _unwell(house, words)
    return {
        "title": words("title"),
        "place": f"{words('desk', desk=actor.desk)} · {place}",  # a long name is cut at its end
        "chips": chips,
        "portal": portal_chip.told(house),
        "officer": title(house, actor, words.lang),
        "demo": words("demo") if status.demo else None,
    }


def _unwell(house: House, words: Words) -> list[View]:
    """Return what the administrator is to be told; a disk also before it is full."""
    red = house.health.for_the_desk()
    if reserved(house.settings.db) is Reserved.USED:  # now, not a minute ago
        return [{"text": words("chip_disk_full"), "tone": "bad"}]
    if red:
        return [{"text": words("chip_unwell", what=words(f"line_{red[0].key}")), "tone": "bad"}]
    if house.health.is_amber("disk"):
        return [{"text": words("chip_disk_low"), "tone": "warn"}]
    return []


def _store_chip(house: House, status: CardsStatus, words: Words, doubt: Doubt | None) -> View:
    if status.trouble:
        return {"text": words("chip_store_damaged"), "tone": "bad"}
    if status.as_of is None or status.cards == 0:
        return {"text": words("chip_store_empty"), "tone": "bad"}
    if doubt:  # how old it is nobody knows, nor whether that was today
        return {"text": words("chip_store", time=written(status.as_of)), "tone": "warn"}
    age = house.kiosk.clock() - status.as_of
    tone = "ok" if age.days <= house.settings.record_days else "warn"
    return {"text": words("chip_store", time=_when(status.as_of, house.kiosk, words)), "tone": tone}


def _when(moment: datetime, kiosk: Kiosk, words: Words) -> str:
    local = moment.astimezone(VIETNAM)
    today = local.date() == kiosk.today()
    return f"{local:%H:%M} {words('today')}" if today else written(moment)


def _ack(screen: Screen) -> View | None:
    if not screen.handled:
        return None
    session, last = list(screen.handled.items())[-1]
    return {"session": session, "number": last}


def _toast(screen: Screen) -> View | None:
    toast = screen.toast
    if toast is None:
        return None
    return {"id": toast.id, "text": toast.text.in_language(screen.lang), "tone": toast.tone}


def _sheet(screen: Screen) -> View | None:
    """Return where the browser fetches the sheet that was asked for, once."""
    if screen.shift and screen.toast:
        named = {"name": f"ca-{screen.shift}.pdf", "window": True}
        return {"id": screen.toast.id, "path": shift_address(screen.shift, screen.lang)} | named
    if screen.sheet is None or screen.toast is None:
        return None
    name = f"{screen.sheet}.pdf"
    return {"id": screen.toast.id, "path": f"/kiosk/bang-chung/{name}", "name": f"cong-{name}"}


def _copy(screen: Screen) -> View | None:
    if screen.copied is None or screen.toast is None:
        return None
    return {"id": screen.toast.id, "text": screen.copied, "visit": screen.opens}
