"""What an answer of the national portal says of cards, as records of the store say it.

An answer is a trusted copy of its day. What it does not say of a card is no record: a name that is
wrong, a number that is in no book, a code that nobody knows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from verification.basics.dates import VIETNAM
from verification.card import numbers, periods
from verification.card.facts import Card, Origin, Record, Status
from verification.card.numbers import NumberKind
from verification.card.portal import PortalAnswer, PortalOutcome
from verification.card.portal_codes import (
    OLD_HOLDS,
    LookAgain,
    PortalCode,
    Recorded,
    code_of,
    says_locked,
)
from verification.card.reasons import Reason

_A_DAY = timedelta(days=1)
_OF_A_PERSON = ("ma_so_bhxh", "so_cccd", "ho_ten", "ngay_sinh", "gioi_tinh")


@dataclass(frozen=True)
class SaidOfCard:
    """A record that an answer makes.

    Args:
        record: The record; without dates it is said of the period that the store knows.
        until: The last day that the period can have had; None where the portal does not limit it.
        needs_period: True where it says nothing unless a period of the number is known.
    """

    record: Record
    until: date | None = None
    needs_period: bool = False


def local_day(answer: PortalAnswer) -> date:
    """Return the local day of an answer."""
    return answer.at.astimezone(VIETNAM).date()


def is_locked(answer: PortalAnswer) -> bool:
    """Tell whether a code that is in no table comes with a note that the card is locked."""
    if answer.outcome is not PortalOutcome.UNKNOWN_CODE:
        return False
    of = [card for card in (answer.card, answer.new) if card]
    names = [words for card in of for words in (card.ho_ten, card.dia_chi)]
    return says_locked(answer.note, *names, answer.asked.ho_ten if answer.asked else None)


def is_left_open(answer: PortalAnswer) -> bool:
    """Tell whether another card was looked up and the portal did not say how it is."""
    then = answer.then
    return then is not None and (not then.outcome.settles or code_of(then.code) is None)


def own_card(answer: PortalAnswer) -> Card:
    """Return the facts of the card that was asked for; its number is at least that of the question.

    The portal does not repeat the citizen number that it was asked by.
    """
    card = answer.card or Card()
    if answer.asked:
        card = _numbered(card, answer.asked.so_the)
    return _with_person(card)


def said_of_cards(answer: PortalAnswer) -> tuple[SaidOfCard, ...]:
    """Return the records that an answer makes, the card that was asked for first."""
    return tuple(_said(answer, local_day(answer), own_card(answer)))


def _said(answer: PortalAnswer, day: date, own: Card) -> Iterator[SaidOfCard]:
    code = code_of(answer.code)
    if is_locked(answer):
        yield _record(answer, own, Status.TAM_KHOA)
    if code is None or not answer.outcome.settles or code.status is None:
        return
    following = tuple(_following(answer, own))
    if _is_recorded(code, own):
        yield from _own(answer, code, own, following, day)
    yield from following


def _is_recorded(code: PortalCode, own: Card) -> bool:
    dated = own.gt_the_tu is not None or own.gt_the_den is not None
    wanted = code.recorded is Recorded.ALWAYS or (code.recorded is Recorded.DATED and dated)
    return wanted and bool(own.ma_the or own.ma_so_bhxh)


def _own(
    answer: PortalAnswer,
    code: PortalCode,
    own: Card,
    following: tuple[SaidOfCard, ...],
    day: date,
) -> Iterator[SaidOfCard]:
    """Yield what is said of the card that was asked for."""
    if code.reason is Reason.EXPIRED:
        yield from _ended(answer, own, day)
    elif code.again is None:
        yield _record(answer, own, code.status or Status.HIEU_LUC)
    else:
        yield from _replaced(answer, code, own, following, day)


def _ended(answer: PortalAnswer, own: Card, day: date) -> Iterator[SaidOfCard]:
    """Yield a period that is over; one that the portal's own dates let run is no record."""
    said = _record(answer, own, Status.HIEU_LUC)
    if not periods.has_dates(said.record):
        yield replace(said, until=day, needs_period=True)
    elif not own.holds_on(day):
        yield replace(said, until=day)


