"""Who is at work now, counted for a program that watches: nobody is named, no right is needed."""

from dataclasses import dataclass

from verification.kiosk import Kiosk


@dataclass(frozen=True)
class AtWork:
    """Sessions that have not ended.

    Args:
        live: How many are in use.
        locked: How many are locked, or idle for so long that they are about to be.
        desks: The desks of the live ones.
    """

    live: int
    locked: int
    desks: frozenset[str]


def at_work(kiosk: Kiosk) -> AtWork:
    """Count the sessions of a kiosk; one that is not sound is none."""
    now, idle = kiosk.clock(), kiosk.policy.idle
    sound = [one for one in kiosk.written.accounts.sessions() if one.sound]
    going = [one for one in sound if one.ends_at > now]
    live = [one for one in going if not one.locked and now - one.active_at < idle]
    return AtWork(len(live), len(going) - len(live), frozenset(one.desk for one in live))
