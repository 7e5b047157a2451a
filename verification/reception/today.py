"""Who was here today, as far as the clock can tell."""

from datetime import datetime

from verification.basics.dates import VIETNAM
from verification.card.reasons import Reason
from verification.kiosk import Kiosk
from verification.log.ports import LogTransaction
from verification.log.visit import Visit
from verification.log.visit_events import Presented


def visits_of_day(
    log: LogTransaction, kiosk: Kiosk, person: str | None, at: datetime, *, doubted: bool
) -> tuple[Visit, ...]:
    """Return a person's visits of a day; of a wrong clock's day, those that it recorded itself.

    What lies in a stretch noted as recorded with a wrong clock was on another day, nobody knows on
    which.

    Args:
        log: The piece of work.
        kiosk: The kiosk.
        person: Who; None where the number was none.
        at: A moment of the day.
        doubted: True where the clock was known to be wrong at that moment.
    """
    found = log.visits_of(person, at.astimezone(VIETNAM).date()) if person else ()
    if doubted:
        return tuple(visit for visit in found if _recorded_in_doubt(log, visit))
    noted = kiosk.wrong_times() if found else ()
    rightly = (v for v in found if not any(stretch.holds(v.happened_at) for stretch in noted))
    return tuple(rightly)


def _recorded_in_doubt(log: LogTransaction, visit: Visit) -> bool:
    event = log.event(visit.presented)
    if event is None or not event.is_readable:  # what nobody can read is told rather than left out
        return event is not None
    return Reason.CLOCK_WRONG in Presented.of(event.codes).reasons
