"""The lines of `load.toml`; they are explained there."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Law:
    """What desks do, and what a server is held to."""

    desks: int
    minutes: float
    most_minutes: float
    period_seconds: float
    view_seconds: float
    move_seconds: float
    after_seconds: float
    look_seconds: float
    slow_seconds: float
    settled_seconds: float
    busy_most_seconds: float
    failed_seconds: float
    alive_seconds: float
    by_key_seconds: float
    resend_seconds: float
    resend_most_seconds: float
    patience_seconds: float
    sample_seconds: float
    warm: float
    slope_minutes: float
    painted_ms: float
    megabytes_a_minute: float

    def patients(self, minutes: float) -> int:
        """Return how many come to one desk in a time."""
        return max(1, int(minutes * 60 / self.period_seconds))


LAW = Law(**tomllib.loads(Path(__file__).with_name("load.toml").read_text(encoding="utf-8")))
