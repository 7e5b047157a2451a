"""The store's upkeep, for administrators: what is damaged of what the log makes, and mended."""

from collections.abc import Sequence

from verification.kiosk import Kiosk
from verification.log.house_events import Rebuilt
from verification.log.writing import write
from verification.rights import Actor, Right, needs


@needs(Right.MANAGE)
def damaged(_actor: Actor, kiosk: Kiosk) -> Sequence[str]:
    """Return which parts of the store a rebuild would mend, in codes."""
    return kiosk.written.damaged()


@needs(Right.MANAGE)
def rebuild(actor: Actor, kiosk: Kiosk) -> Rebuilt:
    """Make the projections again from the log, and log that; check-ins wait meanwhile.

    Raises:
        StoreError: What the log does not make is damaged, or somebody else holds the store.
    """
    return kiosk.written.rebuild(lambda log, done: write(log, actor, done))
