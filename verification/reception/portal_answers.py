"""The national portal at the desk: what it is asked, what its answer does to log and screen.

An answer is an event beside the presentation that it was asked for. It never changes what was
recorded: the visit keeps the verdict that it was received with.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from verification.basics.dates import VIETNAM, PartialDate, parse_partial
from verification.basics.names import is_readable
from verification.card import numbers
from verification.card.facts import Card
from verification.card.numbers import NumberKind
from verification.card.portal import (
    Cause,
    PortalAnswer,
    PortalOfficer,
    PortalOutcome,
    Question,
)
from verification.card.portal_codes import LookAgain, code_of
from verification.card.portal_records import local_day, own_card
from verification.card.presented import read
from verification.card.reasons import Reason, in_headline_order
from verification.exchange.observed import Observed
from verification.kiosk import Kiosk
from verification.log.events import Event, EventKind
from verification.log.observations import answer_of, observed
from verification.log.portal_events import PortalAnswered, PortalAskedAgain, PortalFailed
from verification.log.ports import Log, LogTransaction
from verification.log.visit import PortalWord, Visit
from verification.log.visit_events import REFUTED, Presented
from verification.log.writing import write
from verification.reception.answer import Answer, entitled
from verification.reception.checkin import receive_if_green
from verification.reception.compared import compared_again
from verification.reception.judging import is_doubted, judged
from verification.reception.shown_again import NUMBERS, ShownAgain, shown_again
from verification.review import flagging
from verification.rights import Actor, Right, needs
from verification.rules.law.entitlement import Alternative
from verification.rules.law.verdict import Outcome, Verdict

_KEPT = frozenset({Reason.ALREADY_TODAY, Reason.BACKDATED})  # said of the presentation itself
_ASKED_BY = {NumberKind.CARD15, NumberKind.BHXH10, NumberKind.CCCD12}


def question_of(kiosk: Kiosk, presented: Event, visit: Visit | None = None) -> Question | Cause:
    """Return what the portal is asked about a presentation, or why it cannot be asked.

    Args:
        kiosk: The kiosk.
        presented: The event.
        visit: The visit that was received from it; what was corrected of it counts.
    """
    again = shown_again(kiosk.written, presented, visit)
    asked = _asked(again)
    if asked is None:
        return Cause.INCOMPLETE
    return replace(asked, officer=_officer(kiosk, presented.officer))


def _asked(again: ShownAgain) -> Question | None:
    """Return the question without who asks, None where it lacks what the portal needs."""
    number = next((n for name in NUMBERS if (n := again.known.get(name))), None)
    name, born = _name(again), _birth(again)
    if number is None or numbers.kind_of(number) not in _ASKED_BY or not name or born is None:
        return None
    return Question(number, name, born)


def _name(again: ShownAgain) -> str:
    """Return the name as presented; where that is damaged text, as the record has it."""
    shown, known = again.shown.get("ho_ten", ""), again.known.get("ho_ten", "")
    return shown if shown and (is_readable(shown) or not known) else known


def _birth(again: ShownAgain) -> PartialDate | None:
    text = again.shown.get("ngay_sinh") or again.known.get("ngay_sinh")
    return parse_partial(text) if text else None


def _officer(kiosk: Kiosk, name: str) -> PortalOfficer | None:
    account = kiosk.written.accounts.account(name) if name else None
    if account is None or account.demo or not account.sound:
        return None
    whole = bool(account.ho_ten and account.so_cccd)
    return PortalOfficer(account.ho_ten, account.so_cccd) if whole else None


def question_about(verdict: Verdict) -> Question | Cause:
    """Return what the portal is asked about a card that was only checked, or why it cannot be."""
    card, shown = verdict.card or Card(), verdict.shown or Card()
    number = card.ma_the or card.ma_so_bhxh or card.so_cccd
    name = shown.ho_ten if shown.ho_ten and is_readable(shown.ho_ten) else card.ho_ten
    born = shown.ngay_sinh or card.ngay_sinh
    if number is None or numbers.kind_of(number) not in _ASKED_BY or not name or born is None:
        return Cause.INCOMPLETE
    return Question(number, name, born)


@needs(Right.CHECK)
def checked(
    _actor: Actor, kiosk: Kiosk, raw: bytes, answer: PortalAnswer, on: datetime | None = None
) -> Verdict:
    """Answer a presented text with what the portal said of it just now; nothing is logged."""
    cards = Observed(kiosk.cards, lambda _: [answer])
    known = replace(kiosk, cards=cards)
    return judged(known, lambda day: read(raw, day), on, [answer])


def note(
    kiosk: Kiosk,
    presented: Event,
    answer: PortalAnswer,
    by: str,
    again_at: datetime | None = None,
) -> Event:
    """Write down how a question ended, once; a second answer that says the same adds nothing.

    Args:
        kiosk: The kiosk.
        presented: The presentation that it was asked for.
        answer: How it ended; one that was asked with facts that were corrected since settles
            nothing.
        by: Who had it asked: `desk`, `outbox`, `command`.
        again_at: When it is asked again, where no answer counts; None for never by itself.

    Returns:
        The event that stands for it in the log.
    """
    visits = _received(kiosk.written, presented)
    again = shown_again(kiosk.written, presented, visits[0] if visits else None)
    asked = _asked(again)
    is_stale = answer.asked is not None and _is_other(answer.asked, asked)
    answer = replace(answer, asked=answer.asked or asked)
    verdict = _verdict(kiosk, presented, again, answer) if answer.outcome.settles else None

    def work(log: LogTransaction) -> Event:
        # what was asked before a correction settles nothing: it is asked again as corrected
        received = [] if is_stale else _received(log, presented)
        if known := _settled(log, presented, answer, received):
            return known
        names = tuple(visit.visit_id for visit in received)
        kept = _to_be_kept(log, presented, answer, received)
        if verdict is None:
            return _failed(log, presented, kept, names, by, again_at)
        told = _told(presented, kept, verdict, received, by)
        told = replace(told, compared=compared_again(verdict, again.content.get("kem", {})))
        answered = _answered(log, presented, kept, told, received)
        for visit in received:
            flagging.flag_answered(log, kiosk, presented, visit, answered)
        return answered

    return kiosk.written.write(work)


def _is_other(asked: Question, now: Question | None) -> bool:
    """Tell whether other facts were asked with than those that a presentation has by now."""
    return now is not None and replace(asked, officer=None) != replace(now, officer=None)


def _to_be_kept(
    log: LogTransaction, presented: Event, answer: PortalAnswer, received: Sequence[Visit]
) -> PortalAnswer:
    """Return what is written of an answer: codes alone where the person was erased meanwhile."""
    if shown_again(log, presented, received[0] if received else None).content:
        return answer
    bare = PortalAnswer(answer.outcome, answer.at, ms=answer.ms, code=answer.code)
    return replace(bare, cause=answer.cause, detail=answer.detail)


def _failed(
    log: LogTransaction,
    presented: Event,
    answer: PortalAnswer,
    visits: tuple[str, ...],
    by: str,
    again_at: datetime | None,
) -> Event:
    failed = PortalFailed(
        presented=presented.event_id,
        outcome=answer.outcome,
        ms=answer.ms,
        by=by,
        visits=visits,
        code=answer.code,
        cause=answer.cause,
        detail=answer.detail,
        again_at=again_at.astimezone(UTC).isoformat() if again_at else None,
    )
    return write(
        log,
        presented,
        failed,
        person_ref=presented.person_ref,
        content=observed(answer) or None,
        happened_at=answer.at,
    )


def _told(
    presented: Event, answer: PortalAnswer, verdict: Verdict, received: Sequence[Visit], by: str
) -> PortalAnswered:
    return PortalAnswered(
        presented=presented.event_id,
        outcome=outcome_with(answer, verdict),
        ms=answer.ms,
        by=by,
        visits=tuple(visit.visit_id for visit in received),
        code=answer.code,
        cause=answer.cause,
        detail=answer.detail,
        then=answer.then.code if answer.then else None,
        verdict=verdict.outcome,
        reasons=tuple(finding.reason for finding in verdict.reasons),
    )


def _answered(
    log: LogTransaction,
    presented: Event,
    answer: PortalAnswer,
    told: PortalAnswered,
    received: Sequence[Visit],
) -> Event:
    person = received[0].person_ref if received else presented.person_ref
    return write(
        log, presented, told, person_ref=person, content=observed(answer), happened_at=answer.at
    )


def outcome_with(answer: PortalAnswer, verdict: Verdict) -> PortalOutcome:
    """Return how a question ended, seen with what follows from it.

    A card that runs after a second look-up is answered; so is one that had ended by the day of the
    answer, where the answer itself says that it held on the day of the visit.
    """
    code = code_of(answer.code)
    if code is None or verdict.outcome is not Outcome.ELIGIBLE:
        return answer.outcome
    looked = code.again is LookAgain.PERSON and answer.then is not None
    own = own_card(answer)
    held = own.gt_the_den is not None and own.holds_on(verdict.on)
    over = code.reason is Reason.EXPIRED and held and local_day(answer) > verdict.on
    return PortalOutcome.ANSWERED if looked or over else answer.outcome


def _verdict(kiosk: Kiosk, presented: Event, again: ShownAgain, answer: PortalAnswer) -> Verdict:
    """Return the verdict over a presentation with an answer that the log does not have yet."""
    cards = Observed(kiosk.cards, lambda _: [answer])
    when = _when(kiosk, presented)
    return judged(replace(kiosk, cards=cards), again.reading, when, [answer])


def _when(kiosk: Kiosk, presented: Event) -> datetime | None:
    """Return when a presentation was, None for today."""
    at = presented.happened_at
    return None if at.astimezone(VIETNAM).date() == kiosk.today() else at


def _settled(
    log: LogTransaction, presented: Event, answer: PortalAnswer, received: Sequence[Visit]
) -> Event | None:
    """Return the answer that was noted before, where this one adds nothing to it."""
    before = [
        event
        for event in log.exchanged.about(presented.event_id)
        if event.kind is EventKind.PORTAL_ANSWERED
    ]
    if not before:
        return None
    newest = before[-1]
    told = PortalAnswered.of(newest.codes)
    then = answer.then.code if answer.then else None
    same = (told.code, told.then) == (answer.code, then) or not answer.outcome.settles
    waits = any(v.portal is PortalWord.WAITING or v.portal is None for v in received)
    return newest if same and not waits and not _asked_again(log, newest, received) else None


def _asked_again(log: LogTransaction, since: Event, received: Sequence[Visit]) -> bool:
    names = {visit.visit_id for visit in received}
    events = log.events((EventKind.PORTAL_ASKED_AGAIN,), since.recorded_at)
    asked = (PortalAskedAgain.of(event.codes).visit for event in events if event.is_readable)
    return any(visit in names for visit in asked)


def _received(log: Log | LogTransaction, presented: Event) -> list[Visit]:
    """Return the visits that were received from a presentation and stand.

    A visit that was there before, and whose own question still waits, is answered by it too.
    """
    made = [log.visit(event.event_id) for event in log.cases.received_from(presented.event_id)]
    before = Presented.of(presented.codes).already
    there = log.visit(before) if before else None
    if there and there.portal is PortalWord.WAITING and there.person_ref == presented.person_ref:
        made.append(there)
    return [visit for visit in made if visit and not visit.cancelled and not visit.unreadable]


@needs(Right.RECEIVE)
def upgraded(actor: Actor, kiosk: Kiosk, answer: Answer) -> Answer:
    """Return an answer judged anew with what the portal said to its presentation.

    Green is received by itself where nobody was yet, as a scan is.
    """
    events = kiosk.written.exchanged.about(answer.event.event_id)
    visit = kiosk.written.visit(answer.visit.visit_id) if answer.visit else None
    again = shown_again(kiosk.written, answer.event, visit)
    no_card = Presented.of(answer.event.codes).no_card and not any(map(again.known.get, NUMBERS))
    if not events or no_card:
        return answer
    newest = next((e for e in reversed(events) if e.kind is EventKind.PORTAL_ANSWERED), events[-1])
    told = answer_of(newest, kiosk.written.content(newest.event_id))
    when = None if is_doubted(answer.verdict) else _when(kiosk, answer.event)
    verdict = judged(kiosk, again.reading, when, [told])
    kept = [finding for finding in answer.verdict.reasons if finding.reason in _KEPT]
    verdict = replace(verdict, reasons=in_headline_order([*verdict.reasons, *kept]))
    found = flagging.flags_by(kiosk.written, newest)
    told_of = {flag.rule for flag in found.flags}
    kept_flags = tuple(flag for flag in answer.flags if flag.rule not in told_of)
    new = tuple(flag for flag in found.flags if flag.state != REFUTED)
    flagged = answer.flagged if kept_flags else found.event_id
    answer = replace(answer, flags=(*kept_flags, *new), flagged=flagged)
    following = entitled(kiosk, replace(answer, verdict=verdict, visit=visit), answer.said)
    following = replace(following, chosen=_still_chosen(following))
    if answer.reopened:
        return following
    return receive_if_green(actor, kiosk, following)


def _still_chosen(answer: Answer) -> Alternative | None:
    """Return the other row that the desk took, where it is still one that may be taken."""
    others = answer.entitlement.alternatives if answer.entitlement else ()
    code = answer.chosen.ma_doituong_kcb if answer.chosen else None
    return next((one for one in others if code and one.ma_doituong_kcb == code), None)
