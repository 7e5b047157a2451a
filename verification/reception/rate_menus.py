"""The menus about the rate of a visit: why it is so, another code, what else is known."""

from collections.abc import Mapping
from dataclasses import replace

from verification.basics.rates import percent_text
from verification.basics.texts import Text, Texts
from verification.reception import papers
from verification.reception.answer import Answer
from verification.reception.menus import Item, Line, Menu, asking
from verification.rules.law.entitlement import Entitlement, LadderRow
from verification.rules.law.papers import REAPPOINTMENT, REFERRAL
from verification.rules.law.visit_questions import AnswerKind, question

_TEXTS = Texts("verification.reception")
_WRITTEN = {AnswerKind.DAY, AnswerKind.DONG}  # into a field of their own
# each keeps its number
_SAID = ("admitted", "first_visit_cost")
_SAID_AFTER = ("copay_exempt", "drug_pickup", "newborn")
_TONES: Mapping[bool | None, str] = {True: "ok", None: "wait", False: "no"}


def rate(answer: Answer | None) -> Menu:
    """Return the menu of all about the rate of an answer."""
    about = answer.shown_as if answer else ""
    found = answer.entitlement if answer else None
    unknown = None if found and found.ladder else _TEXTS("menus.no_rate")
    other = alternatives(found, about) if found else None
    nothing = unknown or (None if other else _TEXTS("toast_nothing_else"))
    items = (
        Item("why", _TEXTS("menu_why"), blocked=unknown),
        Item("open", _TEXTS("menu_alternatives"), "other", opens=other, blocked=nothing),
        *(_said(name, about) for name in _SAID),
        Item("page", _TEXTS("menu_what_if"), "muc_huong"),
        *(_said(name, about) for name in _SAID_AFTER),
        Item("again_asked", _TEXTS("menu_ask_again")),
        *(
            Item("open", _TEXTS(f"papers.menu_{name}"), name, opens=papers.menu(name, about))
            for name in (REFERRAL, REAPPOINTMENT)
        ),
    )
    return Menu(f"rate:{about}", _TEXTS("menu_rate"), items)


def _said(name: str, about: str) -> Item:
    asked = question(name)
    words, item = _TEXTS(asked.menu or ""), Item("said", _TEXTS(asked.menu or ""), name)
    if asked.kind not in _WRITTEN:
        return item
    save, label = replace(item, text=_TEXTS("menu_save")), _TEXTS(f"menus.write_{name}")
    return Item("open", words, name, opens=asking(f"said:{name}:{about}", words, label, save))


def why(entitlement: Entitlement) -> Menu:
    """Return the rules that an answer came down: those that hit first, then the others."""
    ladder = sorted(entitlement.ladder, key=lambda row: row.hit is False)
    lines = [Line(_TONES[row.hit], _numbered(row)) for row in ladder]
    hit = sum(row.hit is not False for row in ladder)
    lines[hit:hit] = [Line("wait", note) for note in entitlement.notes]
    return Menu("why", _TEXTS("menu_why"), (), lines=tuple(lines))


def _numbered(row: LadderRow) -> Text:
    return Text(f"{row.id}. {row.why.vi}", f"{row.id}. {row.why.en}")


def alternatives(entitlement: Entitlement, about: str) -> Menu | None:
    """Return the menu of other rows that fit, None where there is none.

    Args:
        entitlement: With the rows.
        about: The answer that it is about.
    """
    if not entitlement.alternatives:
        return None
    items = []
    for at, other in enumerate(entitlement.alternatives):
        percent = f" · {percent_text(other.rate)} %" if other.rate is not None else ""
        words = f"{other.ma_doituong_kcb}{percent}"
        items.append(Item("alternative", Text(words, words), str(at)))
    title = _TEXTS("menu_alternatives")
    return Menu(f"alternatives:{about}", title, tuple(items), _TEXTS("field_reason"))
