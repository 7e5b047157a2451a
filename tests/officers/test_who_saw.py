"""Who saw whom: the officers of a person, the persons of an officer, in a window."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support import payload
from verification.basics.errors import Forbidden, RequestError
from verification.log.events import EventKind
from verification.log.house_events import ScreenPaired
from verification.log.writing import Stranger, write_alone
from verification.officers.who_saw import Window, export_who_saw, of_person, who_saw
from verification.reception import checkin, lookup
from verification.reception.answer import Scan
from verification.rights import Actor, Role

if TYPE_CHECKING:
    from tests.support import Clock
    from verification.kiosk import Kiosk

CHI = Actor("chi.lt", frozenset({Role.ADMINISTRATOR}), "1")
AN = Actor("an.nt", frozenset({Role.RECEPTIONIST}), "1")
BINH = Actor("binh.pv", frozenset({Role.RECEPTIONIST}), "2")
ONE, OTHER = payload("number-15"), payload("case-pension-75-4")


def all_day(kiosk: Kiosk, **asked: str) -> Window:
    now = kiosk.clock()
    return Window(now - timedelta(days=1), now + timedelta(minutes=1), **asked)  # type: ignore[arg-type]


@pytest.fixture
def seen(kiosk: Kiosk, clock: Clock) -> Kiosk:
    """Return a kiosk where one officer received a person and another looked the same one up."""
    write_alone(kiosk.written, Stranger("1", "an.nt"), ScreenPaired("10.0.0.9"))
    write_alone(kiosk.written, Stranger("3", "an.nt"), ScreenPaired("10.0.0.9"))
    clock.forward(minutes=5)
    shown = checkin.check_in(AN, kiosk, Scan((ONE,)))
    lookup.viewed(AN, kiosk, shown.event, "number")
    clock.forward(minutes=5)
    lookup.find(BINH, kiosk, ONE.decode())
    checkin.check_in(BINH, kiosk, Scan((OTHER,)))
    clock.forward(minutes=5)
    return kiosk


def test_a_persons_lines_are_all_who_saw_them_and_nobody_elses(seen: Kiosk) -> None:
    window = of_person(seen, all_day(seen), ONE.decode())
    found = who_saw(CHI, seen, window)
    told = [(row.officer, row.kind.value, row.what, row.desk) for row in found.rows]
    assert told == [
        ("binh.pv", "viewed", "search", "2"),
        ("an.nt", "viewed", "number", "1"),
        ("an.nt", "received", "", "1"),
        ("an.nt", "presented", "", "1"),
        ("an.nt", "screen_paired", "", "1"),  # the window of that desk, not of another
    ]
    assert set(found.numbers.values()) == {window.masked}
    assert window.masked.startswith(ONE.decode()[:5])
    assert ONE.decode() not in repr(found)


def test_of_an_officer_it_is_whom_they_saw(seen: Kiosk) -> None:
    found = who_saw(CHI, seen, all_day(seen, officer="binh.pv"))
    assert [row.kind.value for row in found.rows] == ["received", "presented", "viewed"]
    assert len(found.numbers) == 2
    assert all("•" in number for number in found.numbers.values())
    both = of_person(seen, all_day(seen, officer="binh.pv"), ONE.decode())
    assert [row.kind.value for row in who_saw(CHI, seen, both).rows] == ["viewed"]


def test_the_window_has_a_begin_and_an_end_that_is_left_out(seen: Kiosk) -> None:
    now = seen.clock()
    early = Window(now - timedelta(minutes=15), now - timedelta(minutes=5))
    late = Window(now - timedelta(minutes=5), now)
    counts = [len(who_saw(CHI, seen, of_person(seen, w, ONE.decode())).rows) for w in (early, late)]
    assert counts == [4, 1]
    for wrong in (Window(now, now), Window(now, early.since)):
        with pytest.raises(RequestError, match="trước"):
            who_saw(CHI, seen, wrong)


def test_that_it_was_asked_is_logged_by_reference_and_without_the_number(seen: Kiosk) -> None:
    window = of_person(seen, all_day(seen), ONE.decode())
    who_saw(CHI, seen, window)
    look = seen.written.events([EventKind.VIEWED], window.since)[-1]
    assert (look.officer, look.codes["what"]) == ("chi.lt", "who_saw")
    assert tuple(look.codes["persons"]) == window.persons
    table = export_who_saw(CHI, seen, window, "csv")
    assert len(table) == 1 + 5 + 1  # the heading, the looks, and the look by which it was asked
    taken = seen.written.events([EventKind.EXPORTED], window.since)[-1]
    assert taken.codes["what"] == "who_saw"
    assert tuple(taken.codes["persons"]) == window.persons
    assert ONE.decode() not in str(table)


@pytest.mark.parametrize("number", ["", "rác", "DN4797999999999", "079194999999"])
def test_what_is_no_number_or_nobodys_is_one_sentence(seen: Kiosk, number: str) -> None:
    with pytest.raises(RequestError):
        of_person(seen, all_day(seen), number)


def test_a_receptionist_and_who_tries_out_take_nothing(seen: Kiosk) -> None:
    with pytest.raises(Forbidden):
        who_saw(AN, seen, all_day(seen))
    trying = Actor("demo-quan-tri", frozenset({Role.ADMINISTRATOR}), "1")
    with pytest.raises(Forbidden):
        export_who_saw(trying, seen, all_day(seen), "csv")
