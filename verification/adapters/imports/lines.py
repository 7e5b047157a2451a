"""What a reader of one form of file hands over: a heading and the lines below it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Sheet(NamedTuple):
    """The lines of a file.

    Args:
        heading: Column names, in our words where they are known.
        lines: The number of each line in the file, and its cells.
        memory: The address space that reading one line may take the process to; None for no limit.
    """

    heading: Sequence[str]
    lines: Iterable[tuple[int, Sequence[str]]]
    memory: int | None = None
