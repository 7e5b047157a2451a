"""What the desk does with the national portal's answer: on the screen, too late for it, against it.

The local answer stands at once; the portal's takes its place while that person is on the screen and
nothing is being chosen. Afterwards it changes nobody's answer: the visit is one to verify.
"""

from dataclasses import replace

from verification.basics.errors import RequestError
from verification.basics.texts import Text, Texts
from verification.card.portal_codes import MOST_OF_A_NOTE, code_of
from verification.card.reasons import Class
from verification.kiosk import Kiosk
from verification.log.content import noted
from verification.log.events import Event, EventKind
from verification.log.observations import answer_of
from verification.log.portal_events import PortalKept
from verification.log.visit import PortalWord, Visit
from verification.log.writing import write_alone
from verification.reception import menus, portal_answers, shortly
from verification.reception.answer import REVISED, Answer
from verification.reception.fund import is_green
from verification.reception.menus import Item, Menu
from verification.reception.questions import DeskQuestion
from verification.reception.screen import Input, Screen, Toast
from verification.rights import Actor, Right, needs

ASKED = "portal"
"""What the question of a visit that the portal speaks against is called in a choice."""
BUSY = "busy"
"""Of an event: something is being chosen or written, the answer must not change now."""
OWN_WORDS = "khac"
KEPT_WHY = ("giay_to", "tu_tra", "the_khac", "cong_sai", "cap_cuu", OWN_WORDS)
"""Why a visit is kept though the portal speaks against it; stored codes."""
_TEXTS = Texts("verification.reception")
_AGAINST = frozenset({PortalWord.REJECTED, PortalWord.UNKNOWN_CODE})


def presented_of(answer_id: str) -> str:
    """Return the presentation that the name of an answer on a screen begins with."""
    return answer_id.partition(REVISED)[0]


def newest(kiosk: Kiosk, presented: str) -> Event | None:
    """Return how a question about a presentation ended, None while none did.

    An answer stands until there is another one; a question that failed after it takes nothing back.
    """
    about = kiosk.written.exchanged.about(presented)
    answered = [event for event in about if event.kind is EventKind.PORTAL_ANSWERED]
    return next(reversed(answered or about), None)


def is_against(visit: Visit | None) -> bool:
    """Tell whether the portal speaks against a visit and nobody has decided on it yet."""
    return visit is not None and visit.cancelled is None and visit.portal in _AGAINST


def opened(kiosk: Kiosk, answer: Answer) -> Answer:
    """Return an answer that was judged just now: what the portal has said by then is in it."""
    event = newest(kiosk, answer.presented)
    return replace(answer, heard=event.event_id) if event else answer


# ---- the answer comes


@needs(Right.RECEIVE)
def told(actor: Actor, kiosk: Kiosk, screen: Screen, given: Input) -> Screen:
    """Return the screen after a question to the portal ended.

    Args:
        actor: Who is at the desk.
        kiosk: The kiosk.
        screen: What it shows.
        given: `menu_id` names the presentation, `answer_id` the answer that was on the screen.
    """
    shown, presented = screen.answer, presented_of(given.menu_id)
    if shown is None or shown.presented != presented:
        return _late(kiosk, screen, given, presented)
    if given.text == BUSY or screen.menu or screen.today:
        return _late(kiosk, screen, given, presented)
    if given.answer_id != screen.answer_id:  # another answer of the same one stands there by now
        return screen
    return replace(screen, answer=taken_in(actor, kiosk, shown))


@needs(Right.RECEIVE)
def taken_in(actor: Actor, kiosk: Kiosk, answer: Answer) -> Answer:
    """Return an answer with the portal's in it; where that changes it, it is a new revision."""
    event = newest(kiosk, answer.presented)
    if event is None or event.event_id == answer.heard:
        return answer
    silent = event.kind is EventKind.PORTAL_FAILED  # it changes nothing but the line
    now = answer if silent else portal_answers.upgraded(actor, kiosk, answer)
    if now.visit:
        now = replace(now, visit=kiosk.written.visit(now.visit.visit_id))
    now = replace(now, heard=event.event_id)
    if _alike(answer, now):
        return now
    return replace(now, revision=answer.revision + 1, before=replace(answer, before=None))


def _alike(one: Answer, other: Answer) -> bool:
    """Tell whether a key means the same for both."""
    return _meaning(one) == _meaning(other)


def _meaning(answer: Answer) -> tuple[object, ...]:
    verdict, found = answer.verdict, answer.entitlement
    rates = (found.rate_low, found.rate_high, found.ask[:1]) if found else None
    reasons = tuple(one.reason for one in verdict.reasons if one.cls is not Class.INFO)
    standing = (bool(answer.visit), is_against(answer.visit), is_green(answer))
    flags = tuple((flag.rule, flag.level) for flag in answer.flags)  # one of them may be asked
    return verdict.outcome, verdict.headline.reason, reasons, verdict.card, rates, standing, flags


