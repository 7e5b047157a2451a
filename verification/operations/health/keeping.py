"""How the erasing of what was kept long enough stands, as a line of what is looked after."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from verification.basics.dates import VIETNAM
from verification.basics.figures import dotted
from verification.basics.texts import Text, Texts
from verification.operations.daily import last_turn
from verification.operations.health.line import Line, Tone
from verification.operations.keeping import AT, Keeping

_TEXTS = Texts("verification.operations.health")


def keeping_lines(state: Keeping | None, now: datetime) -> Iterable[Line]:
    """Return the line of the terms.

    Args:
        state: How it goes; None where no server erases.
        now: The present time.
    """
    if state is None:
        return
    terms = vars(state.terms)
    if state.much:
        count = sum(len(due.events) for due in state.much)
        percent = max(due.percent for due in state.much)
        tone, told = Tone.WAIT, _TEXTS("keeping_much", count=dotted(count), percent=percent)
    elif state.doubt:
        tone, told = Tone.WAIT, _TEXTS("keeping_doubt")
    elif state.why:
        tone, told = Tone.WAIT, _TEXTS("keeping_failed", why=state.why)
    elif state.done_at is None:
        tone, told = Tone.INFO, _TEXTS("keeping_waits")
    else:
        gone = dotted(sum(state.gone.values()))
        tone = Tone.OK
        told = _TEXTS("keeping_done", at=_moment(state.done_at), count=gone, next=_next(now))
    if state.held:
        held = _TEXTS("keeping_held", count=dotted(state.held))
        told = Text(told.vi + held.vi, told.en + held.en)
    yield Line("keeping", tone, told, _TEXTS("keeping_limit", **terms))


def _next(now: datetime) -> str:
    return _moment(last_turn(now, AT) + timedelta(days=1))


def _moment(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
