"""A case: what its events add up to.

One open case stands for one card's holder or one desk; new flags join it. The fold below is all
there is: the store keeps which events belong to a case and nothing of what they mean.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from verification.basics.dates import VIETNAM
from verification.log.case_events import (
    CaseApproved,
    CaseClosed,
    CaseCodeFailed,
    CaseCodeIssued,
    CaseDated,
    CaseEvent,
    CaseHandedOver,
    CaseJoined,
    CaseOpened,
    CaseOutsiderNamed,
    CaseProposed,
    CaseReleased,
    CaseReopened,
    CaseSnoozed,
    CaseTaken,
    case_event,
)
from verification.log.events import Event, EventKind
from verification.log.outside import OUTSIDER, Outside, outside_after
from verification.log.visit_events import Flagged, KeptFlag

LEVELS = ("none", "info", "review", "urgent")
OPENS = ("review", "urgent")
_DESK = "desk:"
_STEP = timedelta(minutes=5)  # by so much a clock is set back while people work
_LEAVES_PROPOSAL = (CaseOutsiderNamed, CaseCodeIssued, CaseCodeFailed)


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
    """

    nonce: str
    what: Proposed
    maker: str


@dataclass(frozen=True)
class Snooze:
    """A rule that is quiet for this card until a day, that day included."""

    rule: str
    until: date


@dataclass(frozen=True)
class Entry:
    """One line of a case's story; `what` is a code: an outcome, an account, the rules that hit."""

    event_id: str
    at: datetime
    kind: EventKind
    officer: str
    what: str


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
        """Tell whether two people confirmed it once, reopened since or not."""
        closings = (e.what for e in self.story if e.kind is EventKind.CASE_CLOSED)
        return CaseOutcome.CONFIRMED in closings

    def issuable(self, officer: str, at: datetime) -> bool:
        """Tell whether an officer may issue the approved report now; an approval grows old.

        How old one of later than now is nobody knows: somebody set the clock back.
        """
        if self.release is None or self.release.maker != officer:
            return False
        approved = self.story[-1].at  # anything later had voided it
        return lasts(approved, at, timedelta(days=terms()["report"]["approved_days"]))

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


def begin_case(event: Event) -> Case:
    """Return the case that a `case_opened` event begins."""
    opened = CaseOpened.of(event.codes)
    bare = Case(opened.case, opened.about, event.happened_at, due=opened.due)
    return _joined(bare, event, opened)


def advance_case(case: Case, event: Event) -> Case:
    """Return the case after a later event about it.

    Whatever happens voids what was proposed or approved before: an approval is bound to the state
    of the case that was seen, and is used once.
    """
    done = case_event(event)
    if isinstance(done, CaseJoined):
        return _joined(case, event, done)
    case = replace(case, story=(*case.story, _entry(event, done)))
    if isinstance(done, _LEAVES_PROPOSAL):
        return replace(case, outside=outside_after(case.outside, event, done))
    return _changed(replace(case, proposal=None, release=None, outside=None), event, done)


def _changed(case: Case, event: Event, done: CaseEvent) -> Case:
    match done:
        case CaseTaken():
            return replace(case, state=CaseState.INVESTIGATING, held_by=event.officer)
        case CaseHandedOver(to=to):
            return replace(case, held_by=to)
        case CaseReleased():
            return replace(case, state=CaseState.PENDING, held_by=None)
        case CaseDated(due=due, diary=diary):
            return replace(case, due=due, diary=diary)
        case CaseSnoozed(rule=rule, until=until):
            return replace(case, snoozes=(*case.snoozes, Snooze(rule, until)))
    return _judged(case, event, done)


def _judged(case: Case, event: Event, done: CaseEvent) -> Case:
    match done:
        case CaseProposed(what=what):
            return replace(case, proposal=Proposal(event.event_id, Proposed(what), event.officer))
        case CaseApproved(what=Proposed.REPORT):
            return replace(case, release=Proposal(done.proposal, Proposed.REPORT, done.maker))
        case CaseClosed():
            return _closed(case, event.officer, done)
        case CaseReopened():
            return _reopened(case)
    return case


def _reopened(case: Case) -> Case:
    return replace(
        case,
        state=CaseState.REOPENED,
        held_by=None,
        outcome=None,
        closed_by=None,
        approved_by=None,
        outsider=None,
    )


def _closed(case: Case, officer: str, closing: CaseClosed) -> Case:
    return replace(
        case,
        state=CaseState.CLOSED,
        held_by=None,
        outcome=CaseOutcome(closing.outcome),
        closed_by=closing.maker or officer,
        approved_by=(OUTSIDER if closing.outsider else officer) if closing.maker else None,
        outsider=closing.outsider,
    )


def _joined(case: Case, event: Event, joined: CaseJoined) -> Case:
    parts = {part.rule: part for part in case.parts}
    for part in (_part(flag, event.happened_at, joined.presented) for flag in joined.flags):
        if part.hit or not (part.rule in parts and parts[part.rule].hit):
            parts[part.rule] = part
    rests_on = [visit for part in parts.values() if part.hit for visit in part.visits]
    own = [joined.visit] if joined.visit is not None else []
    return replace(
        case,
        parts=tuple(sorted(parts.values(), key=lambda p: (not p.hit, -p.score, p.rule))),
        presented=_distinct(*case.presented, joined.presented),
        visits=_distinct(*case.visits, *rests_on, *own),
        received_by=case.received_by | {event.officer, *joined.received_by},
        proposal=None,
        release=None,
        outside=None,
        story=(*case.story, _entry(event, joined)),
    )


def _part(flag: KeptFlag, at: datetime, presented: str) -> Part:
    return Part(
        rule=flag.rule,
        version=str(flag.version),
        level=flag.level,
        score=int(flag.score),
        state=flag.state,
        numbers=flag.numbers,
        visits=flag.visits,
        at=at,
        of=presented,
    )


def _entry(event: Event, done: CaseEvent) -> Entry:
    outside = isinstance(done, CaseApproved) and done.outsider
    officer = OUTSIDER if outside else event.officer
    return Entry(event.event_id, event.recorded_at, event.kind, officer, done.said)


def _distinct(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
