"""The clock of a measurement: it goes on from the morning after the built days."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from benchmarks.scale.plan import END
from verification.basics.dates import VIETNAM
from verification.operations.wiring import MachineClock


class _Shifted(MachineClock):
    """The machine's clock, some time off.

    Args:
        by: How much.
    """

    def __init__(self, by: timedelta) -> None:
        self.by = by

    def __call__(self) -> datetime:
        """Return the time."""
        return super().__call__() + self.by


def clock_of(hour: int = 8) -> Callable[[], datetime]:
    """Return a clock on which it is now that hour of the day of the measurement."""
    begun = datetime(END.year, END.month, END.day, hour, tzinfo=VIETNAM)
    return _Shifted(begun - datetime.now(UTC))
