"""What a server holds, sampled, and whether it grows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_MB = 1e6


@dataclass(frozen=True)
class Sample:
    """One look at a server and what it started.

    Args:
        minute: Since the campaign began.
        visits: Acknowledged until then.
        megabytes: Resident memory of all its processes.
        files: Open files and sockets.
        sockets: Open sockets.
        threads: How many.
        db: Bytes of the log.
        wal: Bytes of what is written ahead of it.
        said: Bytes of what the server writes about itself.
    """

    minute: float
    visits: int
    megabytes: float
    files: int
    sockets: int
    threads: int
    db: int
    wal: int
    said: int


@dataclass(frozen=True)
class Trend:
    """How much is added by each of something, by least squares.

    Args:
        slope: What each adds.
        error: Standard error of that, as if the looks were independent.
        looks: How many there were.
    """

    slope: float
    error: float
    looks: int

    def surely_above(self, most: float) -> bool:
        """Tell whether it is more than that by two standard errors."""
        return self.looks > 2 and self.slope - 2 * self.error > most


def look(pid: int, db: Path, minute: float, visits: int) -> Sample:
    """Return what a server holds now; a process of it that ends meanwhile holds nothing."""
    one = psutil.Process(pid)
    held = [_held(process) for process in (one, *one.children(recursive=True))]
    memory, files, sockets, threads = (sum(part) for part in zip(*held, strict=True))
    logs = [db.with_name("kiosk.server.log"), db.with_name("server.log")]
    wal = db.with_name(f"{db.name}-wal")
    return Sample(
        minute, visits, memory / _MB, files, sockets, threads, _size(db), _size(wal),
        sum(map(_size, logs)),
    )  # fmt: skip


def trend(pairs: Sequence[tuple[float, float]]) -> Trend:
    """Return how much the second grows with each of the first."""
    count = len(pairs)
    if count < 2:
        return Trend(0.0, 0.0, count)
    x = sum(one for one, _ in pairs) / count
    y = sum(one for _, one in pairs) / count
    spread = sum((one - x) ** 2 for one, _ in pairs)
    if not spread:
        return Trend(0.0, 0.0, count)
    slope = sum((one - x) * (other - y) for one, other in pairs) / spread
    left = sum((other - y - slope * (one - x)) ** 2 for one, other in pairs)
    return Trend(slope, math.sqrt(left / (count - 2) / spread) if count > 2 else 0.0, count)


def after(samples: Sequence[Sample], warm: float) -> Sequence[Sample]:
    """Return the looks behind a share of the time."""
    end = samples[-1].minute if samples else 0.0
    return [one for one in samples if one.minute >= warm * end]


def by_minute(samples: Sequence[Sample]) -> Trend:
    """Return how many megabytes a minute adds."""
    return trend([(one.minute, one.megabytes) for one in samples])


def by_visits(samples: Sequence[Sample]) -> Trend:
    """Return how many megabytes 1,000 visits add."""
    return trend([(one.visits / 1000, one.megabytes) for one in samples])


def _held(process: psutil.Process) -> tuple[int, int, int, int]:
    try:
        with process.oneshot():
            sockets = len(process.net_connections(kind="all"))
            return process.memory_info().rss, process.num_fds(), sockets, process.num_threads()
    except psutil.NoSuchProcess:
        return 0, 0, 0, 0


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
