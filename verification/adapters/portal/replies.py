"""Makes what the portal answered into values; what cannot be one is a cause, never an exception."""

import re
from collections.abc import Sequence
from datetime import datetime

from verification.adapters.portal.codes import code_of, meaning, outcome_of
from verification.adapters.portal.limits import LIMITS
from verification.adapters.portal.reading import Fields, read_moment
from verification.adapters.portal.transport import Failed
from verification.basics.names import search_key
from verification.card.facts import Card
from verification.card.numbers import NumberKind, compact, kind_of
from verification.card.portal import (
    Cause,
    CoPaid,
    CoPayment,
    LookedUp,
    PortalAnswer,
    PortalOutcome,
    Question,
    SeenVisit,
)

_FACILITY = re.compile(r"\d{2}[0-9A-Z]{3}", re.ASCII)
_AREA = re.compile(r"K[123]")
_SEX = {"NAM": "1", "NU": "2", "1": "1", "2": "2"}
_CARDS = frozenset({NumberKind.CARD15, NumberKind.LEGACY})
_OF_THE_PERSON = 10  # the last characters of a card's number
_VISITS = ("dslichsukcb2025", "dslichsukcb2018")
_LOOKS = ("dslichsukt2025", "dslichsukt2018")
_PAID, _NONE_KNOWN, _BAD_REQUEST = "200", "204", "400"
_RESTRICTED = "Có lỗi xảy ra trong quá trình tra cứu"


def without_answer(failed: Failed, at: datetime, code: str | None = None) -> PortalAnswer:
    """Return the answer of a question that got none."""
    cause = failed.cause
    return PortalAnswer(outcome_of(cause), at, code=code, cause=cause, detail=failed.detail)


def card_answer(fields: Fields, question: Question, user: str, at: datetime) -> PortalAnswer:
    """Return what the portal says of a card.

    Args:
        fields: Of the answer.
        question: That it answers.
        user: The account that asked.
        at: When.
    """
    code, note = code_of(fields), fields.text("ghichu", most=LIMITS.reply.most_note)
    if code is None:
        return without_answer(Failed(Cause.NOT_READABLE, "maKetQua"), at)
    outcome, cause = meaning(code)
    if cause:
        return PortalAnswer(outcome, at, code=code, note=note, cause=cause)
    card, new = _card(fields), _new_card(fields)
    if not _is_of(question.so_the, card):  # somebody else's: nobody is answered with it
        return without_answer(Failed(Cause.NOT_READABLE, "maThe"), at, code)
    return PortalAnswer(
        outcome,
        at,
        code=code,
        note=note,
        card=None if card == Card() else card,
        issuer=fields.text("cqbhxh"),
        new=new,
        visits=_visits(fields),
        looked_up=_looks(fields, user),
    )


def history_answer(fields: Fields, user: str) -> tuple[tuple[SeenVisit, ...], Sequence[LookedUp]]:
    """Return the visits that the portal knows of, newest first, and who looked the card up.

    Raises:
        ValueError: The answer has none, and does not say that there are none.
    """
    code = code_of(fields)
    known = code is not None and meaning(code)[0] is PortalOutcome.ANSWERED
    if not known or not fields.has_list(*_VISITS):
        raise ValueError(code)
    return _visits(fields) or (), _looks(fields, user)


def _card(fields: Fields) -> Card:
    number = compact(fields.text("mathe") or "")
    kind = kind_of(number)
    person = compact(fields.text("masobhxh", width=_OF_THE_PERSON) or "")
    if kind is NumberKind.BHXH10:
        person = person or number
    return Card(
        ma_the=number if kind in _CARDS else None,
        ma_so_bhxh=person if kind_of(person) is NumberKind.BHXH10 else None,
        ho_ten=fields.text("hoten"),
        ngay_sinh=fields.partial("ngaysinh"),
        gioi_tinh=_SEX.get(search_key(fields.text("gioitinh") or "")),
        dia_chi=fields.text("diachi"),
        ma_dkbd=_facility(fields, "madkbd"),
        gt_the_tu=fields.day("gtthetu"),
        gt_the_den=fields.day("gttheden"),
        ma_kv=_matching(_AREA, fields.text("makv")),
        ngay_du_5_nam=fields.day("ngaydu5nam"),
    )


def _new_card(fields: Fields) -> Card | None:
    number = compact(fields.text("mathemoi") or "")
    found = Card(
        ma_the=number if kind_of(number) in _CARDS else None,
        ma_dkbd=_facility(fields, "madkbdmoi"),
        gt_the_tu=fields.day("gtthetumoi"),
        gt_the_den=fields.day("gtthedenmoi"),
    )
    return found if found.ma_the or found.gt_the_tu else None


