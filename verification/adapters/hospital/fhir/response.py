"""The `CoverageEligibilityResponse`: the desk's answer, and never a certainty that it has not."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from html import escape
from typing import Any

from verification.adapters.hospital.fhir import systems
from verification.adapters.hospital.fhir.request import REQUEST, Asked
from verification.adapters.hospital.fhir.wording import (
    TEXTS,
    Resource,
    concept,
    first,
    identifier,
    plain_numbers,
    plain_reference,
    said,
    without_empty,
)
from verification.basics.rates import percent_text, rate_text
from verification.basics.texts import Text
from verification.card.facts import Card, Record, Status
from verification.card.reasons import Class, Finding, Reason
from verification.reception.eligibility import Told
from verification.rules.law.entitlement import Entitlement
from verification.rules.law.verdict import Outcome, Verdict

_INFORCE = {Outcome.ELIGIBLE: True, Outcome.NOT_ELIGIBLE: False}
_DECIDES = frozenset({Class.BLOCKING, Class.UNKNOWN})
_ANOTHER = frozenset(
    {
        Reason.NAME_DIFFERS,
        Reason.BIRTH_DIFFERS,
        Reason.SEX_DIFFERS,
        Reason.CITIZEN_DIFFERS,
        Reason.TWO_CARDS,
        Reason.CONTRADICTORY,
    }
)
"""What says that somebody else may be meant: nothing of the card is given then."""

_OF_A_PERSON = _ANOTHER - {Reason.TWO_CARDS, Reason.CONTRADICTORY} | {
    Reason.NAME_DIFFERS_LITTLE,
    Reason.NAME_UNREADABLE,
}
"""Of these the desk's sentence names what was shown and what is stored of a person."""

_PATIENT, _COVERAGE = "benh-nhan", "the"
_SHOWN = 5
_PLAN = ("30", "Health Benefit Plan Coverage")


@dataclass(frozen=True)
class Parties:
    """Whom the answer refers to, as its elements refer to them."""

    patient: Resource
    insurer: Resource


def response(asked: Asked, told: Told, now: datetime) -> Resource:
    """Return the answer to a request.

    Args:
        asked: What was asked.
        told: What the desk would answer.
        now: The present time.
    """
    verdict = told.verdict
    parties = Parties(_patient(asked), _insurer(asked))
    insurance = list(_insurance(asked, told, parties))
    errors = list(_errors(asked, told))
    return without_empty(
        {
            "resourceType": "CoverageEligibilityResponse",
            "id": str(uuid.uuid4()),
            "language": "vi",
            "text": _narrative(verdict),
            "contained": _contained(asked, insurance, parties),
            "extension": [_also(f) for f in verdict.reasons if f.cls not in _DECIDES],
            "status": "active",
            "purpose": list(asked.purposes),
            "patient": parties.patient,
            **asked.serviced,
            "created": now.isoformat(timespec="seconds"),
            "request": _request(asked),
            "outcome": _outcome(verdict, errors),
            **said("disposition", _words(verdict.headline)),
            "insurer": parties.insurer,
            "insurance": [one.element for one in insurance],
            "error": errors,
        }
    )


def _outcome(verdict: Verdict, errors: Sequence[Resource]) -> str:
    """Tell how far the request could be answered: no certain answer is a part of one."""
    if verdict.card is None:
        return "error"
    if verdict.outcome is Outcome.NOT_ELIGIBLE:
        return "complete"
    return "partial" if errors else "complete"


def _errors(asked: Asked, told: Told) -> Iterator[Resource]:
    """Yield why a card does not count, or nobody knows whether, and why no rate is told."""
    for finding in told.verdict.reasons:
        if finding.cls in _DECIDES:
            yield {"code": concept(systems.REASON, finding.reason.value, _words(finding))}
    if "benefits" not in asked.purposes or told.verdict.outcome is not Outcome.ELIGIBLE:
        return
    if not told.known_place:
        yield {"code": concept(systems.ISSUE, "facility_unknown", TEXTS("error.facility_unknown"))}
    elif _rates(told.entitlement) is None:
        yield {"code": concept(systems.ISSUE, "no_rate", TEXTS("error.no_rate"))}


