"""The worker: whose turn it is, what it sends, and that whoever waits is told in time."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.portal_support import QUESTION, little_portal
from tests.support import MORNING
from verification.adapters.portal.worker import PortalWorker
from verification.card.portal import PortalLight, PortalOutcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.adapters.portal.account import PortalAccount
    from verification.adapters.portal.limits import Limits

SOON = 10.0


@contextmanager
def working(account: PortalAccount, limits: Limits | None = None) -> Iterator[PortalWorker]:
    more = {"limits": limits} if limits else {}
    worker = PortalWorker(account, lambda: MORNING, time.monotonic, **more)
    try:
        yield worker
    finally:
        worker.stop()


def test_a_question_is_answered_and_the_light_is_on() -> None:
    with little_portal() as portal, working(portal.account()) as worker:
        assert worker.state().light is PortalLight.UNTRIED
        answer = worker.ask(QUESTION, urgent=True).result(SOON)
        assert (answer.outcome, answer.code, answer.at) == (PortalOutcome.ANSWERED, "000", MORNING)
        assert worker.state().light is PortalLight.WELL
        assert portal.paths() == ["take", "KQNhanLichSuKCB2024", "Lskcb2025"]
