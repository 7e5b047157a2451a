"""Why a row cannot be taken, in words that its owner can act upon."""

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
