"""The facts of a checked patient that a hospital system may be given, by their official names."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from fractions import Fraction

from verification.basics.dates import VIETNAM
from verification.basics.rates import percent_text
from verification.card.facts import Card
from verification.exchange.handover.counting import card_of_visit
from verification.log.content import card_values
from verification.log.ports import Log
from verification.log.visit import Visit

Facts = Mapping[str, str | None]
"""By name, as text: dates and times ISO (`1955` where only that is known), None for not known."""

OF_CARD = (*(one.name for one in fields(Card)), "muc_huong")
OF_JUDGEMENT = ("verdict", "reason", "rate", "rate_percent", "ma_doituong_kcb")
OF_VISIT = (
    *("visit_id", "so_thu_tu", "ngay", "thoi_diem", "quay", "nhan_vien", "phong"),
    *("cach_trinh", "doi_chieu", "nguoi_trinh", "huy", "cong", "cong_ma"),
)
NAMES = (*OF_CARD, *OF_JUDGEMENT, *OF_VISIT)
"""Every name, in the order in which they are listed."""


@dataclass(frozen=True)
class Judged:
    """The answer to a card, as codes.

    Args:
        verdict: `eligible`, `not_eligible` or `undetermined`.
        reason: The headline.
        rate: The rate of the visit such as `4/5`, None where it is not one value.
        ma_doituong_kcb: The provisional code of the visit, where it is one.
    """

    verdict: str
    reason: str
    rate: str | None = None
    ma_doituong_kcb: str | None = None

    @classmethod
    def of(cls, visit: Visit) -> "Judged":
        """Return the answer as a visit has it now."""
        return cls(visit.verdict, visit.reason, visit.rate, visit.ma_doituong_kcb)


def facts_of(card: Card, judged: Judged, visit: Visit | None = None) -> dict[str, str | None]:
    """Return what is known of a checked patient; each of `NAMES` is there.

    Args:
        card: The facts that count.
        judged: The answer.
        visit: The visit, None while nobody is received.
    """
    known: dict[str, str | None] = dict.fromkeys(NAMES)
    known |= card_values(card) | {"muc_huong": card.muc_huong} | vars(judged)
    known["rate_percent"] = percent_text(Fraction(judged.rate)) if judged.rate else None
    return known | (_of_visit(visit) if visit else {})


def facts_of_visit(log: Log, visit: Visit) -> dict[str, str | None]:
    """Return what is known of a visit now, its card as it counts by now.

    Of a visit whose content was erased, or cannot be read, the card's facts are None.

    Raises:
        ValueError: A date that was kept is none.
    """
    return facts_of(card_of_visit(log, visit), Judged.of(visit), visit)


def _of_visit(visit: Visit) -> dict[str, str | None]:
    number = visit.so_thu_tu
    return {
        "visit_id": visit.visit_id,
        "so_thu_tu": None if number is None else str(number),
        "ngay": visit.day.isoformat(),
        "thoi_diem": local_time(visit.happened_at),
        "quay": visit.desk,
        "nhan_vien": visit.officer,
        "phong": visit.phong,
        "cach_trinh": visit.cach_trinh,
        "doi_chieu": visit.doi_chieu,
        "nguoi_trinh": visit.nguoi_trinh,
        "huy": visit.cancelled,
        "cong": visit.portal,
        "cong_ma": visit.portal_code,
    }


def local_time(moment: datetime) -> str:
    """Return a time as hospital systems get it: local, without a zone."""
    return moment.astimezone(VIETNAM).replace(tzinfo=None).isoformat(timespec="seconds")
