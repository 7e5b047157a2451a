"""The worker that asks the national portal, for the life of a server or a command."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from verification.adapters.portal.checking import PortalChecks
from verification.adapters.portal.worker import PortalWorker
from verification.basics.clocks import stopwatch
from verification.kiosk import Kiosk
from verification.operations.settings import Settings
from verification.rights import Actor, Right, needs


@contextmanager
def portal_worker(
    settings: Settings, clock: Callable[[], datetime], *, checks: bool = False
) -> Iterator[PortalWorker | None]:
    """Open the worker of the account, None where the portal is not set; end all waiting.

    Args:
        settings: Of the installation.
        clock: The time.
        checks: Whether the way to the portal is looked at once, beside everything else.
    """
    if settings.portal is None:
        yield None
        return
    worker = PortalWorker(settings.portal, clock, stopwatch(clock))
    if checks:
        worker.checks.begin()
    try:
        yield worker
    finally:
        worker.stop()


@needs(Right.MANAGE)
def check_portal(_actor: Actor, _kiosk: Kiosk, checks: PortalChecks) -> None:
    """Look at the way to the portal now, beside everything else."""
    checks.begin()
