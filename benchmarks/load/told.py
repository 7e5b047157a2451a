"""What the load came to, as the table of `docs/benchmarks.md`: pure functions of what was seen."""

from collections.abc import Iterator

from benchmarks.figures import machine, percentile
from benchmarks.load.law import LAW
from benchmarks.load.run import Came
from benchmarks.soak.holding import Trend, after, by_minute


def faults(came: Came) -> Iterator[str]:
    """Yield what must not be: a lost answer, an error, memory that grows."""
    yield from came.found
    yield from (f"{often} x {what}" for what, often in sorted(came.tally.errors.items()))
    if (count := len(came.tally.received)) != came.expected:
        yield f"{count} of {came.expected} patients acknowledged"
    grows = _grows(came)
    if came.minutes >= LAW.slope_minutes and grows.surely_above(LAW.megabytes_a_minute):
        yield f"memory grows by {_of(grows)} MB a minute"
    if came.seen:
        yield from came.seen.errors
        if came.seen.unanswered:
            yield f"{came.seen.unanswered} answers were never painted"


def words(came: Came) -> Iterator[str]:
    """Yield the lines of the report."""
    tally, used = came.tally, came.spent
    yield f"{machine()}, load {came.load[0]:.1f} to {came.load[1]:.1f}"
    yield ""
    yield "| | count | p50 | p95 | p99 |"
    yield "|---|---|---|---|---|"
    yield _row("post of a frame, ms", tally.posts)
    yield _row("– that first carried a payload", tally.read)
    yield _row("check-in: event sent to its answer in the WebSocket, ms", tally.checkins)
    yield _row("page delta: event sent to the end of the run, ms", tally.deltas)
    yield _row("page delta, kB", [size / 1000 for size in tally.sizes])
    yield _row("post that carried the payload to the answer in the WebSocket, ms", tally.answers)
    yield _row("phone in view to that answer, ms", tally.waited)
    yield _row("F2 to its answer in the WebSocket, ms", tally.keys)
    yield _row("sign of life, ms", tally.alive)
    if came.seen:
        yield _row("Chromium: post of a frame, ms", came.seen.posts)
        aim = f"(aim, p95: {LAW.painted_ms:.0f})"
        yield _row(
            f"Chromium: post that carried the payload to painted answer, ms {aim}",
            came.seen.painted,
        )
    yield ""
    yield (
        f"{came.desks} desks, {used.at / 60:.1f} min, {len(tally.received)} of {came.expected} "
        f"patients acknowledged, {tally.resent} events sent again, "
        f"{len(tally.posts) / max(used.at, 1):.0f} frames a second"
    )
    each = 1000 * used.server * used.at / max(1, len(tally.received))
    yield (
        f"processor, shares of a core: server {used.server:.2f} ({each:.0f} ms a patient, all "
        f"included), this program {used.program:.2f}, its Chromium {used.browser:.2f}"
    )
    held = [one.megabytes for one in came.samples] or [0.0]
    yield (
        f"server's memory {held[0]:.0f} to {held[-1]:.0f} MB (most {max(held):.0f}); "
        f"after a quarter {_of(_grows(came))} MB a minute"
    )


def _grows(came: Came) -> Trend:
    return by_minute(after(came.samples, LAW.warm))


def _of(one: Trend) -> str:
    return f"{one.slope:+.2f} ± {one.error:.2f}"


def _row(name: str, values: list[float]) -> str:
    if len(values) < 2:  # no percentile of one
        return f"| {name} | {len(values)} | – | – | – |"
    parts = " | ".join(f"{percentile(values, part):.0f}" for part in (50, 95, 99))
    return f"| {name} | {len(values)} | {parts} |"
