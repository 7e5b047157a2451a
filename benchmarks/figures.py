"""Times of repeated work, as the tables of `docs/benchmarks.md` give them."""

import os
import platform
import time
from collections.abc import Callable
from datetime import datetime
from statistics import quantiles

from verification.basics.dates import VIETNAM


def milliseconds(work: Callable[[int], object], count: int) -> list[float]:
    """Run work `count` times with 0, 1, 2… and return how long each took."""
    times = []
    for at in range(count):
        begun = time.perf_counter()
        work(at)
        times.append((time.perf_counter() - begun) * 1000)
    return times


def percentile(times: list[float], part: int) -> float:
    """Return a percentile."""
    return quantiles(times, n=100)[part - 1]


def row(name: str, times: list[float]) -> str:
    """Return a row of a Markdown table: name, count, p50, p95, p99 in ms."""
    parts = " | ".join(f"{percentile(times, p):.3f}" for p in (50, 95, 99))
    return f"| {name} | {len(times)} | {parts} |"


def machine() -> str:
    """Say where and when something was measured."""
    now = datetime.now(VIETNAM)
    return f"{now:%Y-%m-%d %H:%M}, {os.cpu_count()} cores, Python {platform.python_version()}"
