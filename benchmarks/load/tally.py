"""What desks have seen."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Tally:
    """Times in milliseconds, in their order, and what went wrong.

    Args:
        posts: Each frame, from its posting to its answer.
        read: Of these the ones that first carried a payload.
        checkins: From the event sent to the answer in the WebSocket.
        deltas: From the event sent to the end of the run.
        sizes: Bytes of each such run.
        answers: From the post that first carried a payload to the answer in the WebSocket.
        waited: From the phone in view to that answer.
        keys: From F2 to its answer in the WebSocket.
        alive: Each sign of life of the server.
        received: Card numbers of those whose visit was acknowledged.
        errors: What went wrong, by kind.
        resent: Events that were sent again since no answer had come.
    """

    posts: list[float] = field(default_factory=list)
    read: list[float] = field(default_factory=list)
    checkins: list[float] = field(default_factory=list)
    deltas: list[float] = field(default_factory=list)
    sizes: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    keys: list[float] = field(default_factory=list)
    alive: list[float] = field(default_factory=list)
    received: list[str] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    resent: int = 0
