"""One visit and its evidence, as a case's evidence shows it; flagged or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from verification.basics.errors import Forbidden, RequestError
from verification.kiosk import Kiosk
from verification.log.case import Case, Part
from verification.log.events import Event, EventKind
from verification.log.sending_events import Delivered
from verification.log.visit import RECORD, Visit
from verification.log.visit_events import REFUTED, Flagged, Presented, Viewed
from verification.log.writing import write_alone
from verification.review.conflict import conflicted
from verification.review.evidence import CaseFile, evidence_of
from verification.rights import Actor, Right, needs

_STORY = (
    EventKind.PRESENTED,
    EventKind.RECEIVED,
    EventKind.TOLD,
    EventKind.CORRECTED,
    EventKind.ID_CHECKED,
    EventKind.NOTED,
    EventKind.FLAGGED,
    EventKind.FLAG_ANSWERED,
    EventKind.PORTAL_ANSWERED,
    EventKind.PORTAL_KEPT,
    EventKind.HIS_TOLD,
    EventKind.DELIVERED,
    EventKind.COMPLETED,
    EventKind.CANCELLED,
    EventKind.CONTENT_ERASED,
)
_BEFORE, _AFTER = timedelta(days=1), timedelta(days=60)  # what is done about a visit is done soon


@dataclass(frozen=True)
class VisitFile:
    """A visit with its evidence.

    Args:
        visit: The visit.
        reasons: Why the answer was as it was, the headline first; codes.
        story: What happened to it, oldest first.
        file: The evidence, as of a case that is about this visit alone.
    """

    visit: Visit
    reasons: tuple[str, ...]
    story: tuple[Event, ...]
    file: CaseFile


def bare_case(visit: Visit, parts: Sequence[Part] = ()) -> Case:
    """Return what stands for the case of a visit; who may not review one sees nothing of it."""
    return Case(
        number=visit.visit_id,
        subject=visit.person_ref,
        opened_at=visit.happened_at,
        parts=tuple(parts),
        presented=(visit.presented,) if visit.presented else (),
        visits=(visit.visit_id,),
    )


@needs(Right.REVIEW)
def open_visit(actor: Actor, kiosk: Kiosk, visit_id: str) -> VisitFile:
    """Return a visit with its evidence; the look is logged.

    Raises:
        RequestError: There is no such visit.
        Forbidden: The auditor received it, or another visit of this person.
    """
    found = visit_file(actor, kiosk, visit_id)
    look = Viewed("visit", "giam-dinh", presented=found.visit.presented or None)
    write_alone(kiosk.written, actor, look, person_ref=found.visit.person_ref or None)
    return found


@needs(Right.REVIEW)
def visit_file(actor: Actor, kiosk: Kiosk, visit_id: str) -> VisitFile:
    """Return a visit that was opened, as it stands now; as `open_visit`, and not logged again."""
    log = kiosk.written
    visit = log.visit(visit_id)
    if visit is None:
        raise RequestError(f"Không có lượt {visit_id}", f"There is no visit {visit_id}")
    if conflicted(log, actor.officer, bare_case(visit)):
        raise Forbidden(
            f"{actor.officer} đã tiếp đón người bệnh này nên không xem được bằng chứng",
            f"{actor.officer} received this patient and may not see the evidence",
        )
    story = _story(kiosk, visit)
    shown = log.cases.event(visit.presented) if visit.presented else None
    readable = shown is not None and shown.kind is EventKind.PRESENTED
    reasons = Presented.of(shown.codes).reasons if shown and readable else ()
    return VisitFile(visit, reasons, story, evidence_of(kiosk, bare_case(visit, _flags(story))))


def _story(kiosk: Kiosk, visit: Visit) -> tuple[Event, ...]:
    """Return what happened to a visit; what a row that cannot be read says is left out."""
    begun = kiosk.written.cases.event(visit.visit_id)
    if not visit.person_ref or begun is None:
        return ()
    at = begun.recorded_at
    found = kiosk.written.visits.happened(visit.person_ref, _STORY, at - _BEFORE, at + _AFTER)
    ours = {visit.visit_id, visit.presented}
    return tuple(e for e in found if ours.intersection(_about(e)) and not _is_message(e))


def _is_message(event: Event) -> bool:
    """Tell whether it says that a message arrived: one follows each thing that happens."""
    delivered = event.kind is EventKind.DELIVERED
    return delivered and Delivered.of(event.codes).errand != RECORD


def _about(event: Event) -> tuple[object, ...]:
    names = (event.codes.get(name) for name in ("visit", "of", "presented"))
    return event.event_id, *names, *event.codes.get("visits", ())


def _flags(story: Sequence[Event]) -> list[Part]:
    """Return the flags of a visit; in place of a refuted one that it was refuted."""
    parts = _all_flags(story)
    refuted = {(p.rule, p.of): n for n, p in enumerate(parts) if p.state == REFUTED}
    return [p for n, p in enumerate(parts) if n >= refuted.get((p.rule, p.of), 0)]


def _all_flags(story: Sequence[Event]) -> list[Part]:
    return [
        Part(
            rule=flag.rule,
            version=str(flag.version),
            level=flag.level,
            score=flag.score,
            state=flag.state,
            numbers=flag.numbers,
            visits=flag.visits,
            at=event.happened_at,
            of=flag.raised_by(flagged.presented),
        )
        for event in story
        if event.kind is EventKind.FLAGGED
        for flagged in [Flagged.of(event.codes)]
        for flag in flagged.flags
    ]
