"""The back of a slip: the guide to VssID in short, for who came without it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from verification.basics.texts import Text, Texts, read
from verification.card.facts import Card
from verification.kiosk import Kiosk
from verification.log.visit_events import Presented
from verification.reception.answer import Answer
from verification.reception.guide.guide import short_guide

_TEXTS = Texts("verification.reception.slips")
_PROVINCE_OFFICE = 3  # characters of its code; those of its branches have five
_UNBROKEN = "\u00a0"


@dataclass(frozen=True)
class Back:
    """What stands on the back of a slip; it names nobody.

    Args:
        title: What it is.
        lines: The guide in short, in order.
        foot: Where the whole guide is, and whose office answers.
    """

    title: Text
    lines: tuple[Text, ...]
    foot: tuple[Text, ...]


def back_of(kiosk: Kiosk, answer: Answer) -> Back | None:
    """Return the back of an answer's slip, None where the house or the patient needs none."""
    visit = answer.visit
    how = visit.cach_trinh.value if visit else Presented.of(answer.event.codes).cach_trinh
    if not kiosk.slips.back or how not in _table()["forms"]:
        return None
    child = _is_child(answer)
    title = _TEXTS("back.title_child" if child else "back.title")
    return Back(title, short_guide(child=child), tuple(_foot(kiosk, answer)))


def _is_child(answer: Answer) -> bool:
    """Tell whether it is the parent's account; of another person shown, that one's age counts."""
    card, shown = answer.verdict.card or Card(), answer.verdict.shown or Card()
    rules, born = _table()["child"], shown.ngay_sinh or card.ngay_sinh
    if born is None:
        return card.ma_doi_tuong in rules["object_codes"]
    on = answer.verdict.on
    # of a month or a year alone the latest day: who may be a child may have no citizen card yet
    owes_card = (born.year + rules["years"], born.month or 12, born.day or 31)
    return (on.year, on.month, on.day) < owes_card


def _foot(kiosk: Kiosk, answer: Answer) -> Iterable[Text]:
    yield _TEXTS("back.here")
    if kiosk.slips.hotline:
        yield _TEXTS("hotline", number=kiosk.slips.hotline.replace(" ", _UNBROKEN))
    if office := _office(kiosk, answer):
        yield _TEXTS("back.office", code=office[0], name=office[1])


def _office(kiosk: Kiosk, answer: Answer) -> tuple[str, str] | None:
    """Return code and name of the office of the province that issued the card, where known."""
    card, law, day = answer.verdict.card or Card(), kiosk.rules.law, answer.verdict.on
    row = law.province(card.ma_the[3:5], day) if card.ma_the else None
    if row is None:
        return None
    wanted = {row["ma_tinh"], row["ma_tinh_nay"]}
    known = [(one.ma_co_quan, one.ten, one.ma_tinh) for one in kiosk.cards.offices()]
    known += [(r["ma_co_quan"], r["ten"], r["ma_tinh"]) for r in law.rows("bhxh_offices", day)]
    fit = [(c, name) for c, name, of in known if of in wanted and len(c) == _PROVINCE_OFFICE]
    return fit[0] if fit else None


@cache
def _table() -> dict[str, Any]:
    return read("verification.reception.slips", "back.toml")
