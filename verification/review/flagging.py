"""Flags at check-in: gather the facts, run the rules, keep what they found as an event.

A flag never blocks, never changes the verdict, and a failing rule never loses a visit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from verification.basics.dates import VIETNAM
from verification.basics.errors import StoreError
from verification.card.portal import PortalOutcome
from verification.card.reasons import Reason
from verification.kiosk import Kiosk
from verification.log.case import OPENS, Case, due_day, local_day, open_one, subject_of
from verification.log.case_events import CaseJoined, CaseOpened
from verification.log.events import Event, EventKind
from verification.log.portal_events import PortalAnswered
from verification.log.ports import LogTransaction, Written
from verification.log.visit import Visit
from verification.log.visit_events import RAISED_BY, REFUTED, Flagged, KeptFlag, Presented
from verification.log.writing import Who, write
from verification.review.gathering import gather
from verification.rights import Actor
from verification.rules.misuse import engine
from verification.rules.misuse.facts import Flag, Level, Occasion
from verification.rules.misuse.policy import MisusePolicy
from verification.rules.misuse.rules_identity import UNSURE

_Before = tuple[KeptFlag, str]  # a flag, and the presentation that raised it
# domain 4.5 and 7.3: an invalid card, another person's data, a dead holder
_PORTALS_RULES = frozenset({"M07", "M08", "M10"})
# what stands on dates and on who holds a card; that a holder lives, no answer about a card says
_ON_THE_CARD = frozenset({"M07", "M08", "M11", "M15"})
ON_DIAGNOSIS = frozenset({"M06", "M12"})
"""Rules that read what a hospital system tells of a visit once it is over."""


@dataclass(frozen=True)
class RaisedFlags:
    """What the rules found at one occasion, and the event that keeps the card's flags."""

    flags: tuple[Flag, ...] = ()
    event_id: str | None = None


def flag(
    log: LogTransaction,
    actor: Actor,
    kiosk: Kiosk,
    event: Event,
    visit: Visit | None,
    *,
    desk: bool = True,
) -> RaisedFlags:
    """Run the rules for a `presented` event and keep their answers.

    Args:
        log: The piece of work that presented or received.
        actor: Who is at the desk.
        kiosk: The kiosk.
        event: The `presented` event.
        visit: The visit received now; None runs the desk's rules alone.
        desk: Run the desk's rules too.
    """
    if Reason.CLOCK_WRONG in Presented.of(event.codes).reasons:
        return RaisedFlags()  # nobody is suspected by a clock that is wrong
    kept: list[Flag] = []
    card_event: str | None = None
    answered = _answer_to(log, event) if visit and kiosk.asks_portal else None
    for subject in ("card",) * bool(visit) + ("desk",) * desk:
        by = answered if subject == "card" else None
        flags = _run(log, kiosk, event, subject, by)
        if flags:
            answer = by.event_id if by else None
            flags, logged = _keep(log, actor, event, visit, subject, flags, answer)
            card_event = logged.event_id if subject == "card" else card_event
            kept += flags
    return RaisedFlags(tuple(kept), card_event)


def _answer_to(log: LogTransaction, event: Event) -> Event | None:
    """Return what the national portal answered to a presentation before anybody was received."""
    answered = log.exchanged.about(event.event_id)
    return next((e for e in reversed(answered) if e.kind is EventKind.PORTAL_ANSWERED), None)


def flag_answered(  # an answer, and what was judged with it
    log: LogTransaction,
    kiosk: Kiosk,
    presented: Event,
    visit: Visit,
    answered: Event,
) -> RaisedFlags:
    """Run the rules that an answer of the national portal reaches.

    What was flagged stays in the log; where the answer took its ground away, that is kept beside.

    Args:
        log: The piece of work that noted the answer.
        kiosk: The kiosk.
        presented: The presentation that was asked about.
        visit: The visit that was received from it.
        answered: The event of the answer.
    """
    told = PortalAnswered.of(answered.codes)
    if Reason.CLOCK_WRONG in (*Presented.of(presented.codes).reasons, *told.reasons):
        return RaisedFlags()
    known = _flagged_before(log, presented, visit)
    names = _PORTALS_RULES | (_ON_THE_CARD & known.keys())
    rules = {name: rule for name, rule in engine.CARD_RULES.items() if name in names}
    try:
        facts = gather(log, kiosk, presented, "card")
        facts = replace(facts, reasons=told.reasons, compared=told.compared) if facts else None
        flags = engine.run(facts, kiosk.misuse, rules, _quiet(log, presented)) if facts else []
    except Exception as error:  # noqa: BLE001  # as in `_run`
        facts, flags = None, [engine.failed("M00", 1, error)]
    new = [f for f in flags if f.level.rank > _rank(known.get(f.rule))]
    if facts and told.outcome == PortalOutcome.ANSWERED and not UNSURE.intersection(told.reasons):
        new += _taken_back(known, flags, _ON_THE_CARD)
    if not new:
        return RaisedFlags()
    new, logged = _keep(log, answered, presented, visit, "card", new, answered.event_id)
    return RaisedFlags(tuple(new), logged.event_id)


