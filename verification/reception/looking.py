"""Looking at somebody: one look, and the key that receives whom it showed, judged anew."""

from dataclasses import replace

from verification.basics.errors import RequestError
from verification.kiosk import Kiosk
from verification.reception import checkin
from verification.reception.answer import Answer, Scan
from verification.reception.screen import MadeOf, Screen
from verification.reception.typed import mistyped
from verification.rights import Actor, Right, needs


@needs(Right.RECEIVE)
def shown(actor: Actor, kiosk: Kiosk, screen: Screen, scan: Scan, *, look: bool) -> Screen:
    """Return the screen with the answer to a scan; a mode of looking ends with it.

    Args:
        actor: Who is at the desk.
        kiosk: The kiosk.
        screen: What was shown before.
        scan: What was presented.
        look: True to answer only: nobody is received.

    Raises:
        StoreError: It could not be logged; then nothing was.
    """
    answer = checkin.present(actor, kiosk, scan, lookup=look)
    menu = screen.menu
    # whom it is about is in it, and what is being written is not lost
    kept = menu if menu and menu.id.startswith(("note:", "difficulty")) else None
    after = replace(screen, answer=answer, menu=kept, today=None, number_shown=False, lookup=False)
    made_of = MadeOf(answer.event.event_id, scan, mistyped(scan, answer))
    return replace(after, made_of=made_of)


@needs(Right.RECEIVE)
def shown_anew(actor: Actor, kiosk: Kiosk, screen: Screen, scan_id: str) -> Screen:
    """Return the screen with whom a look showed presented now, green received by itself.

    Args:
        actor: Who is at the desk.
        kiosk: The kiosk.
        screen: It shows the answer of a look.
        scan_id: Name of the input, the same when it is resent.

    Raises:
        RequestError: What was looked at is not there any more.
        StoreError: It could not be logged; then nothing was.
    """
    if screen.looked_at is None:
        raise RequestError("Hãy quét lại bệnh nhân này", "Scan this patient again")
    scan = replace(screen.looked_at, scan_id=scan_id, happened_at=None)
    after = shown(actor, kiosk, screen, scan, look=False)
    return replace(after, lookup=screen.lookup)  # it was turned on for whoever comes next


def judged_alike(before: Answer, now: Answer) -> bool:
    """Tell whether two answers say the same of a card: what was seen is what would be received."""
    one, other = before.verdict, now.verdict
    same = (one.outcome, one.headline.reason) == (other.outcome, other.headline.reason)
    return same and one.card == other.card
