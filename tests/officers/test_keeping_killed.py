"""A store of twelve years loses what is old: killed at any moment and run again, the same end."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.keeping_support import presented, receive
from tests.support import DESK, MORNING, ROOT, Clock, make_demo_store
from tests.tamper_support import proved
from verification.log.house_events import LogNoted
from verification.log.key_file import read_master_key
from verification.log.portal_events import PortalFailed
from verification.log.terms import usual_terms
from verification.log.writing import write_alone
from verification.officers.keeping import erase_old
from verification.operations.rotating import rotate_keys
from verification.operations.settings import Settings, read_settings
from verification.operations.wiring import logging_kiosk
from verification.rights import command_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from verification.kiosk import Kiosk

YEARS, HALF = 12, 183
ROOM = command_line("1")
SAID = {"ghi_chu": "lời của người mẫu"}
ERASES = """
import os, signal, sys
from pathlib import Path
from tests.officers import test_keeping_killed as house
from verification.officers import keeping
at, where = int(sys.argv[2]), sys.argv[3]
calls = []
def die():
    calls.append(1)
    if len(calls) == at:
        os.kill(os.getpid(), signal.SIGKILL)
real, keeping._PIECE = keeping.forget, 4
def forget(*args, **more):
    if where == "before":
        die()
    made = real(*args, **more)
    if where == "inside":
        die()
    return made
keeping.forget = forget
with house.opened(Path(sys.argv[1])) as kiosk:
    plan = keeping.planned(kiosk, house.usual_terms())
    keeping.erase_due(kiosk, house.ROOM, plan.dues, die if where == "between" else bool)
"""
"""Dies before, inside or behind a piece that is one of several of its kind."""


def settings(folder: Path) -> Settings:
    place = {"KIOSK_DB": str(folder / "kiosk.db"), "KIOSK_FACILITY": "79014"}
    return read_settings(place | {"KIOSK_KEY_BESIDE": "yes"})


@contextmanager
def opened(folder: Path, clock: Clock | None = None) -> Iterator[Kiosk]:
    at_the_end = Clock(MORNING)
    at_the_end.forward(days=HALF * 2 * YEARS)
    with logging_kiosk(settings(folder), clock or at_the_end) as kiosk:
        yield kiosk


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a house of twelve years: twice a year a visit, a failed portal, a restored log."""
    folder, clock = tmp_path_factory.mktemp("grown"), Clock(MORNING)
    make_demo_store(folder)
    with opened(folder, clock) as kiosk:
        for _ in range(YEARS * 2):
            (visit,) = receive(kiosk, "patient-1")
            failed = PortalFailed(presented(kiosk, visit), "timeout", 9, "an.nt", (visit,))
            write_alone(kiosk.written, DESK, failed, content=SAID)
            write_alone(kiosk.written, DESK, LogNoted((), ()), content=SAID)
            clock.forward(days=HALF)
    return folder


def left(folder: Path) -> set[str]:
    """Return the events of the first desk whose content is left; who erased says no words."""
    with closing(sqlite3.connect(folder / "kiosk.db")) as db:
        return {name for (name,) in db.execute("SELECT event_id FROM content")}


def is_sound(folder: Path) -> bool:
    key = read_master_key(settings(folder).key_file)
    return proved(folder / "kiosk.db", key=key).findings == []


@pytest.fixture(scope="module")
def end(grown: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return what is left where nothing went wrong: sound before, after, rebuilt, with new keys."""
    folder = tmp_path_factory.mktemp("whole")
    shutil.copytree(grown, folder, dirs_exist_ok=True)
    assert is_sound(folder)
    with opened(folder) as kiosk:
        gone = erase_old(ROOM, kiosk, usual_terms())
        assert {what.value: count for what, count in gone.items()} == {
            "visits": 5,
            "portal": 21,
            "access": 15,
        }
        visits = kiosk.written.recent(DESK.desk, YEARS * 2)
        kiosk.written.rebuild()
        assert kiosk.written.recent(DESK.desk, YEARS * 2) == visits
    assert is_sound(folder)
    found = left(folder)
    rotate_keys(ROOM, settings(folder), kiosk.clock, master=True)
    assert is_sound(folder)
    assert left(folder) == found
    with opened(folder) as kiosk:
        assert erase_old(ROOM, kiosk, usual_terms()) == {}
    return found


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no such signal")
@pytest.mark.parametrize(("nth", "where"), [(3, "before"), (2, "inside"), (4, "between")])
def test_killed_and_run_again_it_ends_as_if_nothing_had_been(
    grown: Path, end: set[str], tmp_path: Path, nth: int, where: str
) -> None:
    shutil.copytree(grown, tmp_path, dirs_exist_ok=True)
    before = left(tmp_path)
    words = [sys.executable, "-c", ERASES, str(tmp_path), str(nth), where]
    died = subprocess.run(words, cwd=ROOT, capture_output=True, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert end < left(tmp_path) <= before
    assert is_sound(tmp_path)
    with opened(tmp_path) as kiosk:
        erase_old(ROOM, kiosk, usual_terms())
    assert left(tmp_path) == end
    assert is_sound(tmp_path)
