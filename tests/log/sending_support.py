"""Events of what is sent to hospital systems and told by them, as the house writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.log.portal_support import presented, received, say
from verification.log.outbox import Errand, handover_item
from verification.log.sending_events import Delivered, HisTold, NotDelivered, SentAgain
from verification.log.visit_events import ContentErased

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from verification.log.events import Event
    from verification.log.outbox import Waiting
    from verification.log.ports import Log


def handed(log: Log, person: str = "p", **more: Any) -> str:
    """Log that a patient was received whom a hospital system is told of; return the visit."""
    of = presented(log, person)
    return received(log, of, more.pop("portal", None), person, handover=True, **more)


def his_told(
    log: Log, visit: str, content: Mapping[str, Any] | None = None, *, record: bool = False
) -> Event:
    """Log that the hospital system told something of a visit."""
    told = HisTold(visit, "his", tuple(sorted(content or {"ma_lk": ""})), record=record)
    return say(log, told, content=content)


def sent(log: Log, item: str, receipt: str | None = None, **more: Any) -> Event:
    """Log that something of the outbox was taken."""
    return say(log, Delivered(*_of(item), "webhook", receipt, 12, **more))


def refused(log: Log, item: str, again_at: datetime | None, **more: Any) -> Event:
    """Log that something of the outbox was not taken."""
    again = again_at.isoformat() if again_at else None
    cause = more.pop("cause", "status")
    return say(log, NotDelivered(*_of(item), cause, "500", again, **more))


def again(log: Log, item: str) -> Event:
    """Log that somebody has something sent again."""
    return say(log, SentAgain(*_of(item), "person"))


def erased(log: Log, visit: str) -> Event:
    """Log that the content of a visit was erased."""
    return say(log, ContentErased(visit, (visit,)))


def leased(
    log: Log, now: datetime, lasts: timedelta, errand: Errand = Errand.HANDOVER, most: int = 99
) -> list[str]:
    """Take what is due at a moment; return the names of the items."""

    def work(inside: Any) -> Sequence[Waiting]:
        found: Sequence[Waiting] = inside.exchanged.lease(errand, now, now + lasts, most)
        return found

    return [item.item_id for item in log.write(work)]


def items(log: Log, errand: Errand | None = None) -> list[str]:
    """Return the names of what waits."""
    return [item.item_id for item in log.exchanged.waiting(errand)]


def messages(visit: str, *nth: int) -> list[str]:
    """Return the names of messages about a visit."""
    return [handover_item(visit, one) for one in nth]


def _of(item: str) -> tuple[str, str, str]:
    errand, visit = item.split(":")[:2]
    return errand, item, visit
