"""What the log says of each account: that it exists, what it may do, who tried to get in by it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from verification.log.events import Event, EventKind
from verification.log.officer_events import NO_CHANGE

_LEAVE_THE_COUNT = frozenset({"roles", "facts", "disabled"})
_PROVEN = frozenset(
    {
        EventKind.SIGNED_IN,
        EventKind.OFFICER_CHANGED,
        EventKind.UNLOCKED,
        EventKind.EXPORTED,
        EventKind.CASE_PROPOSED,
        EventKind.CASE_APPROVED,
        EventKind.CASE_REPORTED,
    }
)
"""Acts before which a password or PIN may have been asked for: wrong attempts count anew."""
STORY_KINDS = (EventKind.ACCOUNT_CHANGED, EventKind.SIGN_IN_FAILED, *sorted(_PROVEN))


@dataclass(frozen=True)
class Story:
    """An account as the log tells it.

    Args:
        last: The event that last changed it.
        roles: What it may do, and the event that said so; None where none did.
        disabled: Whether it lets nobody in.
        failures: Wrong attempts since the last right one, at least.
    """

    last: str = ""
    roles: tuple[frozenset[str], str] | None = None
    disabled: bool = False
    failures: int = 0


def stories(events: Iterable[Event]) -> dict[str, Story]:
    """Return what the log says of each account.

    Args:
        events: Those of `STORY_KINDS`, in the order of writing.
    """
    found: dict[str, Story] = {}
    for event in events:
        name = str(event.codes.get("account", ""))
        if event.kind is EventKind.ACCOUNT_CHANGED:
            if event.codes.get("what") not in NO_CHANGE:
                found[name] = _changed(found.get(name, Story()), event)
        elif event.kind is EventKind.SIGN_IN_FAILED:
            if name in found and not event.codes.get("known"):
                found[name] = replace(found[name], failures=found[name].failures + 1)
        elif event.officer in found:
            found[event.officer] = replace(found[event.officer], failures=0)
    return found


def _changed(story: Story, event: Event) -> Story:
    what, roles = str(event.codes.get("what", "")), event.codes.get("roles")
    repaired = what == "disabled" and roles is not None
    counts = what in _LEAVE_THE_COUNT and not repaired
    return Story(
        last=event.event_id,
        roles=story.roles if roles is None else (frozenset(map(str, roles)), event.event_id),
        disabled=what == "disabled"
        or (story.disabled and what not in {"created", "enabled", "set_right"}),
        failures=story.failures if counts else 0,
    )
