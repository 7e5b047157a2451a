"""A number that nobody knows: known numbers near it, and whose it is by the patient's own word."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from verification.basics import names
from verification.basics.errors import RequestError
from verification.basics.names import tidy
from verification.basics.texts import Text, Texts
from verification.card import framing, numbers
from verification.card.near import Near, is_whole, near
from verification.card.reasons import Reason
from verification.kiosk import Kiosk
from verification.reception import checkin, lookup
from verification.reception.answer import Answer, Scan
from verification.reception.asked import Asked, understood
from verification.reception.corrections import as_corrected, correct_field
from verification.reception.menus import Item, Line, Menu
from verification.reception.screen import Screen
from verification.reception.typed import help_for
from verification.rights import Actor, Right, needs
from verification.rules.law.verdict import Source

MENU, SURE = "unknown", "unknown_sure"
_TEXTS = Texts("verification.reception")
_NOBODYS = frozenset({Reason.NOT_IN_STORE, Reason.BAD_NUMBER})


def is_nameless(answer: Answer) -> bool:
    """Tell whether nobody knows who a patient is that F2 would receive."""
    card, verdict = answer.verdict.card, answer.verdict
    unknown = card is not None and verdict.source is Source.NONE and not card.ho_ten
    return unknown and answer.visit is None and not answer.looked


@needs(Right.RECEIVE)
def asked(actor: Actor, kiosk: Kiosk, screen: Screen, scan: Scan) -> Screen:
    """Return the screen with what must be asked about a number that nobody knows, if it is one.

    Args:
        actor: Who is at the desk.
        kiosk: The kiosk.
        screen: It shows the answer; a menu that is open stays.
        scan: What the answer is to.

    Raises:
        StoreError: Whom the store showed could not be logged.
    """
    answer = screen.answer
    if answer is None or screen.menu:
        return screen
    # what the box offers is sure, and the same key takes it
    mended = screen.retype and help_for(kiosk, screen.retype).repair
    known = scan.quet or mended or answer.resent  # whom it was near to was logged then
    alike = [] if known else _near(kiosk, answer, scan)
    if alike:
        lookup.looked_at(actor, kiosk, [one.record.card for one in alike], "near")
    if not alike and not is_nameless(answer):
        return screen
    return replace(screen, menu=_menu(answer, alike))


def asked_again(screen: Screen) -> Screen:
    """Return the screen that warns once: the key was pressed and no name is written."""
    answer, menu = screen.answer, screen.menu
    if answer is None:
        return screen
    before = menu if menu and menu.id == MENU else _menu(answer, ())
    line = Line("wait", _TEXTS("unknown_sure"))
    return replace(screen, menu=replace(before, id=SURE, lines=(line,)))


@needs(Right.RECEIVE)
def received_as(actor: Actor, kiosk: Kiosk, answer: Answer, written: str) -> Answer:
    """Receive a patient whom nobody knows, with the name and birth that the desk wrote down.

    Args:
        actor: Who receives.
        kiosk: The kiosk.
        answer: The answer on the screen.
        written: A name, and a year or date of birth where it is known.

    Raises:
        RequestError: It is no name; then nothing was written.
    """
    said = understood(written)
    if not said.name.strip():
        raise RequestError(*vars(_TEXTS("unknown_no_name")).values())
    received = checkin.receive(actor, kiosk, answer)
    visit = received.visit
    if visit is None:
        return received
    facts: dict[str, Any] = {}
    for name, text in _facts(said):
        facts |= correct_field(actor, kiosk, visit.visit_id, name, text)
    shown = as_corrected(received, visit.visit_id, facts)
    return replace(shown, visit=kiosk.written.visit(visit.visit_id))


def _facts(said: Asked) -> Sequence[tuple[str, str]]:
    born = [("ngay_sinh", said.birth.iso)] if said.birth else []
    return [("ho_ten", tidy(said.name.strip(" ,;"))), *born]


def _near(kiosk: Kiosk, answer: Answer, scan: Scan) -> Sequence[Near]:
    verdict = answer.verdict
    if verdict.source is not Source.NONE or not _NOBODYS & {f.reason for f in verdict.reasons}:
        return ()
    card = verdict.card
    text = b"".join(scan.payloads).decode("utf-8", "replace")
    typed = numbers.compact(framing.unlabelled(text.strip()))
    number = (card.ma_the or card.ma_so_bhxh or card.so_cccd or "") if card else typed
    return near(number, kiosk.cards) if is_whole(number) else ()


def _menu(answer: Answer, alike: Sequence[Near]) -> Menu:
    nameless = is_nameless(answer)
    items = [_near_item(one) for one in alike]
    if nameless:
        items.append(Item("named", _TEXTS("unknown_receive")))
    lines = (Line("wait", _TEXTS("near_line")),) if alike else ()
    title = _TEXTS("menu_unknown" if nameless else "menu_near")
    field = _TEXTS("field_unknown") if nameless else None
    return Menu(MENU, title, tuple(items), field, lines, enter=len(items) if nameless else 0)


def _near_item(one: Near) -> Item:
    """Return a known card by what names nobody outright: initials, birth year, number masked."""
    card = one.record.card
    born = str(card.ngay_sinh.year) if card.ngay_sinh else "…"
    who = f"{names.initials(card.ho_ten or '…')} · {born}"
    masked = numbers.spaced(numbers.mask(one.number) or "")
    place = _TEXTS("near_place", place=one.place) if one.place else Text("", "")
    text = Text(*(" · ".join(filter(None, (who, p))) for p in (place.vi, place.en)))
    return Item("look", text, one.number, hint=masked)
