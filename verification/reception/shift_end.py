"""The end of a shift at the desk: what it adds up to is shown first, then it is closed."""

from collections.abc import Iterator
from dataclasses import replace

from verification.basics.dates import VIETNAM
from verification.basics.texts import Text, Texts
from verification.exchange.shifts import closing
from verification.exchange.shifts.closing import Counted
from verification.exchange.shifts.figures import OPEN
from verification.kiosk import Kiosk
from verification.log.clock import written
from verification.reception.menus import Item, Line, Menu
from verification.reception.screen import Input, Screen, Toast
from verification.rights import Actor, Right, needs

_TEXTS = Texts("verification.exchange.shifts")
ENTRY = Item("shift", _TEXTS("close.entry"))
"""Its entry in the menu of F9."""


@needs(Right.RECEIVE)
def menu(actor: Actor, kiosk: Kiosk) -> Menu:
    """Return the menu that shows what the open shift adds up to, and closes it."""
    found = closing.shift_so_far(actor, kiosk)
    item = Item("shift_close", _TEXTS("close.act"))
    title = _TEXTS("close.title", desk=actor.desk)
    return Menu("shift", title, (item,), _TEXTS("close.field"), tuple(_lines(found)))


def _lines(found: Counted) -> Iterator[Line]:
    shift, figures = found.shift, found.figures
    since = shift.span.since or shift.began
    if since:
        yield Line("plain", _TEXTS("close.since", since=written(since)))
    if shift.is_empty:
        yield Line("wait", _TEXTS("close.nothing"))
    undone = sum(figures.undone.values())
    received = _TEXTS("close.received", count=figures.received, undone=undone)
    yield Line("ok" if figures.received else "plain", received)
    counts = ((kind, len(figures.items[kind])) for kind in OPEN)
    for kind, count in (*counts, ("failed", len(figures.failed))):
        if count:
            yield Line("wait", _TEXTS("close.item", what=_TEXTS(f"open.{kind}"), count=count))
    if shift.span.earlier:
        yield Line("wait", _TEXTS("close.earlier", count=shift.span.earlier))
    if shift.unread:
        yield Line("no", _TEXTS("close.unread", count=len(shift.unread)))


@needs(Right.RECEIVE)
def closed(actor: Actor, kiosk: Kiosk, screen: Screen, given: Input) -> Screen:
    """Return the screen after the shift was closed; its sheet opens, once."""
    done = closing.close_shift(actor, kiosk, given.text.strip())
    at = f"{done.event.recorded_at.astimezone(VIETNAM):%H:%M}"
    text: Text = _TEXTS("close.again", at=at) if done.again else _TEXTS("close.done")
    toast = Toast(f"{given.session}:{given.number}", text, "wait" if done.again else "ok")
    # whoever takes over finds nobody's answer on the screen
    free = replace(screen, answer=None, number_shown=False, menu=None)
    return replace(free, toast=toast, shift=done.event.event_id)
