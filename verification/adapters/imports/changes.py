"""What an import changes of the store, counted by kind, with a few examples of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

MOST_EXAMPLES = 10  # of one kind


class ChangeKind(StrEnum):
    """What a row changes, the most serious first."""

    LIFTED = "lifted"  # a bad status, or a known end, is no more
    REMOVED = "removed"
    BAD = "bad"  # a bad status that was not there
    ENDS_SOONER = "ends_sooner"
    ENDS_LATER = "ends_later"
    PERSON = "person"  # name, birth date, sex or citizen number
    OTHER = "other"  # address, registered place, area, five years
    PERIOD = "period"  # one more period of a known number
    ADDED = "added"


@dataclass(frozen=True)
class Change:
    """One change.

    Args:
        number: Whose card; whole, a page masks it.
        before: What was stored, in a few words; None where nothing was.
        after: What would be.
    """

    number: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Changes:
    """What an import changes.

    Args:
        counts: How many changes of each kind; what has none is left out.
        examples: Some of each, at most `MOST_EXAMPLES`.
    """

    counts: Mapping[ChangeKind, int] = field(default_factory=dict)
    examples: Mapping[ChangeKind, tuple[Change, ...]] = field(default_factory=dict)


NOTHING = Changes()