def _late(kiosk: Kiosk, screen: Screen, given: Input, presented: str) -> Screen:
    """Return the screen with a calm word of whom the portal speaks against; nothing changes."""
    visits = [
        visit
        for event in kiosk.written.cases.received_from(presented)
        if event.kind is EventKind.RECEIVED and (visit := kiosk.written.visit(event.event_id))
    ]
    against = next((visit for visit in visits if is_against(visit)), None)
    if against is None:
        return screen
    who: str | Text = shortly.of_event(kiosk, presented)
    if against.so_thu_tu is not None:
        who = _TEXTS("portal.numbered", who=who, number=against.so_thu_tu)
    text = _TEXTS("portal.late", who=who, what=_said_by(against.portal_code or "?"))
    return replace(screen, toast=Toast(f"{given.session}:{given.number}", text, "wait"))


def _said_by(code: str) -> Text:
    """Return what a code says and the code; one that is in no table is called so."""
    known = code_of(code)
    if known is None:
        return _TEXTS("portal.code_in_no_table", code=code)
    return Text(f"{known.text.vi} ({code})", f"{known.text.en} ({code})")


def changed_meanwhile(screen: Screen, answer_id: str | None) -> Text | None:
    """Return what is said of a key that was pressed for the answer before the portal changed it."""
    shown = screen.answer
    if shown is None or not answer_id or answer_id == shown.shown_as:
        return None
    if presented_of(answer_id) != shown.presented:
        return None
    received = shown.visit is not None and shown.before is not None and not shown.before.visit
    return _TEXTS("portal.changed_received" if received else "portal.changed")


# ---- a visit that the portal speaks against


def question(answer: Answer) -> DeskQuestion | None:
    """Return what the desk is asked of a visit that the portal speaks against: undo or keep."""
    if not is_against(answer.visit):
        return None
    choices = tuple((_TEXTS(f"portal.answer_{what}"), {"portal": what}) for what in _DECIDED)
    return DeskQuestion(_TEXTS("portal.question"), choices)


_DECIDED = ("undo", "keep")


def menu_of(answer: Answer, index: int) -> Menu | None:
    """Return the menu behind an answer to the question; None where it is not asked."""
    if not is_against(answer.visit) or answer.visit is None or not 1 <= index <= len(_DECIDED):
        return None
    visit_id = answer.visit.visit_id
    return menus.undo_why(visit_id) if _DECIDED[index - 1] == "undo" else keeping(visit_id)


def keeping(visit_id: str) -> Menu:
    """Return the menu of why a visit is kept though the portal speaks against it."""
    title = _TEXTS("portal.menu_keep")
    items = [
        Item("keep", _TEXTS(f"portal_keep.{why}"), why, visit_id)
        for why in KEPT_WHY
        if why != OWN_WORDS
    ]
    save = Item("keep", _TEXTS("menu_save"), OWN_WORDS, visit_id)
    own = menus.asking(f"keep_own:{visit_id}", title, _TEXTS("field_reason"), save)
    items.append(Item("open", _TEXTS(f"portal_keep.{OWN_WORDS}"), OWN_WORDS, opens=own))
    return Menu(f"keep:{visit_id}", title, tuple(items))


@needs(Right.RECEIVE)
def keep(actor: Actor, kiosk: Kiosk, visit_id: str, why: str, words: str = "") -> Event:
    """Keep a visit though the portal speaks against it; why is logged.

    Args:
        actor: Who decides.
        kiosk: The kiosk.
        visit_id: The visit.
        why: One of `KEPT_WHY`.
        words: In own words; needed where the code says nothing.

    Raises:
        RequestError: There is no such reason, or the portal does not speak against the visit.
    """
    if why not in KEPT_WHY or (why == OWN_WORDS and not words.strip()):
        raise RequestError("Hãy chọn hoặc ghi lý do", "Choose the reason, or write it")
    visit = kiosk.written.visit(visit_id)
    answered = newest(kiosk, visit.presented) if visit else None
    if visit is None or answered is None or not is_against(visit):
        raise RequestError(
            "Lượt này không còn phải xác minh", "This visit is not to be verified any more"
        )
    kept = PortalKept(visit_id, answered.event_id, why)
    return write_alone(
        kiosk.written, actor, kept, person_ref=visit.person_ref, content=noted(words)
    )


def words_of(kiosk: Kiosk, answered: Event) -> Text:
    """Return what the portal said, its code first; of a code in no table the portal's own words."""
    code = str(answered.codes.get("code") or "?")
    known = code_of(code)
    if known:
        return Text(*(f"{code} · {words}" for words in (known.text.vi, known.text.en)))
    note = answer_of(answered, kiosk.written.content(answered.event_id)).note or ""
    return _TEXTS("portal.unknown_code", code=code, note=note[:MOST_OF_A_NOTE])
