"""Damaged rows of the outbox and of the portal's answers: passed over, told, and made again."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.log.contract.engines import loosen
from tests.log.portal_support import answered, failed, presented, received, say
from tests.log.sending_support import handed, leased, messages
from tests.support import MASTER_KEY, MORNING, Clock
from verification.adapters.store.sqlite.log import SqliteLog
from verification.log.outbox import FIRST_WAIT, Errand
from verification.log.unreadable import Cause, Unreadable
from verification.log.visit_events import Corrected

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from verification.log.outbox import Waiting

DUE = MORNING + FIRST_WAIT
DAMAGE = {
    "no kind": "errand = 'fax'",
    "no visit": "visit = NULL",
    "no begin": "since = 'früher'",
    "a time without a zone": "due = '2026-11-22T08:00:00'",
    "no time": "due = ''",
    "no time of the last try": "last_at = 7",
    "no number of tries": "attempts = 'viele'",
    "no error": "last_error = x'00'",
    "no event": "event = x'00'",
    "no place": "nth = 'erste'",
}


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteLog]:
    """Return a log of two visits that wait; the question about the first failed once."""
    with closing(SqliteLog(tmp_path / "kiosk.db", MASTER_KEY, Clock())) as log:
        first, _ = (received(log, presented(log)) for _ in range(2))
        failed(log, (first,), DUE - timedelta(seconds=1))
        yield log


def strange(folder: Path, statement: str) -> None:
    """Do something to the file as a stranger would, whom no type stops."""
    with closing(sqlite3.connect(folder / "kiosk.db", isolation_level=None)) as db:
        loosen(db)
        db.executescript(statement)


def lease(log: SqliteLog, most: int) -> list[str]:
    """Take what is due; return the visits."""

    def work(inside: Any) -> Sequence[Waiting]:
        found: Sequence[Waiting] = inside.exchanged.lease(
            Errand.PORTAL, DUE, DUE + timedelta(minutes=1), most
        )
        return found

    return [item.visit for item in log.write(work)]


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_row_is_passed_over_told_and_made_again(
    log: SqliteLog, tmp_path: Path, damage: str
) -> None:
    before = list(log.exchanged.waiting())
    strange(tmp_path, f"UPDATE outbox SET {damage} WHERE visit = '1-2'")
    assert [item.visit for item in log.exchanged.waiting()] == ["1-4"]
    assert [item.visit for item in log.exchanged.waiting(most=1)] == ["1-4"]
    assert [heap.count for heap in log.exchanged.heaps()] == [1]
    assert log.noticed() == (Unreadable("outbox:portal:1-2", Cause.BYTES),)
    log.rebuild()
    assert list(log.exchanged.waiting()) == before


def test_a_damaged_row_that_is_due_first_does_not_hold_up_the_others(
    log: SqliteLog, tmp_path: Path
) -> None:
    strange(tmp_path, "UPDATE outbox SET attempts = 'viele' WHERE visit = '1-2'")
    assert lease(log, 1) == ["1-4"]


@pytest.mark.parametrize(
    "damage", ["nth = NULL", "nth = 'erste'", "attempts = 'viele'", "due = ''", "event = x'00'"]
)
def test_a_damaged_message_holds_back_those_behind_it_until_it_was_made_again(
    log: SqliteLog, tmp_path: Path, damage: str
) -> None:
    visit, other = handed(log), handed(log, "q")
    say(log, Corrected(visit, phong="p1"))
    first, second = messages(visit, 1, 2)
    strange(tmp_path, f"UPDATE outbox SET {damage} WHERE item_id = '{first}'")
    minute = timedelta(minutes=1)
    assert leased(log, DUE, minute) == messages(other, 1)
    log.rebuild()
    assert leased(log, DUE, minute, most=1) == [first]
    assert second not in leased(log, DUE, minute)


def test_a_damaged_row_of_an_answer_shows_no_other_persons(log: SqliteLog, tmp_path: Path) -> None:
    numbers = ("DN4797900000201", "DN4797900000202")
    people = [
        log.write(lambda inside, one=one: inside.person(one[-10:], [one]))  # type: ignore[misc]
        for one in numbers
    ]
    own = answered(log, person=people[0], of="1-1")
    other = answered(log, person=people[1], of="1-3")
    put = f"UPDATE portal SET desk = '1', seq = {own.seq} WHERE event_id = '{other.event_id}'"
    strange(tmp_path, put)
    assert list(log.exchanged.answers([numbers[1]], 9)) == []
    assert list(log.exchanged.about("1-3")) == []
    assert list(log.exchanged.answers([numbers[0]], 9)) == [own]
    log.rebuild()
    assert list(log.exchanged.answers([numbers[1]], 9)) == [other]


def test_two_processes_that_take_at_once_never_get_the_same(tmp_path: Path) -> None:
    path, clock = tmp_path / "kiosk.db", Clock()
    with (
        closing(SqliteLog(path, MASTER_KEY, clock)) as one,
        closing(SqliteLog(path, MASTER_KEY, clock)) as other,
    ):
        made = [received(one, presented(one)) for _ in range(12)]
        with ThreadPoolExecutor(2) as pool:
            taken = list(pool.map(lambda log: lease(log, 3), [one, other] * 2))
    assert sorted(visit for part in taken for visit in part) == sorted(made)
