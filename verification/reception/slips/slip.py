"""A patient's slip: what the desk hands over, received or not.

It goes home in somebody's pocket: the number is masked, of the birth date the year alone stands
there, and where another person was shown than the card's, the name is the one that was shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from verification.basics.dates import vi_date
from verification.basics.errors import RequestError
from verification.basics.texts import Text, Texts, read
from verification.card import numbers
from verification.card.facts import Card
from verification.card.reasons import Class, Reason
from verification.kiosk import Kiosk
from verification.log.visit import DoiChieu, Visit
from verification.reception.answer import Answer, is_unanswered
from verification.reception.fund import Fund, fund_of, told_rate
from verification.reception.judging import is_doubted
from verification.reception.rooms import room_of
from verification.reception.slips.back import Back, back_of
from verification.rules.law.verdict import Outcome

VIEWED = "slip"
"""What the log calls the look that a printed slip is."""
_TEXTS = Texts("verification.reception.slips", "verification.reception")
_ENDED = frozenset({Reason.EXPIRED, Reason.RENEWAL_UNKNOWN})
_PAPERS_SAID = ("referral", "reappointment", "stay_change")
_LONGEST_NAME = 120
_UNBROKEN = "\u00a0"
_PROVINCE_OFFICE = 3  # characters of its code; those of its branches have five


@dataclass(frozen=True)
class Row:
    """One fact: what it is called, its value, and what is said of it."""

    label: Text
    value: Text
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Part:
    """A heading and what stands below it."""

    title: Text
    lines: tuple[Text, ...]


@dataclass(frozen=True)
class Slip:
    """What stands on a slip.

    Args:
        title: What it is.
        number: The day's number, None where none was given.
        number_label: What it is called, with its day where the visit was on another.
        name: Whose.
        about: Year of birth and the masked number.
        rows: Room, rate and dates.
        parts: Why, what to bring, where to ask.
        foot: What everybody is told.
        back: The guide to VssID in short, None for who needs none.
    """

    title: Text
    number: int | None
    number_label: Text
    name: str
    about: Text
    rows: tuple[Row, ...]
    parts: tuple[Part, ...]
    foot: tuple[Text, ...]
    back: Back | None = None


def printable(kiosk: Kiosk, answer: Answer) -> Answer:
    """Return an answer as the store has its visit now, if a slip of it may be printed.

    Raises:
        RequestError: None may.
    """
    if not kiosk.slips.printed:
        raise _refused("toast_slip_off")
    if answer.verdict.card is None:
        raise _refused("toast_slip_nobody")
    if answer.visit is None:
        good = answer.verdict.outcome is Outcome.ELIGIBLE and fund_of(answer) is Fund.PAYS
        if good or answer.looked:
            raise _refused("toast_slip_receive_first")
        return answer
    now = kiosk.written.visit(answer.visit.visit_id)
    if now is None or now.cancelled or now.unreadable:
        raise _refused("toast_slip_undone")
    return replace(answer, visit=now)


def slip_of(kiosk: Kiosk, answer: Answer) -> Slip:
    """Return what stands on the slip of an answer; its card is known."""
    card, visit = answer.verdict.card or Card(), answer.visit
    shown = answer.verdict.shown or Card()
    return Slip(
        title=_TEXTS("title_received" if visit else "title_left"),
        number=visit.so_thu_tu if visit else None,
        number_label=_number_label(visit),
        name=_name(shown.ho_ten or card.ho_ten or ""),
        about=_about(shown if shown.ho_ten else card, card),
        rows=tuple(_rows(kiosk, answer, card)),
        parts=tuple(_parts(kiosk, answer, card)),
        foot=tuple(_foot(kiosk)),
        back=back_of(kiosk, answer),
    )


def _number_label(visit: Visit | None) -> Text:
    if visit is None or visit.ngay_so is None or visit.ngay_so == visit.day:
        return _TEXTS("number")
    return _TEXTS("number_of_day", date=vi_date(visit.ngay_so))


def _name(name: str) -> str:
    return name.upper() if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME].upper()}…"


def _about(person: Card, card: Card) -> Text:
    born = person.ngay_sinh or card.ngay_sinh
    masked = numbers.mask(card.ma_the or card.ma_so_bhxh or card.so_cccd)
    number = numbers.spaced(masked) if masked else ""
    year = _TEXTS("born", year=born.year) if born else Text("", "")
    return Text(*(" · ".join(filter(None, (one, number))) for one in (year.vi, year.en)))


def _rows(kiosk: Kiosk, answer: Answer, card: Card) -> Iterable[Row]:
    headline, room = answer.verdict.headline.reason, room_of(kiosk, answer.visit)
    if room:
        yield Row(_TEXTS("room"), room)
    if answer.visit or answer.verdict.outcome is Outcome.ELIGIBLE:
        yield _rate(answer)
    if headline in _ENDED and card.gt_the_den:  # a child's first day is the birthday
        yield Row(_TEXTS("validity"), _TEXTS("until", date=vi_date(card.gt_the_den)))
    if headline is Reason.NOT_YET_VALID and card.gt_the_tu:
        yield Row(_TEXTS("validity"), _TEXTS("since", date=vi_date(card.gt_the_tu)))
    if answer.visit is None and answer.verdict.outcome is Outcome.ELIGIBLE and card.ma_dkbd:
        known = kiosk.cards.facility(card.ma_dkbd)
        named = " · ".join(filter(None, (card.ma_dkbd, known.ten if known else None)))
        yield Row(_TEXTS("registered"), _same(named))


def _rate(answer: Answer) -> Row:
    if any(finding.cls is Class.BLOCKING for finding in answer.verdict.reasons):
        return Row(_TEXTS("rate"), _TEXTS("rate_none"))
    told, found = told_rate(answer), answer.entitlement
    if told is None:
        return Row(_TEXTS("rate"), _TEXTS("rate_unknown"), (_TEXTS("rate_later"),))
    condition = found.condition if found and not answer.chosen else None
    notes = [_without(condition, told)] if condition else []
    notes += [_TEXTS("rate_if_valid")] if is_doubted(answer.verdict) else []
    return Row(_TEXTS("rate"), _same(told), (*notes, _TEXTS("rate_later")))


def _parts(kiosk: Kiosk, answer: Answer, card: Card) -> Iterable[Part]:
    settled = answer.verdict.outcome is Outcome.ELIGIBLE and fund_of(answer) is Fund.PAYS
    if not settled:
        yield Part(_TEXTS("why"), (_why(answer),))
    if is_unanswered(answer):
        yield Part(Text("", ""), (_TEXTS("portal_unanswered"),))
    papers = tuple(_TEXTS(f"paper.{name}") for name in dict.fromkeys(_papers(answer)))
    later = answer.visit is not None and not settled
    if papers:
        yield Part(_TEXTS("bring_later" if later else "bring"), papers)
    if answer.visit is None:
        if _said_of(answer)["go"]:
            yield Part(_TEXTS("go"), (_office(kiosk, card, answer),))
        yield Part(Text("", ""), (_TEXTS("come_back"),))


def _why(answer: Answer) -> Text:
    own = f"reason.{answer.verdict.headline.reason.value}"
    if answer.verdict.outcome is Outcome.ELIGIBLE:
        own = f"reason.fund_{fund_of(answer).value}"
    return _TEXTS.get(own) or _TEXTS("reason.usual")


def _papers(answer: Answer) -> Iterable[str]:
    visit, said = answer.visit, answer.said
    settled = answer.verdict.outcome is Outcome.ELIGIBLE
    if not settled:
        yield from _said_of(answer)["bring"]
    elif visit and visit.doi_chieu is DoiChieu.CHUA:
        yield "id"
    yield from (name for name in _PAPERS_SAID if getattr(said, name))
    if settled and fund_of(answer) is not Fund.PAYS and not (said.referral or said.reappointment):
        yield "if_any_referral"


def _said_of(answer: Answer) -> dict[str, list[str]]:
    table = _table()
    usual = table["usual"]
    if answer.verdict.outcome is Outcome.ELIGIBLE:
        return usual
    return table.get(answer.verdict.headline.reason.value, usual)


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    return read("verification.reception.slips", "papers.toml")


def _office(kiosk: Kiosk, card: Card, answer: Answer) -> Text:
    """Return the office of the province that issued the card, as far as it is known."""
    code = card.ma_the[3:5] if card.ma_the else None
    row = kiosk.rules.law.province(code, answer.verdict.on) if code else None
    if row is None:
        return _TEXTS("office_any")
    wanted = {code, row["ma_tinh_nay"]}
    for office in kiosk.cards.offices():
        if office.ma_tinh in wanted and len(office.ma_co_quan) == _PROVINCE_OFFICE:
            if office.dia_chi:
                return _TEXTS("office", name=office.ten, address=office.dia_chi)
            return _TEXTS("office_bare", name=office.ten)
    return _TEXTS("office_province", province=row["ten"])


def _foot(kiosk: Kiosk) -> Iterable[Text]:
    if kiosk.slips.hotline:
        yield _TEXTS("hotline", number=kiosk.slips.hotline.replace(" ", _UNBROKEN))


def _without(condition: Text, rate: str) -> Text:
    """Return a condition without the rate that it begins with: that stands above, larger."""
    return Text(*(one.removeprefix(rate).strip(" ()") for one in (condition.vi, condition.en)))


def _same(words: str) -> Text:
    return Text(words, words)


def _refused(key: str) -> RequestError:
    words = _TEXTS(key)
    return RequestError(words.vi, words.en)
