"""The check-in record of a visit, built of what the desk and the hospital system know of it.

What nobody told stays empty and is named: nothing is made up. The rules are those of QĐ 3176/QĐ-BYT
and the guides CV 3190 and CV 1245 of BHXH; `docs/hospital-system.md` lists them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from verification.basics.dates import VIETNAM, PartialDate
from verification.basics.names import Likeness, compare
from verification.card import numbers
from verification.card.facts import Card, Record, Status
from verification.card.numbers import NumberKind
from verification.card.periods import candidates, on_the_day
from verification.exchange.his import his_of
from verification.exchange.his_fields import ToldByHis
from verification.exchange.record.fields import (
    CARD,
    EMERGENCY,
    ITEMS,
    MOST_CARDS,
    NAMES,
    NOT_INSURED,
    REQUIRED,
    CheckIn,
)
from verification.kiosk import Kiosk
from verification.log.content import card_from, visit_content
from verification.log.unreadable import Content
from verification.log.visit import Visit
from verification.log.visit_events import Presented
from verification.rules.law.tables import is_temporary

NEWBORN = timedelta(days=28)
"""So long a birth is written with its hour."""
_USUAL_KIND, _DRUGS_KIND = "01", "07"
_DRUGS = frozenset({"7", "7.2", "7.3", "7.4", "10"})  # drugs are collected, nobody is examined
# of these the army or the police may keep the card, and the portal knows no end of it
_OF_ARMY_OR_POLICE = frozenset({"QN", "CY", "CA", "HC", "LS", "XK"})
_NOT_FOUND = frozenset({None, "001", "002", "050"})
_SEXES = frozenset({"1", "2", "3"})
_SAME_NAME = frozenset({Likeness.SAME, Likeness.LITTLE})
_CITIZEN_DIGITS = frozenset({9, 12})
_TEMPORARY = "TE1"
_USABLE = frozenset({Status.HIEU_LUC, Status.THE_MOI})
_TOLD_AS_IT_IS = (
    *("ma_lk", "ma_bn", "ly_do_vnt", "ma_ly_do_vnt"),
    *ITEMS.keys(),
    *ITEMS.values(),
)


class Unneeded(StrEnum):
    """Why a visit has no check-in record."""

    EMERGENCY = "emergency"
    CANCELLED = "cancelled"
    ERASED = "erased"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Built:
    """The record of a visit as far as it is known.

    Args:
        check_in: What is known.
        missing: Fields that must not be empty and are, or are not whole; in their order.
    """

    check_in: CheckIn
    missing: tuple[str, ...]


def built(kiosk: Kiosk, visit: Visit, stt: int = 1) -> Built | Unneeded:
    """Return the record of a visit, or why it has none.

    Args:
        kiosk: The kiosk.
        visit: The visit.
        stt: Its number in the file.
    """
    if visit.unreadable:
        return Unneeded.UNREADABLE
    if visit.cancelled:
        return Unneeded.CANCELLED
    told = his_of(kiosk, visit)
    if (told.ma_doituong_kcb or visit.ma_doituong_kcb) == EMERGENCY:
        return Unneeded.EMERGENCY
    content = visit_content(kiosk.written, visit)
    if content.unreadable:
        return Unneeded.UNREADABLE
    return _built(kiosk, visit, told, content, stt) if content else Unneeded.ERASED


def _built(kiosk: Kiosk, visit: Visit, told: ToldByHis, content: Content, stt: int) -> Built:
    code = told.ma_doituong_kcb or visit.ma_doituong_kcb or ""
    own = _card(content)
    known = _of_the_store(kiosk, own, visit.day)
    own = own.filled_from(known.card) if known else own
    begun = told.ngay_vao or _received(kiosk, visit)
    check_in = CheckIn(
        stt=str(stt),
        ho_ten=own.ho_ten or "",
        so_cccd=_citizen(own, content),
        ngay_sinh=_born(own.ngay_sinh),
        gioi_tinh=own.gioi_tinh if own.gioi_tinh in _SEXES else "",
        ma_doituong_kcb=code,
        ngay_vao=_moment(begun),
        ngay_vao_noi_tru=_moment(told.ngay_vao_noi_tru),
        ma_loai_kcb=told.ma_loai_kcb or _kind(code, told),
        ma_cskcb=kiosk.facility or "",
        ngay_yl=_moment(told.ngay_yl),
    )
    check_in = replace(check_in, **{n: getattr(told, n) or "" for n in _TOLD_AS_IT_IS})
    if code != NOT_INSURED:
        check_in = replace(check_in, **_cards(kiosk, visit, told, content, own, known))
    missing = {*_missing(check_in), *_not_whole(own.ngay_sinh, begun)}
    return Built(check_in, tuple(name for name in NAMES if name in missing))


def _kind(code: str, told: ToldByHis) -> str:
    """Return the kind of a visit of which nobody told one; of a stay in a bed there are several."""
    if told.ngay_vao_noi_tru:
        return ""
    return _DRUGS_KIND if code in _DRUGS else _USUAL_KIND


def _card(content: Content) -> Card:
    """Return the facts of person and card, as corrected; a date that is none is left out."""
    values = dict(content.get("ban_ghi", {}))
    for name in ("ngay_sinh", "gt_the_tu", "gt_the_den", "ngay_du_5_nam"):
        try:
            card_from({name: values.get(name) or ""})
        except ValueError:
            values.pop(name, None)
    return card_from(values)


def _received(kiosk: Kiosk, visit: Visit) -> datetime | None:
    """Return when the visit began, None where only its day is known or the clock was wrong."""
    presented = kiosk.written.event(visit.presented)
    if presented and presented.is_readable and Presented.of(presented.codes).day_only:
        return None
    wrong = any(stretch.holds(visit.happened_at) for stretch in kiosk.wrong_times())
    return None if wrong else visit.happened_at


def _citizen(own: Card, content: Content) -> str:
    found = own.so_cccd or _number_of_the_same(own, content.get("can_cuoc", {})) or ""
    return found if found.isascii() and found.isdigit() and len(found) in _CITIZEN_DIGITS else ""


def _number_of_the_same(own: Card, beside: Mapping[str, str]) -> str | None:
    """Return the number of a citizen card shown beside, where it is the patient's own.

    A parent's is shown with a child's card, and the next one's with anybody's.
    """
    try:
        other = card_from(beside)
    except ValueError:
        return None
    born = own.ngay_sinh and other.ngay_sinh and own.ngay_sinh.agrees(other.ngay_sinh)
    named = compare(own.ho_ten or "", other.ho_ten or "") in _SAME_NAME
    sexes = {one.gioi_tinh for one in (own, other) if one.gioi_tinh}
    return other.so_cccd if born and named and len(sexes) <= 1 else None


def _born(born: PartialDate | None) -> str:
    """Return a birth date; where day or month is not known both are 0, as the guide has it."""
    if born is None:
        return ""
    known = f"{born.month:02}{born.day:02}" if born.month and born.day else "0000"
    return f"{born.year:04}{known}0000"


def _not_whole(born: PartialDate | None, begun: datetime | None) -> Iterator[str]:
    """Name a birth that lacks its hour: cards and desks know days."""
    if born and begun and begun.astimezone(VIETNAM).date() - born.last <= NEWBORN:
        yield "ngay_sinh"


def _moment(at: datetime | None) -> str:
    return at.astimezone(VIETNAM).strftime("%Y%m%d%H%M") if at else ""


def _day(day: date | None) -> str:
    return day.strftime("%Y%m%d") if day else ""


def _missing(one: CheckIn) -> Iterator[str]:
    yield from (name for name in REQUIRED if not getattr(one, name))
    if not one.ma_the_bhyt and one.ma_doituong_kcb != NOT_INSURED:
        yield "ma_the_bhyt"
    if one.ma_the_bhyt and not all(one.gt_the_tu.split(";")):
        yield "gt_the_tu"
    if one.ngay_vao_noi_tru and not one.ly_do_vnt:
        yield "ly_do_vnt"
    if not any(getattr(one, code) for code in ITEMS):
        yield "ma_dich_vu"
    for code, name in ITEMS.items():
        if getattr(one, code) and not getattr(one, name):
            yield name


def _cards(  # a card, and all that is known of it
    kiosk: Kiosk,
    visit: Visit,
    told: ToldByHis,
    content: Content,
    card: Card,
    known: Record | None,
) -> dict[str, str]:
    """Return fields 8 to 11: of one card, or of several that follow each other in the visit."""
    if not card.ma_the or numbers.kind_of(card.ma_the) is not NumberKind.CARD15:
        return dict.fromkeys(CARD, "")
    card = _as_temporary(_as_insured(card, known, visit.day), known, visit, told)
    if _end_is_on_paper_alone(visit, content, card, known):
        card = replace(card, gt_the_den=None)
    times = (told.ngay_yl, told.ngay_vao_noi_tru, told.ngay_ra)
    until = max((at.astimezone(VIETNAM).date() for at in times if at), default=visit.day)
    shown = [card, *_following(kiosk, card, known, until)][:MOST_CARDS]
    return {
        "ma_the_bhyt": ";".join(one.ma_the or "" for one in shown),
        "ma_dkbd": ";".join(one.ma_dkbd or "" for one in shown),
        "gt_the_tu": ";".join(_day(one.gt_the_tu) for one in shown),
        "gt_the_den": ";".join(_day(one.gt_the_den) for one in shown),
    }


def _of_the_store(kiosk: Kiosk, own: Card, day: date) -> Record | None:
    """Return what the store, the portal's answers included, has of the card on a day.

    By another number than the card's own only where it means one card.
    """
    if own.ma_the:
        return next(iter(on_the_day(kiosk.cards.by_card(own.ma_the), day)), None)
    found: Sequence[Record] = ()
    if own.ma_so_bhxh:
        found = kiosk.cards.by_bhxh(own.ma_so_bhxh)
    elif own.so_cccd:
        found = kiosk.cards.by_citizen(own.so_cccd)
    holding = [one for one in on_the_day(found, day) if one.card.holds_on(day)]
    return holding[0] if len(holding) == 1 else None


def _as_insured(card: Card, known: Record | None, day: date) -> Card:
    """Return a card with place and validity as the insurer has them, where it told them.

    What a scan said, perhaps without an end, counts where only lists of others know the card.
    """
    if known is None or not known.origin.trusted or not known.card.holds_on(day):
        return card
    theirs = known.card
    if theirs.gt_the_tu or theirs.gt_the_den:
        card = replace(card, gt_the_tu=theirs.gt_the_tu, gt_the_den=theirs.gt_the_den)
    return replace(card, ma_dkbd=theirs.ma_dkbd or card.ma_dkbd)


def _as_temporary(card: Card, known: Record | None, visit: Visit, told: ToldByHis) -> Card:
    """Return a card with what is told of a temporary number, where it is one.

    It is registered at its province, `79000`; without dates it runs from the visit to its end.
    """
    number = card.ma_the or ""
    if not card.ma_dkbd and known is None and number.startswith(_TEMPORARY):
        card = replace(card, ma_dkbd=f"{number[3:5]}000")
    if not is_temporary(card) or card.gt_the_tu or card.gt_the_den:
        return card
    left = told.ngay_ra.astimezone(VIETNAM).date() if told.ngay_ra else None
    return replace(card, gt_the_tu=visit.day, gt_the_den=left)


def _end_is_on_paper_alone(
    visit: Visit, content: Content, card: Card, known: Record | None
) -> bool:
    """Tell whether the end of a card of army or police is known from paper alone."""
    if card.ma_doi_tuong not in _OF_ARMY_OR_POLICE or visit.portal_code not in _NOT_FOUND:
        return False
    trusted = known is not None and known.origin.trusted and known.card.gt_the_den is not None
    return not trusted and content.get("cach_doc", {}).get("gt_the_den") != "kho"


def _following(kiosk: Kiosk, card: Card, known: Record | None, until: date) -> Iterator[Card]:
    """Return the cards that take over before a day; there are none while the first one runs."""
    if known is None:
        return
    new = kiosk.cards.by_card(known.the_moi) if known.the_moi else ()
    periods = [*candidates(known.known), *candidates(new)]
    usable = [one.card for one in periods if one.trang_thai in _USABLE and one.card.gt_the_tu]
    end = card.gt_the_den
    for one in sorted(usable, key=lambda one: one.gt_the_tu or date.min):
        if end is None or one.gt_the_tu is None:
            return
        if end < one.gt_the_tu <= until:
            same = one.ma_the == card.ma_the
            yield replace(one, ma_dkbd=one.ma_dkbd or card.ma_dkbd) if same else one
            end = one.gt_the_den
