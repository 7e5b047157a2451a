"""One thing that is looked after: how it stands, and where its limits lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from verification.basics.texts import Text


class Tone(StrEnum):
    """How a thing stands, best first."""

    INFO = "info"
    """Nothing can be wrong with it."""
    OK = "ok"
    WAIT = "wait"
    BAD = "bad"


@dataclass(frozen=True)
class Line:
    """One thing.

    Args:
        key: Its name in code; its heading is `line_<key>` of the texts.
        tone: How it stands.
        state: How it stands, in words.
        limit: From when it would be amber and red, and what to do then.
    """

    key: str
    tone: Tone
    state: Text
    limit: Text


def worst(lines: Sequence[Line]) -> Tone:
    """Return the worst tone of some lines."""
    return max((line.tone for line in lines), key=[*Tone].index, default=Tone.INFO)


def worst_first(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the lines, those that need somebody first."""
    return sorted(lines, key=lambda line: [*Tone].index(line.tone), reverse=True)
