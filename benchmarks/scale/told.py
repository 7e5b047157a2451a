"""The tables of a measurement, as `docs/benchmarks.md` holds them."""

import os
import time
from collections.abc import Iterator, Mapping

from benchmarks.figures import machine, percentile
from benchmarks.scale.costs import Costs
from benchmarks.scale.writers import Together

_TABLES = {
    "log": ("log", "idx_log_", "sqlite_autoindex_log_1", "log_pkey"),
    "register": ("log_written", "idx_log_written", "log_end"),
    "sealed content": ("content", "sqlite_autoindex_content", "content_pkey"),
    "visit": ("visit", "idx_visit_", "sqlite_autoindex_visit"),
    "history": ("history", "idx_history_", "sqlite_autoindex_history"),
    "scan": ("scan", "sqlite_autoindex_scan"),
    "index of persons": ("person_index", "sqlite_autoindex_person_index"),
}


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
    """Yield what each part of a store takes, a visit."""
    left = dict(sizes)
    yield "| part | bytes a visit, indexes included |"
    yield "|---|---|"
    for part, (table, *beginnings) in sorted(_TABLES.items(), key=lambda one: -len(one[1][0])):
        own = [name for name in left if name == table or name.startswith(tuple(beginnings))]
        yield f"| {part} | {sum(left.pop(name) for name in own) / visits:.0f} |"
    yield f"| what does not grow with visits, MB in all | {sum(left.values()) / 1e6:.1f} |"


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
