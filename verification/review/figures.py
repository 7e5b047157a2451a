"""Figures and lists over all cases."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from verification.basics.errors import RequestError
from verification.kiosk import Kiosk
from verification.log.case import Case, CaseOutcome, local_day
from verification.log.events import EventKind
from verification.log.finding import Wanted
from verification.log.visit_events import Exported, Flagged
from verification.log.writing import write_alone
from verification.rights import Actor, Right, needs

LIST_KINDS = ("csv", "xlsx")


@needs(Right.EXPORT)
def case_list(actor: Actor, kiosk: Kiosk, since: datetime, kind: str) -> Sequence[Case]:
    """Return open cases and those closed since a moment, to be taken out as a list; logged.

    Raises:
        RequestError: It is no kind of list.
    """
    if kind not in LIST_KINDS:
        raise RequestError("Không có dạng danh sách này", "There is no such kind of list")
    found = [*kiosk.written.cases.queue(), *kiosk.written.cases.closed(since)]
    write_alone(kiosk.written, actor, Exported("case_list", format=kind, count=len(found)))
    return found


@needs(Right.REVIEW)
def tallies(
    _actor: Actor, kiosk: Kiosk, since: datetime
) -> Mapping[str, Mapping[CaseOutcome, int]]:
    """Count the outcomes of closed cases per rule that hit; the labels of its precision."""
    counts: dict[str, dict[CaseOutcome, int]] = {}
    for case in kiosk.written.cases.closed(since):
        for part in case.parts:
            if part.hit and case.outcome:
                of_rule = counts.setdefault(part.rule, dict.fromkeys(CaseOutcome, 0))
                of_rule[case.outcome] += 1
    return dict(sorted(counts.items()))


@needs(Right.REVIEW)
def visits_since(_actor: Actor, kiosk: Kiosk, since: datetime) -> int:
    """Count the visits since the day of a moment: what the flags are counted from."""
    return kiosk.written.visits.count(Wanted(local_day(since), kiosk.today()))


@needs(Right.REVIEW)
def flags_by_day(_actor: Actor, kiosk: Kiosk, since: datetime) -> Mapping[tuple[date, str], int]:
    """Count the hits of each rule on each local day since a moment."""
    counts: dict[tuple[date, str], int] = {}
    for event in kiosk.written.events([EventKind.FLAGGED], since):
        if not event.is_readable:
            continue
        day = local_day(event.happened_at)
        for rule in (flag.rule for flag in Flagged.of(event.codes).flags if flag.hit):
            counts[day, rule] = counts.get((day, rule), 0) + 1
    return counts
