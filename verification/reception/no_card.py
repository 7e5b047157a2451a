"""Patients without a card to show, and the card that comes later."""

from dataclasses import replace

from verification.basics.errors import RequestError
from verification.basics.names import tidy
from verification.card.facts import Card
from verification.card.presented import QR_KINDS, Kind, read
from verification.card.reasons import Finding, Reason
from verification.kiosk import Kiosk
from verification.log.content import content_of, noted, visit_content
from verification.log.events import Event
from verification.log.ports import LogTransaction
from verification.log.visit import CachTrinh, Visit
from verification.log.visit_events import Completed, Presented
from verification.log.writing import write
from verification.reception.answer import Answer, entitled, entitlement_codes
from verification.reception.corrections import ask_portal_again
from verification.reception.doubts import AnotherPerson, Doubt, doubt_of
from verification.reception.judging import doubted, is_doubted, judged
from verification.rights import Actor, Right, needs
from verification.rules.law.verdict import Source, Verdict
from verification.rules.law.visit_inputs import NOTHING_SAID, Said

NO_CARD_CASES = ("newborn", "child", "emergency", "lost", "donor")
_SAID_BY_CASE = {
    "newborn": Said(newborn=True),
    "child": Said(child=True),
    "donor": Said(donor=True),
    "emergency": Said(emergency=True),
}


@needs(Right.RECEIVE)
def present_without_card(
    actor: Actor, kiosk: Kiosk, case: str, words: str, scan_id: str | None = None
) -> Answer:
    """Present a patient who has no card to show: undetermined, with the law's next step.

    Args:
        actor: Who is at the desk.
        kiosk: The kiosk.
        case: One of `NO_CARD_CASES`.
        words: What is known: a name, for a newborn the mother's name and the time of birth.
        scan_id: Name of the input, the same when it is resent.

    Raises:
        RequestError: Nothing was written.
    """
    name = tidy(words)
    if not name:
        raise RequestError("Hãy viết họ tên vào ô trước", "Write the name into the field first")
    verdict = judged_without_card(kiosk, case, name)
    shown = Presented(
        shown="no_card",
        no_card=case,
        verdict=verdict.outcome,
        reasons=tuple(finding.reason for finding in verdict.reasons),
        cach_trinh=CachTrinh.GO,
        scan=scan_id or None,
    )
    content = {"ban_ghi": {"ho_ten": name}, "cach_doc": {"ho_ten": "go"}}

    def work(log: LogTransaction) -> Event:
        known = log.scan(scan_id) if scan_id else None
        if known and known.desk == actor.desk:  # a name of the browser's opens no other desk
            return known
        return write(log, actor, shown, person_ref=log.person(None, ()), content=content)

    answer = Answer(verdict, kiosk.written.write(work), None)
    return entitled(kiosk, answer, said_by_case(case))


def judged_without_card(kiosk: Kiosk, case: str | None, name: str | None) -> Verdict:
    """Return the verdict over a patient who has no card to show."""
    verdict = Verdict(
        kind=Kind.UNREADABLE,
        digest="",
        on=kiosk.likely_day(),
        reasons=(Finding(Reason.NO_CARD, {"case": case or ""}),),
        card=Card(ho_ten=name),
        source=Source.NONE,
    )
    return doubted(kiosk, verdict)


def said_by_case(case: str | None) -> Said:
    """Return what is said of a visit by why there is no card."""
    return _SAID_BY_CASE.get(case or "", NOTHING_SAID)


@needs(Right.RECEIVE)
def complete(actor: Actor, kiosk: Kiosk, answer: Answer, typed: str, why: str = "") -> Answer:
    """Add the card of a patient who was received without one; the visit is judged anew.

    Args:
        actor: Who adds it.
        kiosk: The kiosk.
        answer: The answer on the screen.
        typed: The card's number, or its QR.
        why: Why it is this patient's card although it seems to be another person's.

    Raises:
        AnotherPerson: It seems to be another person's and nobody says why it is not.
        RequestError: The patient was not received yet, or there is no card in the text.
    """
    visit = answer.visit
    if visit is None:
        raise RequestError("Tiếp nhận bệnh nhân trước (F2)", "Receive the patient first (F2)")
    verdict, quet = _judged(kiosk, answer.verdict, visit, typed)
    following = entitled(kiosk, replace(answer, verdict=verdict), answer.said)
    completed = Completed(
        visit.visit_id, verdict.outcome, verdict.headline.reason, **entitlement_codes(following)
    )
    card = verdict.card or Card()
    numbers = [n for n in (card.ma_the, card.so_cccd) if n]
    content = content_of(verdict, quet=quet) | (noted(why) or {})

    def work(log: LogTransaction) -> Visit | None:
        person = log.person(card.ma_so_bhxh, numbers)
        if not why.strip() and (doubt := _doubt(log, visit, person, verdict)):
            raise AnotherPerson(doubt)
        write(log, actor, completed, person_ref=person, content=content)
        whole = log.visit(visit.visit_id)
        if whole:
            ask_portal_again(log, actor, kiosk, whole)
        return whole

    return replace(following, visit=kiosk.written.write(work))


def _judged(kiosk: Kiosk, before: Verdict, visit: Visit, typed: str) -> tuple[Verdict, bool]:
    """Return the verdict over a card that was typed or scanned, and which of both."""
    raw = typed.encode("utf-8", "replace")
    reading = read(raw, visit.day)
    if reading.card is None:
        sentence = reading.findings[0].sentence
        raise RequestError(sentence.vi, sentence.en)
    # a visit of a wrong clock's day is judged like one of now
    when = None if is_doubted(before) else visit.happened_at
    return judged(kiosk, lambda day: read(raw, day), when), reading.kind in QR_KINDS


def _doubt(log: LogTransaction, visit: Visit, person: str, verdict: Verdict) -> Doubt | None:
    presented = log.event(visit.presented)
    case = Presented.of(presented.codes).no_card if presented and presented.is_readable else None
    here = any(v.visit_id != visit.visit_id for v in log.visits_of(person, visit.day))
    content = visit_content(log, visit)
    patient = None if content.unreadable else content.get("ban_ghi", {})
    return doubt_of(patient, case, verdict, here_today=here)
