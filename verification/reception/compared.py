"""What was presented beside what the store holds: the part of a presentation that names nobody."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from verification.basics.dates import VIETNAM
from verification.basics.names import differ_little, same
from verification.kiosk import Kiosk
from verification.log.ports import LogTransaction
from verification.reception.answer import Scan
from verification.rules.law.verdict import Source, Verdict

_NEAR_DIGITS = 2  # one digit mistyped, or two exchanged


def compared(
    log: LogTransaction, kiosk: Kiosk, verdict: Verdict, scan: Scan, at: datetime
) -> dict[str, str | int]:
    """Return what a `presented` event keeps for the rules and what names nobody."""
    found = _compared(verdict, scan.beside)
    if found.get("document") == "other":
        found |= _owner_here(log, kiosk, scan, at)
    return found


def _compared(verdict: Verdict, beside: Mapping[str, str]) -> dict[str, str | int]:
    card, shown = verdict.card, verdict.shown
    if card is None or shown is None:
        return {}
    found: dict[str, str | int] = {}
    if card.gt_the_den and verdict.on > card.gt_the_den:
        found["expired_days"] = (verdict.on - card.gt_the_den).days
    if verdict.source is not Source.STORE:
        return found
    found["stored"] = 1
    if beside.get("so_cccd") and card.so_cccd:
        found["document"] = _digits_compared(beside["so_cccd"], card.so_cccd)
    if beside.get("ho_ten") and card.ho_ten and not same(beside["ho_ten"], card.ho_ten):
        little = differ_little(beside["ho_ten"], card.ho_ten)
        found["name"] = "near" if little else "other"
    if later := _later(shown.gt_the_den, card.gt_the_den):
        found["den"] = later
        # a period that begins after the store last heard of the card
        if verdict.as_of and shown.gt_the_tu and shown.gt_the_tu > verdict.as_of:
            found["renewed"] = 1
    if shown.ngay_sinh and card.ngay_sinh:
        apart = abs(shown.ngay_sinh.year - card.ngay_sinh.year)
        found |= {"born_apart": apart} if apart else {}
    return found


def _owner_here(
    log: LogTransaction, kiosk: Kiosk, scan: Scan, at: datetime
) -> dict[str, str | int]:
    """Say how many minutes ago the owner of a document was received here on this day.

    Where an hour is not known it may have been just now: 0.
    """
    cards = [record.card for record in kiosk.cards.by_citizen(scan.beside["so_cccd"])]
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


def _digits_compared(a: str, b: str) -> str:
    if a == b:
        return "same"
    if len(a) != len(b):
        return "near"
    wrong = sum(x != y for x, y in zip(a, b, strict=True))
    return "near" if wrong <= _NEAR_DIGITS else "other"


def _later(shown: date | None, stored: date | None) -> int:
    return (shown - stored).days if shown and stored else 0
