"""The kiosk as the use cases see it: card store, log, rules, facility and clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from verification.basics.dates import VIETNAM
from verification.card.ports import Cards
from verification.log.account import Policy
from verification.log.ports import Log
from verification.rules.law.verdict import Rules
from verification.rules.misuse.policy import MisusePolicy, shipped


@dataclass(frozen=True)
class Kiosk:
    """What every use case works with.

    Args:
        cards: The card store.
        log: The log; None where nothing may be logged (a check alone).
        rules: Law and settings of the verdict.
        facility: Code of this facility, or None while it is not set.
        clock: Returns the present time, with time zone.
        policy: How long sessions last.
        misuse: Data of the misuse rules.
    """

    cards: Cards
    log: Log | None
    rules: Rules
    facility: str | None
    clock: Callable[[], datetime]
    policy: Policy = field(default_factory=Policy)
    misuse: MisusePolicy = field(default_factory=shipped)

    def today(self) -> date:
        """Return the present local day."""
        return self.clock().astimezone(VIETNAM).date()

    @property
    def written(self) -> Log:
        """Return the log.

        Raises:
            RuntimeError: The kiosk was opened for checks alone.
        """
        if self.log is None:
            raise RuntimeError("this kiosk has no log")
        return self.log
