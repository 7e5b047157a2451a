"""The content of any events is erased for good, in both engines, and a rebuild makes the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.log.portal_support import answered, failed, presented, received, say
from tests.support import DESK, MORNING, payload
from verification.log import forgetting
from verification.log.forgetting_events import Forgets, Forgotten, WhyForgotten
from verification.log.sending_events import HisTold
from verification.log.visit_events import IdChecked, Noted
from verification.reception import checkin
from verification.reception.answer import Scan
from verification.rules.misuse.past_visit import PastVisit

if TYPE_CHECKING:
    from tests.log.contract.engines import AnyLog
    from verification.kiosk import Kiosk
    from verification.log.events import Event
    from verification.log.ports import LogTransaction

NUMBER, OWN, CITIZEN = "DN4797900000201", "7900000201", "079094000201"
LONG_AGO, LATER = 0, int(MORNING.timestamp()) + 10**6


def forget(port: AnyLog, *erased: str, person: str | None = "p") -> tuple[Event, ...]:
    """Erase the content of events as somebody asked for it."""

    def work(log: LogTransaction) -> tuple[Event, ...]:
        asked, whose = WhyForgotten.ASKED, Forgets.PERSON
        return forgetting.forget(log, DESK, erased, asked, whose, person_ref=person)

    return port.write(work)


def kept(port: AnyLog, *persons: str) -> tuple[Any, ...]:
    """Return all that is kept beside the log."""
    visits = sorted(port.recent("1", 99), key=lambda visit: visit.visit_id)
    past = [port.history.visits_of(one, LONG_AGO, LATER) for one in persons]
    return visits, past, list(port.exchanged.waiting()), port.unreadable()


@pytest.fixture
def seen(kiosk: Kiosk) -> list[str]:
    """Return the presentation and the visit of two people whose cards were scanned."""
    for slug in ("patient-1", "s2"):
        scan = Scan((payload(slug),), beside={"doi_chieu": "vneid"})
        checkin.check_in(DESK, kiosk, scan)
    return ["1-1", "1-2", "1-3", "1-4"]


def test_what_was_forgotten_is_erased_and_not_unreadable_and_others_are_whole(
    port: AnyLog, seen: list[str]
) -> None:
    of, visit, other, _ = seen
    whole = port.content(other)
    ref = port.write(lambda log: (found := log.visit(visit)) and found.person_ref) or ""
    assert port.history.visits_of(ref, LONG_AGO, LATER)[0].shown
    (said,) = forget(port, of, visit, person=ref)
    assert Forgotten.of(said.codes).erased == (of, visit)
    assert port.content(of) is None
    assert port.write(lambda log: log.content(of)) is None
    assert port.content(other) == whole
    assert port.unreadable() == port.noticed() == ()
    (past,) = port.history.visits_of(ref, LONG_AGO, LATER)
    assert (past.shown, past.cccd, past.born, past.received) == (None, None, None, True)
    assert past.doi_chieu is None  # it came with the card
    say(port, IdChecked(visit, "cccd"), person=ref)
    forget(port, visit, of, person=ref)
    assert port.history.visits_of(ref, LONG_AGO, LATER)[0].doi_chieu == "cccd"
    before = kept(port, ref)
    port.rebuild()
    assert kept(port, ref) == before


def test_of_a_forgotten_visit_nothing_is_asked_or_sent_any_more(port: AnyLog) -> None:
    of = presented(port)
    gone = received(port, of, handover=True)
    stays = received(port, presented(port, "q"), person="q", handover=True)
    say(port, HisTold(gone, "his", (), record=True))
    failed(port, (gone, stays), MORNING)
    forget(port, of, gone)
    assert {item.visit for item in port.exchanged.waiting()} == {stays}
    found = port.visit(gone)
    assert found
    assert (found.portal, found.record) == (None, None)
    before = kept(port, "p", "q")
    port.rebuild()
    assert kept(port, "p", "q") == before


def test_a_presentation_that_began_two_visits_loses_the_content_of_both(port: AnyLog) -> None:
    of = presented(port)
    first, second = received(port, of), received(port, of, again=True)
    forget(port, of, first, second)
    assert port.exchanged.waiting() == []
    assert [one.shown for one in port.history.visits_of("p", LONG_AGO, LATER)] == [None, None]


def test_an_answer_of_the_portal_that_was_forgotten_is_none(port: AnyLog) -> None:
    person = port.write(lambda log: log.person(OWN, [NUMBER]))
    gone = answered(port, person=person, content={"the": {"ho_ten": "Người Mẫu"}})
    forget(port, gone.event_id, person=person)
    assert list(port.exchanged.answers([NUMBER], 9)) == []
    assert port.content(gone.event_id) is None


def test_long_lists_are_told_in_parts_each_event_once(port: AnyLog) -> None:
    names = [say(port, Noted("1-9"), content={"ghi_chu": "x"}).event_id for _ in range(3)]
    told = forget(port, *names, *names, *(f"9-{n}" for n in range(forgetting.MOST)))
    assert [len(Forgotten.of(one.codes).erased) for one in told] == [forgetting.MOST, 3]
    assert [port.content(name) for name in names] == [None] * 3
    assert forget(port) == ()


def test_a_person_who_is_taken_out_of_the_index_is_somebody_new(port: AnyLog) -> None:
    def index(log: LogTransaction) -> tuple[str, str]:
        log.history.put(PastVisit(int(MORNING.timestamp()), "04021", card={"ma_the": NUMBER}), "p")
        return log.person(OWN, [NUMBER, CITIZEN]), log.person("7900000202", ["DN4797900000202"])

    before, other = port.write(index)
    past = PastVisit(int(MORNING.timestamp()), "04022", card={"ma_the": NUMBER})
    port.write(lambda log: log.history.put(past, before))
    port.write(lambda log: log.forget_person(before))
    assert port.history.visits_of(before, LONG_AGO, LATER) == []
    assert len(port.history.visits_of("p", LONG_AGO, LATER)) == 1
    assert port.write(lambda log: log.person("7900000202", [])) == other
    after = port.write(lambda log: log.person(None, [CITIZEN]))
    assert after != before
    assert port.write(lambda log: log.person(OWN, [CITIZEN])) == after
