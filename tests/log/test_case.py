"""A case is what its events add up to, and its picture."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from tests.case_support import a_flag
from tests.support import MORNING, TODAY
from verification.log.case import (
    Case,
    CaseOutcome,
    CaseState,
    Proposed,
    due_day,
    in_queue_order,
    terms,
)
from verification.log.case_folding import advance_case, begin_case
from verification.log.events import Event, EventKind
from verification.review.evidence import EvidenceRow
from verification.review.timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

AT = datetime(2026, 11, 22, 1, tzinfo=UTC)


def event(kind: EventKind, seq: int = 2, **codes: Any) -> Event:
    """Return an event of case 2026-0001."""
    said = {"case": "2026-0001", "officer": "an"} | codes
    return Event("giam-dinh", seq, AT, kind, AT, said, "p")


def opened(*flags: dict[str, Any]) -> Case:
    """Return a case just opened."""
    codes = {"about": "p", "due": "2026-11-24", "of": "1-1", "visit": "1-2", "received_by": ["chi"]}
    return begin_case(event(EventKind.CASE_OPENED, 1, flags=list(flags or (a_flag(),)), **codes))


def folded(case: Case, *events: Event) -> Case:
    """Return a case after events."""
    for one in events:
        case = advance_case(case, one)
    return case


def test_a_case_begins_pending_with_its_flags_visits_and_who_received_them() -> None:
    case = opened(a_flag("M02", 35, visits=["1-0"]), a_flag("M08", 25, level="urgent"))
    assert (case.score, case.level, case.state) == (60, "urgent", CaseState.PENDING)
    assert (case.visits, case.received_by) == (("1-0", "1-2"), {"an", "chi"})
    assert [part.rule for part in case.parts] == ["M02", "M08"]


def test_of_each_rule_the_latest_hit_counts_and_no_hit_never_replaces_one() -> None:
    codes: dict[str, Any] = {"of": "1-9"}
    later = event(EventKind.CASE_JOINED, 3, flags=[a_flag("M02", 20)], **codes)
    failed = event(EventKind.CASE_JOINED, 4, flags=[a_flag("M02", 9, state="error")], **codes)
    assert folded(opened(a_flag("M02", 35)), later, failed).score == 20


def test_a_hit_stands_before_what_is_no_hit_whatever_its_score() -> None:
    case = opened(a_flag("M01", 90, state="snoozed"), a_flag("M02", 20), a_flag("M03", 35))
    assert [part.rule for part in case.parts] == ["M03", "M02", "M01"]


def test_a_case_was_confirmed_once_it_was_closed_so_and_a_proposal_is_not_yet_that() -> None:
    proposed = event(EventKind.CASE_PROPOSED, 3, what="confirmed")
    case = folded(opened(), proposed)
    assert not case.was_confirmed
    closed = event(EventKind.CASE_CLOSED, 4, outcome="confirmed", maker="binh")
    reopened = folded(case, closed, event(EventKind.CASE_REOPENED, 5))
    assert reopened.was_confirmed
    rejected = event(EventKind.CASE_CLOSED, 4, outcome="false")
    assert not folded(case, rejected).was_confirmed


def test_any_event_voids_what_was_proposed_or_approved() -> None:
    proposed = event(EventKind.CASE_PROPOSED, 3, what="report")
    approved = event(EventKind.CASE_APPROVED, 4, of="giam-dinh-3", what="report", maker="binh")
    case = folded(opened(), proposed, approved)
    assert case.release is not None
    assert (case.release.what, case.release.maker) == (Proposed.REPORT, "binh")
    for kind in (EventKind.CASE_REPORTED, EventKind.CASE_TAKEN, EventKind.CASE_DATED):
        assert folded(case, event(kind, 5)).release is None
    assert folded(opened(), proposed, event(EventKind.CASE_REJECTED, 4)).proposal is None


def test_reopening_forgets_the_outcome_and_its_people() -> None:
    closed = folded(opened(), event(EventKind.CASE_CLOSED, 3, outcome="confirmed", maker="binh"))
    assert (closed.outcome, closed.closed_by, closed.approved_by) == (
        CaseOutcome.CONFIRMED,
        "binh",
        "an",
    )
    again = folded(closed, event(EventKind.CASE_REOPENED, 4))
    assert (again.state, again.outcome, again.closed_by, again.approved_by) == (
        CaseState.REOPENED,
        None,
        None,
        None,
    )


def test_a_later_snooze_replaces_an_earlier_one() -> None:
    days = [TODAY + timedelta(days=n) for n in (30, 5)]
    case = opened()
    for seq, day in enumerate(days, 3):
        case = folded(case, event(EventKind.CASE_SNOOZED, seq, rule="M02", until=day.isoformat()))
    assert case.snoozes_on("M02", days[1])
    assert not case.snoozes_on("M02", days[0])


def test_the_queue_begins_with_the_highest_score_and_then_the_oldest() -> None:
    young = Case("2026-0003", "a", AT + timedelta(days=1))
    old = Case("2026-0002", "b", AT)
    assert in_queue_order([young, old, opened()]) == [opened(), old, young]


def test_the_due_day_follows_from_the_level_and_the_local_day() -> None:
    late = datetime(2026, 11, 22, 18, tzinfo=UTC)  # already the 23rd in Vietnam
    assert [due_day(level, late).day for level in ("urgent", "review")] == [25, 30]
    assert terms()["snooze"]["longest_days"] <= 366


# ---- the picture


def rows(*ago: float, **facts: Any) -> list[EvidenceRow]:
    """Return visits of this house, days ago."""
    return [
        EvidenceRow(f"v{n}", MORNING - timedelta(days=n), "79014", **{"desk": "1"} | facts)
        for n in ago
    ]


def test_this_house_is_the_first_row_and_flagged_days_are_told_in_words() -> None:
    elsewhere = EvidenceRow("e", MORNING, "79025", rules=("M02",))
    mine = EvidenceRow("v", MORNING + timedelta(minutes=53), "79014", desk="2", rules=("M02",))
    made = timeline([*rows(30, 60), elsewhere, mine], TODAY, "tại")
    assert made.facilities == ("79014", "79025")
    assert [label.text for label in made.labels] == ["22/11: 08:12 tại 79025, 09:05 tại 79014"]
    assert [point.red for point in made.points] == [False, False, True, True]


def test_a_stay_is_a_bar_and_the_ends_are_told() -> None:
    stay = EvidenceRow("s", MORNING - timedelta(days=19), "80002", until=TODAY - timedelta(days=11))
    made = timeline([*rows(80), stay], TODAY, "at")
    (bar,) = made.bars
    assert (bar.ma_cskcb, bar.first.day, bar.last.day) == ("80002", 3, 11)
    days = [day for _, day in made.ticks]
    assert (days[0], days[-1]) == (TODAY - timedelta(days=80), TODAY)


@given(st.lists(st.tuples(st.floats(0, 365), st.sampled_from("ABCDEFGH"), st.booleans())))
def test_any_visits_make_a_picture_inside_its_frame(
    drawn: Sequence[tuple[float, str, bool]],
) -> None:
    given_rows = [
        EvidenceRow(str(at), MORNING - timedelta(days=ago), place, rules=("M01",) if red else ())
        for at, (ago, place, red) in enumerate(drawn)
    ]
    made = timeline(given_rows, TODAY, "tại")
    places = (
        [p.x for p in made.points] + [lab.x for lab in made.labels] + [t[0] for t in made.ticks]
    )
    assert all(0 <= x <= 1 for x in places)
    assert len(made.facilities) <= 6
    assert len(made.labels) <= 3
