"""The desk's main use cases: check a card, present it, receive the patient.

Presented is not received: green is received by itself; amber, red, and a good card of whose visit
the fund pays nothing, or perhaps nothing, by one key.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from enum import Enum
from typing import Any

from verification.basics.dates import VIETNAM
from verification.basics.errors import RequestError
from verification.card import presented
from verification.card.facts import Card
from verification.card.reasons import Finding, Reason, in_headline_order
from verification.kiosk import Kiosk
from verification.log.content import content_of, noted
from verification.log.events import Event, EventKind
from verification.log.outbox import WAITING
from verification.log.portal_events import PortalAnswered
from verification.log.ports import LogTransaction
from verification.log.unreadable import Content
from verification.log.visit import Visit
from verification.log.visit_events import Presented, Received
from verification.log.writing import write
from verification.reception import fund
from verification.reception.answer import Answer, Scan, entitled, entitlement_codes
from verification.reception.compared import compared
from verification.reception.here_today import HereToday, here_today
from verification.reception.judging import is_doubted, judged
from verification.reception.today import visits_of_day
from verification.review import flagging
from verification.rights import Actor, Right, needs
from verification.rules.law.verdict import Verdict
from verification.rules.law.visit_inputs import NOTHING_SAID


@needs(Right.CHECK)
def check(_actor: Actor, kiosk: Kiosk, raw: bytes, on: datetime | None = None) -> Verdict:
    """Answer a presented text and log nothing."""
    return judged(kiosk, lambda day: presented.read(raw, day), on)


class Receives(Enum):
    """Who is received by being presented."""

    GREEN_ALONE = "green_alone"
    ANY_CARD = "any_card"
    NOBODY = "nobody"  # a look-up

    def takes(self, answer: Answer) -> bool:
        """Tell whether whoever got this answer is received."""
        match self:
            case Receives.GREEN_ALONE:
                return fund.is_green(answer)
            case Receives.ANY_CARD:
                return answer.verdict.card is not None
            case Receives.NOBODY:
                return False


@needs(Right.RECEIVE)
def present(actor: Actor, kiosk: Kiosk, scan: Scan, *, lookup: bool = False) -> Answer:
    """Answer a scan at the desk; green is received by itself.

    Args:
        actor: Who is at the desk.
        kiosk: The kiosk.
        scan: What was presented.
        lookup: True to answer only: nobody is received.

    Raises:
        StoreError: It could not be logged; then nothing was.
    """
    who = Receives.NOBODY if lookup else Receives.GREEN_ALONE
    return _answered(actor, kiosk, scan, who, None)


@needs(Right.RECEIVE)
def check_in(actor: Actor, kiosk: Kiosk, scan: Scan, again: str | None = None) -> Answer:
    """Present and receive in one, whatever the verdict.

    Args:
        actor: Who receives.
        kiosk: The kiosk.
        scan: What was presented; rubbish is presented only.
        again: What a second visit of the same day is for; None makes no second visit.

    Raises:
        StoreError: It could not be logged; then nothing was.
    """
    return _answered(actor, kiosk, scan, Receives.ANY_CARD, again)


def _answered(actor: Actor, kiosk: Kiosk, scan: Scan, who: Receives, again: str | None) -> Answer:
    """Answer a scan, once however often it is sent, and receive whom the rule says."""
    verdict = _verdict(kiosk, scan)

    def work(log: LogTransaction) -> Answer:
        if resent := _resent(log, actor, kiosk, scan, verdict):
            return entitled(kiosk, resent, NOTHING_SAID)
        shown = _presented(log, actor, kiosk, scan, verdict, lookup=who is Receives.NOBODY)
        answer = entitled(kiosk, shown, NOTHING_SAID)
        if not who.takes(answer) or (answer.already and again is None):
            return _flagged(log, actor, kiosk, answer, received=False)
        answer = replace(answer, visit=_received(log, actor, kiosk, answer, again))
        return _flagged(log, actor, kiosk, answer)

    return kiosk.written.write(work)


@needs(Right.RECEIVE)
def receive(actor: Actor, kiosk: Kiosk, answer: Answer, again: str | None = None) -> Answer:
    """Receive the patient of an answer: amber, red, or a new visit of the same day.

    Args:
        actor: Who receives.
        kiosk: The kiosk.
        answer: The answer on the screen.
        again: What the new visit is for, where the patient was here today.

    Raises:
        RequestError: There is nobody to receive.
    """
    if answer.verdict.card is None or answer.event.person_ref is None:
        raise RequestError("Chưa có thẻ nào để tiếp nhận", "There is no card to receive")

    def work(log: LogTransaction) -> Answer:
        visit = _made(log, answer.event, again)
        if visit and not visit.cancelled:
            return replace(answer, visit=visit)
        already = _here(log, kiosk, answer.event).same
        if already and again is None:  # another desk was faster
            verdict = _with_visits(answer.verdict, HereToday(already))
            return replace(answer, verdict=verdict, visit=already[0], already=already)
        visit = _received(log, actor, kiosk, answer, again)
        received = replace(answer, visit=visit, reopened=False)
        return _flagged(log, actor, kiosk, received, presented_now=False)

    return kiosk.written.write(work)


@needs(Right.RECEIVE)
def receive_if_green(actor: Actor, kiosk: Kiosk, answer: Answer) -> Answer:
    """Receive whom an answer at the desk has turned green, as a scan would; never a look-up."""
    done = answer.visit or answer.already or Presented.of(answer.event.codes).lookup
    if done or not Receives.GREEN_ALONE.takes(answer):
        return answer
    return receive(actor, kiosk, answer)


@needs(Right.RECEIVE)
def receive_presented(actor: Actor, kiosk: Kiosk, event_id: str) -> Visit | None:
    """Receive the patient of a `presented` event of today that is no longer on a screen.

    Raises:
        RequestError: There is no such event of today with a card.
    """

    def work(log: LogTransaction) -> Visit | None:
        event = log.event(event_id)
        known = event and event.kind is EventKind.PRESENTED and event.person_ref
        looked = (
            known and event and Presented.of(event.codes).lookup
        )  # it is judged anew, by a scan
        if event is None or not known or looked or _local_day(event) != kiosk.today():
            raise RequestError("Hãy quét lại bệnh nhân này", "Scan this patient again")
        if visit := _made(log, event, None):
            return visit
        if already := _here(log, kiosk, event).same:
            return already[0]
        shown, told = Presented.of(event.codes), _answer_to(log, event)
        reasons = told.reasons if told and told.reasons else shown.reasons
        receipt = _receipt(event, (told and told.verdict) or shown.verdict, reasons[0])
        visit = _append_received(log, actor, kiosk, event, receipt)
        flagging.flag(log, actor, kiosk, event, visit, desk=False)
        return visit

    return kiosk.written.write(work)


def _flagged(
    log: LogTransaction,
    actor: Actor,
    kiosk: Kiosk,
    answer: Answer,
    *,
    received: bool = True,
    presented_now: bool = True,
) -> Answer:
    """Return the answer with its flags; they never block and never change the verdict."""
    visit = answer.visit if received else None
    found = flagging.flag(log, actor, kiosk, answer.event, visit, desk=presented_now)
    return replace(answer, flags=found.flags, flagged=found.event_id)


def _local_day(event: Event) -> date:
    return event.happened_at.astimezone(VIETNAM).date()


def _verdict(kiosk: Kiosk, scan: Scan) -> Verdict:
    verdict = judged(kiosk, lambda day: _reading(scan, day), scan.happened_at)
    if scan.happened_at is None:
        return verdict
    form = "%d/%m/%Y" if scan.day_only else "%H:%M %d/%m/%Y"
    when = f"{scan.happened_at.astimezone(VIETNAM):{form}}"
    return _with(verdict, Finding(Reason.BACKDATED, {"time": when}))


def _reading(scan: Scan, day: date) -> presented.Presented:
    """Return what was presented, with the document that is known to have been shown beside."""
    reading, number = scan.shows(day).counts, scan.beside.get("so_cccd")
    known = reading.beside or reading.kind in presented.CITIZEN_KINDS
    return replace(reading, beside=Card(so_cccd=number)) if number and not known else reading


def _with(verdict: Verdict, finding: Finding) -> Verdict:
    return replace(verdict, reasons=in_headline_order([*verdict.reasons, finding]))


def _resent(
    log: LogTransaction, actor: Actor, kiosk: Kiosk, scan: Scan, verdict: Verdict
) -> Answer | None:
    event = log.scan(scan.scan_id) if scan.scan_id else None
    if event is None or event.desk != actor.desk:  # a name of the browser's opens no other desk
        return None
    here = _here(log, kiosk, event)
    own = next((v for v in here.same if v.presented == event.event_id), None)
    before = replace(here, same=() if own else here.same)
    visit = own or next(iter(here.same), None)
    told = _with_visits(verdict, before)
    return Answer(told, event, visit, before.same, here.others, here.pairs, resent=True)


def _presented(  # one event and what it is made of
    log: LogTransaction,
    actor: Actor,
    kiosk: Kiosk,
    scan: Scan,
    verdict: Verdict,
    *,
    lookup: bool,
) -> Answer:
    at = scan.at(kiosk.clock())
    person = log.person(*_numbers(verdict.card)) if verdict.card else None
    beside = _beside(scan, verdict)
    content = content_of(verdict, quet=scan.quet, beside=beside)
    visits = visits_of_day(log, kiosk, person, at, doubted=is_doubted(verdict))
    here = here_today(log, visits, at, content)
    visit = next(iter(here.same), None)
    shown = Presented(
        shown=verdict.kind,
        verdict=verdict.outcome,
        reasons=tuple(finding.reason for finding in verdict.reasons),
        source=verdict.source,
        cach_trinh=scan.cach_trinh,
        cach_doc="quet" if scan.quet else "go",
        scan=scan.scan_id or None,
        lookup=lookup,
        compared=compared(log, kiosk, verdict, replace(scan, beside=beside), at),
        ma_cskcb=kiosk.facility or None,
        day_only=scan.day_only,
        already=visit.visit_id if visit else None,
    )
    event = write(log, actor, shown, person_ref=person, content=content, happened_at=at)
    return Answer(_with_visits(verdict, here), event, visit, here.same, here.others, here.pairs)


def _beside(scan: Scan, verdict: Verdict) -> Mapping[str, str]:
    """Return what is known beside the card, the number of a citizen card in sight included."""
    number = verdict.beside.so_cccd if verdict.beside else None
    return {**scan.beside, "so_cccd": number} if number else scan.beside


def _here(log: LogTransaction, kiosk: Kiosk, event: Event) -> HereToday:
    content = log.content(event.event_id) or Content()
    return here_today(log, _visits_by(log, kiosk, event), event.happened_at, content)


def _with_visits(verdict: Verdict, here: HereToday) -> Verdict:
    if not (here.same or here.others):
        return verdict
    first = (here.same or here.others)[0]
    time = "?" if first.unreadable else f"{first.happened_at.astimezone(VIETNAM):%H:%M}"
    params = {"time": time, "desk": first.desk}
    if not here.same:
        params["case"] = "other"
    elif first.so_thu_tu is not None:
        params |= {"case": "numbered", "number": str(first.so_thu_tu)}
    return _with(verdict, Finding(Reason.ALREADY_TODAY, params))


def _received(
    log: LogTransaction, actor: Actor, kiosk: Kiosk, answer: Answer, again: str | None = None
) -> Visit | None:
    verdict = answer.verdict
    receipt = _receipt(answer.event, verdict.outcome, verdict.headline.reason)
    receipt = replace(receipt, **entitlement_codes(answer))
    return _append_received(log, actor, kiosk, answer.event, receipt, again)


def _receipt(presented_event: Event, verdict: str, reason: str) -> Received:
    how = Presented.of(presented_event.codes).cach_trinh
    return Received(presented_event.event_id, verdict, reason, how)


def _portal(log: LogTransaction, kiosk: Kiosk, presented_event: Event) -> dict[str, Any]:
    """Return how far the question to the national portal is, for a visit that begins now."""
    if not kiosk.asks_portal:
        return {}
    told = _answer_to(log, presented_event)
    return {"portal": told.outcome, "portal_code": told.code} if told else {"portal": WAITING}


def _answer_to(log: LogTransaction, presented_event: Event) -> PortalAnswered | None:
    """Return what the national portal answered to a presentation, None while it did not."""
    ended = reversed(log.exchanged.about(presented_event.event_id))
    answered = (event for event in ended if event.kind is EventKind.PORTAL_ANSWERED)
    return next((PortalAnswered.of(event.codes) for event in answered), None)


def _append_received(
    log: LogTransaction,
    actor: Actor,
    kiosk: Kiosk,
    presented_event: Event,
    receipt: Received,
    again: str | None = None,
) -> Visit | None:
    event = write(
        log,
        actor,
        replace(
            receipt,
            again=again is not None,
            handover=kiosk.hands_over,
            **_portal(log, kiosk, presented_event),
        ),
        person_ref=presented_event.person_ref,
        content=noted(again or ""),
        happened_at=presented_event.happened_at,
    )
    return log.visit(event.event_id)


def _made(log: LogTransaction, presented_event: Event, again: str | None) -> Visit | None:
    """Return the newest visit that the same key has made of this presentation before."""
    found = reversed(log.cases.received_from(presented_event.event_id))
    received = (event for event in found if event.kind is EventKind.RECEIVED)
    same = (e for e in received if Received.of(e.codes).again == (again is not None))
    made = next(same, None)
    return log.visit(made.event_id) if made else None


def _visits_by(log: LogTransaction, kiosk: Kiosk, event: Event) -> tuple[Visit, ...]:
    """Return a person's visits of the day of a presentation, that one's too."""
    doubted = Reason.CLOCK_WRONG in Presented.of(event.codes).reasons
    return visits_of_day(log, kiosk, event.person_ref, event.happened_at, doubted=doubted)


def _numbers(card: Card) -> tuple[str | None, list[str]]:
    return card.ma_so_bhxh, [n for n in (card.ma_the, card.so_cccd) if n]
