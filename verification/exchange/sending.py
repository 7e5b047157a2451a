"""How a sending to anybody but the national portal ended, and how that is written down."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Thread
from typing import TypeVar

from verification.exchange.outbox import End
from verification.kiosk import Kiosk
from verification.log.events import Event
from verification.log.outbox import Waiting
from verification.log.ports import LogTransaction
from verification.log.sending_events import Delivered, NotDelivered
from verification.log.writing import Stranger, write

R = TypeVar("R")


@dataclass(frozen=True)
class Sent:
    """How a sending ended.

    Args:
        ok: True where it was taken.
        to: Who took it or did not: `folder`, `webhook`, `portal`.
        receipt: What the receiver calls it, such as `maGiaoDich`.
        cause: Why it was not taken, a code that `outbox.toml` and `texts.toml` know.
        detail: What more is known; nobody's data.
        ms: How long it took.
        after: Seconds after which the receiver wants it again, at the earliest.
        at: When the receiver says that it took it, in its own form (`thoiGianTiepNhan`).
    """

    ok: bool
    to: str
    receipt: str | None = None
    cause: str | None = None
    detail: str | None = None
    ms: int = 0
    after: float = 0.0
    at: str | None = None

    @property
    def end(self) -> End:
        """Return what the outbox makes of it."""
        return End(settled=self.ok, cause=self.cause, after=self.after)


def note_end(kiosk: Kiosk, item: Waiting, sent: Sent, again_at: datetime | None) -> Event:
    """Write down how a sending ended.

    Args:
        kiosk: The kiosk.
        item: What was sent.
        sent: How that ended.
        again_at: When it is sent again, None where a person decides or it was taken.
    """
    visit = kiosk.written.visit(item.visit)
    ref = visit.person_ref if visit and not visit.unreadable else None
    of = (item.errand.value, item.item_id, item.visit)
    again = again_at.astimezone(UTC).isoformat() if again_at else None
    ended = (
        Delivered(*of, to=sent.to, receipt=sent.receipt, ms=sent.ms, received_at=sent.at)
        if sent.ok
        else NotDelivered(*of, cause=sent.cause or "", detail=sent.detail, again_at=again)
    )
    who = Stranger(item.visit.rpartition("-")[0])

    def work(log: LogTransaction) -> Event:
        waits = log.exchanged.one(item.item_id)  # perhaps asked for anew while it was being sent
        replaced = waits is not None and waits.event != item.event
        return write(log, who, replace(ended, replaced=replaced), person_ref=ref)

    return kiosk.written.write(work)


def beside(work: Callable[[], R]) -> Future[R]:
    """Do something in a thread of its own, which keeps no ending process waiting."""
    done: Future[R] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except Exception as error:  # noqa: BLE001  # whoever waits for it is told
            done.set_exception(error)

    Thread(target=run, name="kiosk-sending", daemon=True).start()
    return done
