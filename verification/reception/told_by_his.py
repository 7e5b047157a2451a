"""A hospital system tells of a visit, and rules that read a diagnosis look at that visit."""

from verification.exchange import his
from verification.exchange.his_fields import ToldByHis
from verification.kiosk import Kiosk
from verification.log.events import Event
from verification.log.ports import LogTransaction
from verification.log.visit import Visit
from verification.review import flagging
from verification.rights import Actor, Right, needs


@needs(Right.TELL_VISIT)
def tell(actor: Actor, kiosk: Kiosk, visit_id: str, told: ToldByHis) -> Event:
    """Take what a hospital system tells of a visit; what it makes suspicious is for the auditor.

    A rule that fails loses nothing of what was told.

    Args:
        actor: The system.
        kiosk: The kiosk.
        visit_id: The visit.
        told: Some fields, as the visit goes on more of them; later ones win.

    Returns:
        The event that told it: the one before, where it told nothing new.

    Raises:
        NotTold: Why it is not taken; nothing of it was.
        StoreError: It could not be written; likewise.
    """

    def look(log: LogTransaction, visit: Visit, event: Event) -> None:
        presented = log.event(visit.presented)
        if presented is not None and presented.is_readable:
            flagging.flag_told(log, kiosk, presented, visit, event)

    return his.tell(actor, kiosk, visit_id, told, look)