def _replaced(
    answer: PortalAnswer,
    code: PortalCode,
    own: Card,
    following: tuple[SaidOfCard, ...],
    day: date,
) -> Iterator[SaidOfCard]:
    """Yield what is said of a card in whose place another stands, or a new period of its own."""
    others = [one.record for one in following if one.record.trang_thai is Status.HIEU_LUC]
    runs = [record for record in others if record.card.holds_on(day)]
    known = next(iter(runs or others), None)
    number = known.number if known else answer.new.ma_the if answer.new else None
    over = code.code != OLD_HOLDS
    until = day - _A_DAY if over else None
    if code.again is LookAgain.PERSON and not runs:
        yield _record(answer, own, Status.BAO_GIAM)
    elif number and number not in {own.ma_the, own.ma_so_bhxh}:
        said = _record(answer, _capped(own, until), Status.THE_MOI)
        yield replace(said, record=replace(said.record, the_moi=number), until=until)
    elif known is None:  # 003 that names no card: what is known of the old one is not said anew
        if not over:
            yield _record(answer, own, Status.HIEU_LUC)
    elif own.gt_the_tu and own.gt_the_tu != known.card.gt_the_tu:  # a period before
        said = _record(answer, _capped(own, until), Status.HIEU_LUC)
        yield said if known.card.holds_on(day) else replace(said, until=until)


def _following(answer: PortalAnswer, own: Card) -> Iterator[SaidOfCard]:
    """Yield what is said of the card that stands in the place of the one that was asked for."""
    person = replace(Card(), **{name: getattr(own, name) for name in _OF_A_PERSON})
    # of a number without dates it is not known whether the card runs
    if answer.new and (answer.new.gt_the_tu or answer.new.gt_the_den):
        new = answer.new if answer.new.ma_the else replace(answer.new, ma_the=own.ma_the)
        yield _record(answer, _with_person(new).filled_from(person), Status.HIEU_LUC)
    if answer.then and answer.then.outcome.settles:
        card = own_card(answer.then)
        if card.ma_the is None and answer.new and answer.new.ma_the:
            card = replace(card, ma_the=answer.new.ma_the)
        yield from _said(answer.then, local_day(answer.then), card.filled_from(person))


def _record(answer: PortalAnswer, card: Card, status: Status) -> SaidOfCard:
    # of one day the answer counts over a list, and a later answer over an earlier one
    copy = int(answer.at.timestamp() * 1_000)
    return SaidOfCard(Record(card, status, None, local_day(answer), Origin.PORTAL, copy))


def _capped(card: Card, until: date | None) -> Card:
    """Return a card whose dates do not reach behind a day; one without dates stays without."""
    if until is None or (card.gt_the_tu is None and card.gt_the_den is None):
        return card
    end = until if card.gt_the_den is None else min(card.gt_the_den, until)
    return replace(card, gt_the_den=end)


def _numbered(card: Card, asked: str) -> Card:
    match numbers.kind_of(asked):
        case NumberKind.CARD15 if card.ma_the is None:
            return replace(card, ma_the=asked)
        case NumberKind.BHXH10 if card.ma_so_bhxh is None:
            return replace(card, ma_so_bhxh=asked)
        case NumberKind.CCCD12 if card.so_cccd is None:
            return replace(card, so_cccd=asked)
    return card


def _with_person(card: Card) -> Card:
    """Return a card with the BHXH number that stands in its own."""
    if card.ma_so_bhxh or not card.ma_the:
        return card
    is_modern = numbers.kind_of(card.ma_the) is NumberKind.CARD15
    return replace(card, ma_so_bhxh=card.ma_the[-10:]) if is_modern else card
