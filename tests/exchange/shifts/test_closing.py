"""Closing a shift: all of it or nothing, and figures that add up whatever was done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.desk_support import STEPS, Desk
from tests.log.contract.engines import kiosk_on
from tests.support import MASTER_KEY, ROOT, Clock, open_kiosk
from verification.exchange.shifts import closing
from verification.log.events import EventKind
from verification.log.help_events import ShiftClosed
from verification.log.memory import MemoryLog
from verification.rights import desk_officer

if TYPE_CHECKING:
    from pathlib import Path

    from verification.card.ports import Cards
    from verification.kiosk import Kiosk

CLOSES = """
import os, signal, sys
from pathlib import Path
from tests.support import DESK, Clock, open_kiosk
from verification.adapters.store.sqlite.register import Register
from verification.exchange.shifts.closing import close_shift

def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)

with open_kiosk(Path(sys.argv[1]), Clock()) as (kiosk, _log):
    if sys.argv[2] == "midst":
        Register.add = killed  # its row lies in the log already, and is not committed
    close_shift(DESK, kiosk)
    killed()
"""


def killed(folder: Path, when: str) -> None:
    """Close a shift in a process that is killed."""
    words = [sys.executable, "-c", CLOSES, str(folder), when]
    done = subprocess.run(words, cwd=ROOT, env=dict(os.environ), check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL


def test_after_kill_9_a_closing_is_whole_or_is_not(store_folder: Path, clock: Clock) -> None:
    with open_kiosk(store_folder, clock) as (kiosk, _):
        Desk(kiosk, clock).do("check_in", "patient-1", "1", 1)
    killed(store_folder, "midst")
    with open_kiosk(store_folder, clock) as (kiosk, _):
        assert kiosk.written.places.newest_of("1", EventKind.SHIFT_CLOSED, 99) is None
    killed(store_folder, "after")
    with open_kiosk(store_folder, clock) as (kiosk, _):
        event = kiosk.written.places.newest_of("1", EventKind.SHIFT_CLOSED, 99)
        assert event
        closed = ShiftClosed.of(event.codes)
        assert closed.counts["received"] == 1
        assert closed.heads[0].startswith(f"1:{event.seq - 1}:")


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(STEPS, max_size=25), ends=st.sets(st.integers(0, 25), max_size=3))
def test_every_visit_is_in_one_shift_and_the_cells_add_up(
    demo_cards: Cards, steps: list[tuple[str, str, str, int]], ends: set[int]
) -> None:
    clock = Clock()
    kiosk = kiosk_on(MemoryLog(MASTER_KEY, clock), demo_cards, clock)
    desk = Desk(kiosk, clock)
    counts: Counter[str] = Counter()
    for at, step in enumerate(steps):
        desk.do(*step)
        if at in ends:
            close_all(kiosk, counts)
    close_all(kiosk, counts)
    begun = kiosk.written.events((EventKind.RECEIVED,), clock.now.replace(year=2000))
    assert counts == Counter(event.desk for event in begun)


def close_all(kiosk: Kiosk, counts: Counter[str]) -> None:
    """Close both desks; count what each sheet counts, and what it says is in none."""
    for name in ("1", "2"):
        actor = desk_officer(name)
        found = closing.shift_so_far(actor, kiosk)
        noted = ShiftClosed.of(closing.close_shift(actor, kiosk).event.codes).counts
        visits = found.shift.visits
        assert found.figures.received == len(visits)
        assert sum(sum(row.values()) for row in found.figures.cells.values()) == len(visits)
        assert sum(found.figures.undone.values()) == len(found.shift.undone)
        if noted["first"] == found.shift.span.first:  # not that of a moment before
            counts[name] += len(visits) + found.shift.span.earlier
    for name in [name for name, count in counts.items() if not count]:
        del counts[name]
