"""Events of the portal, written as the desk and the outbox write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support import DESK
from verification.log.portal_events import PortalAnswered, PortalAskedAgain, PortalFailed
from verification.log.visit import CancelReason
from verification.log.visit_events import Cancelled, Presented, Received
from verification.log.writing import write_alone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from verification.log.events import Event, Happening
    from verification.log.ports import Log

HERE = "79014"


def say(
    log: Log, what: Happening, person: str | None = "p", content: Mapping[str, Any] | None = None
) -> Event:
    """Log one thing about a person."""
    return write_alone(log, DESK, what, person_ref=person, content=content)


def presented(log: Log, person: str = "p", facility: str | None = HERE) -> str:
    """Log that a card was presented; return the event's name."""
    shown = Presented("bhyt_qr", "eligible", ("valid",), "vssid", ma_cskcb=facility)
    return say(log, shown, person).event_id


def received(
    log: Log, of: str = "1-1", portal: str | None = "waiting", person: str = "p", **more: Any
) -> str:
    """Log that a patient was received; return the visit's name."""
    what = Received(of, "eligible", "valid", "vssid", portal=portal, **more)
    return say(log, what, person).event_id


def answered(
    log: Log,
    of: str = "1-1",
    visits: tuple[str, ...] = (),
    *,
    code: str = "000",
    outcome: str = "answered",
    person: str | None = "p",
    content: Mapping[str, Any] | None = None,
) -> Event:
    """Log that the portal answered."""
    what = PortalAnswered(of, outcome, 800, "outbox", visits, code=code)
    return say(log, what, person, content)


def failed(
    log: Log,
    visits: tuple[str, ...],
    again_at: datetime | None,
    *,
    of: str = "1-1",
    cause: str = "timeout",
) -> Event:
    """Log that no answer came."""
    again = again_at.isoformat() if again_at else None
    return say(log, PortalFailed(of, "silent", 3000, "outbox", visits, cause=cause, again_at=again))


def cancelled(log: Log, visit: str) -> Event:
    """Log that a visit was undone."""
    return say(log, Cancelled(visit, CancelReason.KHAC))


def again(log: Log, visit: str, why: str = "person") -> Event:
    """Log that somebody has the portal asked again."""
    return say(log, PortalAskedAgain(visit, why))
