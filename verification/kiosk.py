"""The kiosk as the use cases see it: card store, log, rules, facility and clock."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime

from verification.basics.clocks import stopwatch
from verification.basics.dates import VIETNAM
from verification.basics.errors import StoreError
from verification.card.ports import Cards
from verification.log import clock as recorded
from verification.log import refusals
from verification.log.account import Policy
from verification.log.ports import Log, Times
from verification.log.terms import Terms, usual_terms
from verification.rights import Actor
from verification.rules.law.verdict import Rules
from verification.rules.misuse.policy import MisusePolicy, shipped

HOTLINE = "1900 9068"
"""Bảo hiểm xã hội Việt Nam, day and night."""


@dataclass(frozen=True)
class Room:
    """A room or specialty that patients are sent to."""

    code: str
    name: str


@dataclass(frozen=True)
class Slips:
    """What the house gives its patients on paper.

    Args:
        paper: `80mm`, `a5`, or `off` where nothing is printed.
        hotline: Who answers questions by telephone; None for nobody.
        rooms: Where the desk sends patients; none where it sends nobody.
        back: Whether who has no VssID yet finds the guide in short on the back.
    """

    paper: str = "80mm"
    hotline: str | None = HOTLINE
    rooms: tuple[Room, ...] = ()
    back: bool = True

    @property
    def printed(self) -> bool:
        """Tell whether slips are printed."""
        return self.paper != "off"

    def room(self, code: str | None) -> Room | None:
        """Return a room by its code; one that is no longer in the list is called by its code."""
        if code is None:
            return None
        return next((room for room in self.rooms if room.code == code), Room(code, code))


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
        times: When events were recorded; None where the log, if there is one, says so.
        slips: What is printed, and where patients are sent.
        asks_portal: True where the national portal is asked.
        hands_over: True where a hospital system is told of each visit.
        template: What F3 copies; empty for the usual line.
        links: True where a received visit is opened in the hospital system by F3.
        sends_records: True where the kiosk has check-in records signed and sends them.
        terms: How long the house keeps what is about persons.
        doubts: False where the clock is not the machine's, such as that of a replay.
    """

    cards: Cards
    log: Log | None
    rules: Rules
    facility: str | None
    clock: Callable[[], datetime]
    policy: Policy = field(default_factory=Policy)
    misuse: MisusePolicy = field(default_factory=shipped)
    times: Times | None = None
    doubts: bool = True
    slips: Slips = field(default_factory=Slips)
    asks_portal: bool = False
    hands_over: bool = False
    template: str = ""
    links: bool = False
    sends_records: bool = False
    terms: Terms = field(default_factory=usual_terms)

    def today(self) -> date:
        """Return the present local day, as the clock has it."""
        return self.clock().astimezone(VIETNAM).date()

    def doubt(self) -> recorded.Doubt | None:
        """Return why the clock is wrong, None while nothing speaks against it."""
        if not self.doubts:
            return None
        times = self.times or self.log
        return recorded.doubt(self.clock(), times, self.cards.status().as_of)

    def likely_day(self) -> date:
        """Return the present local day; where the clock is known to be wrong, the likeliest."""
        with suppress(StoreError):  # who works with the store is told by it
            if found := self.doubt():
                return found.day
        return self.today()

    def wrong_times(self) -> tuple[recorded.Stretch, ...]:
        """Return the stretches that were recorded with a wrong clock."""
        times = self.times or self.log
        return recorded.noted_stretches(times) if times and self.doubts else ()

    def stopwatch(self) -> Callable[[], float]:
        """Return the seconds that waiting is measured by."""
        return stopwatch(self.clock)

    def note_refused(self, actor: Actor, use_case: str, right: str) -> None:
        """Write down that an officer asked for what their roles do not let them do."""
        if self.log is not None:
            refusals.note_refused(self.log, actor, use_case, right, self.stopwatch())

    @property
    def written(self) -> Log:
        """Return the log.

        Raises:
            RuntimeError: The kiosk was opened for checks alone.
        """
        if self.log is None:
            raise RuntimeError("this kiosk has no log")
        return self.log
