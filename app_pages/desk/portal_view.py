"""What the desk is told of the national portal beside an answer: asked, answered, not yet."""

from dataclasses import dataclass

from app_pages.server.house import House
from app_pages.shell.language import View, Words
from verification.basics.dates import VIETNAM
from verification.card.portal import Cause, PortalOutcome
from verification.card.portal_codes import code_of
from verification.card.reasons import reason_texts
from verification.kiosk import Kiosk
from verification.log.events import Event, EventKind
from verification.log.visit import PortalWord
from verification.reception import portal_desk
from verification.reception.answer import Answer, is_unanswered
from verification.rules.law.verdict import Source

_TONES = {PortalOutcome.ANSWERED: "ok", PortalOutcome.REJECTED: "no"}


@dataclass(frozen=True)
class PortalSaid:
    """How the question about what is on the screen stands.

    Args:
        asked: Whether the portal is being asked by the desk now.
        why_not: Why nothing was asked.
        heard: How the last question ended that the answer on the screen has taken in.
        ended: Whether one has ended that it has not taken in yet.
        open: Whether an answer may still come, the desk's question being over.
    """

    asked: bool = False
    why_not: Cause | None = None
    heard: Event | None = None
    ended: bool = False
    open: bool = False


def said_of(house: House, answer: Answer) -> PortalSaid:
    """Return how the question about an answer stands."""
    kiosk, presented = house.kiosk, answer.presented
    if not (kiosk.asks_portal or answer.heard or (answer.visit and answer.visit.portal)):
        return PortalSaid()
    about = kiosk.written.exchanged.about(presented)
    heard = next((event for event in about if event.event_id == answer.heard), None)
    newest = portal_desk.newest(kiosk, presented)
    return PortalSaid(
        asked=house.asking.is_asking(presented),
        why_not=house.asking.why_not(presented),
        heard=heard,
        ended=newest is not None and newest.event_id != answer.heard,
        open=is_unanswered(answer),
    )


def portal_view(kiosk: Kiosk, answer: Answer, said: PortalSaid, words: Words) -> View | None:
    """Return the line of the portal below the band; None where nobody is asked about this one."""
    waits = said.asked or said.ended or said.open
    told = _told(kiosk, answer, said, words)
    if told is None:
        return None
    tone, text = told
    return {
        "tone": tone,
        "text": text,
        "more": _more(answer, said, words),
        # the browser follows it until it has ended, and takes it in once the hands are free
        "waits": answer.presented if waits else None,
        "slow": waits and not (said.asked or said.ended),
    }


def _told(kiosk: Kiosk, answer: Answer, said: PortalSaid, words: Words) -> tuple[str, str] | None:
    if said.heard is None:
        if said.asked or said.ended:
            return "asking", words("portal.asking", source=_source(answer, words))
        if said.why_not:
            return "calm", words(f"portal.not_asked_{_why(said.why_not)}")
        return ("calm", words("portal.no_answer_yet")) if said.open else None
    time = f"{said.heard.recorded_at.astimezone(VIETNAM):%H:%M}"
    if said.heard.kind is EventKind.PORTAL_FAILED:
        cause = words(f"portal.cause.{said.heard.codes.get('cause') or 'timeout'}")
        on = words(f"portal.{_goes_on(answer, said)}")
        return "calm", words("portal.no_answer", time=time, cause=cause, on=on)
    outcome = PortalOutcome(said.heard.codes["outcome"])
    tone = _TONES.get(outcome, "wait")
    what = portal_desk.words_of(kiosk, said.heard).in_language(words.lang)
    known = code_of(str(said.heard.codes.get("code")))
    if known and outcome is PortalOutcome.REJECTED and not answer.visit:  # else the band asks
        what = f"{what} → {known.next.in_language(words.lang)}"
    return tone, words("portal.answered", time=time, what=what)


def _goes_on(answer: Answer, said: PortalSaid) -> str:
    """Return how it goes on without an answer: asked again, once it is received, or by the data."""
    if said.open:
        return "queued"
    return "not_queued" if answer.visit else "not_received"


def _more(answer: Answer, said: PortalSaid, words: Words) -> str:
    """Return what the answer was before, and that the desk kept a visit."""
    if answer.visit and answer.visit.portal is PortalWord.KEPT:
        return words("portal.kept")
    if answer.before is None or said.heard is None:
        return ""
    then, now = (_word(one, words) for one in (answer.before, answer))
    return words("portal.before", word=then) if then != now else ""


def _word(answer: Answer, words: Words) -> str:
    """Return what the band says, or said, of a card."""
    own = reason_texts()[answer.verdict.headline.reason].word
    usual = words(f"word_{answer.verdict.outcome.value}")
    return own.in_language(words.lang) if own else usual


def _source(answer: Answer, words: Words) -> str:
    """Return what the local answer rests on, and how old that is."""
    verdict = answer.verdict
    if verdict.source in {Source.STORE, Source.PORTAL} and verdict.as_of:
        days = (verdict.on - verdict.as_of).days
        when = "today" if days <= 0 else "days"
        if verdict.source is Source.PORTAL:  # it was asked before
            return words(f"portal.source_portal_{when}", days=days)
        return words(f"portal.source_{when}", days=days)
    return words(f"portal.source_{'qr' if verdict.source is Source.QR else 'none'}")


def _why(cause: Cause) -> str:
    return "officer" if cause is Cause.NO_OFFICER else "incomplete"
