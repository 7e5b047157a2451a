"""What one check-in costs in a store, misuse rules included."""

import time
from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.scale.engine import Engine
from benchmarks.scale.plan import desk_name
from verification.kiosk import Kiosk
from verification.reception import checkin
from verification.reception.answer import Answer, Scan
from verification.rights import desk_officer

FIRST = 50  # check-ins that read what a server reads once


class Costs(NamedTuple):
    """What check-ins took.

    Args:
        wall: By the clock, ms.
        processor: Of the thread that asks, ms.
        received: How many were received.
        flagged: How many got a flag.
    """

    wall: Sequence[float]
    processor: Sequence[float]
    received: int
    flagged: int


def costs(engine: Engine, desks: int, scans: Sequence[Scan]) -> Costs:
    """Check people in, one after the other, at all desks in turn; the first are not counted."""
    with engine.kiosk() as kiosk:
        timed = [_timed(kiosk, desk_name(at % desks), scan) for at, scan in enumerate(scans)]
    wall, processor, answers = zip(*timed[FIRST:], strict=True)
    flagged = sum(bool(answer.flags) for answer in answers)
    return Costs(wall, processor, sum(one.visit is not None for one in answers), flagged)


def _timed(kiosk: Kiosk, desk: str, scan: Scan) -> tuple[float, float, Answer]:
    begun, used = time.perf_counter(), time.thread_time()
    answer = checked_in(kiosk, desk, scan)
    spent = time.thread_time() - used
    return (time.perf_counter() - begun) * 1000, spent * 1000, answer


def checked_in(kiosk: Kiosk, desk: str, scan: Scan) -> Answer:
    """Check somebody in at a desk, as a scan does."""
    return checkin.check_in(desk_officer(desk), kiosk, scan)
