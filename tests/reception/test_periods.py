"""What a check-in keeps for the misuse rules where the store has periods, or does not know."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from fixtures.encode import build_payload
from tests.support import DESK, Clock, a_record, open_kiosk
from verification.card.facts import Origin, Record, Refusal
from verification.card.memory import MemoryCards
from verification.log.visit_events import Presented
from verification.reception.answer import Scan
from verification.reception.checkin import check_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

from dataclasses import replace
from datetime import date

CARD = {
    "ma_the": "DN4797900000011",
    "ma_so_bhxh": "7900000011",
    "ho_ten": "Nguyễn Thị Mẫu",
    "ngay_sinh": "1994-03-05",
    "gioi_tinh": "2",
    "dia_chi": "",
    "ma_dkbd": "79014",
    "ma_kv": "",
    "ngay_du_5_nam": "",
}


def period(begin: str, end: str, **more: Any) -> Record:
    days = [date.fromisoformat(day) if day else None for day in (begin, end)]
    return a_record(gt_the_tu=days[0], gt_the_den=days[1], **more)


@contextmanager
def desk(folder: Path, *records: Record, refused: tuple[Refusal, ...] = ()) -> Iterator[Any]:
    """Open a kiosk whose store holds these periods."""
    with open_kiosk(folder, Clock()) as (kiosk, _):
        yield replace(kiosk, cards=MemoryCards(records, refused=refused))


def shown(begin: str, end: str) -> Scan:
    return Scan((build_payload(CARD | {"gt_the_tu": begin, "gt_the_den": end}, "new17"),))


THIS, JUNE = ("2026-01-01", "2026-12-31"), ("2026-01-01", "2026-06-30")
NEXT = ("2027-01-01", "2027-12-31")
LATER = ("2026-07-01", "2027-06-30")


@pytest.mark.parametrize(
    ("known", "qr", "rules", "compared"),
    [
        # a trusted copy says that it ended, the card says longer
        ([period(*JUNE, origin=Origin.BHXH)], THIS, {"M07", "M15"}, {"den", "expired_days"}),
        # an untrusted one does not know
        ([period(*JUNE)], THIS, {"M15"}, {"den"}),
        ([period(*JUNE)], LATER, set(), set()),
        ([period(*JUNE)], JUNE, {"M07"}, {"expired_days"}),
        # a later period of the number is a renewal
        ([period(*THIS)], NEXT, set(), set()),
        ([period(*JUNE), period(*LATER)], LATER, set(), set()),
        ([period(*JUNE), period(*LATER)], JUNE, set(), set()),
        ([period(*NEXT)], THIS, set(), set()),
        ([period(*THIS)], ("2026-01-01", "2027-12-31"), {"M15"}, {"den"}),
    ],
)
def test_flags_of_periods(
    tmp_path: Path, known: list[Record], qr: tuple[str, str], rules: set[str], compared: set[str]
) -> None:
    with desk(tmp_path, *known) as kiosk:
        answer = check_in(DESK, kiosk, shown(*qr))
    assert {flag.rule for flag in answer.flags} == rules
    kept = Presented.of(answer.event.codes).compared
    assert kept.keys() & {"den", "expired_days", "renewed"} == compared


@pytest.mark.parametrize("times", [1, 3])
def test_nobody_is_flagged_for_what_is_not_known(tmp_path: Path, times: int) -> None:
    refused = (Refusal("DN4797900000011", date(2026, 11, 22), copy=1),)
    with desk(tmp_path, period(*JUNE), refused=refused) as kiosk:
        for _ in range(times):
            answer = check_in(DESK, kiosk, Scan((b"DN4797900000011",)), again="khác")
    reasons = [finding.reason.value for finding in answer.verdict.reasons]
    assert reasons[:2] == ["renewal_unknown", "refused_row"]
    assert "M07" not in {flag.rule for flag in answer.flags}


def test_a_rate_is_left_open_while_the_renewal_is_not_known(tmp_path: Path) -> None:
    with desk(tmp_path, period(*JUNE)) as kiosk:
        typed = check_in(DESK, kiosk, Scan((b"DN4797900000011",)))
    assert typed.verdict.doubtful
    assert typed.verdict.rate is None
    assert typed.entitlement is None or typed.entitlement.rate != 0