def _words(finding: Finding) -> Text:
    """Return what a reason says, in words that hold nobody's data."""
    if finding.reason in _OF_A_PERSON:
        return TEXTS(f"plain.{finding.reason.value}")
    return finding.sentence


def _also(finding: Finding) -> Resource:
    value = concept(systems.REASON, finding.reason.value, _words(finding))
    return {"url": systems.ALSO, "valueCodeableConcept": value}


@dataclass(frozen=True)
class _Insurance:
    """One element `insurance`, and its coverage where that is the answer's own."""

    element: Resource
    coverage: Resource | None


def _insurance(asked: Asked, told: Told, parties: Parties) -> Iterator[_Insurance]:
    verdict = told.verdict
    if verdict.card is None:
        return
    hidden = any(finding.reason in _ANOTHER for finding in verdict.reasons)
    inforce = _INFORCE.get(verdict.outcome)
    items = []
    if "benefits" in asked.purposes and verdict.outcome is Outcome.ELIGIBLE and told.entitlement:
        items = [_item(told.entitlement, verdict)]
    own = None if hidden else _own_coverage(_COVERAGE, verdict.card, parties, verdict.outcome)
    reference = {"reference": f"#{_COVERAGE}"} if own else _as_sent(asked)
    period = {} if hidden else _period(verdict.card)
    element = {"coverage": reference, "inforce": inforce, "benefitPeriod": period, "item": items}
    yield _Insurance(without_empty(element), own)
    if "discovery" in asked.purposes and not hidden:
        yield from _others(told, parties)


def _others(told: Told, parties: Parties) -> Iterator[_Insurance]:
    """Yield the other cards and periods that the store has of the person."""
    counts, on = told.verdict.card or Card(), told.verdict.on
    shown = {(counts.ma_the, counts.gt_the_tu, counts.gt_the_den)}
    for at, record in enumerate(told.cards, start=2):
        card = record.card
        known = (card.ma_the, card.gt_the_tu, card.gt_the_den)
        if known in shown:
            continue
        shown.add(known)
        own = _own_coverage(f"{_COVERAGE}-{at}", card, parties, None)
        element = {
            "coverage": {"reference": f"#{own['id']}"},
            "inforce": False if _is_over(record, on) else None,
            "benefitPeriod": _period(card),
        }
        yield _Insurance(without_empty(element), own)


def _is_over(record: Record, on: date) -> bool:
    """Tell whether a card surely does not hold on a day; that it holds is not told of one."""
    unusable = record.trang_thai not in {Status.HIEU_LUC, Status.THE_MOI}
    begins = record.card.gt_the_tu
    ended = not record.card.holds_on(on) and record.origin.trusted
    return unusable or ended or (begins is not None and begins > on)


def _item(found: Entitlement, verdict: Verdict) -> Resource:
    rates = _rates(found)
    note = found.condition or first([q.text for q in found.ask]) or TEXTS("told.expected")
    return without_empty(
        {
            "category": concept(systems.BENEFIT_CATEGORY, _PLAN[0], display=_PLAN[1]),
            "excluded": True if rates and rates[1] == 0 else None,
            **said("name", TEXTS("told.benefit")),
            **said("description", note),
            "unit": concept(systems.BENEFIT_UNIT, "individual", display="Individual"),
            "benefit": [*_benefits(found, verdict, rates)],
        }
    )


def _rates(found: Entitlement | None) -> tuple[Fraction, Fraction] | None:
    if found is None or found.rate_low is None or found.rate_high is None:
        return None
    return found.rate_low, found.rate_high


def _benefits(
    found: Entitlement, verdict: Verdict, rates: tuple[Fraction, Fraction] | None
) -> Iterator[Resource]:
    if rates and rates[0] == rates[1]:
        yield _rate("muc_huong", TEXTS("told.whole"), rates[0])
        yield _copay(1 - rates[0])
    elif rates:
        yield _rate("muc_huong_thap", TEXTS("told.low"), rates[0])
        yield _rate("muc_huong_cao", TEXTS("told.high"), rates[1])
    if verdict.rate is not None:
        yield _rate("muc_huong_the", TEXTS("told.of_card"), verdict.rate)
    if found.ma_doituong_kcb:
        kind = concept(systems.RATE, "ma_doituong_kcb", TEXTS("told.code"))
        yield {"type": kind, "allowedString": found.ma_doituong_kcb}