def flag_told(
    log: LogTransaction, kiosk: Kiosk, presented: Event, visit: Visit, told: Event
) -> RaisedFlags:
    """Run the rules that read a diagnosis, once a hospital system told that of a visit.

    They look at this visit and what was before it; no other visit is looked at again. Where what
    was told before is corrected, a flag that no longer holds is kept as such.

    Args:
        log: The piece of work that noted what was told.
        kiosk: The kiosk.
        presented: The presentation that the visit was received from.
        visit: The visit.
        told: The event of what was told.
    """
    if Reason.CLOCK_WRONG in Presented.of(presented.codes).reasons:
        return RaisedFlags()
    known = _flagged_before(log, presented, visit, of_visit=True)
    rules = {name: rule for name, rule in engine.CARD_RULES.items() if name in ON_DIAGNOSIS}
    now = replace(presented, person_ref=visit.person_ref, happened_at=told.happened_at)
    try:
        of = _occasion_of(log, presented, visit)
        facts = gather(log, kiosk, presented, "card", of) if of else None
        flags = engine.run(facts, kiosk.misuse, rules, _quiet(log, now)) if facts else []
        back = _taken_back(known, flags, ON_DIAGNOSIS) if facts else []
    except Exception as error:  # noqa: BLE001  # as in `_run`
        flags, back = [engine.failed("M00", 1, error)], []
    new = [f for f in flags if f.level.rank > _rank(known.get(f.rule))] + back
    if not new:
        return RaisedFlags()
    new, logged = _keep(log, told, now, visit, "card", new, told.event_id)
    return RaisedFlags(tuple(new), logged.event_id)


def _occasion_of(log: LogTransaction, presented: Event, visit: Visit) -> Occasion | None:
    """Return a visit as the rules read it; two may come from one presentation."""
    at = int(presented.happened_at.timestamp())
    found = log.history.visits_of(visit.person_ref, at, at + 1)
    return next((one for one in found if one.id == visit.visit_id), None)


def flags_by(log: Written, answered: Event) -> RaisedFlags:
    """Return what the rules found when an answer of the national portal was noted."""
    found: list[Flag] = []
    event_id = None
    for event in log.events((EventKind.FLAGGED,), answered.recorded_at):
        flagged = Flagged.of(event.codes) if event.is_readable else None
        if flagged and flagged.answered == answered.event_id:
            found += [Flag(**vars(kept) | {"level": Level(kept.level)}) for kept in flagged.flags]
            event_id = event.event_id
    return RaisedFlags(tuple(found), event_id)


def _taken_back(
    known: Mapping[str, _Before], flags: Sequence[Flag], rules: frozenset[str]
) -> list[Flag]:
    """Return what stood on facts that changed and no longer holds, or holds on a lower level."""
    found = {flag.rule: flag for flag in flags}
    taken = []
    for rule, (kept, presented) in known.items():
        now = found.get(rule)
        if rule not in rules or not kept.hit:
            continue
        if now is None:
            gone = {"level": Level.NONE, "score": 0, "state": REFUTED}
            gone |= {"numbers": {**kept.numbers, RAISED_BY: presented}}
            taken.append(Flag(**vars(kept) | gone))
        elif now.state == kept.state and now.level.rank < _rank(known[rule]):
            taken.append(now)
    return taken


def _rank(before: _Before | None) -> int:
    return Level(before[0].level).rank if before else -1


def _flagged_before(
    log: LogTransaction, presented: Event, visit: Visit, *, of_visit: bool = False
) -> dict[str, _Before]:
    """Return what each rule said last of a visit, and of which presentation.

    Args:
        log: The piece of work.
        presented: The presentation.
        visit: The visit.
        of_visit: True where another visit from that presentation is another matter.
    """
    first = log.event(visit.presented) or presented
    since = min(first.recorded_at, presented.recorded_at)
    found: dict[str, _Before] = {}
    for event in log.events((EventKind.FLAGGED,), since):
        flagged = Flagged.of(event.codes) if event.is_readable else None
        of = (flagged.presented, flagged.visit) if flagged else ()
        if flagged is None or not {presented.event_id, visit.visit_id} & set(of):
            continue
        if of_visit and flagged.visit not in {None, visit.visit_id}:
            continue
        found |= {kept.rule: (kept, flagged.presented) for kept in flagged.flags}
    return found


