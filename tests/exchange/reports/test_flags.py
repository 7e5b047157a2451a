"""Flags are counted once a visit and rule, and their cases by what joined them in the time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from verification.basics.texts import Texts
from verification.exchange.reports.counts.figures import figures
from verification.exchange.reports.counts.happened import count_happened
from verification.exchange.reports.counts.span import Span, month_of
from verification.exchange.reports.counts.words import TEXTS
from verification.log.case import CaseOutcome
from verification.log.visit_events import RAISED_BY, REFUTED, Flagged, KeptFlag
from verification.log.writing import write_alone
from verification.review.flagging import note_flags
from verification.rights import command_line

if TYPE_CHECKING:
    from tests.support import Clock
    from verification.kiosk import Kiosk

OFFICER = command_line("1")


def raised(kiosk: Kiosk, visit: str, *flags: KeptFlag) -> None:
    what = Flagged("1-1", "desk", flags[0].level, 3, flags, visit)
    event = write_alone(kiosk.written, OFFICER, what)
    kiosk.written.write(lambda log: note_flags(log, event))


def hit(rule: str, level: str = "review") -> KeptFlag:
    return KeptFlag(rule, level, 3, "hit")


def gone(rule: str) -> KeptFlag:
    return KeptFlag(rule, "none", 0, REFUTED, numbers={RAISED_BY: "1-1"})


def test_a_flag_that_an_answer_raises_again_is_one_and_one_that_it_takes_back_is_none(
    kiosk: Kiosk, clock: Clock
) -> None:
    raised(kiosk, "1-7", hit("M07", "info"), hit("M08", "info"))
    raised(kiosk, "1-7", hit("M07"))
    raised(kiosk, "1-8", hit("M07"), hit("M10"))
    raised(kiosk, "1-8", gone("M10"))
    span = month_of(kiosk.today())
    assert count_happened(kiosk, span).flags == {"M07": 2, "M08": 1}
    clock.jump(days=40)
    raised(kiosk, "1-8", gone("M07"))
    assert count_happened(kiosk, span).flags == {"M07": 1, "M08": 1}
    assert not count_happened(kiosk, month_of(kiosk.today())).flags


def test_a_case_stands_beside_the_rules_that_joined_it_in_the_time_alone(
    kiosk: Kiosk, clock: Clock
) -> None:
    raised(kiosk, "1-7", hit("M07"))
    clock.forward(minutes=24 * 60)
    raised(kiosk, "1-8", hit("M10"))
    raised(kiosk, "1-9", gone("M10"))
    today = kiosk.today()
    for span, rules in (
        (Span(today, today), {"M10"}),
        (Span(today - timedelta(days=1), today), {"M07", "M10"}),
    ):
        found = figures(kiosk, span).happened
        assert {rule for _, rule in found.rests} == rules
        assert len(found.cases) == 1


def test_outcomes_are_called_as_the_auditors_page_calls_them() -> None:
    theirs = Texts("verification.review")
    for outcome in CaseOutcome:
        assert TEXTS(f"col.{outcome.value}") == theirs(f"outcome.{outcome.value}")
