"""Writing to the log what somebody at a desk did."""

from typing import Any

from verification.log.events import Event, EventKind, NewEvent
from verification.log.ports import Log
from verification.rights import Actor


def at_desk(  # one event and what it is made of
    log: Log,
    actor: Actor,
    kind: EventKind,
    codes: dict[str, Any],
    person_ref: str | None = None,
    content: dict[str, Any] | None = None,
) -> Event:
    """Log one event of an officer at a desk, alone in its piece of work.

    Args:
        log: The log.
        actor: Who.
        kind: What happened.
        codes: Facts that name nobody; the officer is added.
        person_ref: The person concerned, if any.
        content: Personal facts, sealed and erasable.
    """
    codes = codes | {"officer": actor.officer}
    event = NewEvent(actor.desk, kind, None, codes, person_ref, content)
    return log.write(lambda written: written.append(event))
