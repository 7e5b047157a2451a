"""The tables of a measurement, as `docs/benchmarks.md` holds them."""

import os
import time
from collections.abc import Iterator, Mapping

from benchmarks.figures import machine, percentile
from benchmarks.scale.costs import Costs
from benchmarks.scale.writers import Together

_GROW = ("log", "content", "log_written", "visit", "history", "person_index", "scan")
"""The tables that grow with every visit."""


def where() -> str:
    """Say where, when, how busy, and how fast the processor is beside what others do with it."""
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    return f"{machine()}; load {load}; a million turns of a loop {_turns():.0f} ms"


def _turns() -> float:
    begun = time.thread_time()
    for _ in range(1_000_000):
        pass
    return (time.thread_time() - begun) * 1000


def bytes_a_visit(sizes: Mapping[str, int], visits: int) -> Iterator[str]:
    """Yield what each table of a store takes, a visit."""
    yield "| table | bytes a visit, indexes included |"
    yield "|---|---|"
    for table in _GROW:
        yield f"| `{table}` | {sizes[table] / visits:.0f} |"
    left = sum(size for table, size in sizes.items() if table not in _GROW)
    yield f"| the others, MB in all | {left / 1e6:.1f} |"


def costs_row(name: str, costs: Costs) -> str:
    """Return a row of check-ins one after the other."""
    wall = " | ".join(f"{percentile([*costs.wall], p):.2f}" for p in (50, 95, 99))
    spent = " | ".join(f"{percentile([*costs.processor], p):.2f}" for p in (50, 95, 99))
    return f"| {name} | {len(costs.wall)} | {wall} | {spent} | {costs.flagged} |"


COSTS = (
    "| store | check-ins | p50 ms | p95 | p99 | processor p50 ms | p95 | p99 | flagged |",
    "|---|---|---|---|---|---|---|---|---|",
)
WRITERS = (
    "| writers | answered | in store | a second | p50 ms | p95 | p99 | most | slowest | failed |",
    "|---|---|---|---|---|---|---|---|---|---|",
)


def writers_row(name: str, done: Together) -> str:
    """Return a row of writers at once."""
    times = done.times
    parts = " | ".join(f"{percentile(times, p):.0f}" for p in (50, 95, 99))
    failed = ", ".join(f"{count} {kind}" for kind, count in done.failures.items()) or "0"
    slowest = f"{done.slowest:.1f} a second"
    return (
        f"| {name} | {len(times)} | {done.visits} | {done.rate:.0f} | {parts} | {max(times):.0f}"
        f" | {slowest} | {failed} |"
    )
