"""Why a row cannot be taken, in words that its owner can act upon."""

from pathlib import Path

from verification.basics.errors import ImportFileError
from verification.basics.texts import Texts

_TEXTS = Texts("verification.adapters.imports")


class Refused(ValueError):
    """A row, or a cell of it, cannot be taken.

    Args:
        key: Of `texts.toml`, below `row`.
        values: What its sentence names.
    """

    def __init__(self, key: str, **values: object) -> None:
        self.text = _TEXTS(f"row.{key}", **values)
        super().__init__(self.text.vi)


def file_refused(path: Path, key: str, **values: object) -> ImportFileError:
    """Return the error of a file that cannot be taken at all.

    Args:
        path: The file.
        key: Of `texts.toml`, below `file`.
        values: What its sentence names beside the file.
    """
    text = _TEXTS(f"file.{key}", name=path.name, **values)
    return ImportFileError(text.vi, text.en)
