"""A case: what its events add up to.

One open case stands for one card's holder or one desk; new flags join it. The fold below is all
there is: the store keeps which events belong to a case and nothing of what they mean.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from verification.basics.dates import VIETNAM
from verification.log.events import Event, EventKind
from verification.log.outside import Outside
from verification.log.visit_events import Flagged

LEVELS = ("none", "info", "review", "urgent")
OPENS = ("review", "urgent")
_DESK = "desk:"
_STEP = timedelta(minutes=5)  # by so much a clock is set back while people work


class CaseState(StrEnum):
    """How far a case is."""

    PENDING = "pending"
    INVESTIGATING = "investigating"
    REOPENED = "reopened"
    CLOSED = "closed"


class CaseOutcome(StrEnum):
    """What the auditors found; these are the labels of the rules' precision."""

    CONFIRMED = "confirmed"
    VALUABLE = "valuable"
    FALSE = "false"


class Proposed(StrEnum):
    """What only two people together can do."""

    CONFIRMED = "confirmed"
    VALUABLE = "valuable"  # this and the next: where two people had confirmed before
    FALSE = "false"
    REPORT = "report"


@dataclass(frozen=True)
class Part:
    """What the latest flag of one rule says.

    Args:
        rule: Its id.
        version: Of the rule.
        level: `info`, `review` or `urgent`.
        score: Its part of the score.
        state: `hit`, `snoozed` or `error`; only a hit counts.
        numbers: What was compared.
        visits: Visits that it rests on.
        at: When.
        of: The presentation that raised it.
    """

    rule: str
    version: str
    level: str
    score: int
    state: str
    numbers: Mapping[str, Any]
    visits: tuple[str, ...]
    at: datetime
    of: str

    @property
    def hit(self) -> bool:
        """Tell whether it counts."""
        return self.state == "hit"


@dataclass(frozen=True)
class Proposal:
    """What one auditor asks a second one to agree to.

    Args:
        nonce: Id of the proposing event; any later event of the case voids it.
        what: What is proposed.
        maker: Who proposes.
        reason: Why, by the list of reasons; the log knows it by the nonce.
    """

    nonce: str
    what: Proposed
    maker: str
    reason: str = field(default="", compare=False)


@dataclass(frozen=True)
class Snooze:
    """A rule that is quiet for this card until a day, that day included."""

    rule: str
    until: date


