"""Help to install VssID that a desk gave or offered, and counts that were taken back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from verification.basics.dates import VIETNAM
from verification.basics.errors import RequestError
from verification.kiosk import Kiosk
from verification.log.events import Event, EventKind
from verification.log.help_events import REFUSED_HELP, HelpedToInstall, HelpWithdrawn
from verification.log.ports import Happened, LogTransaction
from verification.log.writing import write, write_alone
from verification.rights import Actor, Right, needs

DONE, BEGUN, DECLINED = "done", "begun", REFUSED_HELP
ENDS = (DONE, BEGUN, DECLINED)
"""How help ends."""
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Helped:
    """How often help was given in a time, what was taken back left out.

    Args:
        done: VssID runs.
        begun: The rest is done elsewhere.
        declined: It was offered and not wanted.
        by_guide: All of these by the guide that was open; an empty key where none was.
    """

    done: int = 0
    begun: int = 0
    declined: int = 0
    by_guide: Mapping[str, int] = field(default_factory=dict)

    @property
    def offered(self) -> int:
        """Return how often it was offered, whatever came of it."""
        return self.done + self.begun + self.declined


@needs(Right.HELP)
def help_given(
    actor: Actor,
    kiosk: Kiosk,
    guide: str = "",
    steps: Sequence[str] = (),
    ended: str = DONE,
) -> Event:
    """Count one patient or relative who was helped to install VssID, or was offered it.

    Raises:
        RequestError: It cannot end so.
    """
    if ended not in ENDS:
        raise RequestError("Hãy chọn kết quả hướng dẫn", "Choose how the help ended")
    return write_alone(kiosk.written, actor, HelpedToInstall(guide, tuple(steps), ended))


@needs(Right.HELP)
def own_today(actor: Actor, kiosk: Kiosk) -> Sequence[Event]:
    """Return the help that an officer counted today and did not take back, oldest first."""
    return _own_today(actor, kiosk, kiosk.written)


def _own_today(actor: Actor, kiosk: Kiosk, log: Happened) -> list[Event]:
    begin = datetime.combine(kiosk.today(), datetime.min.time(), VIETNAM)
    return [event for event in _counted(log, begin) if event.officer == actor.officer]


@needs(Right.HELP)
def withdraw(actor: Actor, kiosk: Kiosk, event_id: str) -> Event:
    """Take back a count of the officer's own of today.

    Raises:
        RequestError: It is none, or was taken back before.
    """

    def work(log: LogTransaction) -> Event:
        own = {event.event_id for event in _own_today(actor, kiosk, log)}
        if event_id not in own:
            raise RequestError(
                "Lượt giúp này không phải của bạn hôm nay, hoặc đã bỏ rồi",
                "This help is not one of yours of today, or was taken back",
            )
        return write(log, actor, HelpWithdrawn(event_id))

    return kiosk.written.write(work)


def helped_between(log: Happened, since: datetime, until: datetime | None = None) -> Helped:
    """Return how often help was given in a time.

    Args:
        log: The log, or a piece of work on it.
        since: The first moment.
        until: The first one that is left out; None for no end.
    """
    given = [HelpedToInstall.of(event.codes) for event in _counted(log, since, until)]
    ends = Counter(one.ended for one in given)
    guides = Counter(one.guide for one in given)
    return Helped(ends[DONE], ends[BEGUN], ends[DECLINED], dict(sorted(guides.items())))


def _counted(log: Happened, since: datetime, until: datetime | None = None) -> list[Event]:
    """Return the events that count help, but for those taken back."""
    given = log.events((EventKind.HELPED_TO_INSTALL,), since, until)
    # since ever: with a clock set back, it may stand before what it takes back
    back = log.events((EventKind.HELP_WITHDRAWN,), _EVER) if given else ()
    gone = {event.codes.get("helped") for event in back if event.is_readable}
    return [event for event in given if event.is_readable and event.event_id not in gone]
