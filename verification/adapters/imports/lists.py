"""What can be imported, whose list it is, and how it is taken in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from verification.adapters.imports import card_rows, place_rows
from verification.card.facts import Origin


@dataclass(frozen=True)
class Importable:
    """What can be imported.

    Args:
        name: As the commands and the log call it.
        table: The table of the card file.
        columns: The columns it writes, the key first.
        required: Headings without which a file is refused.
        parse: Turns a row of text into values on a day, or raises Refused.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    parse: Callable[[Mapping[str, str], date], dict[str, object]]


IMPORTABLE = {
    "cards": Importable(
        "cards", "card", card_rows.CARD_COLUMNS, ("ma_the", "ho_ten"), card_rows.card_values
    ),
    "facilities": Importable(
        "facilities",
        "facility",
        place_rows.FACILITY_COLUMNS,
        ("ma_cskcb", "ten"),
        place_rows.facility_values,
    ),
    "offices": Importable(
        "offices",
        "office",
        place_rows.OFFICE_COLUMNS,
        ("ma_co_quan", "ten"),
        place_rows.office_values,
    ),
}


@dataclass(frozen=True)
class FromWhom:
    """Who made a list of cards, and when.

    Args:
        origin: Who.
        as_of: The day that it tells of; None is today. Rows of XML1 have a day of their own.
    """

    origin: Origin = Origin.HOSPITAL
    as_of: date | None = None


HOSPITAL = FromWhom()


@dataclass(frozen=True)
class How:
    """How an import is done.

    Args:
        replace: Also remove what the file does not have.
        delta: The file is a list of changes.
        preview: Change nothing, tell what would change.
        remove_any: Remove however many.
        reject_any: Go on however many rows of known numbers are refused.
        remove_share: The share of what is there that may be removed.
        reject_share: The share of rows of known numbers that may be refused.
        mapping: The file that says what the columns and words of the list mean, or None.
        base: Name of the card file that the list was previewed with, or None: another one in use
            since then stops the import.
    """

    replace: bool = False
    delta: bool = False
    preview: bool = False
    remove_any: bool = False
    reject_any: bool = False
    remove_share: Fraction = Fraction(1, 5)
    reject_share: Fraction = Fraction(1, 5)
    mapping: Path | None = None
    base: str | None = None


ADDS = How()
