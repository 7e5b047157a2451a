"""What was presented beside what the store holds: the part of a presentation that names nobody."""

from collections.abc import Mapping
from datetime import datetime

from verification.basics.dates import VIETNAM
from verification.basics.names import differ_little, same
from verification.card import periods
from verification.card.facts import Card
from verification.card.reasons import Reason
from verification.kiosk import Kiosk
from verification.log.ports import LogTransaction
from verification.rules.law.verdict import Source, Verdict

_AGE_NOT_KNOWN = frozenset({"year_only", "no_birth"})
_NEAR_DIGITS = 2  # one digit mistyped, or two exchanged


def compared(
    log: LogTransaction, kiosk: Kiosk, verdict: Verdict, beside: Mapping[str, str], at: datetime
) -> dict[str, str | int]:
    """Return what a `presented` event keeps for the rules and what names nobody."""
    found = _compared(verdict, beside)
    if found.get("document") == "other":
        found |= _owner_here(log, kiosk, beside["so_cccd"], at)
    return found


def _compared(verdict: Verdict, beside: Mapping[str, str]) -> dict[str, str | int]:
    card, shown = verdict.card, verdict.shown
    if card is None or shown is None:
        return {}
    found: dict[str, str | int] = {}
    reasons = {finding.reason: finding for finding in verdict.reasons}
    if Reason.EXPIRED in reasons and card.gt_the_den:
        found["expired_days"] = (verdict.on - card.gt_the_den).days
    past = reasons.get(Reason.CHILD_PAST_72_MONTHS)
    if past and past.params.get("case") in _AGE_NOT_KNOWN:
        found["child"] = "unsure"
    if verdict.source is not Source.STORE:
        return found
    found["stored"] = 1
    if beside.get("so_cccd") and card.so_cccd:
        found["document"] = _digits_compared(beside["so_cccd"], card.so_cccd)
    if beside.get("ho_ten") and card.ho_ten and not same(beside["ho_ten"], card.ho_ten):
        little = differ_little(beside["ho_ten"], card.ho_ten)
        found["name"] = "near" if little else "other"
    if later := _later(shown, _same_period(verdict, shown, card)):
        found["den"] = later
        # a period that begins after the store last heard of the card
        if verdict.as_of and shown.gt_the_tu and shown.gt_the_tu > verdict.as_of:
            found["renewed"] = 1
    if shown.ngay_sinh and card.ngay_sinh:
        apart = abs(shown.ngay_sinh.year - card.ngay_sinh.year)
        found |= {"born_apart": apart} if apart else {}
    return found


def _owner_here(
    log: LogTransaction, kiosk: Kiosk, so_cccd: str, at: datetime
) -> dict[str, str | int]:
    """Say how many minutes ago the owner of a document was received here on this day."""
    cards = [record.card for record in kiosk.cards.by_citizen(so_cccd)]
    owners = {log.person(c.ma_so_bhxh, [c.ma_the] if c.ma_the else []) for c in cards}
    day = at.astimezone(VIETNAM).date()
    came = [v.happened_at for ref in owners for v in log.visits_of(ref, day) if v.happened_at <= at]
    return {"owner_minutes": int((at - max(came)).total_seconds()) // 60} if came else {}


def _digits_compared(a: str, b: str) -> str:
    if a == b:
        return "same"
    if len(a) != len(b):
        return "near"
    wrong = sum(x != y for x, y in zip(a, b, strict=True))
    return "near" if wrong <= _NEAR_DIGITS else "other"


def _same_period(verdict: Verdict, shown: Card, card: Card) -> Card:
    """Return what the store holds of the period that was presented.

    A period of its own is a renewal and no change, unless it is known to be over.
    """
    known = [record.card for record in periods.candidates(verdict.periods)]
    own = next((one for one in known if shown.gt_the_tu == one.gt_the_tu), None)
    begins = [one.gt_the_tu for one in known if one.gt_the_tu]
    renewed = shown.gt_the_tu is not None and any(shown.gt_the_tu > begin for begin in begins)
    over = any(finding.reason is Reason.EXPIRED for finding in verdict.reasons)
    return own or (Card() if renewed and not over else card)


def _later(shown: Card, stored: Card) -> int:
    ends = (shown.gt_the_den, stored.gt_the_den)
    return (ends[0] - ends[1]).days if ends[0] and ends[1] else 0
