"""The contract of the `Log` port: whatever the engine, the log is this."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import MORNING, payload
from verification.basics.errors import RequestError
from verification.log import chain
from verification.log.events import EventKind, NewEvent
from verification.log.visit_events import ContentErased
from verification.reception import checkin
from verification.reception.answer import Scan
from verification.rights import desk_officer

if TYPE_CHECKING:
    from tests.log.contract.engines import AnyLog, Engine
    from tests.support import Clock
    from verification.kiosk import Kiosk
    from verification.log.ports import Log, LogTransaction


def presented(**facts: Any) -> NewEvent:
    """Return an event of desk 1 that presents a card."""
    return replace(NewEvent("1", EventKind.PRESENTED, None, {"officer": "an"}), **facts)


def received(person: str, desk: str = "1", **codes: Any) -> NewEvent:
    """Return an event that begins a visit."""
    base = {
        "of": "1-1",
        "verdict": "eligible",
        "reason": "valid",
        "officer": "an",
        "cach_trinh": "vssid",
    }
    return NewEvent(desk, EventKind.RECEIVED, None, base | codes, person)


def test_events_of_a_desk_are_counted_from_one(port: Log) -> None:
    names = [port.write(lambda t: t.append(presented())).event_id for _ in range(3)]
    other = port.write(lambda t: t.append(presented(desk="2")))
    assert [*names, other.event_id] == ["1-1", "1-2", "1-3", "2-1"]


def test_content_comes_back_and_only_where_there_is_some(port: Log) -> None:
    words = {"ghi_chu": "đi cùng con", "ban_ghi": {"ho_ten": "Mẫu"}}
    event = port.write(lambda t: t.append(presented(content=words)))
    bare = port.write(lambda t: t.append(presented()))
    assert port.content(event.event_id) == words
    assert port.content(bare.event_id) is None
    assert port.content("1-99") is None


def erasing(event_id: str) -> NewEvent:
    """Return the event that says whose content was erased."""
    codes = ContentErased("1-2", (event_id,)).codes()
    return NewEvent("1", EventKind.CONTENT_ERASED, None, codes)


def test_content_is_read_inside_the_work_that_wrote_it(port: Log) -> None:
    words = {"ban_ghi": {"ho_ten": "Mẫu"}}

    def work(log: LogTransaction) -> tuple[object, ...]:
        event = log.append(presented(content=words))
        before = log.content(event.event_id)
        log.erase(event.event_id)
        log.append(erasing(event.event_id))
        return before, log.content(event.event_id), log.content("1-99")

    assert port.write(work) == (words, None, None)


def test_a_person_is_found_by_any_number_and_refs_mean_nothing(port: Log) -> None:
    ref = port.write(lambda t: t.person("7900000011", ["DN4797900000011"]))
    assert port.write(lambda t: t.person(None, ["DN4797900000011"])) == ref
    assert port.write(lambda t: t.person("7900000011", ["079194000011"])) == ref
    assert port.write(lambda t: t.person(None, ["079194000011"])) == ref
    other = port.write(lambda t: t.person("7900000012", []))
    assert other != ref
    assert "7900000011" not in ref


def test_a_number_given_twice_is_one_person(port: Log) -> None:
    assert port.write(lambda t: t.person("7900000011", ["7900000011"]))


def test_a_scan_is_found_again(port: Log) -> None:
    event = port.write(lambda t: t.append(presented(codes={"scan": "a:1"})))
    assert port.write(lambda t: t.scan("a:1")) == event
    assert port.write(lambda t: t.scan("a:2")) is None


def test_visits_of_a_day_are_the_persons_own_without_the_cancelled(port: Log, clock: Clock) -> None:
    def make(person: str) -> str:
        return port.write(lambda t: t.append(received(person))).event_id

    first = make("p1")
    clock.forward(minutes=5)
    second = make("p1")
    make("p2")
    clock.forward(days=1)
    tomorrow = make("p1")
    day = MORNING.date()
    found = port.write(lambda t: [v.visit_id for v in t.visits_of("p1", day)])
    assert found == [first, second]
    cancel = presented(kind=EventKind.CANCELLED, codes={"visit": first, "why": "khac"})
    port.write(lambda t: t.append(cancel))
    assert port.write(lambda t: [v.visit_id for v in t.visits_of("p1", day)]) == [second]
    later = port.write(lambda t: [v.visit_id for v in t.visits_of("p1", day + timedelta(days=1))])
    assert later == [tomorrow]


def test_recent_visits_of_a_desk_are_newest_first(port: Log, clock: Clock) -> None:
    made = []
    for _ in range(5):
        made.append(port.write(lambda t: t.append(received("p"))).event_id)
        clock.forward(minutes=1)
    port.write(lambda t: t.append(received("p", "2")))
    assert [v.visit_id for v in port.recent("1", 3)] == made[:1:-1]
    assert [v.visit_id for v in port.recent("2", 3)] == ["2-1"]
    assert list(port.recent("3", 3)) == []


def test_the_newest_scan_of_each_desk_is_known(port: Log, clock: Clock) -> None:
    assert port.newest_scans() == {}
    for desk in ("1", "2", "1"):
        clock.forward(minutes=1)
        port.write(lambda t, desk=desk: t.append(presented(desk=desk)))  # type: ignore[misc]
    port.write(lambda t: t.append(replace(presented(desk="3"), kind=EventKind.SIGNED_OUT)))
    newest = {desk: at - clock.now for desk, at in port.newest_scans().items()}
    assert newest == {"1": timedelta(0), "2": timedelta(minutes=-1)}


def test_a_visit_is_the_same_inside_and_after_its_transaction(port: Log) -> None:
    inside = port.write(lambda t: t.visit(t.append(received("p")).event_id))
    assert inside is not None
    assert port.visit(inside.visit_id) == inside
    assert port.visit("1-99") is None


def test_failed_work_leaves_no_trace(port: Log) -> None:
    def fails(log: LogTransaction) -> None:
        log.append(presented(content={"a": "b"}))
        log.person("7900000011", [])
        raise RequestError("không", "no")

    for _ in range(2):
        with pytest.raises(RequestError):
            port.write(fails)
    event = port.write(lambda t: t.append(presented(content={"c": "d"})))
    assert event.event_id == "1-1"
    assert port.content("1-1") == {"c": "d"}


def test_a_failure_inside_leaves_no_key_that_opens_nothing(port: Log) -> None:
    def fails(log: LogTransaction) -> None:
        log.append(presented(content={"a": "b"}))
        raise RequestError("không", "no")

    with pytest.raises(RequestError):
        port.write(fails)
    port.write(lambda t: t.append(presented(content={"c": "d"})))
    assert port.content("1-1") == {"c": "d"}


def test_times_are_kept_to_the_millisecond_with_their_zone(port: Log, clock: Clock) -> None:
    clock.now = MORNING.replace(microsecond=123_000)
    event = port.write(lambda t: t.append(presented(codes={"scan": "s"})))
    assert event.recorded_at == event.happened_at == clock.now
    assert port.write(lambda t: t.scan("s")) == event


@pytest.mark.parametrize("words", ["\ud800", "\0", "a" * 100_000, "🙂", "{x}", '"'])
def test_any_words_can_be_kept(port: Log, words: str) -> None:
    event = port.write(lambda t: t.append(presented(content={"ghi_chu": words})))
    kept = port.content(event.event_id)
    assert kept == {"ghi_chu": words.replace("\ud800", "?")}


def test_events_of_some_kinds_come_oldest_first_since_a_moment(port: Log, clock: Clock) -> None:
    kinds = [EventKind.SIGNED_IN, EventKind.VIEWED, EventKind.SIGNED_OUT]
    for kind in kinds:
        codes = {"how": "pin", "address": "a", "what": "number", "why": "quay"}
        port.write(lambda t, k=kind, c=codes: t.append(NewEvent("1", k, None, c)))
        clock.forward(minutes=1)
    wanted = [EventKind.SIGNED_OUT, EventKind.SIGNED_IN]
    assert [e.kind for e in port.events(wanted, MORNING)] == wanted[::-1]
    assert [e.kind for e in port.events(kinds, MORNING + timedelta(minutes=1))] == kinds[1:]
    assert port.events([], MORNING) == []


def test_two_people_with_one_citizen_number_stay_two(port: Log) -> None:
    mother = port.write(lambda t: t.person("7900005511", ["DN4797900005511", "079194005511"]))
    child = port.write(lambda t: t.person("7900005522", ["TE1797900005522", "079194005511"]))
    assert mother != child
    assert port.write(lambda t: t.person("7900005511", [])) == mother
    assert port.write(lambda t: t.person("7900005522", ["079194005511"])) == child


def test_a_person_known_by_the_citizen_number_alone_gets_the_insurance_number(
    port: Log,
) -> None:
    first = port.write(lambda t: t.person(None, ["079194005511"]))
    assert port.write(lambda t: t.person("7900005511", ["079194005511"])) == first


# ---- pieces of work


def fails_alone(log: LogTransaction) -> None:
    """Write something in a part of a piece of work, which fails."""

    def fails() -> None:
        with log.attempt():
            log.append(presented(codes={"scan": "lost"}, content={"lost": "words"}))
            log.person("7900000011", [])
            raise RequestError("không", "no")

    with pytest.raises(RequestError):
        fails()


def test_an_attempt_that_fails_is_undone_alone(port: Log) -> None:
    def work(log: LogTransaction) -> list[str]:
        log.append(presented(content={"a": "b"}))
        fails_alone(log)
        with log.attempt():
            kept = log.append(received("p"))
        assert log.scan("lost") is None
        return [kept.event_id]

    assert port.write(work) == ["1-2"]
    visit = port.visit("1-2")
    assert visit is not None
    assert port.content("1-2") is None
    assert port.content("1-1") == {"a": "b"}


def test_a_key_first_made_in_an_attempt_that_failed_is_made_again(port: Log) -> None:
    def work(log: LogTransaction) -> None:
        fails_alone(log)
        log.append(presented(content={"kept": "words"}))
        log.person("7900000012", [])

    port.write(work)
    assert port.content("1-1") == {"kept": "words"}
    found = [port.write(lambda t: t.person("7900000012", [])) for _ in range(2)]
    assert found[0] == found[1]


def test_whoever_reads_meanwhile_sees_nothing_of_a_piece_of_work(port: Log) -> None:
    def work(log: LogTransaction) -> None:
        event = log.append(received("p"))
        assert log.visit(event.event_id) is not None
        assert log.event(event.event_id) == log.cases.event(event.event_id)
        assert port.visit(event.event_id) is None
        assert list(port.recent("1", 9)) == []

    port.write(work)
    assert port.visit("1-1") is not None


def test_an_event_is_read_as_it_was_given_back(port: Log, clock: Clock) -> None:
    clock.now = MORNING.replace(microsecond=456_000)
    codes = {"officer": "an", "list": ["á", 1], "map": {"b": {"c": 2}}}
    event = port.write(lambda t: t.append(presented(codes=codes, person_ref="p")))
    assert event.codes == codes
    assert port.write(lambda t: t.event(event.event_id)) == event
    assert port.write(lambda t: t.event("1-99")) is None


def test_of_a_time_the_first_and_the_last_recording_are_known_in_any_order(
    port: Log, clock: Clock
) -> None:
    begin, end = MORNING - timedelta(days=900), MORNING + timedelta(days=900)
    assert port.first_recorded(begin, end) is port.last_recorded(begin, end) is None
    for minutes, kind in (
        (5, EventKind.PRESENTED),
        (0, EventKind.SIGNED_OUT),
        (9, EventKind.NOTED),
    ):
        clock.now = MORNING + timedelta(minutes=minutes)
        port.write(lambda t, kind=kind: t.append(presented(kind=kind, codes={})))  # type: ignore[misc]  # bound at once

    def minutes_of(first: float, last: float) -> tuple[float, ...] | None:
        of = MORNING + timedelta(minutes=first), MORNING + timedelta(minutes=last)
        found = [at for at in (port.first_recorded(*of), port.last_recorded(*of)) if at]
        return tuple((at - MORNING).total_seconds() / 60 for at in found) or None

    assert minutes_of(-99, 99) == (0, 9)
    assert minutes_of(0, 5) == (0, 5)
    assert minutes_of(0.01, 8.99) == (5, 5)
    assert minutes_of(6, 8) is None
    assert minutes_of(9, 9) == (9, 9)


# ---- the chain


def test_the_chain_of_each_desk_is_sound_and_ends_at_its_head(kiosk: Kiosk, engine: Engine) -> None:
    for slug, desk in (("patient-1", "1"), ("s2", "2"), ("patient-2", "1")):
        checkin.check_in(desk_officer(desk), kiosk, Scan((payload(slug),)))
    chains, heads = engine.chains(), engine.heads()
    assert chains.keys() == heads.keys() == {"1", "2"}
    for desk, rows in chains.items():
        assert chain.verify(rows, [heads[desk]]) == []
        assert heads[desk] == chain.Head(desk, len(rows), rows[-1]["hash"])


def test_erased_content_is_gone_and_the_chain_stays_sound(kiosk: Kiosk, engine: Engine) -> None:
    answer = checkin.check_in(desk_officer("1"), kiosk, Scan((payload("patient-1"),)))
    before = engine.chains()
    engine.log.write(lambda t: t.erase(answer.event.event_id))
    assert engine.chains() == before
    engine.log.write(lambda t: t.append(erasing(answer.event.event_id)))
    assert engine.log.content(answer.event.event_id) is None
    assert chain.verify(engine.chains()["1"]) == []


def test_failed_work_adds_nothing_to_the_chain(engine: Engine) -> None:
    def fails(log: LogTransaction) -> None:
        log.append(presented())
        raise RequestError("không", "no")

    engine.log.write(lambda t: t.append(presented()))
    before = engine.chains(), engine.heads()
    with pytest.raises(RequestError):
        engine.log.write(fails)
    assert (engine.chains(), engine.heads()) == before


def test_rebuilding_makes_the_same_visits_from_the_chain(port: AnyLog) -> None:
    port.write(lambda t: t.append(presented(codes={"scan": "a:1"})))
    port.write(lambda t: t.append(received("p")))
    cancelled = presented(kind=EventKind.CANCELLED, codes={"visit": "1-2", "why": "khac"})
    port.write(lambda t: t.append(cancelled))
    before = port.recent("1", 9)
    port.rebuild()
    assert port.recent("1", 9) == before
    assert port.write(lambda t: t.scan("a:1")) is not None
