"""Which projections there are and which kinds of events each follows: one table for all engines."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.log.test_events import STORED
from tests.support import each
from verification.log.case_events import CASE_EVENTS
from verification.log.events import Event, EventKind, Happening
from verification.log.projections import FOLLOWED_BY, Projection, followers
from verification.log.visit import Visit, begin, visits_after

AT = datetime(2026, 11, 22, 1, tzinfo=UTC)


def logged(what: Happening) -> Event:
    """Return an event of desk 1 with words that the folds know."""
    codes = what.codes() | {"officer": "an"}
    return Event("1", 2, AT, what.kind, AT, codes, "p")


@pytest.mark.parametrize("projection", Projection)
def test_each_projection_follows_some_kind_of_event(projection: Projection) -> None:
    assert any(projection in followed for followed in FOLLOWED_BY.values())


def test_a_kind_that_nothing_is_kept_of_has_no_followers() -> None:
    assert followers(EventKind.SIGNED_IN) == ()


def test_cases_follow_every_event_of_a_case_and_nothing_else() -> None:
    of_cases = {kind for kind in EventKind if Projection.CASES in followers(kind)}
    assert of_cases == set(CASE_EVENTS) == {k for k in EventKind if k.value.startswith("case_")}


@each("what", [what for what, _ in STORED])
def test_whatever_begins_or_changes_a_visit_is_told_to_the_visits(what: Happening) -> None:
    received = next(logged(one) for one, _ in STORED if one.kind is EventKind.RECEIVED)
    visit = begin(received)

    def before(visit_id: str) -> Visit | None:
        return visit if visit_id == visit.visit_id else None

    changed = any(after != visit for after in visits_after(logged(what), before))
    begins = what.kind is EventKind.RECEIVED
    if changed or begins:
        assert Projection.VISITS in followers(what.kind)
