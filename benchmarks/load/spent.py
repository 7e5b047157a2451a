"""Processor time, told apart: the server, this program, its Chromium."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Spent:
    """Seconds of processor time until now.

    Args:
        at: When that was.
        server: Of the server and what it started.
        program: Of this process alone.
        browser: Of what this process started, but the server.
    """

    at: float
    server: float
    program: float
    browser: float

    def since(self, before: "Spent") -> "Spent":
        """Return shares of a core since an earlier look."""
        wall = max(self.at - before.at, 1e-9)
        return Spent(
            wall,
            (self.server - before.server) / wall,
            (self.program - before.program) / wall,
            (self.browser - before.browser) / wall,
        )


def spent(server: int) -> Spent:
    """Look at it now."""
    ours, theirs = psutil.Process(), psutil.Process(server)
    of_server = [theirs, *theirs.children(recursive=True)]
    known = {one.pid for one in of_server}
    others = [one for one in ours.children(recursive=True) if one.pid not in known]
    return Spent(time.monotonic(), _sum(of_server), _sum([ours]), _sum(others))


def _sum(processes: Iterable[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total
