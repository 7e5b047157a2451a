"""That the portal failed: what goes with a visit's file to the insurer.

Who was received while the portal failed is sent with a picture of the failure (NĐ 188/2025 Đ38 k2).
The log holds more than a picture: each attempt with its time and error, bound in a chain.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from verification.basics.errors import RequestError
from verification.basics.texts import Text, Texts
from verification.exchange.wording import error_words
from verification.kiosk import Kiosk
from verification.log.content import visit_content
from verification.log.events import Event, EventKind
from verification.log.portal_events import PortalAnswered, PortalFailed
from verification.log.unreadable import Content
from verification.log.visit import Visit
from verification.log.visit_events import Viewed
from verification.log.writing import write_alone
from verification.rights import Actor, Right, needs

VIEWED = "evidence"
"""What the log of looks calls it."""
_TEXTS = Texts("verification.exchange")


@dataclass(frozen=True)
class Attempt:
    """One question to the portal, and how it ended.

    Args:
        at: When it ended.
        by: Who had it asked: `desk`, `outbox`, `command`.
        said: How it ended, in words, with its code or cause.
        failed: False where the portal answered.
        ms: How long it took.
        event_id: Its event.
        hash: That event's hash in the chain.
    """

    at: datetime
    by: str
    said: Text
    failed: bool
    ms: int
    event_id: str
    hash: str


@dataclass(frozen=True)
class Evidence:
    """What is known of the questions about a visit.

    Args:
        visit: The visit.
        content: Whose; what cannot be read of it is named in it.
        received: The hash of the event that received the visit.
        attempts: Oldest first, at least one of them failed.
        looked: The event that says that somebody took it out of the house.
    """

    visit: Visit
    content: Content
    received: str
    attempts: Sequence[Attempt]
    looked: Event

    @property
    def settled(self) -> Attempt | None:
        """Return the answer that came in the end, None while there is none."""
        answered = [attempt for attempt in self.attempts if not attempt.failed]
        return answered[-1] if answered else None


@needs(Right.RECEIVE)
def evidence_of(actor: Actor, kiosk: Kiosk, visit_id: str, why: str = "outage") -> Evidence:
    """Return what shows that the portal failed when a visit was received; the look is logged.

    Args:
        actor: Who takes it.
        kiosk: The kiosk.
        visit_id: The visit.
        why: A code, for the log of looks.

    Raises:
        RequestError: There is no such visit, or no question about it failed.
    """
    written = kiosk.written
    visit = written.visit(visit_id)
    if visit is None or visit.unreadable:
        raise RequestError(f"Không có lượt {visit_id}", f"There is no visit {visit_id}")
    attempts = [
        _attempt(event, written.exchanged.hash_of(event.event_id) or "")
        for event in written.exchanged.about(visit.presented)
        if event.is_readable
    ]
    if not any(attempt.failed for attempt in attempts):
        raise RequestError(
            f"Lượt {visit_id} không có lần tra Cổng nào bị lỗi",
            f"No question to the portal about visit {visit_id} failed",
        )
    look = Viewed(VIEWED, why, presented=visit.presented)
    looked = write_alone(written, actor, look, person_ref=visit.person_ref)
    received = written.exchanged.hash_of(visit.visit_id) or ""
    return Evidence(visit, visit_content(written, visit), received, attempts, looked)


def has_failed(kiosk: Kiosk, visit: Visit) -> bool:
    """Tell whether a question about a visit failed, so that there is something to show."""
    about = kiosk.written.exchanged.about(visit.presented)
    return any(event.kind is EventKind.PORTAL_FAILED for event in about)


def _attempt(event: Event, hash_: str) -> Attempt:
    if event.kind is EventKind.PORTAL_ANSWERED:
        told = PortalAnswered.of(event.codes)
        code = told.code or ""
        said = error_words(code) if code else _TEXTS("evidence.answered")
        return _ended(event, told, said, hash_)
    failed = PortalFailed.of(event.codes)
    said = error_words(failed.code or failed.cause or failed.outcome)
    if failed.detail:
        said = _TEXTS("evidence.detailed", said=said, detail=failed.detail)
    return _ended(event, failed, said, hash_)


def _ended(event: Event, told: PortalAnswered | PortalFailed, said: Text, hash_: str) -> Attempt:
    return Attempt(
        at=event.happened_at,
        by=told.by,
        said=said,
        failed=event.kind is EventKind.PORTAL_FAILED,
        ms=told.ms,
        event_id=event.event_id,
        hash=hash_,
    )
