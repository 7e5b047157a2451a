"""What somebody gave cannot be taken, and why, in both languages."""

from verification.basics.texts import Text, Texts

_TEXTS = Texts("verification.basics")
_LONGEST = 40  # of a cell, in a sentence


class Refused(ValueError):
    """A row, or a cell of one, cannot be taken.

    Args:
        text: Why, in words that its owner can act upon.
    """

    def __init__(self, text: Text) -> None:
        super().__init__(text.vi)
        self.text = text


def in_cell(column: str, cell: str, why: Text) -> Refused:
    """Return what refuses a row for one of its cells.

    Args:
        column: Its name.
        cell: As it came.
        why: What is wrong with it.
    """
    return Refused(about(column, cell, why))


def about(column: str, cell: str, why: Text) -> Text:
    """Return what is wrong with a cell, beginning with which and how it came."""
    return _TEXTS("refused.cell", column=column, cell=shown(cell), why=why)


def missing(column: str) -> Refused:
    """Return what refuses a row that lacks a cell."""
    return Refused(_TEXTS("refused.missing", column=column))


def shown(cell: str) -> str:
    """Return a cell as a sentence can hold it: short, on one line."""
    line = " ".join("".join(c if c.isprintable() else " " for c in cell[: 2 * _LONGEST]).split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
