"""The outbox is what the events add up to, in whatever order they come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.log.events import Event, EventKind, Happening
from verification.log.forgetting_events import Forgotten
from verification.log.outbox import FIRST_WAIT, Errand, Waiting, changes, portal_item
from verification.log.portal_events import PortalAnswered, PortalAskedAgain, PortalFailed
from verification.log.visit import Visit, visits_after
from verification.log.visit_events import Cancelled, ContentErased, Noted, Received

if TYPE_CHECKING:
    from collections.abc import Sequence

AT = datetime(2026, 11, 22, 1, tzinfo=UTC)
LATER = AT + timedelta(minutes=7)
VISITS = ("1-1", "1-2")  # as the first two events are called


def event(at: int, what: Happening) -> Event:
    """Return the how-manieth event of desk 1; each comes a second after the one before."""
    time = AT + timedelta(seconds=at)
    return Event("1", at, time, what.kind, time, what.codes() | {"officer": "an"}, "p")


def folded(events: Sequence[Event]) -> dict[str, Waiting]:
    """Return what waits after some events."""
    found: dict[str, Waiting] = {}
    visits: dict[str, Visit] = {}
    for one in events:
        visits |= {visit.visit_id: visit for visit in visits_after(one, visits.get)}
        for change in changes(one, found.get, visits.get):
            if change.now is None:
                found.pop(change.item_id, None)
            else:
                found[change.item_id] = change.now
    return found


def nothing(_: str) -> None:
    """Return what waits, or which visit there is: nothing."""


def receive(portal: str | None = "waiting") -> Received:
    """Return that a visit begins."""
    return Received("1-0", "eligible", "valid", "vssid", portal=portal)


ONE = st.sampled_from(VISITS)
SOME = st.sampled_from([(), *((visit,) for visit in VISITS), VISITS])
LATE = st.one_of(
    st.builds(lambda of: PortalAnswered("1-0", "answered", 9, "desk", of, code="000"), SOME),
    st.builds(
        lambda of, due: PortalFailed(
            "1-0", "silent", 9, "outbox", of, cause="timeout", again_at=due
        ),
        SOME,
        st.sampled_from([None, LATER.isoformat()]),
    ),
    st.builds(lambda visit: PortalAskedAgain(visit, "person"), ONE),
    st.builds(lambda visit: Cancelled(visit, "khac"), ONE),
    st.builds(lambda visit: ContentErased(visit, (visit,)), ONE),
    st.builds(lambda some: Forgotten(("1-0", *some), "asked", "person"), SOME),
    st.builds(Noted, ONE),
)


def expected(visit: str, story: Sequence[Event]) -> tuple[bool, int, bool]:
    """Return whether a visit's question waits, its tries and whether it is dead: read backwards."""
    tries, dead = 0, None
    for one in reversed(story):
        match one.kind:
            case EventKind.PORTAL_FAILED if visit in one.codes["visits"]:
                tries += 1
                dead = "again_at" not in one.codes if dead is None else dead
            case EventKind.PORTAL_ANSWERED if visit in one.codes.get("visits", ()):
                return False, 0, False
            case EventKind.CANCELLED | EventKind.CONTENT_ERASED if one.codes["visit"] == visit:
                return False, 0, False
            case EventKind.FORGOTTEN if visit in one.codes["erased"]:
                return False, 0, False
            case EventKind.PORTAL_ASKED_AGAIN if one.codes["visit"] == visit:
                return True, tries, bool(dead)
            case EventKind.RECEIVED if one.event_id == visit:
                return True, tries, bool(dead)
    return False, 0, False


def without_late_failures(story: Sequence[Event]) -> list[Event]:
    """Return a story without what a failure says of a visit that does not wait then."""
    kept: list[Event] = []
    for one in story:
        if one.kind is EventKind.PORTAL_FAILED:
            waits = folded(kept)
            named = one.codes.get("visits", ())
            still = [visit for visit in named if portal_item(visit) in waits]
            codes = {**one.codes, "visits": still}
            kept.append(Event("1", one.seq, one.recorded_at, one.kind, one.happened_at, codes, "p"))
        else:
            kept.append(one)
    return kept


@given(st.lists(LATE, max_size=12))
def test_whatever_comes_in_any_order_what_waits_is_what_the_log_says(late: list[Happening]) -> None:
    begun = [event(at, receive()) for at in (1, 2)]
    story = [*begun, *(event(at, what) for at, what in enumerate(late, 3))]
    found = folded(story)
    for visit in VISITS:
        waits, tries, dead = expected(visit, without_late_failures(story))
        item = found.get(portal_item(visit))
        assert (item is not None) == waits
        if item:
            assert (item.attempts, item.is_dead) == (tries, dead)
            assert (item.visit, item.errand) == (visit, Errand.PORTAL)
            assert (item.last_error, item.last_at) == (None, None) or item.last_error == "timeout"


@given(st.lists(LATE, max_size=12))
def test_a_failure_alone_never_makes_anything_wait(late: list[Happening]) -> None:
    story = [event(at, receive()) for at in (1, 2)]
    for at, what in enumerate(late, 3):
        before = folded(story).keys()
        story.append(event(at, what))
        after = folded(story).keys()
        if what.kind is not EventKind.PORTAL_ASKED_AGAIN:
            assert after <= before


@pytest.mark.parametrize("portal", [None, "answered", "rejected", "unknown_code"])
def test_a_visit_that_does_not_wait_for_the_portal_changes_nothing(portal: str | None) -> None:
    assert changes(event(1, receive(portal)), nothing, nothing) == ()


def test_it_is_due_fifteen_seconds_after_it_was_recorded_whenever_the_visit_was() -> None:
    backdated = event(1, receive())
    early = Event("1", 1, AT, backdated.kind, AT - timedelta(days=3), backdated.codes, "p")
    (change,) = changes(early, nothing, nothing)
    assert change.now is not None
    assert (change.now.since, change.now.due) == (AT, AT + FIRST_WAIT)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"code": "101", "cause": "portal_error"}, "101"),
        ({"cause": "tls"}, "tls"),
        ({}, "silent"),
    ],
)
def test_the_last_error_is_the_portals_code_else_the_cause_else_the_outcome(
    more: dict[str, str], error: str
) -> None:
    failed = PortalFailed("1-0", "silent", 9, "outbox", ("1-1",), **more)
    found = folded([event(1, receive()), event(2, failed)])
    assert found["portal:1-1"].last_error == error