def _quiet(log: LogTransaction, event: Event) -> frozenset[str]:
    """Return the rules that auditors made quiet for the person of a presentation."""
    if not event.person_ref:
        return frozenset()
    return snoozed_rules(log, event.person_ref, event.happened_at.astimezone(VIETNAM).date())


def _run(
    log: LogTransaction, kiosk: Kiosk, event: Event, subject: str, answered: Event | None = None
) -> list[Flag]:
    """Return what the rules find; who is received after the portal answered is seen with that."""
    try:
        facts = gather(log, kiosk, event, subject)
        told = PortalAnswered.of(answered.codes) if answered else None
        if facts and told and told.reasons:
            facts = replace(facts, reasons=told.reasons, compared=told.compared)
        rules = engine.CARD_RULES if subject == "card" else engine.DESK_RULES
        quiet = _quiet(log, event) if subject == "card" else frozenset()
        return engine.run(facts, kiosk.misuse, rules, quiet) if facts else []
    except Exception as error:  # noqa: BLE001  # seen in the event; the visit itself stands
        return [engine.failed("M00", 1, error)]


def _keep(
    log: LogTransaction,
    who: Who,
    event: Event,
    visit: Visit | None,
    subject: str,
    flags: list[Flag],
    answered: str | None = None,
) -> tuple[list[Flag], Event]:
    """Keep flags and their case; where that fails, keep that it failed, and the visit."""
    try:
        with log.attempt():
            logged = _write(log, who, event, visit, subject, flags, answered)
            note_flags(log, logged)
            return flags, logged
    except StoreError:  # the disk: nothing of this visit was written
        raise
    except Exception as error:  # noqa: BLE001  # as in `_run`
        lost = {"lost": " ".join(f.rule for f in flags)}
        broken = engine.failed("M00", 1, error)
        only = [replace(broken, numbers={**broken.numbers, **lost})]
        return only, _write(log, who, event, visit, subject, only, answered)


def _write(
    log: LogTransaction,
    who: Who,
    event: Event,
    visit: Visit | None,
    subject: str,
    flags: Sequence[Flag],
    answered: str | None = None,
) -> Event:
    flagged = Flagged(
        presented=event.event_id,
        subject=subject,
        level=engine.level_of(flags),
        score=sum(f.score for f in flags),
        flags=tuple(KeptFlag(**vars(f)) for f in flags),
        visit=visit.visit_id if visit else None,
        answered=answered,
    )
    person = event.person_ref if subject == "card" else None
    return write(log, who, flagged, person_ref=person, happened_at=event.happened_at)


def flag_json(found: Flag, policy: MisusePolicy) -> dict[str, Any]:
    """Return a flag under the keys of the commands."""
    sentence = policy.sentence(found.rule, found.numbers)
    return {
        "rule": found.rule,
        "version": found.version,
        "level": found.level.value,
        "score": found.score,
        "state": found.state,
        "vi": sentence.vi,
        "en": sentence.en,
        "numbers": dict(found.numbers),
        "visits": list(found.visits),
    }


def note_flags(log: LogTransaction, flagged: Event) -> None:
    """Let flags join the open case of their person or desk, or open one.

    Flags of level `info` alone open nothing.

    Args:
        log: The piece of work that logged the flags.
        flagged: The event.
    """
    subject, found = subject_of(flagged), Flagged.of(flagged.codes)
    open_case = open_one(log.cases.about(subject))
    if open_case is None and found.level not in OPENS:
        return
    if all(flag.state == REFUTED for flag in found.flags) and not _holds(open_case, found):
        return  # of a flag that this case never had
    rests_on = {name for flag in found.flags for name in flag.visits}
    received = {visit.officer for name in rests_on if (visit := log.visit(name))}
    joined = CaseJoined(
        case=open_case.number if open_case else "",
        presented=found.presented,
        flags=found.flags,
        received_by=tuple(sorted(received)),
        visit=found.visit,
    )
    if open_case is None:
        joined = CaseOpened(
            **vars(joined)
            | {
                "case": log.cases.next_number(local_day(flagged.happened_at).year),
                "about": subject,
                "due": due_day(found.level, flagged.happened_at),
            }
        )
    person, at = flagged.person_ref, flagged.happened_at
    write(log, flagged, joined, person_ref=person, happened_at=at)


def _holds(case: Case | None, found: Flagged) -> bool:
    own = {(part.rule, part.of) for part in case.parts} if case else set()
    return any((flag.rule, flag.raised_by(found.presented)) in own for flag in found.flags)


def snoozed_rules(log: LogTransaction, person_ref: str, on: date) -> frozenset[str]:
    """Return the rules that auditors made quiet for a person on a day."""
    rules = ((case, s.rule) for case in log.cases.about(person_ref) for s in case.snoozes)
    return frozenset(rule for case, rule in rules if case.snoozes_on(rule, on))
