"""Messages about a visit are what its events add up to, in whatever order they come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from tests.support import MASTER_KEY, Clock
from verification.log.events import Event, EventKind
from verification.log.memory import MemoryLog
from verification.log.outbox import Errand, handover_item, record_item
from verification.log.portal_events import PortalAnswered
from verification.log.sending_events import Delivered, HisTold, NotDelivered, SentAgain
from verification.log.visit import HANDED_OVER
from verification.log.visit_events import Cancelled, ContentErased, Corrected, Noted, Received
from verification.log.writing import Stranger, write_alone

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from verification.log.events import Happening

VISITS = ("1-1", "1-2")  # as the first two events are called; the second is not handed over
NTHS = st.integers(1, 4)
ONE = st.sampled_from(VISITS)
DUE = st.sampled_from([None, "2026-11-22T09:00:00+07:00"])


def of(visit: str, nth: int) -> tuple[str, str, str]:
    """Return of which item something is told; the fourth is the record."""
    item = record_item(visit) if nth == 4 else handover_item(visit, nth)
    return item.partition(":")[0], item, visit


LATE = st.one_of(
    st.builds(lambda visit: Corrected(visit, phong="p1"), ONE),
    st.builds(lambda visits: PortalAnswered("1-0", "answered", 9, "desk", visits), st.just(VISITS)),
    st.builds(Noted, ONE),
    st.builds(lambda visit, record: HisTold(visit, "his", (), record), ONE, st.booleans()),
    st.builds(
        lambda visit, nth, rest: Delivered(*of(visit, nth), "x", "GD", replaced=rest),
        ONE,
        NTHS,
        st.booleans(),
    ),
    st.builds(
        lambda visit, nth, due: NotDelivered(*of(visit, nth), "x", None, due), ONE, NTHS, DUE
    ),
    st.builds(lambda visit, nth: SentAgain(*of(visit, nth), "person"), ONE, NTHS),
    st.builds(lambda visit: Cancelled(visit, "khac"), ONE),
    st.builds(lambda visit: ContentErased(visit, (visit,)), ONE),
)


def told(late: Sequence[Happening]) -> tuple[MemoryLog, list[Event]]:
    """Return a log in which two visits begin and more happens, and what happened."""
    clock = Clock()
    log = MemoryLog(MASTER_KEY, clock)
    begun = [
        Received("1-0", "eligible", "valid", "vssid", handover=handed) for handed in (True, False)
    ]
    written = []
    for what in (*begun, *late):
        clock.forward(seconds=1)
        written.append(write_alone(log, Stranger("1"), what, person_ref="p"))
    return log, written


def changed_by(story: Sequence[Event]) -> list[Event]:
    """Return the events that change the visit that is handed over."""
    about = ("1-1" in (e.event_id, e.codes.get("visit"), *e.codes.get("visits", ())) for e in story)
    return [e for e, ours in zip(story, about, strict=True) if ours and e.kind in HANDED_OVER]


@given(st.lists(LATE, max_size=14))
def test_the_messages_are_numbered_by_the_events_that_change_the_visit(
    late: list[Happening],
) -> None:
    log, story = told(late)
    changed = changed_by(story)
    visit, other = log.visit("1-1"), log.visit("1-2")
    assert visit
    assert other
    assert (visit.handed, other.handed) == (len(changed), 0)
    for item in log.exchanged.waiting(Errand.HANDOVER):
        assert item.visit == "1-1"
        assert item.event == changed[item.nth - 1].event_id
        assert item.item_id == handover_item("1-1", item.nth)


@given(st.lists(LATE, max_size=14))
def test_what_waits_was_neither_taken_nor_erased_since_it_was_made(late: list[Happening]) -> None:
    log, story = told(late)
    waits = {item.nth for item in log.exchanged.waiting(Errand.HANDOVER)}
    for nth, made in enumerate(changed_by(story), 1):
        later = story[story.index(made) + 1 :]
        gone = any(
            (e.kind is EventKind.CONTENT_ERASED and e.codes["visit"] == "1-1")
            or (
                e.kind is EventKind.DELIVERED
                and e.codes["item"] == handover_item("1-1", nth)
                and not e.codes.get("replaced")
            )
            for e in later
        )
        assert (nth in waits) is not gone


@given(st.lists(LATE, max_size=14))
def test_a_record_waits_as_long_as_its_visit_says_so(late: list[Happening]) -> None:
    log, _ = told(late)
    for name in VISITS:
        visit = log.visit(name)
        assert visit
        assert (visit.record == "waiting") is (log.exchanged.one(record_item(name)) is not None)


@given(st.lists(LATE, max_size=14))
def test_a_rebuild_makes_the_same_of_any_story(late: list[Happening]) -> None:
    log, _ = told(late)
    before = list(log.exchanged.waiting()), [log.visit(name) for name in VISITS]
    log.rebuild()
    assert (list(log.exchanged.waiting()), [log.visit(name) for name in VISITS]) == before


@given(st.lists(LATE, max_size=14))
def test_only_the_first_that_waits_of_a_visit_is_ever_given(late: list[Happening]) -> None:
    log, _ = told(late)
    now = datetime(2027, 1, 1, tzinfo=UTC)

    def work(inside: object) -> Sequence[object]:
        take: Callable[..., Sequence[object]] = inside.exchanged.lease  # type: ignore[attr-defined]
        return take(Errand.HANDOVER, now, now + timedelta(minutes=1), 99)

    waits = sorted(log.exchanged.waiting(Errand.HANDOVER), key=lambda item: item.nth)
    first = [item for item in waits[:1] if not item.is_dead]
    assert list(log.write(work)) == first
