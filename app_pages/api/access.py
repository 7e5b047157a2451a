"""The log of access: who asked what, when, about whom, with what result.

Whom an answer shows is written down before it leaves, one event an answer, as at the desk: an
answer that nobody was told of cannot leave. What shows nobody is counted, and is one line of the
log a minute for each kind of answer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from starlette.requests import Request

from app_pages.api.limits import API_LIMITS
from verification.card.facts import Card
from verification.log.api_keys import ApiKey
from verification.rights import Actor, system

_SHOWN = "kiosk shown"
_MANY = 1_000  # kinds of answers that are counted at one time


@dataclass
class Shown:
    """What an answer shows; filled as it is made."""

    result: str = ""
    cards: list[Card] = field(default_factory=list)
    persons: list[str] = field(default_factory=list)
    presented: str | None = None
    logged: bool = False


def actor_of(key: ApiKey) -> Actor:
    """Return who acts by a key."""
    return system(key.system, key.rights)


def shows(
    request: Request,
    *,
    cards: Sequence[Card] = (),
    persons: Sequence[str] = (),
    presented: str | None = None,
    result: str = "",
    logged: bool = False,
) -> None:
    """Say whom the answer to a request shows, so that it is written down before it leaves.

    Args:
        request: The request.
        cards: Whom, by cards.
        persons: Whom, by reference.
        presented: Whose data, by the event that presented the card.
        result: What is answered, a code such as a verdict; the status where nothing is said.
        logged: True where the use case has written it down by itself.
    """
    shown = shown_by(request)
    shown.cards += cards
    shown.persons += persons
    shown.presented = presented or shown.presented
    shown.result = result or shown.result
    shown.logged = shown.logged or logged


def shown_by(request: Request) -> Shown:
    """Return what the answer to a request shows so far."""
    found = request.scope.setdefault(_SHOWN, Shown())
    assert isinstance(found, Shown)  # noqa: S101  # set here alone
    return found


class Tally:
    """Counts answers alike that showed nobody.

    Args:
        clock: Seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._since: dict[tuple[str, ...], float] = {}
        self._count: dict[tuple[str, ...], int] = {}

    def due(self, *alike: str) -> int:
        """Count one more; return how many are to be written down now, 0 for none yet."""
        now = self._clock()
        if len(self._since) > _MANY:
            self._since.clear()
        self._count[alike] = self._count.get(alike, 0) + 1
        since = self._since.get(alike)
        if since is not None and now - since < API_LIMITS.alike_every:
            return 0
        self._since[alike] = now
        return self._count.pop(alike)

    def left(self) -> Sequence[tuple[tuple[str, ...], int]]:
        """Return what is counted and not yet written, and forget it."""
        found = [*self._count.items()]
        self._count.clear()
        return found
