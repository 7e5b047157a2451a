"""Writing to the log what somebody at a desk did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from verification.log.events import Event, Happening, NewEvent
from verification.log.ports import Log, LogTransaction


class Who(Protocol):
    """Who does something, and where: an actor, a session, or the event that one thing follows."""

    @property
    def officer(self) -> str:
        """Return the account, empty where nobody known acts."""

    @property
    def desk(self) -> str:
        """Return the desk whose chain it joins."""


@dataclass(frozen=True)
class Stranger:
    """Somebody at a desk who has not said, or not proved, who they are."""

    desk: str
    officer: str = ""


def write(  # one event and what it is made of
    log: LogTransaction,
    who: Who,
    what: Happening,
    *,
    person_ref: str | None = None,
    content: Mapping[str, Any] | None = None,
    happened_at: datetime | None = None,
) -> Event:
    """Log what happened: the one way from an act to the log.

    Args:
        log: The piece of work.
        who: Officer and desk; both are kept with it.
        what: What happened.
        person_ref: The person concerned, if any.
        content: Personal facts, sealed and erasable.
        happened_at: When; None for now.
    """
    officer = {"officer": who.officer} if who.officer else {}
    codes = what.codes() | officer
    return log.append(NewEvent(who.desk, what.kind, happened_at, codes, person_ref, content))


def write_alone(
    log: Log,
    who: Who,
    what: Happening,
    *,
    person_ref: str | None = None,
    content: Mapping[str, Any] | None = None,
) -> Event:
    """Log what happened, alone in its piece of work; as `write`."""
    return log.write(
        lambda written: write(written, who, what, person_ref=person_ref, content=content)
    )
