"""Precision, recall and false flags on simulated visits: five seeds, three prevalences."""

import itertools
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import machine
from verification.operations.simulation.evaluate import evaluate
from verification.operations.simulation.people import OWN
from verification.operations.simulation.schemes import NOT_TO_BE_SEEN
from verification.operations.simulation.simulate import Wanted, write
from verification.rules.misuse.policy import shipped

PREVALENCES = (0.5, 0.1, 1.0)
_VISITS = 100_000
_DAYS = 90


def measure() -> Iterator[str]:
    """Yield the table; `KIOSK_BENCH_SEEDS` and `KIOSK_BENCH_VISITS` make it shorter."""
    seeds = [int(s) for s in os.environ.get("KIOSK_BENCH_SEEDS", "1 2 3 4 5").split()]
    visits = int(os.environ.get("KIOSK_BENCH_VISITS", _VISITS))
    yield f"{machine()}; {visits} visits in {_DAYS} days, on simulated visits"
    yield (
        "| prevalence % | seed | precision@20 | precision@50 | cases | lowest recall "
        "| false per 1,000 | worst group | random@50 | visits in 30 days@50 |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|"
    found = []
    for prevalence, seed in itertools.product(PREVALENCES, seeds):
        report = _one(visits, prevalence, seed)
        found.append(report | {"prevalence": prevalence, "seed": seed})
        yield _line(prevalence, seed, report)
    yield ""
    yield json.dumps(_added(found))


def _one(visits: int, prevalence: float, seed: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), Wanted(visits, _DAYS, prevalence, seed))
        return evaluate(Path(folder), OWN, shipped())


def _line(prevalence: float, seed: int, report: dict) -> str:  # type: ignore[type-arg]
    recall, groups = report["recall"], report["false_per_1000_by_group"]
    seen, counts = {s: r for s, r in recall.items() if s not in NOT_TO_BE_SEEN}, report["counts"]
    low, worst = min(seen, key=lambda s: seen[s]), max(groups, key=groups.get)
    base = report["baselines"]
    cells = [
        prevalence,
        seed,
        report["precision_20"],
        report["precision_50"],
        report["cases"],
        f"{recall[low]} ({low}, {_of(counts['found'][low])})",
        report["false_per_1000"],
        f"{groups[worst]} ({worst}, {_of(counts['false'][worst])})",
        base["random"]["precision_50"],
        base["visits_30d"]["precision_50"],
    ]
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _of(count: tuple[int, int]) -> str:
    return f"{count[0]} of {count[1]}"


def _added(found: list) -> dict[str, dict[str, str]]:  # type: ignore[type-arg]
    """Return found instances by scheme and flagged honest rows by group, of all runs together."""
    added: dict[str, dict[str, str]] = {}
    for part in ("found", "false"):
        counts = [report["counts"][part] for report in found]
        names = sorted({name for one in counts for name in one})
        pairs = {n: zip(*(one[n] for one in counts if n in one), strict=True) for n in names}
        added[part] = {n: " of ".join(str(sum(column)) for column in p) for n, p in pairs.items()}
    return added
