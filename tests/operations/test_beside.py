"""Work beside the server ends with its block, at once where it waits for something else."""

from __future__ import annotations

import threading
from threading import Event

from verification.operations.beside import beside


def names() -> set[str]:
    return {thread.name for thread in threading.enumerate()}


def test_it_runs_as_long_as_the_block_and_is_woken_at_the_end() -> None:
    began, woken = Event(), Event()
    last: list[bool] = []

    def work(ended: Event) -> None:
        began.set()
        woken.wait()
        last.append(ended.is_set())

    with beside("thử", work, woken.set):
        assert began.wait()
        assert "kiosk-thử" in names()
    assert last == [True]  # it saw that it was to end
    assert "kiosk-thử" not in names()


def test_what_does_not_end_holds_nobody_up_for_ever() -> None:
    never = Event()
    with beside("kẹt", lambda _ended: bool(never.wait()) or None):
        pass
    assert "kiosk-kẹt" in names()
    never.set()
