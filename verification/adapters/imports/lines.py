"""What a reader of one form of file hands over: a heading and the lines below it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from verification.adapters.imports.refused import Refused


class Broken(NamedTuple):
    """A line that cannot be taken, whatever stands in it.

    Args:
        cells: What could be read of it.
        why: What is wrong.
    """

    cells: tuple[str, ...]
    why: Refused


class Sheet(NamedTuple):
    """The lines of a file.

    Args:
        heading: Column names, in our words where they are known.
        lines: The number of each line in the file, and its cells.
        memory: The address space that reading one line may take the process to; None for no limit.
        own_days: Whether each line tells of a day of its own, `ngay_vao`: it is XML1.
    """

    heading: Sequence[str]
    lines: Iterable[tuple[int, Sequence[str] | Broken]]
    memory: int | None = None
    own_days: bool = False
