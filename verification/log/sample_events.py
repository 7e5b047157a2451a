"""What happens to the monthly sample of visits that no rule pointed at."""

from dataclasses import dataclass, field
from typing import ClassVar

from verification.log.events import ALWAYS, EventKind, Happening


@dataclass(frozen=True)
class SampleDrawn(Happening):
    """The sample of a month that is over was drawn; from now on it stands.

    Args:
        month: `2026-10`.
        greens: From how many visits it was drawn.
        visits: Which were drawn, in the order of their lots.
    """

    kind: ClassVar = EventKind.SAMPLE_DRAWN
    month: str
    greens: int = field(metadata=ALWAYS)
    visits: tuple[str, ...] = field(metadata=ALWAYS)


@dataclass(frozen=True)
class SampleJudged(Happening):
    """An auditor looked at a visit of a sample; the words are content.

    Args:
        visit: The visit.
        month: Of which month's sample.
        outcome: `in_order` or `not_in_order`.
        why: What is not in order, a code.
    """

    kind: ClassVar = EventKind.SAMPLE_JUDGED
    visit: str
    month: str
    outcome: str
    why: str | None = None
