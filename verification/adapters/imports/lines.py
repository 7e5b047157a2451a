"""What a reader of one form of file hands over, a heading and lines, and the rows made of them."""

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
        own_days: Whether each line tells of a day of its own, `ngay_vao`: it is XML1.
        share: Returns which share of the file was read so far; None where nobody knows.
    """

    heading: Sequence[str]
    lines: Iterable[Line]
    own_days: bool = False
    share: Callable[[], float] | None = None


class Row(NamedTuple):
    """A row of a table.

    Args:
        at: Its number in the file, the heading and what stands before it counted.
        named: Its cells by column, blanks around them taken off.
        cells: All its cells where none is sure to stand in its column, as where their number is
            not that of the heading; None for a whole row.
        why: Why it cannot be taken, whatever its cells say; None where they decide.
    """

    at: int
    named: dict[str, str]
    cells: tuple[str, ...] | None = None
    why: Refused | None = None

    @property
    def torn(self) -> bool:
        """Tell whether its cells are not sure to stand in their columns."""
        return self.cells is not None


class Table(NamedTuple):
    """A table from outside.

    Args:
        heading: Column names, in our words where they are known.
        rows: Read once.
        own_days: Whether each row tells of a day of its own, `ngay_vao`: it is XML1.
    """

    heading: Sequence[str]
    rows: Iterable[Row]
    own_days: bool = False
    share: Callable[[], float] | None = None
