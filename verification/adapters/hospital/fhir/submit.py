"""The operation `$submit`: a request in, an answer or an `OperationOutcome` out."""

from dataclasses import dataclass

from verification.adapters.hospital.fhir.request import read
from verification.adapters.hospital.fhir.response import response
from verification.adapters.hospital.fhir.wording import Resource, Unfit
from verification.card.facts import Card
from verification.kiosk import Kiosk
from verification.reception.eligibility import told_of
from verification.rights import Actor, Right, needs
from verification.rules.law.verdict import Source

_OK = 200
_OF_STORE = frozenset({Source.STORE, Source.PORTAL})


@dataclass(frozen=True)
class Submitted:
    """What came of a request.

    Args:
        status: HTTP's.
        resource: The answer, or what is wrong.
        result: The verdict, or the first thing that is wrong, a code.
        shown: Whom the answer shows: that the store knows a card is a look at somebody.
    """

    status: int
    resource: Resource
    result: str
    shown: Card | None = None


@needs(Right.CHECK)
def submitted(actor: Actor, kiosk: Kiosk, raw: bytes) -> Submitted:
    """Answer a request; whoever gives the answer away logs before whom it shows.

    Args:
        actor: Who asks.
        kiosk: The kiosk.
        raw: The request as it came.
    """
    try:
        asked = read(raw, kiosk.today())
    except Unfit as wrong:
        return Submitted(wrong.status, wrong.outcome, wrong.issues[0].code)
    told = told_of(actor, kiosk, asked.person, asked.days, asked.facility)
    verdict = told.verdict
    shown = verdict.card if verdict.source in _OF_STORE else None
    answer = response(asked, told, kiosk.clock())
    return Submitted(_OK, answer, verdict.outcome.value, shown)
