"""What goes to the hospital system by the desk's hands: the copied line, and the opened visit."""

from dataclasses import dataclass, replace

from verification.basics.errors import RequestError
from verification.card.facts import Card
from verification.exchange.handover.facts import Facts, Judged, facts_of
from verification.exchange.handover.template import template_of
from verification.exchange.hospital import DEFAULT_TEMPLATE
from verification.kiosk import Kiosk
from verification.log.visit import Visit
from verification.reception.answer import Answer, entitlement_codes, is_unanswered
from verification.reception.lookup import storable, viewed
from verification.rights import Actor, Right, needs
from verification.rules.law.verdict import Outcome

OPENED = "link"
"""What the log of looks calls a visit that was opened in the hospital system."""


@dataclass(frozen=True)
class Copied:
    """What F3 does.

    Args:
        line: Is copied.
        told: What the desk is told, a key.
        tone: How.
        opens: The visit to open in the hospital system, None for none.
    """

    line: str
    told: str
    tone: str
    opens: str | None = None


def copied(kiosk: Kiosk, answer: Answer, card: Card) -> Copied:
    """Return what F3 does with an answer; nothing is logged by it.

    Args:
        kiosk: The kiosk.
        answer: As it is on the screen; its visit is read anew.
        card: The card of the answer.
    """
    before = answer.visit
    visit = before and (kiosk.written.visit(before.visit_id) or before)
    line = template_of(kiosk.template or DEFAULT_TEMPLATE).filled(_facts(answer, card, visit))
    if visit is None or visit.cancelled:
        told = "toast_copied_no_link" if kiosk.links else "toast_copied_open"
        return Copied(line, told, "wait")
    opens = visit.visit_id if kiosk.links and not visit.unreadable else None
    if is_unanswered(replace(answer, visit=visit)):
        return Copied(line, "portal.copied", "ok", opens)
    if answer.verdict.outcome is not Outcome.ELIGIBLE:
        return Copied(line, "toast_copied_doubtful", "wait", opens)
    return Copied(line, "toast_copied_opens" if opens else "toast_copied", "ok", opens)


def _facts(answer: Answer, card: Card, visit: Visit | None) -> Facts:
    """Return the facts as they stand on the screen."""
    verdict, codes = answer.verdict, entitlement_codes(answer)
    judged = Judged(
        verdict.outcome.value,
        verdict.headline.reason.value,
        codes.get("rate"),
        codes.get("ma_doituong_kcb"),
    )
    return facts_of(card, judged, visit)


@needs(Right.RECEIVE)
def opened(actor: Actor, kiosk: Kiosk, visit_id: str) -> Visit:
    """Return a visit that may be opened in the hospital system now; the look is logged.

    Raises:
        RequestError: There is no such visit, it was undone, or none is opened in this house.
        StoreError: It could not be logged.
    """
    visit = kiosk.written.visit(storable(visit_id)) if kiosk.links else None
    if visit is None or visit.unreadable or visit.cancelled:
        raise RequestError(
            "Lượt này không mở được trong HIS", "This visit cannot be opened in the HIS"
        )
    shown = kiosk.written.event(visit.presented)
    if shown is None:
        raise RequestError("Không thấy lượt này", "There is no such visit")
    viewed(actor, kiosk, shown, OPENED)
    return visit