def _rate(code: str, words: Text, rate: Fraction) -> Resource:
    per_cent = f" {percent_text(rate)} %"
    text = Text(words.vi + per_cent, words.en + per_cent)
    return {"type": concept(systems.RATE, code, text), "allowedString": rate_text(rate)}


def _copay(share: Fraction) -> Resource:
    """Return what the patient pays, by HL7's code; only whole per cents are a number there."""
    kind = concept(
        systems.BENEFIT_TYPE, "copay-percent", TEXTS("told.copay"), "Copayment Percent per service"
    )
    percent = share * 100
    if percent.denominator == 1:
        return {"type": kind, "allowedUnsignedInt": percent.numerator}
    return {"type": kind, "allowedString": percent_text(share)}


def _own_coverage(name: str, card: Card, parties: Parties, outcome: Outcome | None) -> Resource:
    """Return a card as a coverage: number, period and place, nobody's name."""
    return without_empty(
        {
            "resourceType": "Coverage",
            "id": name,
            "identifier": [
                identifier(system, number)
                for system, number in (
                    (systems.CARD_NUMBER, card.ma_the),
                    (systems.INSURANCE_NUMBER, card.ma_so_bhxh),
                )
                if number
            ],
            "status": "cancelled" if outcome is Outcome.NOT_ELIGIBLE else "active",
            "subscriberId": card.ma_the or card.ma_so_bhxh or card.so_cccd,
            "beneficiary": parties.patient,
            "period": _period(card),
            "payor": [parties.insurer],
            "network": card.ma_dkbd,
        }
    )


def _period(card: Card) -> Resource:
    days = {"start": card.gt_the_tu, "end": card.gt_the_den}
    return {name: day.isoformat() for name, day in days.items() if day}


def _patient(asked: Asked) -> Resource:
    given = plain_reference(asked.raw["patient"])
    if _is_contained(given):
        return {"reference": f"#{_PATIENT}"}
    given.pop("display", None)  # a name
    return given or _display("told.request")


def _is_contained(reference: Mapping[str, Any]) -> bool:
    return str(reference.get("reference", "")).startswith("#")


def _insurer(asked: Asked) -> Resource:
    given = plain_reference(asked.raw["insurer"])
    if "identifier" in given or ("reference" in given and not _is_contained(given)):
        return given
    number = identifier(systems.INSURER, "BHXH")
    return {"identifier": number, "display": TEXTS("told.insurer").vi}


def _request(asked: Asked) -> Resource:
    if name := asked.raw.get("id"):
        return {"reference": f"{REQUEST}/{name}"}
    own = first(plain_numbers(asked.raw))
    return {"type": REQUEST} | ({"identifier": own} if own else _display("told.request"))


def _display(key: str) -> Resource:
    return {"display": TEXTS(key).vi}


def _as_sent(asked: Asked) -> Resource:
    """Return the reference to the coverage as it came; of one that came along, what it is."""
    given = plain_reference(asked.coverage or {})
    if given and not _is_contained(given):
        return given
    return {"type": "Coverage"} | _display("told.request")


def _contained(asked: Asked, insurance: Sequence[_Insurance], parties: Parties) -> list[Resource]:
    """Return what the answer refers to inside itself; of the patient the numbers alone."""
    found = [one.coverage for one in insurance if one.coverage]
    if "reference" not in parties.patient or not _is_contained(parties.patient):
        return found
    patient = {"resourceType": "Patient", "id": _PATIENT}
    return [without_empty(patient | {"identifier": plain_numbers(asked.patient)}), *found]


def _narrative(verdict: Verdict) -> Resource:
    lines = [_words(finding).vi for finding in verdict.reasons[:_SHOWN]]
    inside = "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines)
    div = f'<div xmlns="http://www.w3.org/1999/xhtml" lang="vi" xml:lang="vi">{inside}</div>'
    return {"status": "generated", "div": div}
