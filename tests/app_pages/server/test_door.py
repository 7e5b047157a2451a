"""Who gives way when there is no room, and what is waited for; no socket, no clock."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, replace

import pytest

from app_pages.server.door import Doing, Door, Place
from app_pages.server.limits import LIMITS
from tests.support import ROOT, each

MANY = 20_000  # files
CAPS = LIMITS.connections
SOCKETS = LIMITS.sockets


@dataclass
class Visitors:
    """Connections that come and what became of them."""

    files: int = MANY
    now: float = 0.0
    closed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.door = Door(LIMITS, lambda: self.now, self.files)

    def comes(self, name: str, address: str = "10.0.0.1", session: str = "") -> Place:
        self.now += 0.001
        place = self.door.enters(address, lambda: self.closed.append(name))
        assert place
        place.turns(Doing.HEAD, self.now)
        if session:
            self.door.belongs(place, session)
            place.turns(Doing.KEPT, self.now)
        return place


def test_the_one_that_has_waited_longest_gives_way_to_the_newest_of_its_address() -> None:
    all_ = Visitors()
    for number in range(CAPS.by_address + 3):
        all_.comes(str(number))
    all_.comes("another", "10.0.0.2")
    assert all_.closed == ["0", "1", "2"]
    assert all_.door.count == CAPS.by_address + 1


def test_many_addresses_together_have_a_cap_and_the_largest_gives_way() -> None:
    all_ = Visitors()
    for number in range(40):
        all_.comes(f"crowd {number}", "10.0.0.1")
    for number in range(CAPS.strangers - 40):
        all_.comes(f"one {number}", f"10.1.{number // 250}.{number % 250}")
    assert all_.closed == []
    all_.comes("new", "10.9.9.9")
    assert all_.closed == ["crowd 0"]


def test_strangers_push_out_strangers_and_never_a_live_session() -> None:
    all_ = Visitors()
    for number in range(12):
        all_.comes(f"desk {number}", "127.0.0.1", "desk")
    for number in range(3_000):
        all_.comes(f"stranger {number}", "127.0.0.1" if number % 2 else f"10.0.0.{number % 250}")
    assert not [name for name in all_.closed if name.startswith("desk")]
    assert all_.door.count <= CAPS.strangers + 12


def test_sessions_share_what_there_is_and_the_one_that_has_most_gives_way() -> None:
    all_ = Visitors(files=200)  # 100 connections
    for number in range(CAPS.by_session):
        all_.comes(f"greedy {number}", session="greedy")
    for session in range(38):
        for number in range(2):
            all_.comes(f"{session} {number}", "10.0.0.9", str(session))
    assert all_.closed == []
    all_.comes("new", session="new")
    assert all_.closed == ["greedy 0"]


def test_a_session_gives_up_its_own_oldest() -> None:
    all_ = Visitors()
    for number in range(CAPS.by_session + 2):
        all_.comes(str(number), session="one")
    assert all_.closed == ["0", "1"]


def test_who_is_being_served_never_gives_way_and_then_nobody_comes_in() -> None:
    all_ = Visitors()
    for number in range(CAPS.by_address):
        all_.comes(str(number)).turns(Doing.ANSWER, all_.now)
    assert all_.door.enters("10.0.0.1", lambda: None) is None
    assert all_.door.enters("10.0.0.2", lambda: None)
    assert all_.closed == []


@pytest.mark.parametrize(("files", "most"), [(64, 32), (1024, 512), (MANY, CAPS.in_all)])
def test_no_more_are_open_than_half_the_files_that_the_system_allows(files: int, most: int) -> None:
    all_ = Visitors(files)
    for number in range(2_000):
        all_.comes(str(number), f"10.0.0.{number % 250}", f"session {number}")
    assert all_.door.count == most


def test_one_that_left_leaves_its_place_and_one_that_gave_way_does_not_come_back() -> None:
    all_ = Visitors()
    first = all_.comes("first")
    all_.door.leaves(first)
    all_.door.leaves(first)
    all_.door.belongs(first, "late")
    assert all_.door.count == 0


def test_a_session_that_ended_makes_its_connection_a_strangers() -> None:
    all_ = Visitors()
    place = all_.comes("was", session="one")
    all_.door.belongs(place, None)
    for number in range(CAPS.by_address):
        all_.comes(str(number))
    assert all_.closed == ["was"]


def test_sockets_of_a_session_are_refused_and_of_all_give_way_by_who_has_most() -> None:
    all_ = Visitors()

    def opens(session: str, address: str) -> bool:
        place = all_.comes(f"{session} {address}", address, session)
        return all_.door.opens_socket(place)

    assert [opens("a", "10.0.0.1") for _ in range(SOCKETS.by_session + 1)][-2:] == [True, False]
    for number in range(SOCKETS.in_all - SOCKETS.by_session):
        assert opens(f"s{number}", f"10.0.1.{number}")
    assert all_.closed == []
    assert opens("new", "10.0.2.1")
    assert all_.closed == ["a 10.0.0.1"]


def test_a_session_opens_sockets_at_a_pace_and_slows_no_other() -> None:
    all_ = Visitors()

    def opens(session: str) -> bool:
        place = all_.comes(session, session=session)
        opened = all_.door.opens_socket(place)
        all_.door.leaves(place)
        return opened

    assert sum(opens("a") for _ in range(100)) == SOCKETS.opens_at_once
    assert opens("b")
    all_.now += 1 / SOCKETS.opens_a_second
    assert opens("a")


def test_sockets_of_an_address_give_way_among_themselves() -> None:
    all_ = Visitors()
    for number in range(SOCKETS.by_address + 1):
        place = all_.comes(str(number), "10.0.0.1", f"s{number}")
        assert all_.door.opens_socket(place)
    assert all_.closed == ["0"]


@each(
    ("doing", "received", "patience"),
    [
        (Doing.HANDSHAKE, 0, LIMITS.waiting.tls),
        (Doing.HEAD, 0, LIMITS.waiting.head),
        (Doing.BODY, 0, LIMITS.waiting.body),
        (Doing.BODY, 20_000, LIMITS.waiting.body + 10),
        (Doing.BODY, 10**9, LIMITS.waiting.body_at_most),
        (Doing.KEPT, 0, LIMITS.waiting.idle + LIMITS.waiting.head),
        (Doing.ANSWER, 0, None),
        (Doing.SOCKET, 0, None),
    ],
)
def test_each_is_waited_for_as_long_as_what_it_does_may_take(
    doing: Doing, received: int, patience: float | None
) -> None:
    place = Place("10.0.0.1", 0.0, lambda: None, doing=doing, received=received)
    assert place.is_late(LIMITS.waiting, patience or 1e9) is False
    assert place.is_late(LIMITS.waiting, (patience or 1e9) + 0.01) is (patience is not None)


@pytest.mark.parametrize(("taken", "held"), [(0, True), (39_999, True), (40_000, False)])
def test_who_takes_too_little_of_an_answer_is_not_sent_the_rest(taken: int, held: bool) -> None:
    left = [10_000_000]
    place = Place("10.0.0.1", 0.0, lambda: None, unread=lambda: left[0], doing=Doing.ANSWER)
    assert not place.holds_up(LIMITS.waiting, 0.0)
    left[0] -= taken
    assert not place.holds_up(LIMITS.waiting, LIMITS.waiting.unread - 0.1)
    assert place.holds_up(LIMITS.waiting, LIMITS.waiting.unread) is held
    left[0] = 0
    assert not place.holds_up(LIMITS.waiting, LIMITS.waiting.unread + 0.1)


def test_a_drip_starts_no_new_patience() -> None:
    place = Place("10.0.0.1", 0.0, lambda: None)
    for second in range(20):
        place.turns(Doing.HEAD, float(second))
    assert place.is_late(LIMITS.waiting, LIMITS.waiting.head + 0.1)


def test_the_table_for_administrators_has_these_numbers() -> None:
    tables = tomllib.loads((ROOT / "app_pages/server/limits.toml").read_text(encoding="utf-8"))
    wanted = {
        f"{table}.{name}": value for table, row in tables.items() for name, value in row.items()
    }
    text = (ROOT / "docs" / "quan-tri.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `([a-z]+\.[a-z_]+)` \| ([\d.]+) ", text, re.MULTILINE))
    assert {name: float(value) for name, value in told.items()} == wanted


def test_limits_are_read_as_they_stand() -> None:
    assert replace(LIMITS) == LIMITS
    assert CAPS.strangers < CAPS.in_all
    assert CAPS.accepts_at_once * 2 < CAPS.by_address  # whoever is new is read before it gives way
