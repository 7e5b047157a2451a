"""A presented text answered for somebody who asks from outside the desk; no visit is made.

The command `check` and the programs of the hospital ask here, and get the same.
"""

from dataclasses import replace
from datetime import datetime

from verification.card.portal import Portal, PortalAnswer
from verification.kiosk import Kiosk
from verification.operations.asking import asked
from verification.reception import checkin, portal_answers
from verification.rights import Actor, Right, needs
from verification.rules.law.verdict import Verdict


@needs(Right.CHECK)
def answered(
    actor: Actor, kiosk: Kiosk, raw: bytes, on: datetime | None, portal: Portal | None
) -> tuple[Verdict, PortalAnswer | None]:
    """Return the answer to a text, and what the national portal said to it.

    Args:
        actor: Who asks.
        kiosk: The kiosk.
        raw: What was presented.
        on: When the visit is; None for now.
        portal: Is asked too, within the desk's budget; None where it is not to be.
    """
    verdict = checkin.check(actor, kiosk, raw, on)
    if portal is None:
        return verdict, None
    question = portal_answers.question_about(verdict)
    said = asked(portal, question, kiosk.clock, history=False)
    verdict = portal_answers.checked(actor, kiosk, raw, said, on)
    return verdict, replace(said, outcome=portal_answers.outcome_with(said, verdict))


def shows_somebody(verdict: Verdict) -> bool:
    """Tell whether an answer to a bare number shows a person: such a look is logged."""
    shown = verdict.shown and verdict.shown.ho_ten
    return bool(verdict.card and verdict.card.ho_ten and not shown)
