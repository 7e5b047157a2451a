"""What a day comes to, in words: pure functions of what was seen."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import percentile
from benchmarks.soak.day_desk import Tally
from benchmarks.soak.holding import Sample, Trend, after, by_minute, by_visits


@dataclass(frozen=True)
class Law:
    """The lines of `day.toml`; they are explained there."""

    megabytes_a_minute: float
    warm: float
    sample_seconds: float
    probe_seconds: float
    beside_seconds: float
    outage: tuple[float, float]
    visits_an_hour: int


LAW = Law(**tomllib.loads(Path(__file__).with_name("day.toml").read_text(encoding="utf-8")))


def faults(samples: Sequence[Sample], law: Law) -> Iterator[str]:
    """Yield what grows more than it may."""
    grows = by_minute(after(samples, law.warm))
    if grows.surely_above(law.megabytes_a_minute):
        yield f"memory grows by {_of(grows)} MB a minute"


def words(samples: Sequence[Sample], tally: Tally, law: Law, desks: int) -> str:
    """Say what was done and held."""
    warm = after(samples, law.warm)
    hours = len(tally.received) / law.visits_an_hour / desks
    acts = ", ".join(f"{name} {often}" for name, often in sorted(tally.acts.items()))
    return "; ".join(
        (
            f"{len(tally.received)} visits acknowledged = {hours:.1f} h of {desks} desks",
            f"{len(tally.undone)} undone, {len(tally.unsure)} unsure",
            acts,
            f"key to painted answer: first fifth {_times(tally.scans, 0)}",
            f"last fifth {_times(tally.scans, -1)}",
            f"memory {_span(samples, 'megabytes')} MB",
            f"after a quarter {_of(by_minute(warm))} MB a minute",
            f"{_of(by_visits(warm))} MB per 1,000 visits ({len(warm)} looks)",
            *(f"{name} {_span(samples, name)}" for name in ("files", "sockets", "threads")),
            *(f"{name} {_span(samples, name, 1e6)} MB" for name in ("db", "wal", "said")),
        )
    )


def fifth(times: Sequence[float], which: int) -> Sequence[float]:
    """Return the first fifth of some times, or with -1 the last."""
    size = max(1, len(times) // 5)
    return times[-size:] if which else times[:size]


def _times(times: Sequence[float], which: int) -> str:
    some = list(fifth(times, which))
    if len(some) < 2:
        return "unknown"
    return f"p50 {percentile(some, 50):.0f}, p95 {percentile(some, 95):.0f} ms"


def _of(one: Trend) -> str:
    return f"{one.slope:+.2f} ± {one.error:.2f}"


def _span(samples: Sequence[Sample], name: str, unit: float = 1.0) -> str:
    held = [getattr(one, name) / unit for one in samples] or [0.0]
    form = ".1f" if unit > 1 else ".0f"
    return f"{held[0]:{form}} to {held[-1]:{form}} (most {max(held):{form}})"
