"""What tests of handed-in lists share: a list, and a reading of it that no start is waited for."""

from __future__ import annotations

import os
from threading import Thread
from typing import TYPE_CHECKING

from verification.operations.lists.apart import Outcome, Task, Work
from verification.operations.lists.reader import done

if TYPE_CHECKING:
    from collections.abc import Callable

    from verification.operations.lists.lists import Lists
    from verification.operations.lists.shelf import Given

HEADING = "ma_the,ho_ten,ngay_sinh,gioi_tinh,gt_the_tu,gt_the_den,trang_thai\n"
ROW = "DN4797900000501,Người Mẫu,1990-01-02,1,2026-01-01,2026-12-31,{}\n"
FIRST, LIFTS = (ROW.format(status) for status in ("thu_hoi", "hieu_luc"))
BAD = "DN4797900000502,Người Khác,1990-13-02,1,2026-01-01,2026-12-31,\n"


class Here(Work):
    """A task that is done in this process."""

    def __init__(self, task: Task, ended: Callable[[Outcome], None]) -> None:
        self.progress = None
        self._thread = Thread(target=lambda: ended(done(task)))
        self._thread.start()

    @property
    def pid(self) -> int:
        """Return this one."""
        return os.getpid()

    def cancel(self) -> None:
        """Let it go on."""


def handed_in(lists: Lists, *rows: str, name: str = "the.csv") -> Given:
    """Hand a list of cards in."""
    with lists.shelf.receiving(name, "an.nt") as (coming, whole):
        coming.write((HEADING + "".join(rows)).encode())
        return whole()


def imported(lists: Lists, *rows: str) -> Given:
    """Hand a list of cards in, and import it."""
    given = handed_in(lists, *rows)
    lists.preview(given.number, given.asked, "an.nt")
    lists.wait(60)
    lists.bring_in(given.number, "an.nt")
    lists.wait(60)
    assert lists.last
    assert lists.last.outcome.report, lists.last.outcome
    return given
