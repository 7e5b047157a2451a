"""What speaks against a card: its number, its record, its validity, what differs from the store.

Some of it only warns; the class of each reason says what it does to the answer.
"""

from collections.abc import Iterator
from datetime import date

from verification.basics.dates import vi_date
from verification.card import numbers
from verification.card.facts import Card, Record
from verification.card.presented import Kind, Presented
from verification.card.reasons import Finding, Reason
from verification.rules.law import person
from verification.rules.law.tables import Law, is_temporary
from verification.rules.law.which_card import UNUSABLE, CountingCard

_ARMY_DIGIT = "5"  # QN, CA, CY: issued by their own insurers, often unknown to others


def of_number(card: Card, law: Law, on: date) -> Iterator[Finding]:
    """Yield what its number alone shows; a number of the form before 2017 shows nothing."""
    if card.ma_the is None or numbers.kind_of(card.ma_the) is numbers.NumberKind.LEGACY:
        return
    code = law.object_code(card.ma_the[:2], on)
    if code is None:
        yield Finding(Reason.UNKNOWN_OBJECT_CODE, {"found": card.ma_the[:2]})
    elif card.muc_huong not in {code["muc_huong"], *code["thay_cho"].split()}:
        params = {"found": card.ma_the[2], "code": card.ma_the[:2], "usual": code["muc_huong"]}
        yield Finding(Reason.DIGIT_MISMATCH, params)
    if law.province(card.ma_the[3:5], on) is None:
        yield Finding(Reason.UNKNOWN_PROVINCE, {"found": card.ma_the[3:5]})
    end = law.child_card_end(card, on)
    if end and end < on:
        yield Finding(Reason.CHILD_PAST_72_MONTHS, {"date": vi_date(end)})
    if is_temporary(card):
        yield Finding(Reason.TEMPORARY_NUMBER)


def of_record(record: Record, record_days: int, today: date) -> Iterator[Finding]:
    """Yield what the store says of it.

    Args:
        record: The record.
        record_days: Age in days at which a copy of a card no longer counts.
        today: The real day, from which that age is counted.
    """
    if reason := UNUSABLE.get(record.trang_thai):
        yield Finding(reason)
    if (today - record.as_of).days > record_days:
        params = {"date": vi_date(record.as_of), "days": str(record_days)}
        yield Finding(Reason.RECORD_TOO_OLD, params)


def not_in_store(card: Card) -> Finding:
    """Return that the store has no such card."""
    army = card.muc_huong == _ARMY_DIGIT
    return Finding(Reason.NOT_IN_STORE, {"case": "army"} if army else {})


def of_validity(card: Card, on: date, *, unverified: bool) -> Iterator[Finding]:
    """Yield that it has ended or not begun.

    Args:
        card: The facts that count.
        on: The visit date.
        unverified: True where only the card itself gives its dates.
    """
    if card.gt_the_den and on > card.gt_the_den:
        params = {"date": vi_date(card.gt_the_den), "days": str((on - card.gt_the_den).days)}
        yield Finding(Reason.EXPIRED, params | ({"case": "qr"} if unverified else {}))
    elif card.gt_the_tu and on < card.gt_the_tu:
        days = (card.gt_the_tu - on).days
        params = {"date": vi_date(card.gt_the_tu), "days": str(days)}
        yield Finding(Reason.NOT_YET_VALID, params)


def of_the_end(card: Card, law: Law, on: date) -> Iterator[Finding]:
    """Yield that a card that holds ends soon."""
    if card.gt_the_den is None:
        return
    left = (card.gt_the_den - on).days
    if left <= int(law.parameter("ends_soon_days", on)):
        yield Finding(Reason.ENDS_SOON, {"days": str(left), "date": vi_date(card.gt_the_den)})


def of_differences(reading: Presented, counting: CountingCard) -> Iterator[Finding]:
    """Yield what was presented otherwise than the store has it."""
    shown, record = reading.card, counting.record
    if shown is None or record is None:
        return
    yield from person.differences(shown, record.card)
    if reading.kind is Kind.BHYT_QR and not counting.replaced:
        yield from _card_differs(shown, record.card)


def of_citizen_card(reading: Presented, counting: CountingCard, on: date) -> Iterator[Finding]:
    """Yield what the citizen card beside it says otherwise than the store."""
    if reading.beside and counting.record:
        yield from person.of_citizen_card(reading.beside, counting.record.card, on)


def _card_differs(shown: Card, stored: Card) -> Iterator[Finding]:
    if shown.ma_dkbd and stored.ma_dkbd and shown.ma_dkbd != stored.ma_dkbd:
        params = {"qr": shown.ma_dkbd, "store": stored.ma_dkbd}
        yield Finding(Reason.FACILITY_DIFFERS, params)
    pairs = ((shown.gt_the_tu, stored.gt_the_tu), (shown.gt_the_den, stored.gt_the_den))
    if any(a and b and a != b for a, b in pairs):
        params = {"qr": validity_text(shown), "store": validity_text(stored)}
        yield Finding(Reason.VALIDITY_DIFFERS, params)


def validity_text(card: Card) -> str:
    """Write validity as the page shows it, `01/01/2026 – 31/12/2026`."""
    begin, end = (vi_date(d) if d else "…" for d in (card.gt_the_tu, card.gt_the_den))
    return f"{begin} – {end}"
