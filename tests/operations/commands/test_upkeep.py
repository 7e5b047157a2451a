"""`rebuild`, and `verify-log` over what it makes."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.store_support import a_house, is_sound, overwrite, pages_of, projected
from tests.support import ROOT, share
from verification.adapters.store.sqlite.database import connect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.operations.commands.conftest import Ran

    Run = Callable[..., Ran]


@pytest.fixture
def store(home: Path) -> Path:
    """Return a filled store in the place of the installation's."""
    return a_house(home, visits=60)


def kinds(ran: Ran) -> set[str]:
    return {problem["kind"] for line in ran.lines for problem in line["problems"]}


def last_event(store: Path) -> tuple[str, str]:
    with closing(sqlite3.connect(store)) as db:
        found: tuple[str, str] = db.execute(
            "SELECT kind, codes FROM log ORDER BY rowid DESC LIMIT 1"
        ).fetchone()
        return found


def test_it_says_how_much_there_is_logs_that_and_changes_nothing_of_a_sound_store(
    run: Run, store: Path
) -> None:
    before = projected(store)
    answer = run("rebuild").answer
    assert answer.keys() == {"visits", "cases", "seconds"}
    assert (answer["visits"], answer["cases"]) == (60, 12)
    kind, codes = last_event(store)
    assert kind == "rebuilt"
    assert codes == '{"cases":12,"officer":"dong-lenh","visits":60}'
    assert projected(store) == before
    assert run("verify-log").status == 0


@pytest.mark.parametrize("name", ["visit", "idx_history_desk_at", "review_case"])
def test_what_verify_log_finds_damaged_is_mended_by_rebuild(
    run: Run, store: Path, name: str
) -> None:
    overwrite(store, pages_of(store, name)[0])
    found = run("verify-log")
    assert found.status == 3
    assert kinds(found) & {"projection", "case"}
    ran = run("rebuild")
    assert ran.status == 0
    assert (store.parent / ran.answer["kept"]).exists()
    after = run("verify-log")
    assert (after.status, kinds(after)) == (0, set())
    assert "Đã dựng lại" in run("rebuild", plain=True).out


@pytest.mark.parametrize("name", ["log", "idx_log_kind_recorded_at", "content", "person_index"])
def test_what_the_log_does_not_make_is_not_mended_silently(
    run: Run, store: Path, name: str
) -> None:
    overwrite(store, pages_of(store, name)[-1])
    before = store.read_bytes()
    ran = run("rebuild")
    assert ran.status == 1
    assert "bản sao lưu" in ran.sentence
    assert "backup" in ran.sentence
    assert "malformed" not in ran.sentence
    assert store.read_bytes() == before


def test_nothing_is_made_from_a_log_that_was_changed(run: Run, store: Path) -> None:
    with closing(sqlite3.connect(store)) as db, db:
        db.execute("DROP TRIGGER log_no_UPDATE")
        db.execute("UPDATE log SET codes = replace(codes, 'eligible', 'eligiblf') WHERE seq = 7")
    before = projected(store)
    ran = run("rebuild")
    assert ran.status == 1
    assert "sự kiện 7" in ran.sentence
    assert projected(store) == before


def test_a_content_that_no_key_opens_costs_its_own_marks_alone(run: Run, store: Path) -> None:
    with closing(sqlite3.connect(store)) as db, db:
        db.execute("UPDATE content SET sealed = zeroblob(40) WHERE event_id = '1-6'")
    ran = run("rebuild")
    assert (ran.status, ran.answer["unread"]) == (0, 1)
    assert kinds(run("verify-log")) == {"content"}


def test_a_store_that_somebody_holds_is_busy_in_one_sentence(
    run: Run, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = partial(connect, busy=0.1)
    monkeypatch.setattr("verification.adapters.store.sqlite.writer.connect", impatient)
    with closing(sqlite3.connect(store, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        ran = run("rebuild")
    assert ran.status == 1
    assert "đang bận" in ran.sentence


def test_there_is_nothing_to_rebuild_where_there_is_no_store(run: Run, home: Path) -> None:
    (home / "kiosk.db").unlink(missing_ok=True)
    assert run("rebuild").status == 1
    assert not (home / "kiosk.db").exists()


_KILLED = """
import os, signal, sys
from verification.adapters.store.sqlite import rebuilding, writer
from verification.__main__ import main

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

{at}
main(["rebuild"])
"""
_PLACES = {
    "before new tables": "rebuilding._make_tables_anew = die",
    "before the first visit": "rebuilding.rebuild = die",
    "in the middle": (
        "from verification.adapters.store.sql import projection\n"
        "n = iter(range(60))\n"
        "add = projection.project\n"
        "projection.project = lambda *a: add(*a) if next(n, None) is not None else die()"
    ),
    "before the commit": "from verification.officers import upkeep\nupkeep.write = die",
    "before the room is given back": "writer.Writer.give_room_back = die",
}


@pytest.mark.parametrize("place", share(_PLACES, "in the middle", "before the commit"))
def test_whoever_is_killed_in_it_leaves_the_old_store_or_the_new_one(
    run: Run, store: Path, place: str
) -> None:
    before = projected(store)
    overwrite(store, pages_of(store, "idx_visit_desk_seq")[0])
    words = [sys.executable, "-c", _KILLED.format(at=_PLACES[place])]
    killed = subprocess.run(words, cwd=ROOT, env=dict(os.environ), check=False)
    assert killed.returncode == -signal.SIGKILL
    made = place == "before the room is given back"
    assert (last_event(store)[0] == "rebuilt") is made
    found = kinds(run("verify-log"))
    assert found == (set() if made else {"projection"})
    assert run("rebuild").status == 0
    assert is_sound(store)
    assert projected(store) == before
    assert run("verify-log").status == 0
