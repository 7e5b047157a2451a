"""Is it this person? What was presented against the store: name, birth, sex, citizen number."""

from collections.abc import Iterator
from datetime import date

from verification.basics.names import Likeness, compare, is_readable, is_whole, same_once_undone
from verification.card import citizen, numbers
from verification.card.facts import Card
from verification.card.reasons import Finding, Reason

OF_LIST = "list_pair"
"""The case of a difference between a list and the portal, which nobody showed."""


def differences(
    shown: Card,
    stored: Card,
    *,
    on_citizen_card: bool = False,
    by_portal: bool = False,
    of_list: bool = False,
) -> Iterator[Finding]:
    """Yield what of a person was presented otherwise than the store has it.

    Args:
        shown: As presented.
        stored: The store's.
        on_citizen_card: True where the citizen card beside the BHYT card says so.
        by_portal: True where what is held against it is the portal's.
        of_list: True where nobody showed it: it is a list's, held against the portal's.
    """
    whose = "portal_" if by_portal else ""
    case = f"{whose}{'citizen' if on_citizen_card else 'pair'}"
    case = OF_LIST if of_list else case
    if shown.ho_ten and stored.ho_ten and (name := _name(shown, stored, case)):
        yield name
    if shown.ngay_sinh and stored.ngay_sinh and not shown.ngay_sinh.agrees(stored.ngay_sinh):
        pair = {"shown": shown.ngay_sinh.vi, "store": stored.ngay_sinh.vi}
        yield Finding(Reason.BIRTH_DIFFERS, {"case": case, **pair})
    if shown.gioi_tinh and stored.gioi_tinh and shown.gioi_tinh != stored.gioi_tinh:
        pair = {"shown": shown.gioi_tinh, "store": stored.gioi_tinh}
        yield Finding(Reason.SEX_DIFFERS, {"case": f"{case}_{shown.gioi_tinh}", **pair})


def _name(shown: Card, stored: Card, case: str) -> Finding | None:
    ours, theirs = str(shown.ho_ten), str(stored.ho_ten)
    pair = {"shown": ours, "store": theirs}
    match compare(ours, theirs):
        case Likeness.SAME:
            if not same_once_undone(ours, theirs):
                return None
            undone = "undone" if is_whole(theirs) else "undone_store"
            return Finding(Reason.NAME_UNREADABLE, {"case": undone, **pair})
        case Likeness.LITTLE:
            return Finding(Reason.NAME_DIFFERS_LITTLE, {"case": case, **pair})
        case Likeness.OTHER:
            return Finding(Reason.NAME_DIFFERS, {"case": case, **pair})
    if not _all_else_agrees(shown, stored):
        whose = "portal_" if case.startswith("portal_") else ""
        return Finding(Reason.NAME_DIFFERS, {"case": f"{whose}unreadable", **pair})
    side = "" if is_readable(theirs) or not is_readable(ours) else "store"
    return Finding(Reason.NAME_UNREADABLE, {"case": side, **pair})


def _all_else_agrees(shown: Card, stored: Card) -> bool:
    """Tell whether birth date and sex are known on both sides and agree; the number led here."""
    born = shown.ngay_sinh and stored.ngay_sinh and shown.ngay_sinh.agrees(stored.ngay_sinh)
    return bool(born and shown.gioi_tinh and shown.gioi_tinh == stored.gioi_tinh)


def of_citizen_card(
    beside: Card, stored: Card, on: date, *, by_portal: bool = False
) -> Iterator[Finding]:
    """Yield what the citizen card beside a BHYT card says against its record.

    The person of another number is somebody else: their name and birth are no differences.

    Args:
        beside: The citizen card, or what is known of it.
        stored: The record's card.
        on: The visit date.
        by_portal: True where the record is the portal's.
    """
    shown = beside.so_cccd or ""
    if not any(map(str.isdecimal, shown)):  # empty, or what a program writes for nothing
        return
    number, known = citizen.as_written(shown), stored.so_cccd
    parent = _is_parents(beside, number, stored, on)
    if number is None or not known:
        form = "" if number else "old" if citizen.is_old(shown) else "form"
        yield Finding(Reason.CITIZEN_UNKNOWN, {"case": form or ("parent" if parent else "")})
        if not parent:
            yield from differences(beside, stored, on_citizen_card=True, by_portal=by_portal)
    elif number != known:
        near = "near" if citizen.are_near(number, known) else ""
        yield _other_number(number, known, "parent" if parent else near)
    else:
        yield from differences(beside, stored, on_citizen_card=True, by_portal=by_portal)


def _other_number(shown: str, stored: str, case: str) -> Finding:
    places = " ".join(map(str, citizen.places(shown, stored)))
    pair = {"shown": numbers.mask(shown) or "", "store": numbers.mask(stored) or ""}
    return Finding(Reason.CITIZEN_DIFFERS, {"case": case, "places": places, **pair})


def are_two(shown: Card, beside: Card, on: date) -> bool:
    """Tell whether a BHYT card and a citizen card, both unknown, are of two people.

    Args:
        shown: The BHYT card.
        beside: The citizen card.
        on: The visit date.
    """
    if not shown.ho_ten or not beside.ho_ten or _is_parents(beside, beside.so_cccd, shown, on):
        return False
    born = not (shown.ngay_sinh and beside.ngay_sinh) or shown.ngay_sinh.agrees(beside.ngay_sinh)
    return not born or compare(shown.ho_ten, beside.ho_ten) is Likeness.OTHER


def _is_parents(beside: Card, number: str | None, child: Card, on: date) -> bool:
    """Tell whether a citizen card may be that of whoever brings a child."""
    born = beside.ngay_sinh.year if beside.ngay_sinh else number and citizen.birth_year(number)
    if not born or child.ngay_sinh is None:
        return False
    return citizen.may_be_a_parents(born, child.ngay_sinh.year, on.year)
