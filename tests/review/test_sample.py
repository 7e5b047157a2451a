"""The monthly sample of greens."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.case_support import AN, BINH, CHI, RECEPTION, a_flag, arrive, employ, silent
from tests.support import payload
from verification.basics.errors import Forbidden, RequestError
from verification.log.events import EventKind
from verification.log.visit import CancelReason
from verification.reception import corrections
from verification.reception.answer import Scan
from verification.reception.checkin import check_in
from verification.review import sample
from verification.review.sample import judge, months, of_month, size, tallies

if TYPE_CHECKING:
    from tests.support import Clock
    from verification.kiosk import Kiosk
    from verification.rights import Actor

NOW, BEFORE = "2026-11", "2026-10"


@pytest.fixture(autouse=True)
def _three_a_month(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "_terms", lambda: {"at_least": 3, "percent": 1})


def greens(kiosk: Kiosk, count: int, by: Actor = RECEPTION) -> list[str]:
    """Receive somebody so many times with no rule that points at it."""
    employ(kiosk, AN, BINH, CHI, RECEPTION)
    scan = Scan((payload("patient-1"),))
    made = (check_in(by, silent(kiosk), scan, again="khac").visit for _ in range(count))
    return [visit.visit_id for visit in made if visit]


def test_its_size_is_a_share_and_at_least_some() -> None:
    assert [size(n) for n in (0, 2, 3, 100, 300, 301, 1000)] == [0, 2, 3, 3, 3, 4, 10]


def test_months_go_back_a_year_from_the_running_one(kiosk: Kiosk) -> None:
    every = months(kiosk.today())
    assert (every[0], every[1], every[-1], len(every)) == (NOW, BEFORE, "2025-12", 12)


def test_two_auditors_see_the_same_visits_and_look_by_look(kiosk: Kiosk) -> None:
    made = greens(kiosk, 9)
    one, other = of_month(AN, kiosk, NOW), of_month(BINH, kiosk, NOW)
    assert one.drawn == other.drawn == of_month(AN, kiosk, NOW).drawn
    assert (len(one.drawn), one.greens, one.final) == (3, 9, False)
    assert set(one.drawn) < set(made)
    assert [row.visit.visit_id for row in one.rows] == list(one.drawn)


def test_every_visit_has_the_same_chance() -> None:
    from tests.support import MASTER_KEY  # noqa: PLC0415  # beside its only use
    from verification.log.sealing import Binder  # noqa: PLC0415

    binder, drawn = Binder(MASTER_KEY), Counter[int]()
    for month in range(400):
        lots = sorted(range(10), key=lambda n: binder.bind("sample", f"{month}", f"1-{n}"))
        drawn.update(lots[:3])
    assert all(80 < drawn[n] < 160 for n in range(10))  # 120 is expected, four deviations are 37


def test_only_greens_without_a_case_are_drawn(kiosk: Kiosk) -> None:
    made = greens(kiosk, 2)
    arrive(kiosk, "patient-2")
    arrive(kiosk, "patient-1", a_flag("M16", 5, level="info"))
    (undone,) = greens(kiosk, 1)
    corrections.undo(RECEPTION, kiosk, undone, CancelReason.KHAC)
    found = of_month(AN, kiosk, NOW)
    kept = {row.visit.visit_id for row in found.rows}
    assert (found.greens, kept >= set(made), undone in kept) == (3, True, False)


def test_a_month_that_is_over_stands_whatever_happens_later(kiosk: Kiosk, clock: Clock) -> None:
    greens(kiosk, 5)
    clock.forward(days=30)
    drawn = of_month(AN, kiosk, NOW)
    assert drawn.final
    corrections.undo(RECEPTION, kiosk, drawn.drawn[0], CancelReason.KHAC)
    assert of_month(BINH, kiosk, NOW).drawn == drawn.drawn
    events = kiosk.written.events([EventKind.SAMPLE_DRAWN], kiosk.clock() - timedelta(days=60))
    assert len(events) == 1


def test_a_clock_that_may_be_wrong_ends_no_month(kiosk: Kiosk, clock: Clock) -> None:
    greens(kiosk, 2)
    clock.forward(days=400)
    greens(kiosk, 1)
    clock.forward(days=-370)
    assert kiosk.doubt() is not None
    assert not of_month(AN, kiosk, NOW).final
    assert not kiosk.written.events([EventKind.SAMPLE_DRAWN], clock.now - timedelta(days=600))


def test_what_was_found_is_kept_with_its_reason_and_the_last_look_counts(kiosk: Kiosk) -> None:
    greens(kiosk, 3)
    found = of_month(AN, kiosk, NOW)
    one, other, _ = found.drawn
    assert (found.looked, found.wrong) == (0, 0)
    found = judge(AN, kiosk, found, one)
    found = judge(BINH, kiosk, found, other, "muc_huong", "thiếu giấy chuyển")
    assert (found.looked, found.wrong) == (2, 1)
    kept = of_month(AN, kiosk, NOW).judged[other]
    assert (kept.why, kept.words, kept.by) == ("muc_huong", "thiếu giấy chuyển", "binh")
    found = judge(AN, kiosk, found, other)
    assert (found.looked, found.wrong) == (2, 0)


def test_the_words_are_sealed_and_the_log_keeps_codes(kiosk: Kiosk) -> None:
    greens(kiosk, 1)
    found = of_month(AN, kiosk, NOW)
    judge(AN, kiosk, found, found.drawn[0], "khac", "bà Mẫu")
    (event,) = kiosk.written.events([EventKind.SAMPLE_JUDGED], kiosk.clock() - timedelta(days=1))
    assert event.codes == {
        "visit": found.drawn[0],
        "month": NOW,
        "outcome": "not_in_order",
        "why": "khac",
        "officer": "an",
    }


def test_what_is_not_in_the_sample_or_without_a_reason_is_refused(kiosk: Kiosk) -> None:
    made = greens(kiosk, 9)
    found = of_month(AN, kiosk, NOW)
    left_out = next(name for name in made if name not in found.drawn)
    for visit, why, words in (
        (left_out, "", ""),
        (found.drawn[0], "gì đó", ""),
        (found.drawn[0], "khac", " "),
    ):
        with pytest.raises(RequestError):
            judge(AN, kiosk, found, visit, why, words)
    with pytest.raises(RequestError):
        of_month(AN, kiosk, "2020-01")


def test_who_received_the_patient_judges_nothing_of_theirs(kiosk: Kiosk) -> None:
    greens(kiosk, 1, CHI)
    found = of_month(CHI, kiosk, NOW)
    assert found.rows[0].barred
    with pytest.raises(Forbidden):
        judge(CHI, kiosk, found, found.drawn[0])
    assert judge(AN, kiosk, found, found.drawn[0]).looked == 1


def test_figures_say_what_they_are_counted_from(kiosk: Kiosk, clock: Clock) -> None:
    greens(kiosk, 5)
    clock.forward(days=30)
    assert tallies(AN, kiosk) == []
    found = of_month(AN, kiosk, NOW)
    found = judge(AN, kiosk, found, found.drawn[0])
    judge(AN, kiosk, found, found.drawn[1], "giay_to")
    (tally,) = tallies(AN, kiosk)
    told = (tally.month, tally.greens, tally.drawn, tally.looked, tally.wrong)
    assert told == (NOW, 5, 3, 2, 1)


def test_an_empty_month_is_no_error(kiosk: Kiosk) -> None:
    found = of_month(AN, kiosk, BEFORE)
    assert (found.drawn, found.greens, found.final) == ((), 0, True)
    assert replace(found, rows=()) == found
