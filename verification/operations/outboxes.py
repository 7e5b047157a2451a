"""All that the outbox sends, put together: questions to the portal, messages to the hospital."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path
from random import Random
from threading import Event as Flag
from typing import Any

from verification.adapters.hospital.folder import FolderCarrier
from verification.adapters.hospital.webhook import WebhookCarrier
from verification.adapters.portal.worker import PortalWorker
from verification.card.portal import Cause, Portal, PortalAnswer, Question
from verification.exchange.again import shipped
from verification.exchange.handover.errand import Carrier, HandoverErrand
from verification.exchange.handover.signing import secrets_of
from verification.exchange.hospital import Hospital
from verification.exchange.outbox import Outbox
from verification.exchange.portal_errand import PortalErrand
from verification.exchange.sending import Sent
from verification.kiosk import Kiosk
from verification.log.events import Event
from verification.log.outbox import BY_OUTBOX, Waiting
from verification.operations.exchange_worker import Lane, Sender
from verification.operations.handover_settings import is_address
from verification.operations.portal import portal_worker
from verification.operations.record_outbox import records
from verification.operations.settings import Settings
from verification.operations.turns import turns_of
from verification.reception.portal_answers import note, question_of

_LOOKS_EVERY = 0.2


def outboxes(
    kiosk: Kiosk,
    settings: Settings,
    portal: Portal | None,
    told: Callable[[Event], None] = lambda _: None,
) -> list[Outbox[Any]]:
    """Return what the house sends, an outbox for each errand that is set up.

    Args:
        kiosk: The kiosk.
        settings: Of the installation.
        portal: Who is asked, None where nobody is.
        told: Gets each event that says how a question ended.
    """
    found: list[Outbox[Any]] = []
    if portal is not None:
        found.append(questions(kiosk, portal, told))
    if settings.hospital.to is not None:
        found.append(messages(kiosk, settings.hospital))
    if isinstance(portal, PortalWorker) and (outbox := records(kiosk, settings, portal.records)):
        found.append(outbox)
    return found


def messages(kiosk: Kiosk, hospital: Hospital) -> Outbox[Sent]:
    """Return the messages to a hospital system.

    Args:
        kiosk: The kiosk.
        hospital: Where they go, and what they are signed by.
    """
    to = hospital.to or ""
    carrier: Carrier = (
        WebhookCarrier(to, hospital.ca) if is_address(to) else FolderCarrier(Path(to))
    )
    errand = HandoverErrand(kiosk, carrier, secrets_of(hospital.secret or ""))
    return Outbox(kiosk, errand, shipped(), Random())  # noqa: S311  # spreads tries, hides nothing


def questions(
    kiosk: Kiosk, portal: Portal, told: Callable[[Event], None] = lambda _: None
) -> Outbox[PortalAnswer]:
    """Return the questions to the portal.

    Args:
        kiosk: The kiosk.
        portal: Who is asked.
        told: Gets each event that says how a question ended.
    """
    asked, answered = partial(_question, kiosk), partial(_answered, kiosk, told)
    errand = PortalErrand(portal, asked, answered, kiosk.clock)
    return Outbox(kiosk, errand, shipped(), Random())  # noqa: S311  # spreads tries, hides nothing


def _question(kiosk: Kiosk, item: Waiting) -> Question | Cause | None:
    visit = kiosk.written.visit(item.visit)
    if visit is None or visit.unreadable or visit.cancelled:
        return None
    presented = kiosk.written.event(visit.presented)
    return question_of(kiosk, presented, visit) if presented else None


def _answered(
    kiosk: Kiosk,
    told: Callable[[Event], None],
    item: Waiting,
    answer: PortalAnswer,
    again_at: datetime | None,
) -> None:
    visit = kiosk.written.visit(item.visit)
    if presented := kiosk.written.event(visit.presented) if visit else None:
        told(note(kiosk, presented, answer, BY_OUTBOX, again_at))


def send_here(settings: Settings, kiosk: Kiosk, enough: Callable[[], bool], seconds: float) -> bool:
    """Have sent what is due until it is enough, or so long; where a server runs it does it.

    Returns:
        Whether it was enough.
    """
    begun, clock = kiosk.stopwatch(), kiosk.clock
    until = begun() + seconds

    def over() -> bool:
        return begun() >= until or enough()

    pause = Flag()
    with portal_worker(settings, clock) as portal:
        sends = [
            Sender(kiosk, turns_of(settings), outbox, Lane(outbox.handler.errand))
            for outbox in outboxes(kiosk, settings, portal)
        ]

        def send(sender: Sender[Any]) -> None:
            while not over():
                if not sender.until(over):  # a server is at it
                    pause.wait(_LOOKS_EVERY)

        with ThreadPoolExecutor(max(len(sends), 1)) as pool:
            list(pool.map(send, sends))
    return enough()
