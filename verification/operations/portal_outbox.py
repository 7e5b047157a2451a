"""The questions to the portal that the outbox sends, put together."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from random import Random
from threading import Event as Flag

from verification.card.portal import Cause, Portal, PortalAnswer, Question
from verification.exchange.again import shipped
from verification.exchange.outbox import Outbox
from verification.exchange.portal_errand import PortalErrand
from verification.kiosk import Kiosk
from verification.log.events import Event
from verification.log.outbox import BY_OUTBOX, Waiting
from verification.operations.exchange_worker import Exchange, Sender
from verification.operations.portal import portal_worker
from verification.operations.settings import Settings
from verification.reception.portal_answers import note, question_of

_LOOKS_EVERY = 0.2


def outboxes(
    kiosk: Kiosk, portal: Portal | None, told: Callable[[Event], None] = lambda _: None
) -> list[Outbox[PortalAnswer]]:
    """Return what the house sends: questions, where a portal is set.

    Args:
        kiosk: The kiosk.
        portal: Who is asked.
        told: Gets each event that says how a question ended.
    """
    if portal is None:
        return []
    asked, answered = partial(_question, kiosk), partial(_answered, kiosk, told)
    questions = PortalErrand(portal, asked, answered, kiosk.clock)
    return [Outbox(kiosk, questions, shipped(), Random())]  # noqa: S311  # spreads tries, hides nothing


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
        sender = Sender(kiosk, settings.db, outboxes(kiosk, portal), Exchange())
        while not over():
            if not sender.until(over):  # a server is at it
                pause.wait(_LOOKS_EVERY)
    return enough()
