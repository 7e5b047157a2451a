"""Messages about visits, as the outbox sends them to a hospital system."""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from verification.exchange.handover.message import (
    ErasedVisit,
    Message,
    UnreadableVisit,
    message_of,
)
from verification.exchange.handover.signing import Secrets, signed
from verification.exchange.outbox import End
from verification.exchange.sending import Sent, beside, note_end
from verification.kiosk import Kiosk
from verification.log.outbox import Errand, Waiting
from verification.log.visit import ERASED


class HisCause(StrEnum):
    """Why a hospital system did not take a message; the paces are in `outbox.toml`."""

    DOWN = "his_down"
    BUSY = "his_busy"
    TIMEOUT = "his_timeout"
    DNS = "his_dns"
    CONNECTION = "his_connection"
    TLS = "his_tls"
    DENIED = "his_denied"
    GONE = "his_gone"
    MOVED = "his_moved"
    REFUSED = "his_refused"
    FOLDER = "his_folder"
    OCCUPIED = "his_occupied"
    UNREADABLE = "his_unreadable"
    ERASED = ERASED


class Carrier(Protocol):
    """Brings a signed message to a hospital system."""

    @property
    def to(self) -> str:
        """Return which way: `folder`, `webhook`."""

    def carry(self, message: Message, headers: Mapping[str, str]) -> Sent:
        """Bring it; however that goes, it is told and never raised."""


@dataclass(frozen=True)
class HandoverErrand:
    """The handler of `Errand.HANDOVER`.

    Args:
        kiosk: The kiosk.
        carrier: Brings a message.
        secrets: What it is signed by.
    """

    kiosk: Kiosk
    carrier: Carrier
    secrets: Secrets = field(repr=False)
    errand: Errand = Errand.HANDOVER

    def room(self) -> int | None:
        """Return that as many are taken as one likes; a brake holds the others."""
        return None

    def send(self, item: Waiting) -> Future[Sent] | None:
        """Send it; None where its visit is gone. Of an erased one nothing waits any more."""
        try:
            message = message_of(self.kiosk, item)
        except ErasedVisit:
            return _ended(Sent(ok=False, to=self.carrier.to, cause=HisCause.ERASED))
        except UnreadableVisit:
            return _ended(Sent(ok=False, to=self.carrier.to, cause=HisCause.UNREADABLE))
        if message is None:
            return None
        second = int(self.kiosk.clock().timestamp())
        headers = signed(item.item_id, second, message.body, self.secrets)
        return beside(lambda: self.carrier.carry(message, headers))

    def end(self, result: Sent) -> End:
        """Return how it ended."""
        return result.end

    def note(self, item: Waiting, result: Sent, again_at: datetime | None) -> None:
        """Write down how it ended."""
        note_end(self.kiosk, item, result, again_at)


def _ended(sent: Sent) -> Future[Sent]:
    done: Future[Sent] = Future()
    done.set_result(sent)
    return done
