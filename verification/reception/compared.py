"""What was presented beside what the store holds: the part of a presentation that names nobody."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from verification.basics.dates import VIETNAM
from verification.basics.names import Likeness, compare
from verification.card import citizen, periods
from verification.card.facts import Card
from verification.card.reasons import Reason
from verification.kiosk import Kiosk
from verification.log.ports import LogTransaction
from verification.reception.answer import Scan
from verification.rules.law.person import OF_LIST
from verification.rules.law.verdict import Source, Verdict

_AGE_NOT_KNOWN = frozenset({"year_only", "no_birth"})
_NAMES: Mapping[Likeness, dict[str, str | int]] = {
    Likeness.LITTLE: {"name": "near"},
    Likeness.OTHER: {"name": "other"},
}


def compared(
    log: LogTransaction, kiosk: Kiosk, verdict: Verdict, scan: Scan, at: datetime
) -> dict[str, str | int]:
    """Return what a `presented` event keeps for the rules and what names nobody."""
    found = _compared(verdict, scan.beside)
    if found.get("document") == "other":
        found |= _owner_here(log, kiosk, scan, at)
    return found


def compared_again(verdict: Verdict, beside: Mapping[str, str]) -> dict[str, str | int]:
    """Return the same of a presentation that is judged anew, from what was known beside the card.

    Args:
        verdict: The verdict of now.
        beside: By the names of a visits file, as it was presented.
    """
    return _compared(verdict, beside)


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
    if verdict.source not in {Source.STORE, Source.PORTAL}:
        return found
    found["stored"] = 1
    found |= _document(verdict, beside) | _unshown(verdict)
    if any(f.params.get("case") == "unreadable" for f in verdict.reasons):
        found["name"] = "unreadable"
    elif beside.get("ho_ten") and card.ho_ten:
        found |= _NAMES.get(compare(beside["ho_ten"], card.ho_ten), {})
    if later := _later(shown, _same_period(verdict, shown, card)):
        found["den"] = later
        # a period that begins after the store last heard of the card
        if verdict.as_of and shown.gt_the_tu and shown.gt_the_tu > verdict.as_of:
            found["renewed"] = 1
    if shown.ngay_sinh and card.ngay_sinh:
        apart = abs(shown.ngay_sinh.year - card.ngay_sinh.year)
        found |= {"born_apart": apart} if apart else {}
    return found


def _unshown(verdict: Verdict) -> dict[str, str | int]:
    cases = (str(finding.params.get("case")) for finding in verdict.reasons)
    return {"unshown": 1} if any(case.startswith(OF_LIST) for case in cases) else {}


def _owner_here(
    log: LogTransaction, kiosk: Kiosk, scan: Scan, at: datetime
) -> dict[str, str | int]:
    """Say how many minutes ago the owner of a document was received here on this day.

    Where an hour is not known it may have been just now: 0.
    """
    number = citizen.as_written(scan.beside["so_cccd"]) or ""
    cards = [record.card for record in kiosk.cards.by_citizen(number)]
    owners = {log.person(c.ma_so_bhxh, [c.ma_the] if c.ma_the else []) for c in cards}
    day = at.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
    begin, end = int(day.timestamp()), int((day + timedelta(days=1)).timestamp())
    now = int(at.timestamp())
    ago = [
        now - v.at if v.timed and not scan.day_only else 0
        for ref in owners
        for v in log.history.visits_of(ref, begin, end)
        if v.desk and (v.at <= now or not v.timed or scan.day_only)
    ]
    return {"owner_minutes": min(ago) // 60} if ago else {}


def _document(verdict: Verdict, beside: Mapping[str, str]) -> dict[str, str | int]:
    """Compare the document shown beside the card with the record."""
    card, number = verdict.card, citizen.as_written(beside.get("so_cccd", ""))
    if card is None or number is None:
        return {}
    if card.so_cccd:
        near = "near" if citizen.are_near(number, card.so_cccd) else "other"
        return {"document": "same" if number == card.so_cccd else near}
    # of a record without a number the names say whether it is this person's document
    told = {f.reason for f in verdict.reasons if f.params.get("case") == "citizen"}
    return {"document": "other", "beside": 1} if Reason.NAME_DIFFERS in told else {}


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