@dataclass(frozen=True)
class Entry:
    """One line of a case's story.

    Args:
        event_id: The event.
        at: When it was recorded.
        kind: What happened.
        officer: Who did it.
        what: A code: an outcome, an account, the rules that hit.
        of: The event that it is about, where it is about one.
        reason: Why, by the list of reasons.
    """

    event_id: str
    at: datetime
    kind: EventKind
    officer: str
    what: str
    of: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Case:
    """A case as it stands.

    Args:
        number: Year and count, `2026-0412`.
        subject: A person's reference, or `desk:` and a desk.
        opened_at: When.
        state: How far it is.
        parts: The latest flag of each rule, a hit before what is no hit.
        presented: Presentations that were flagged, oldest first.
        visits: Visits that its hits rest on.
        received_by: Officers who presented or received these, as known when they were flagged.
        held_by: The auditor who works on it.
        due: Day by which it should be closed.
        diary: Day until which there is nothing to do.
        proposal: What waits for a second person.
        release: An approved report that was not issued yet.
        outside: Somebody from outside who may agree to the proposal.
        peak: The highest level that a hit of it ever had; a later, milder one lowers it not.
        outcome: Once closed.
        closed_by: Who closed it.
        approved_by: The second person of a confirmed case; `OUTSIDER` for one from outside.
        outsider: The event that names this one.
        snoozes: Rules that are quiet for this card.
        story: All that happened, oldest first.
        unreadable: The event of it that cannot be read; then nothing else of it is known, and
            nobody may go on with it.
    """

    number: str
    subject: str
    opened_at: datetime
    state: CaseState = CaseState.PENDING
    parts: tuple[Part, ...] = ()
    presented: tuple[str, ...] = ()
    visits: tuple[str, ...] = ()
    received_by: frozenset[str] = frozenset()
    held_by: str | None = None
    due: date | None = None
    diary: date | None = None
    proposal: Proposal | None = None
    release: Proposal | None = None
    outside: Outside | None = None
    peak: str = "none"
    outcome: CaseOutcome | None = None
    closed_by: str | None = None
    approved_by: str | None = None
    outsider: str | None = None
    snoozes: tuple[Snooze, ...] = ()
    story: tuple[Entry, ...] = field(default=())
    unreadable: str | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether there is work left."""
        return self.state is not CaseState.CLOSED

    @property
    def person_ref(self) -> str | None:
        """Return whom it is about, None for the case of a desk."""
        return None if self.subject.startswith(_DESK) else self.subject

    @property
    def desk(self) -> str | None:
        """Return the desk that it is about, None for the case of a person."""
        return self.subject.removeprefix(_DESK) if self.subject.startswith(_DESK) else None

    @property
    def score(self) -> int:
        """Return the sum of the parts: of each rule its latest hit, once."""
        return sum(part.score for part in self.parts if part.hit)

    @property
    def level(self) -> str:
        """Return the highest level among the hits."""
        return max((p.level for p in self.parts if p.hit), key=LEVELS.index, default="none")

    @property
    def was_confirmed(self) -> bool:
        """Tell whether two people confirmed it once, reopened since or not, and let it stand."""
        undone = {e.of for e in self.story if e.kind is EventKind.CASE_UNDONE}
        closings = (e for e in self.story if e.kind is EventKind.CASE_CLOSED)
        standing = (e.what for e in closings if e.event_id not in undone)
        return CaseOutcome.CONFIRMED in standing

    @property
    def closing(self) -> Entry | None:
        """Return what closed it, None while it is open."""
        return None if self.is_open else self.last(EventKind.CASE_CLOSED)

    def last(self, *kinds: EventKind) -> Entry | None:
        """Return the newest line of the story of some kinds, None where there is none."""
        return next((e for e in reversed(self.story) if e.kind in kinds), None)

    def issuable(self, officer: str, at: datetime) -> bool:
        """Tell whether an officer may issue the approved report now; an approval grows old.

        How old one of later than now is nobody knows: somebody set the clock back.
        """
        approval = self.last(EventKind.CASE_APPROVED)  # anything later had voided it
        if self.release is None or self.release.maker != officer or approval is None:
            return False
        return lasts(approval.at, at, timedelta(days=terms()["report"]["approved_days"]))

    def snoozes_on(self, rule: str, day: date) -> bool:
        """Tell whether a rule is quiet on a day; a later snooze replaces an earlier one."""
        last = next((s for s in reversed(self.snoozes) if s.rule == rule), None)
        return last is not None and day <= last.until


def lasts(since: datetime, at: datetime, longest: timedelta) -> bool:
    """Tell whether what began is not over; what began later than now, nobody knows when."""
    return -_STEP <= at - since <= longest


def open_one(cases: Iterable[Case]) -> Case | None:
    """Return the case that is open, None where all are closed, or none that can be read is open."""
    return next((case for case in cases if case.is_open and not case.unreadable), None)


def in_queue_order(cases: Sequence[Case]) -> list[Case]:
    """Sort cases: highest score first, of equal ones the oldest."""
    return sorted(cases, key=lambda c: (-c.score, c.opened_at, c.number))


def subject_of(event: Event) -> str:
    """Return whom a `flagged` event is about."""
    on_desk = Flagged.of(event.codes).subject == "desk" or event.person_ref is None
    return f"{_DESK}{event.desk}" if on_desk else str(event.person_ref)


@cache
def terms() -> Mapping[str, Any]:
    """Return how cases are worked on, from `cases.toml`."""
    source = resources.files("verification.log").joinpath("cases.toml").read_text("utf-8")
    return tomllib.loads(source)


def due_day(level: str, opened: datetime) -> date:
    """Return the usual due date of a case that a flag of this level opens."""
    days = timedelta(days=terms()["due_days"][level])
    return local_day(opened) + days


def local_day(moment: datetime) -> date:
    """Return the day in Vietnam."""
    return moment.astimezone(VIETNAM).date()