def _is_of(asked: str, card: Card) -> bool:
    """Tell whether an answer can be of the person asked for; 12 digits are in no answer."""
    number = compact(asked)
    told = {one[-_OF_THE_PERSON:] for one in (card.ma_the, card.ma_so_bhxh) if one}
    apart = kind_of(number) in {NumberKind.CARD15, NumberKind.BHXH10} and told
    return not apart or number[-_OF_THE_PERSON:] in told


def _visits(fields: Fields) -> tuple[SeenVisit, ...] | None:
    found = [_visit(row) for row in fields.rows(*_VISITS)]
    visits = [visit for visit in found if visit]
    visits.sort(key=lambda v: v.ngay_vao.timestamp() if v.ngay_vao else 0.0, reverse=True)
    return tuple(visits) or None


def _visit(row: Fields) -> SeenVisit | None:
    """Return a visit; a row that names no place and no time is none."""
    begun, ended = (read_moment(row.text(name) or "") for name in ("ngayvao", "ngayra"))
    place = _facility(row, "macskcb") or ""
    if not (place or begun):
        return None
    return SeenVisit(
        ma_ho_so=row.text("mahoso") or "",
        ma_cskcb=place,
        ngay_vao=begun.at if begun else None,
        ngay_ra=ended.at if ended else None,
        timed=bool(begun and begun.timed),
        ten_benh=row.text("tenbenh") or "",
        tinh_trang=row.text("tinhtrang") or "",
        ket_qua=row.text("kqdieutri") or "",
        ly_do_vv=row.text("lydovv") or "",
        ended=ended is None and bool((row.text("ngayra") or "").strip()),
    )


def _looks(fields: Fields, user: str) -> tuple[LookedUp, ...]:
    found = []
    for row in fields.rows(*_LOOKS):
        who, at = row.text("userkt"), read_moment(row.text("thoigiankt") or "")
        if who:
            own = who.casefold() == user.casefold()
            found.append(LookedUp(who, at.at if at else None, row.text("maloi") or "", own))
    return tuple(found)


def co_payment_answer(fields: Fields, question: Question, at: datetime) -> CoPayment:
    """Return what the portal says of the co-payment of the year; its code decides, not HTTP's."""
    code, note = code_of(fields), fields.text("ghichu", most=LIMITS.reply.most_note)
    if code is None:
        return without_co_payment(Failed(Cause.NOT_READABLE, "MaKetQua"), at)
    if code == _NONE_KNOWN:
        return CoPayment(PortalOutcome.ANSWERED, at, code=code, note=note)
    if code != _PAID:
        outcome, cause = _unpaid(code, note)
        return CoPayment(outcome, at, code=code, note=note, cause=cause)
    told = fields.inner("thongtinsothe").text("hoten")
    if told and search_key(told) != search_key(question.ho_ten):
        return without_co_payment(Failed(Cause.NOT_READABLE, "hoTen"), at)
    rows = list(fields.rows("datacct"))
    paid = [row for row in map(_paid, rows) if row]
    if len(paid) < len(rows) or not fields.has_list("datacct"):
        # a sum of which a part is missing is a wrong sum
        return without_co_payment(Failed(Cause.NOT_READABLE, "DataCCT"), at)
    paid.sort(key=lambda row: row.ngay_ra or row.ngay_vao or at.date(), reverse=True)
    return CoPayment(PortalOutcome.ANSWERED, at, code=code, note=note, rows=tuple(paid))


def without_co_payment(failed: Failed, at: datetime) -> CoPayment:
    """Return the answer of a question for the co-payment that got none."""
    cause = failed.cause
    return CoPayment(outcome_of(cause), at, cause=cause, detail=failed.detail)


def _unpaid(code: str, note: str | None) -> tuple[PortalOutcome, Cause | None]:
    cause = Cause.PARAMETERS if code == _BAD_REQUEST else meaning(code)[1]
    if cause is Cause.PORTAL_ERROR and _RESTRICTED in (note or ""):
        cause = Cause.RIGHT
    return (outcome_of(cause), cause) if cause else (PortalOutcome.UNKNOWN_CODE, None)


def _paid(row: Fields) -> CoPaid | None:
    total = row.amount("tbncctluyke")
    if total is None:
        return None
    place, exempt = _facility(row, "macskcb") or "", row.amount("tbncctmcct") or 0
    return CoPaid(place, row.day("ngayvao"), row.day("ngayra"), total, exempt)


def _facility(fields: Fields, name: str) -> str | None:
    return _matching(_FACILITY, (fields.text(name, width=5) or "").upper())


def _matching(form: re.Pattern[str], text: str | None) -> str | None:
    return text if text and form.fullmatch(text) else None
