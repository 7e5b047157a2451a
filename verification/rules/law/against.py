"""What speaks against a card: its number, its record, its validity, what differs from the store.

Some of it only warns; the class of each reason says what it does to the answer.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from verification.basics.dates import vi_date
from verification.card import numbers, periods
from verification.card.facts import Card, Origin, Record, Refusal
from verification.card.presented import Kind, Presented
from verification.card.reasons import Finding, Reason
from verification.rules.law import person
from verification.rules.law.tables import CHILD_CODE, Law, is_temporary
from verification.rules.law.which_card import UNUSABLE, CountingCard

_OF_WHO = ("ho_ten", "ngay_sinh", "gioi_tinh")
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
    if is_temporary(card):
        yield Finding(Reason.TEMPORARY_NUMBER)


def of_age(card: Card, held: date | None, law: Law, on: date) -> Iterator[Finding]:
    """Yield that a child's card is past its legal end, or that this is not known.

    Args:
        card: The facts that count.
        held: The last day that the store gives, which wins; None where it gives none.
        law: The tables.
        on: The visit date.
    """
    if card.ma_doi_tuong != CHILD_CODE:
        return
    ends = law.child_card_ends(card, on)
    if ends is None:
        if held is None:
            yield Finding(Reason.CHILD_PAST_72_MONTHS, {"case": "no_birth"})
        return
    first, last = ends
    if last < on:
        case = {} if held and held >= on else {"case": "no_end"}
        yield Finding(Reason.CHILD_PAST_72_MONTHS, {"date": vi_date(last), **case})
    elif first < on and held is None:
        params = {"case": "year_only", "first": vi_date(first), "date": vi_date(last)}
        birth = card.ngay_sinh.vi if card.ngay_sinh else ""
        yield Finding(Reason.CHILD_PAST_72_MONTHS, params | {"birth": birth})


def of_record(record: Record, record_days: int, today: date) -> Iterator[Finding]:
    """Yield what the store says of it.

    Args:
        record: The record.
        record_days: Age in days at which a copy of a card no longer counts.
        today: The real day, from which that age is counted.
    """
    if reason := UNUSABLE.get(record.trang_thai):
        yield Finding(reason)
    heard = periods.last_heard(record)
    if (today - heard).days > record_days:
        params = {"date": vi_date(heard), "days": str(record_days)}
        yield Finding(Reason.RECORD_TOO_OLD, params)


def of_refusals(refusals: Iterable[Refusal], known: tuple[Record, ...] = ()) -> Iterator[Finding]:
    """Yield that the newest row of a number was refused at import: what is known may be past.

    Args:
        refusals: Refused rows of the numbers that count.
        known: What the store has of them.
    """
    standing = [refusal for refusal in refusals if refusal.stands_against(known)]
    if standing:
        newest = max(refusal.as_of for refusal in standing)
        yield Finding(Reason.REFUSED_ROW, {"date": vi_date(newest)})


def not_in_store(card: Card) -> Finding:
    """Return that the store has no such card."""
    army = card.muc_huong == _ARMY_DIGIT
    return Finding(Reason.NOT_IN_STORE, {"case": "army"} if army else {})


def of_the_end(card: Card, law: Law, on: date, known: tuple[Record, ...] = ()) -> Iterator[Finding]:
    """Yield that a card that holds ends soon, unless a known period follows without a gap."""
    end = card.gt_the_den
    if end is None or periods.goes_on(known, end):
        return
    left = (end - on).days
    if left <= int(law.parameter("ends_soon_days", on)):
        yield Finding(Reason.ENDS_SOON, {"days": str(left), "date": vi_date(end)})


def of_differences(reading: Presented, counting: CountingCard) -> Iterator[Finding]:
    """Yield what was presented otherwise than the store has it."""
    shown, record = reading.card, counting.record
    if shown is None or record is None:
        return
    yield from person.differences(shown, record.card, by_portal=is_portals(record))
    if reading.kind is Kind.BHYT_QR and not counting.replaced:
        yield from _card_differs(shown, record)


def of_citizen_card(reading: Presented, counting: CountingCard, on: date) -> Iterator[Finding]:
    """Yield what the citizen card beside it says otherwise than the store."""
    if reading.beside and counting.record:
        portals = is_portals(counting.record)
        yield from person.of_citizen_card(
            reading.beside, counting.record.card, on, by_portal=portals
        )


def of_stores(record: Record, told: Iterable[Finding]) -> Iterator[Finding]:
    """Yield that the portal names another facility than the newest list, where nothing says so."""
    right = record.card.ma_dkbd
    if not is_portals(record) or any(f.reason is Reason.FACILITY_DIFFERS for f in told):
        return
    lists = [one for one in record.others if not is_portals(one) and one.card.ma_dkbd]
    newest = max(lists, key=lambda one: one.heard, default=None)
    if newest and right and newest.card.ma_dkbd != right:
        params = {"case": "portal_store", "qr": newest.card.ma_dkbd or "", "store": right}
        yield Finding(Reason.FACILITY_DIFFERS, params)


def of_the_unshown(shown: Card, record: Record) -> Iterator[Finding]:
    """Yield that the portal names another person than the newest list, where nobody showed whom.

    Of a bare number the list's name was asked with; the portal's must not take its place unseen.
    """
    if not is_portals(record):
        return
    lists = [one for one in record.others if not is_portals(one) and one.card.ho_ten]
    newest = max(lists, key=lambda one: one.heard, default=None)
    if newest:
        kept = {name: getattr(newest.card, name) for name in _OF_WHO if not getattr(shown, name)}
        found = person.differences(Card(**kept), record.card, of_list=True)
        yield from (one for one in found if one.reason is not Reason.NAME_UNREADABLE)


def is_portals(record: Record) -> bool:
    """Tell whether a record is an answer of the national portal."""
    return record.origin is Origin.PORTAL


def _card_differs(shown: Card, record: Record) -> Iterator[Finding]:
    right = record.card.ma_dkbd
    if shown.ma_dkbd and right and shown.ma_dkbd != right:
        params = {"qr": shown.ma_dkbd, "store": right}
        params |= {"case": "portal"} if is_portals(record) else {}
        yield Finding(Reason.FACILITY_DIFFERS, params)
