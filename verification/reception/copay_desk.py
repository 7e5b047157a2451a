"""The co-payment of the year, asked of the national portal by hand: it may take two minutes.

Nobody waits for it: it is shown where its patient is on the screen and still waited for, and taken
over as an answer about the visit by a key alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from verification.basics import names
from verification.basics.dates import VIETNAM, vi_date
from verification.basics.errors import RequestError
from verification.basics.figures import dotted
from verification.basics.texts import Text, Texts
from verification.card.facts import Card
from verification.card.portal import Cause, CoPayment, PortalOutcome, Question
from verification.card.portal_codes import MOST_OF_A_NOTE
from verification.exchange.wording import error_words
from verification.kiosk import Kiosk
from verification.reception import lookup, portal_answers
from verification.reception.answer import Answer
from verification.reception.menus import Item, Line, Menu
from verification.reception.screen import CopayWait, Input, Screen, Toast
from verification.rights import Actor, Right, needs
from verification.rules.law.copay_year import YearPaid, year_paid
from verification.rules.law.tables import Law

AGAIN = "again"
"""Of the entry that asks: what is known already is not enough."""
_TEXTS = Texts("verification.reception")


def question_of(kiosk: Kiosk, answer: Answer) -> Question | Cause:
    """Return what the portal is asked about the patient of an answer, or why it cannot be."""
    return portal_answers.question_of(kiosk, answer.event, answer.visit)


@needs(Right.RECEIVE)
def asked(actor: Actor, kiosk: Kiosk, screen: Screen, how: str) -> Screen:
    """Return the screen that waits for the portal; the look is logged.

    Args:
        actor: Who asks.
        kiosk: The kiosk.
        screen: It shows the patient.
        how: `AGAIN` to ask though there is an answer already.

    Raises:
        RequestError: Nobody is there, or no portal is asked.
        StoreError: It could not be logged; then nothing is asked.
    """
    answer = screen.answer
    if answer is None:
        raise _refused("toast_no_answer")
    if not kiosk.asks_portal:
        raise _refused("copay.no_portal")
    lookup.viewed(actor, kiosk, answer.event, "copay")
    lines = tuple(Line("wait", _TEXTS(f"copay.{key}")) for key in ("asking", "asking_more"))
    waiting = Menu(_waiting(answer.presented), _title(answer), (), lines=lines)
    return replace(screen, menu=waiting, copay=CopayWait(answer.presented, again=how == AGAIN))


@needs(Right.RECEIVE)
def told(_actor: Actor, kiosk: Kiosk, screen: Screen, given: Input) -> Screen:
    """Return the screen after the question ended; another patient's stays as it is.

    Args:
        kiosk: The kiosk.
        screen: What it shows.
        given: `menu_id` names the presentation; `paid` is the portal's answer, None where it is
            lost.
    """
    answer, wait = screen.answer, screen.copay
    if wait is None or answer is None or not wait.presented == given.menu_id == answer.presented:
        return screen
    after = replace(screen, copay=None)
    if screen.menu and screen.menu.id == _waiting(answer.presented):
        return replace(after, menu=result(kiosk, answer, given.paid))
    toast = Toast(f"{given.session}:{given.number}", _TEXTS("copay.toast_told"), "ok")
    return replace(after, toast=toast)


def taken(screen: Screen, item: Item) -> Mapping[str, Any]:
    """Return what the portal's sums say of the visit on the screen.

    Raises:
        RequestError: They are another patient's.
    """
    if screen.presented != item.about:
        raise _refused("toast_not_done")
    before, since = (int(part) for part in item.value.split())
    # what was said by hand before gives way: the rules judge by the sums and the five years
    return {"copay_before_july": before, "copay_since": since, "copay_exempt": None}


def result(kiosk: Kiosk, answer: Answer, found: CoPayment | None) -> Menu:
    """Return the menu of what the portal said.

    Args:
        kiosk: The kiosk.
        answer: Of the patient.
        found: What it said, None where that is lost.
    """
    on, law = answer.verdict.on, kiosk.rules.law
    said = _Said(answer.verdict.card, on, law, found)
    paid = said.paid
    value = f"{paid.before} {paid.since}" if paid else ""
    unknown = None if paid else _TEXTS("copay.nothing_to_take")
    no_rate = None if answer.entitlement else _TEXTS("menus.no_rate")
    take = Item("copay_take", _TEXTS("copay.take"), value, answer.presented)
    items = (
        replace(take, blocked=unknown or no_rate),
        Item("copay", _TEXTS("copay.again"), AGAIN),
    )
    return Menu(f"copay:{answer.presented}", _title(answer), items, lines=tuple(said.lines()))


@dataclass(frozen=True)
class _Said:
    """What the portal said, in lines."""

    card: Card | None
    on: date
    law: Law
    found: CoPayment | None

    @property
    def paid(self) -> YearPaid | None:
        return year_paid(self.law, self.on, self.found.rows) if self.found else None

    def lines(self) -> Iterator[Line]:
        found, paid = self.found, self.paid
        if found is None:
            yield Line("wait", _TEXTS("copay.lost"))
            return
        time = f"{found.at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
        if found.outcome is not PortalOutcome.ANSWERED:
            yield Line("wait", _TEXTS("copay.failed", time=time, why=_why(found)))
        elif paid is None:
            yield Line("wait", _TEXTS("copay.none", year=self.on.year))
        else:
            yield from self._sums(paid)
        if found.note:  # it says up to when the data reach
            yield Line("wait", _TEXTS("copay.note", note=found.note[:MOST_OF_A_NOTE]))
        if found.outcome is PortalOutcome.ANSWERED:
            yield Line("plain", _TEXTS("copay.source", time=time))

    def _sums(self, paid: YearPaid) -> Iterator[Line]:
        year, total = self.on.year, _dong(paid.total)
        yield Line("plain", _TEXTS("copay.total", year=year, total=total))
        if paid.limit is None:
            return
        limit = _dong(paid.limit)
        if not paid.exceeded:
            yield Line("plain", _TEXTS("copay.below", limit=limit))
            return
        day = Text(*(vi_date(paid.on),) * 2) if paid.on else _TEXTS("copay.day_untold")
        yield Line("ok", _TEXTS("copay.exceeded", limit=limit, day=day))
        yield self._five_years(paid)

    def _five_years(self, paid: YearPaid) -> Line:
        """Return what follows: five years without a break are needed too."""
        five = self.card.ngay_du_5_nam if self.card else None
        if five is None:
            return Line("wait", _TEXTS("copay.five_unknown"))
        if five > self.on:
            return Line("no", _TEXTS("copay.five_not_yet", day=vi_date(five)))
        if paid.on is None:
            return Line("ok", _TEXTS("copay.exempt"))
        since = vi_date(max(five, paid.on))
        return Line("ok", _TEXTS("copay.exempt_since", day=since, year=self.on.year))


def _why(found: CoPayment) -> Text:
    if found.cause is Cause.INCOMPLETE:  # nothing asks again by itself here
        return _TEXTS("copay.incomplete")
    told = found.cause.value if found.cause else None
    return error_words(told or found.code or found.outcome.value)


def _waiting(presented: str) -> str:
    return f"copay_wait:{presented}"


def _title(answer: Answer) -> Text:
    card = answer.verdict.card
    who = names.initials(card.ho_ten) if card and card.ho_ten else "…"
    return _TEXTS("copay.title", who=who, year=answer.verdict.on.year)


def _dong(amount: int) -> Text:
    return Text(f"{dotted(amount)} đ", f"{dotted(amount)} đồng")


def _refused(key: str) -> RequestError:
    text = _TEXTS(key)
    return RequestError(text.vi, text.en)
