"""Somebody of a day's list on the screen again: judged as of now, and nobody received by it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from verification.basics.dates import VIETNAM, parse_day
from verification.basics.errors import RequestError
from verification.kiosk import Kiosk
from verification.log.events import Event, EventKind
from verification.log.visit import Visit
from verification.log.visit_events import Received, SaidOfVisit
from verification.reception.answer import Answer, entitled
from verification.reception.judging import judged
from verification.reception.lookup import viewed
from verification.reception.no_card import judged_without_card, said_by_case
from verification.reception.shown_again import NUMBERS, ShownAgain, shown_again
from verification.rights import Actor, Right, needs
from verification.rules.law.verdict import Verdict
from verification.rules.law.visit_inputs import NOTHING_SAID, Said
from verification.rules.law.visit_questions import QUESTIONS, AnswerKind

_KINDS = {question.name: question.kind for question in QUESTIONS}


@needs(Right.RECEIVE)
def reopen(actor: Actor, kiosk: Kiosk, row: str) -> Answer:
    """Return the answer of a row of the list as it is now; the look is logged.

    Args:
        actor: Who looks.
        kiosk: The kiosk.
        row: The visit, or the presentation of whoever was not received.

    Raises:
        RequestError: There is no such row, or what it says cannot be read any more.
        StoreError: The look could not be logged; then nobody is shown.
    """
    shown, visit = _found(kiosk, row)
    again = shown_again(kiosk.written, shown, visit)
    if again.content.unreadable or "ban_ghi" not in again.content:
        raise RequestError(
            "Không đọc lại được bệnh nhân này, hãy quét lại",
            "This patient cannot be read again, scan once more",
        )
    viewed(actor, kiosk, shown, "reopened")
    said = said_by_case(again.codes.no_card)
    answer = Answer(_verdict(kiosk, shown, again), shown, visit, reopened=True)
    return _told(kiosk, answer, said)


def only_now(kiosk: Kiosk, answer: Answer) -> None:
    """Refuse to receive of an answer opened from the list who was undone or is of another day.

    Raises:
        RequestError: It is one.
    """
    if answer.reopened and answer.visit and answer.visit.cancelled:
        raise RequestError(
            "Lượt này đã hủy: muốn tiếp nhận thì quét lại",
            "This visit was undone: scan again to receive",
        )
    if answer.reopened and _day(answer.event) != kiosk.today():
        raise RequestError(
            "Lượt của ngày khác: quét lại bệnh nhân này", "Of another day: scan this patient again"
        )


def _found(kiosk: Kiosk, row: str) -> tuple[Event, Visit | None]:
    """Return the presentation of a row, and the visit that it is or has become."""
    log = kiosk.written
    event, visit = log.event(row), None
    if event and event.kind is EventKind.RECEIVED:
        visit = log.visit(row)
        event = log.event(Received.of(event.codes).presented)
    elif event and event.kind is EventKind.PRESENTED:
        made = [log.visit(one.event_id) for one in log.cases.received_from(row)]
        visit = next((one for one in reversed(made) if one and not one.cancelled), None)
    if event is None or event.kind is not EventKind.PRESENTED:
        raise RequestError("Không còn dòng này", "This row is not there any more")
    return event, visit


def _day(event: Event) -> date:
    return event.happened_at.astimezone(VIETNAM).date()


def _verdict(kiosk: Kiosk, shown: Event, again: ShownAgain) -> Verdict:
    if again.codes.no_card and not any(again.known.get(name) for name in NUMBERS):
        return judged_without_card(kiosk, again.codes.no_card, again.known.get("ho_ten"))
    when = None if _day(shown) == kiosk.today() else shown.happened_at
    return judged(kiosk, again.reading, when)


# ---- what was said of the visit before


def _told(kiosk: Kiosk, answer: Answer, said: Said) -> Answer:
    """Return the answer with all that was said of it since it was shown, the chosen code too."""
    since = datetime.combine(_day(answer.event), time(), VIETNAM)
    events = kiosk.written.events([EventKind.TOLD], since)
    told = [SaidOfVisit.of(event.codes) for event in events if event.is_readable]
    asked, code = 0, None
    for one in told:
        if one.presented != answer.event.event_id:
            continue
        if one.answers is None:
            code = one.ma_doituong_kcb
        elif not one.answers:
            said, asked, code = NOTHING_SAID, 0, None
        else:
            said, asked = replace(said, **_values(one.answers)), asked + 1
    following = entitled(kiosk, replace(answer, asked=asked), said)
    others = following.entitlement.alternatives if following.entitlement else ()
    chosen = next((one for one in others if code and one.ma_doituong_kcb == code), None)
    return replace(following, chosen=chosen)


def _values(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers as the questions take them; one that no version here asks is passed over."""
    return {name: _value(_KINDS[name], told) for name, told in answers.items() if name in _KINDS}


def _value(kind: AnswerKind, told: str | int) -> bool | int | str | date:
    if kind is AnswerKind.DAY:
        return parse_day(str(told))
    return bool(told) if kind in {AnswerKind.YES_NO, AnswerKind.MARK} else told
