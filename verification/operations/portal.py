"""The worker that asks the national portal, for the life of a server or a command."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from verification.adapters.portal.worker import PortalWorker
from verification.basics.clocks import stopwatch
from verification.operations.settings import Settings


@contextmanager
def portal_worker(
    settings: Settings, clock: Callable[[], datetime]
) -> Iterator[PortalWorker | None]:
    """Open the worker of the account, None where the portal is not set; end all waiting."""
    if settings.portal is None:
        yield None
        return
    worker = PortalWorker(settings.portal, clock, stopwatch(clock))
    try:
        yield worker
    finally:
        worker.stop()
