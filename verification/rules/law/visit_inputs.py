"""What the entitlement decision is made from: card, facility, date and what was said of the visit.

None is "not known" and stays so; nothing here guesses an answer the desk has not given.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from verification.basics.dates import vi_date
from verification.basics.texts import Text, Texts
from verification.card.facts import Card, Facility
from verification.card.reasons import Finding, Reason, in_headline_order
from verification.rules.law.copayment import copayment
from verification.rules.law.papers import (
    REAPPOINTMENT,
    REFERRAL,
    Paper,
    reappointment_slip,
    referral_slip,
    undated,
)
from verification.rules.law.tables import Benefit, Law
from verification.rules.law.verdict import Verdict
from verification.rules.law.visit_questions import AREAS, PAPERS, QUESTIONS
from verification.rules.law.which_card import UNUSABLE

_TEXTS = Texts("verification.rules.law")
_LEVELS = frozenset({"ban_dau", "co_ban", "chuyen_sau"})
_STANDING = frozenset(UNUSABLE.values())
_PAST = frozenset({Reason.EXPIRED, Reason.NOT_YET_VALID, Reason.RENEWAL_UNKNOWN})


@dataclass(frozen=True)
class Said:
    """What staff and patient say of the visit; None is "not known".

    Args:
        emergency: Confirmed by staff.
        inpatient: Admitted to a bed.
        referral: A valid unused referral slip.
        reappointment: An unused re-appointment slip, on or after its date.
        stay_change: Change of stay or residence, papers shown.
        special: Minority or poor in a difficult area, island; an area K says so too.
        disease: Appendix of TT 01/2025 that names the disease: `I`, `II`, `none`.
        newborn: Treated right after birth; counts only where staff say so.
        donor: Organ donor treated right after; counts only where staff say so.
        drug_pickup: Collects drugs only.
        copay_exempt: The year's exemption from co-payment was granted.
        area: `K1`, `K2`, `K3`, or `none` where the card's area is wrong.
        first_visit_cost: Cost of this visit in dong.
        copay_before_july: Co-payment from 1 January to before 1 July, dong.
        copay_since: Co-payment since 1 July, dong.
        admitted: First day of an unfinished stay.
        child: A child under 6 with a birth paper and no card.
        referral_signed: Day of signing of a referral slip; it decides `referral` where it can.
        referral_year: Whether that slip is for a disease of Appendix III.
        referral_undated: A referral slip was shown whose day is not known.
        reappointment_due: Day that a re-appointment slip names; as `referral_signed`.
        reappointment_undated: A re-appointment slip was shown whose day is not known.
    """

    emergency: bool | None = None
    inpatient: bool | None = None
    referral: bool | None = None
    reappointment: bool | None = None
    stay_change: bool | None = None
    special: bool | None = None
    disease: str | None = None
    newborn: bool | None = None
    donor: bool | None = None
    drug_pickup: bool = False
    copay_exempt: bool | None = None
    area: str | None = None
    first_visit_cost: int | None = None
    copay_before_july: int | None = None
    copay_since: int | None = None
    admitted: date | None = None

    child: bool = False
    referral_signed: date | None = None
    referral_year: bool | None = None
    referral_undated: bool = False
    reappointment_due: date | None = None
    reappointment_undated: bool = False

    @property
    def vouched(self) -> bool:
        """Tell whether a paper other than a card says what it is: a child's or a newborn's."""
        return bool(self.newborn or self.child)


NOTHING_SAID = Said()


@dataclass(frozen=True)
class Inputs:
    """All that the rules may read; the names are the columns of `entitlement_rules.csv`.

    Args:
        on: The visit date.
        answerable: False where facility or card is unknown: then there is no answer.
        valid: The card holds on the date and its holder stands well; None where nobody knows
            whether it was renewed.
        in_stay: An unfinished stay within the days that the law allows after expiry.
        benefit: What the card's digit gives, None where the digit is unknown.
        level: `ban_dau`, `co_ban`, `chuyen_sau`, `unknown`.
        points: `lt50`, `50_70`, `ge70`, `tam`, `unknown`.
        old_tier: `xa`, `huyen`, `tinh`, `tw`, `none` (it never had one).
        kind12: One of the kinds that pay 100 %.
        registered: The card is registered at this facility.
        registered_level: The level of the place of registration, as `level`.
        copay_remaining: R of the split-year formula, dong.
        papers: What the dates of papers say; where one decides, its input says the same.
    """

    on: date
    answerable: bool = True
    valid: bool | None = True
    in_stay: bool | None = False
    benefit: Benefit | None = None
    level: str = "unknown"
    points: str = "unknown"
    old_tier: str = "none"
    kind12: bool = False
    registered: bool | None = None
    registered_level: str = "unknown"
    emergency: bool | None = None
    inpatient: bool | None = None
    referral: bool | None = None
    reappointment: bool | None = None
    stay_change: bool | None = None
    special: bool | None = None
    disease: str | None = None
    newborn: bool | None = None
    donor: bool | None = None
    drug_pickup: bool = False
    first_visit_cost: int | None = None
    copay_exempt: bool | None = None
    copay_remaining: int | None = None
    papers: tuple[Paper, ...] = ()


def inputs_for(  # noqa: PLR0913  # one value from four sources, put together here alone
    card: Card | None,
    facility: Facility | None,
    on: date,
    said: Said = NOTHING_SAID,
    *,
    law: Law,
    home: Facility | None = None,
    blocked: bool = False,
    doubtful: bool = False,
    reappointment_used: date | None = None,
) -> Inputs:
    """Gather the inputs of one visit.

    Args:
        card: The card; None where there is none, which only a newborn or a donor may lack.
        facility: Where the visit is, None where the store does not know it.
        on: The visit date.
        said: What staff and patient say.
        law: The tables.
        home: The facility that the card is registered at, None where the store does not know it.
        blocked: The card was withdrawn or reduced, or its holder has died.
        doubtful: Whether the card was renewed, or a child's card has ended, is not known.
        reappointment_used: Day of another visit at which the re-appointment slip was used.
    """
    stay = None if card is None or blocked else stay_until(card, on, said.admitted, law)
    inputs = Inputs(
        on,
        answerable=facility is not None and bool(card or said.vouched or said.donor),
        valid=_valid(card, on, blocked=blocked, doubtful=doubtful),
        in_stay=stay is not None,
        benefit=_benefit(card, said, on, law),
        registered=_registered(card, facility, said),
        **{name: getattr(said, name) for name in _PASSED_ON},
    )
    inputs = _with_papers(inputs, said, law, reappointment_used)
    if said.emergency or said.newborn or said.donor:
        inputs = _without_papers_unsaid(inputs)
    placed = _with_place(inputs, card, facility, said)
    return _with_money(replace(placed, registered_level=_level(home)), card, said, law)


_PASSED_ON = tuple(asked.name for asked in QUESTIONS if asked.name in asked.answers)


def _with_papers(inputs: Inputs, said: Said, law: Law, used: date | None) -> Inputs:
    """Let the dates of papers decide; where they cannot, the answer is open whatever was said.

    Who says that no paper counts is believed: a date makes none.
    """
    found = []
    if said.referral_signed:
        signed, year = said.referral_signed, said.referral_year
        found.append(referral_slip(law, signed, inputs.on, for_a_year=year))
    elif said.referral_undated:
        found.append(undated(REFERRAL))
    if said.reappointment_due:
        found.append(reappointment_slip(said.reappointment_due, inputs.on, used))
    elif said.reappointment_undated:
        found.append(undated(REAPPOINTMENT))
    found = [paper for paper in found if getattr(said, paper.input) is not False]
    decided: dict[str, Any] = {paper.input: paper.counts for paper in found}
    return replace(inputs, papers=tuple(found), **decided)


def _valid(card: Card | None, on: date, *, blocked: bool, doubtful: bool) -> bool | None:
    if card is None or blocked:
        return False
    holds = card.holds_on(on)
    return None if doubtful and (card.gt_the_den is None or not holds) else holds


def _with_place(inputs: Inputs, card: Card | None, facility: Facility | None, said: Said) -> Inputs:
    area = said.area or (card.ma_kv if card else None)
    inpatient = _beside_pickup(said, "inpatient")
    return replace(
        inputs,
        special=True if area in AREAS else said.special,
        # whoever was admitted lies in a bed, unless staff say otherwise
        inpatient=True if inpatient is None and said.admitted else inpatient,
        emergency=_beside_pickup(said, "emergency"),
        level=_level(facility),
        points=(facility and facility.diem) or "unknown",
        old_tier=(facility and facility.hang_cu) or "none",
        kind12=facility is not None and facility.loai_12,
    )


def _without_papers_unsaid(inputs: Inputs) -> Inputs:
    """Count papers that nobody spoke of as not shown, where something stated gives the right.

    The rate of an emergency, a newborn or a donor is the same with them and without; the
    provisional code is that of what was stated.
    """
    unsaid: dict[str, Any] = {n: False for n in PAPERS if getattr(inputs, n) is None}
    return replace(inputs, **unsaid)


def _level(facility: Facility | None) -> str:
    return facility.cap if facility and facility.cap in _LEVELS else "unknown"


def _beside_pickup(said: Said, name: str) -> bool | None:
    """Return an answer; whoever only collects drugs has said: no emergency, no bed."""
    answer: bool | None = getattr(said, name)
    return False if answer is None and said.drug_pickup else answer


def _with_money(inputs: Inputs, card: Card | None, said: Said, law: Law) -> Inputs:
    paid = copayment(law, inputs.on, said.copay_before_july, said.copay_since)
    five = _five_years(card, inputs.on)
    both = False if False in (five, paid.passed) else (five and paid.passed)
    exempt = both if said.copay_exempt is None else said.copay_exempt
    return replace(inputs, copay_exempt=exempt, copay_remaining=paid.remaining)


def _five_years(card: Card | None, on: date) -> bool | None:
    return card.ngay_du_5_nam <= on if card and card.ngay_du_5_nam else None


def _registered(card: Card | None, facility: Facility | None, said: Said) -> bool | None:
    if card is None or facility is None:
        return False
    if card.ma_dkbd is None:  # a newborn without a card is registered nowhere yet
        return False if said.newborn else None
    return card.ma_dkbd == facility.ma_cskcb


def _benefit(card: Card | None, said: Said, on: date, law: Law) -> Benefit | None:
    if said.vouched and (card is None or card.ma_the is None):
        return law.child_benefit(on)
    return law.benefit(card, on) if card else None


def stay_until(card: Card, on: date, admitted: date | None, law: Law) -> date | None:
    """Return the last day that counts for an unfinished stay on an expired card, else None.

    NĐ 188/2025 Đ50 k4: admitted while it was valid, until discharge, 15 days after expiry at most.
    """
    end = card.gt_the_den
    if admitted is None or end is None or on <= end or not card.holds_on(admitted):
        return None
    try:
        until = end + timedelta(days=int(law.parameter("stay_days_after_expiry", on)))
    except OverflowError:
        until = date.max
    return until if on <= until else None


def is_blocked(verdict: Verdict) -> bool:
    """Tell whether the card may not be used at all: died, withdrawn, reduced."""
    return any(finding.reason in _STANDING for finding in verdict.reasons)


def in_unfinished_stay(verdict: Verdict, admitted: date | None, law: Law) -> Verdict:
    """Return the verdict with `expired_in_stay` for a passed end where the law allows it.

    Renewed or not, now or from a later day, the card of the admission still counts then.
    """
    card = _card_of_stay(verdict, admitted)
    until = stay_until(card, verdict.on, admitted, law) if card else None
    if card is None or card.gt_the_den is None or until is None:
        return verdict
    params = {"date": vi_date(card.gt_the_den), "until": vi_date(until)}
    findings = [
        Finding(Reason.EXPIRED_IN_STAY, params) if f.reason in _PAST else f for f in verdict.reasons
    ]
    return replace(verdict, card=card, reasons=in_headline_order(findings))


def _card_of_stay(verdict: Verdict, admitted: date | None) -> Card | None:
    """Return the card with the period of the admission, where only a later one counts by now."""
    later = any(finding.reason is Reason.NOT_YET_VALID for finding in verdict.reasons)
    if not later or admitted is None or verdict.unverified:
        return verdict.card
    cards = (r.card for r in verdict.periods if r.trang_thai not in UNUSABLE)
    return next((card for card in cards if card.holds_on(admitted)), verdict.card)


def contradiction(said: Said, card: Card | None, on: date) -> Text | None:
    """Return the sentence about answers that cannot hold together, None where they can.

    Args:
        said: The answers.
        card: The card.
        on: The visit date.
    """
    area = said.area or (card.ma_kv if card else None)
    if said.special is False and area in AREAS:
        case = "area"
    elif said.newborn and said.donor:
        case = "newborn_donor"
    elif said.drug_pickup and (said.emergency or said.inpatient or said.newborn or said.admitted):
        case = "drug_pickup"
    elif said.admitted and said.admitted > on:
        case = "admitted"
    elif said.referral_signed and said.referral_signed > on:
        case = "paper_date"
    else:
        return None
    return _TEXTS(f"contradiction.{case}", area=area or "")
