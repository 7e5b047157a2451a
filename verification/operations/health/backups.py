"""How the backing up stands, as a line of what is looked after."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from verification.basics.dates import VIETNAM
from verification.basics.texts import Text, Texts, read
from verification.operations.backup.scheduled import Backups
from verification.operations.backup_settings import Plan
from verification.operations.health.line import Line, Tone

_TEXTS = Texts("verification.operations.health")
_LIMITS: dict[str, int] = read("verification.operations.health", "limits.toml")["backup"]


def backup_lines(
    plan: Plan | None, state: Backups, now: datetime, *, real: bool, said: bool = True
) -> Iterable[Line]:
    """Return the line of the backups.

    Args:
        plan: When and where they are made, None where they are not.
        state: How it goes.
        now: The present time.
        real: False for a house for trying out, which needs none.
        said: False where nobody has decided yet.
    """
    if plan is None:
        missing = Tone.WAIT if said else Tone.BAD
        yield _line(missing if real else Tone.INFO, _TEXTS("backup_off" if said else "backup_none"))
        return
    if state.made_at is None:
        tone = Tone.WAIT if state.why is None else Tone.BAD
        yield _line(tone, state.why or _TEXTS("backup_waits", at=f"{plan.at:%H:%M}"))
        return
    age = now - state.made_at
    told = _TEXTS("backup_made", at=_moment(state.made_at), folder=state.folder)
    if state.why:
        told = Text(f"{told.vi}; {state.why.vi}", f"{told.en}; {state.why.en}")
    late = age > timedelta(hours=_LIMITS["red"])
    wait = state.why is not None or age > timedelta(hours=_LIMITS["amber"])
    yield _line(Tone.BAD if late else Tone.WAIT if wait else Tone.OK, told)


def _line(tone: Tone, state: Text) -> Line:
    return Line("backup", tone, state, _TEXTS("backup_limit", **_LIMITS))


def _moment(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
