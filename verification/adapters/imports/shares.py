"""How much of the store one list may take away, or leave as it was because its rows are bad."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from verification.adapters.imports.lists import How
from verification.basics.errors import ImportFileError
from verification.basics.texts import Text, Texts

_TEXTS = Texts("verification.adapters.imports")


class Share(StrEnum):
    """Of what there is too much."""

    REMOVED = "removed"
    REFUSED = "refused"


@dataclass(frozen=True)
class Stop:
    """Why a list is not taken.

    Args:
        share: Of what there is too much.
        table: Of the list: `cards`, `facilities`, `offices`.
        count: How many.
        of: Of how many.
        most: The share that may be.
    """

    share: Share
    table: str
    count: int
    of: int
    most: Fraction

    @property
    def text(self) -> Text:
        """Return it in one sentence, with what to do."""
        return _TEXTS(
            f"stop.{self.share.value}",
            count=self.count,
            of=self.of,
            what=_TEXTS(f"stop.{self.table}"),
            share=_percent(Fraction(self.count, self.of)),
            most=_percent(self.most),
        )


class ShareExceeded(ImportFileError):
    """A list would change more than the house lets one change; nothing was changed.

    Args:
        stops: Why, the first in the sentence.
    """

    def __init__(self, *stops: Stop) -> None:
        told = [stop.text for stop in stops]
        super().__init__("; ".join(one.vi for one in told), "; ".join(one.en for one in told))
        self.stops = stops


def exceeded(
    how: How, table: str, *, removed: tuple[int, int], refused: tuple[int, int]
) -> tuple[Stop, ...]:
    """Return why a list must not be taken; nothing where it may.

    Args:
        how: What it may do.
        table: Of the list.
        removed: How many it removes, of how many that it could.
        refused: How many rows of known numbers were refused, of how many.
    """
    return tuple(_over(how, table, removed, refused))


def _over(
    how: How, table: str, removed: tuple[int, int], refused: tuple[int, int]
) -> Iterator[Stop]:
    if not how.remove_any and removed[0] > how.remove_share * removed[1]:
        yield Stop(Share.REMOVED, table, *removed, how.remove_share)
    if not how.reject_any and refused[0] > how.reject_share * refused[1]:
        yield Stop(Share.REFUSED, table, *refused, how.reject_share)


def _percent(share: Fraction) -> str:
    """Write a share in per cent, never rounded to what it is not more than."""
    whole = share * 100
    return str(whole) if whole.denominator == 1 else f"{float(whole):.1f}"
