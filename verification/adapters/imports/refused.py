"""Why a row cannot be taken, in words that its owner can act upon."""

from collections.abc import Sequence
from pathlib import Path

from verification.basics import refused
from verification.basics.errors import ImportFileError
from verification.basics.texts import Text, Texts

_TEXTS = Texts("verification.adapters.imports")


class Refused(refused.Refused):
    """A row, or a cell of it, cannot be taken.

    Args:
        key: Of `texts.toml`, below `row`.
        values: What its sentence names.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(_TEXTS(f"row.{key}", **values))


def cell_text(key: str, **values: object) -> Text:
    """Return what is wrong with a cell.

    Args:
        key: Of `texts.toml`, below `cell`.
        values: What its sentence names.
    """
    return _TEXTS(f"cell.{key}", **values)


def taken_without(cells: Sequence[Text]) -> Text:
    """Return the sentence for a row that was taken without some of its cells."""
    said = Text("; ".join(cell.vi for cell in cells), "; ".join(cell.en for cell in cells))
    return _TEXTS("row.without", cells=said)


def why(error: ValueError) -> Text:
    """Return the sentence of an error; what no rule of ours raised has none of its own."""
    return error.text if isinstance(error, refused.Refused) else _TEXTS("row.unread")


def file_refused(path: Path, key: str, **values: object) -> ImportFileError:
    """Return the error of a file that cannot be taken at all.

    Args:
        path: The file.
        key: Of `texts.toml`, below `file`.
        values: What its sentence names beside the file.
    """
    text = _TEXTS(f"file.{key}", name=path.name, **values)
    return ImportFileError(text.vi, text.en)
