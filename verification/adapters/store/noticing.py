"""What an import is told about while it writes: rows as they were, and as they will be."""

from collections.abc import Mapping
from typing import Protocol

Values = Mapping[str, object]


class Noticing(Protocol):
    """Is told what becomes of each row; what stays as it was is not told."""

    def added(self, row: Values) -> None:
        """Notice a row of a number that was not known."""

    def period(self, newest: Values, row: Values) -> None:
        """Notice one more period of a known number, beside the newest one known."""

    def changed(self, before: Values, after: Values) -> None:
        """Notice a row that will read otherwise."""

    def said(self, number: str, before: str | None, after: str | None) -> None:
        """Notice another status of a number as such; None is none."""

    def removed(self, row: Values) -> None:
        """Notice a row that will be no more."""
