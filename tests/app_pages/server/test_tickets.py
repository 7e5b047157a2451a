"""A file that leaves the house is fetched once, soon, by the session that proved its password."""

from __future__ import annotations

import pytest

from app_pages.server.tickets import Tickets
from tests.support import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tickets(clock: Clock) -> Tickets:
    return Tickets(clock.steady)


def test_a_ticket_is_used_once(tickets: Tickets) -> None:
    ticket = tickets.give("an", "a.csv")
    assert tickets.take("an", ticket, "a.csv")
    assert not tickets.take("an", ticket, "a.csv")


@pytest.mark.parametrize(
    ("session", "what"), [("binh", "a.csv"), ("an", "b.csv"), ("", "a.csv"), ("an", "")]
)
def test_anothers_or_for_something_else_lets_nothing_out_and_is_used_up(
    tickets: Tickets, session: str, what: str
) -> None:
    ticket = tickets.give("an", "a.csv")
    assert not tickets.take(session, ticket, what)
    assert not tickets.take("an", ticket, "a.csv")


def test_a_ticket_is_good_for_a_minute(tickets: Tickets, clock: Clock) -> None:
    ticket = tickets.give("an", "a.csv")
    clock.forward(seconds=60)
    assert not tickets.take("an", ticket, "a.csv")


def test_a_guess_is_none_and_what_is_kept_is_bounded(tickets: Tickets) -> None:
    first = tickets.give("an", "a.csv")
    for _ in range(200):
        tickets.give("an", "a.csv")
    assert not tickets.take("an", first, "a.csv")
    assert not tickets.take("an", "", "a.csv")
