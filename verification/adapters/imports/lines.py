"""What a reader of one form of file hands over: a heading and the lines below it."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from verification.adapters.imports.refused import Refused


class Line(NamedTuple):
    """A line of a file.

    Args:
        at: Its number in the file.
        cells: Its cells, as text.
        why: Why its reader refuses it; None where it does not.
    """

    at: int
    cells: Sequence[str]
    why: Refused | None = None


class Sheet(NamedTuple):
    """The lines of a file.

    Args:
        heading: Column names, in our words where they are known.
        lines: Those below the heading, read once.
        memory: The address space that reading one line may take the process to; None for no limit.
        own_days: Whether each line tells of a day of its own, `ngay_vao`: it is XML1.
        share: Returns which share of the file was read so far; None where nobody knows.
    """

    heading: Sequence[str]
    lines: Iterable[Line]
    memory: int | None = None
    own_days: bool = False
    share: Callable[[], float] | None = None
