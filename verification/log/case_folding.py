"""A case as far as it can be read: its events added up, one of them damaged or none."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from verification.log.case import (
    LEVELS,
    Case,
    CaseOutcome,
    CaseState,
    Entry,
    Part,
    Proposal,
    Proposed,
    Snooze,
)
from verification.log.case_events import (
    CaseApproved,
    CaseClosed,
    CaseCodeFailed,
    CaseCodeIssued,
    CaseCommented,
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
    CaseUndone,
    case_event,
)
from verification.log.events import Event
from verification.log.outside import OUTSIDER, outside_after
from verification.log.visit_events import REFUTED, KeptFlag

_LEAVES_PROPOSAL = (CaseOutsiderNamed, CaseCodeIssued, CaseCodeFailed, CaseCommented)


def fold_case(bare: Case, events: Sequence[Event]) -> Case:
    """Return a case as its events add up to it, marked where one of them cannot be read.

    A case is not folded on behind such an event: it may have been the one that rejected what a
    second person could now approve.

    Args:
        bare: Number, subject and begin, all that is known without its events.
        events: Oldest first.
    """
    case: Case | None = None
    for event in events:
        try:
            if case_event(event).case != bare.number:
                raise LookupError(event.event_id)  # noqa: TRY301  # a damaged row names it
            case = advance_case(case, event) if case else begin_case(event)
        except (ValueError, LookupError, TypeError):
            return replace(bare, unreadable=event.event_id)
    return case or bare


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
            proposal = Proposal(event.event_id, Proposed(what), event.officer, done.reason)
            return replace(case, proposal=proposal)
        case CaseApproved(what=Proposed.REPORT):
            return replace(case, release=Proposal(done.proposal, Proposed.REPORT, done.maker))
        case CaseClosed():
            return _closed(case, event.officer, done)
        case CaseReopened():
            return _open_again(case, CaseState.REOPENED, None)
        case CaseUndone(closed=True):
            return _open_again(case, CaseState.INVESTIGATING, case.closed_by)
    return case


def _open_again(case: Case, state: CaseState, held_by: str | None) -> Case:
    return replace(
        case,
        state=state,
        held_by=held_by,
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
        known = parts.get(part.rule)
        if part.hit or not (known and known.hit) or _takes_back(part, known):
            parts[part.rule] = part
    rests_on = [visit for part in parts.values() if part.hit for visit in part.visits]
    own = [joined.visit] if joined.visit is not None else []
    levels = [case.peak, *(flag.level for flag in joined.flags if flag.hit)]
    return replace(
        case,
        peak=max(levels, key=LEVELS.index),
        parts=tuple(sorted(parts.values(), key=lambda p: (not p.hit, -p.score, p.rule))),
        presented=_distinct(*case.presented, joined.presented),
        visits=_distinct(*case.visits, *rests_on, *own),
        received_by=case.received_by | {event.officer, *joined.received_by},
        proposal=None,
        release=None,
        outside=None,
        story=(*case.story, _entry(event, joined)),
    )


def _takes_back(part: Part, known: Part) -> bool:
    """Tell whether a flag of a case is the one that an answer about it refutes."""
    return part.state == REFUTED and part.of == known.of


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
        of=flag.raised_by(presented),
    )


def _entry(event: Event, done: CaseEvent) -> Entry:
    outside = isinstance(done, CaseApproved) and done.outsider
    officer = OUTSIDER if outside else event.officer
    line = Entry(event.event_id, event.recorded_at, event.kind, officer, done.said)
    match done:
        case CaseApproved(proposal=of) | CaseUndone(decision=of):
            return replace(line, of=of)
        case CaseProposed(reason=reason) | CaseClosed(reason=reason):
            return replace(line, reason=reason)
    return line


def _distinct(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
