"""The decision table of `rules/entitlement_rules.csv`, made ready to be walked.

A cell says which values of its input let the row hold; an empty one says nothing:

- `true`, `false`, or words (`lt50 tam`): one of them; an input not known makes the row "maybe".
- `stated`: true, and not known counts as no; `unstated`: anything but true.

A row that `holds` `maybe` is one that the law may not mean: the rows below it are followed too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from functools import lru_cache

from verification.basics.texts import Text
from verification.rules.law.tables import Law, LawRow, weakest
from verification.rules.law.visit_inputs import Inputs

_CELLS: Mapping[str, tuple[frozenset[object], bool]] = {
    "true": (frozenset({True}), True),
    "false": (frozenset({False}), True),
    "stated": (frozenset({True}), False),
    "unstated": (frozenset({False, None}), False),
}
_NAMES = frozenset(field.name for field in fields(Inputs))
_PARAMETER = "="
_MONEY = ("visit_cost_share", "base_salary", "copay_months")  # what a lift to 100 % stands on
_NO_RATE = "none"
_FULL = "full"
_MAYBE = "maybe"


@dataclass(frozen=True)
class Cell:
    """One condition.

    Args:
        name: The input it reads.
        allowed: The values with which the row holds.
        asks: True where a value not known leaves the row possible.
    """

    name: str
    allowed: frozenset[object]
    asks: bool


@dataclass(frozen=True, eq=False)  # compared by being the same row, at every step of the walk
class Rule:
    """One row of the decision.

    Args:
        id: Its number in the table.
        cells: Its conditions, in the order of the columns.
        code: `ma_doituong_kcb`, None where the row gives none.
        share: Share of the card's rate; None where staff are asked instead of a rate being shown.
        full: True where it pays 100 % whatever the card.
        doubted: True where nobody knows whether the law means this case; then the next row may.
        lift: Whether digits 3 and 4 rise to 100 %: `certain`, `ask`, `never`.
        group: Rows of one group are alternatives to each other.
        text: The condition in words.
        note: Key of a note that goes with it, or an empty text.
        basis: Source.
        confidence: The weakest of the rows used.
        checked: True where every row used was signed off.
        inputs: Names of the inputs that it declares to read.
    """

    id: str
    cells: tuple[Cell, ...]
    code: str | None
    share: Fraction | None
    full: bool
    doubted: bool
    lift: str
    group: str
    text: Text
    note: str
    basis: str
    confidence: str
    checked: bool
    inputs: frozenset[str]


@lru_cache(maxsize=256)
def rules_in_force(law: Law, day: date) -> tuple[Rule, ...]:
    """Return the rows in force on a day, in the order in which they are tried."""
    return tuple(_rule(row, law, day) for row in law.rows("entitlement_rules", day))


@lru_cache(maxsize=256)
def card_rates(law: Law, day: date) -> frozenset[Fraction]:
    """Return the rates that a card may give, for one whose digit is not known."""
    return frozenset(Fraction(row["ty_le"]) for row in law.rows("benefit_digits", day))


@lru_cache(maxsize=256)
def facility_words(law: Law, day: date) -> Mapping[str, Text]:
    """Return the words for levels, points and former tiers, by `input.value`."""
    return {row["id"]: Text(row["vi"], row["en"]) for row in law.rows("facility_levels", day)}


def _rule(row: LawRow, law: Law, day: date) -> Rule:
    asked = [row[column][1:] for column in ("code", "factor") if row[column][:1] == _PARAMETER]
    asked += _MONEY if row["lift"] != "never" else ()
    used = [row, *(law.parameter_row(name, day) for name in asked)]
    factor = _value(row["factor"], law, day)
    return Rule(
        id=row["id"],
        cells=_cells(row),
        code=_value(row["code"], law, day) or None,
        share=None if factor == _NO_RATE else _share(factor),
        full=factor == _FULL,
        doubted=row["holds"] == _MAYBE,
        lift=row["lift"],
        group=row["group"],
        text=Text(row["vi"], row["en"]),
        note=row["note"],
        basis=row["source"],
        confidence=weakest(entry["confidence"] for entry in used),
        checked=all(entry["checked_by"] for entry in used),
        inputs=frozenset(row["inputs"].split()),
    )


def _cells(row: LawRow) -> tuple[Cell, ...]:
    names = [name for name in row.values if name in _NAMES and row[name]]
    return tuple(Cell(name, *_CELLS.get(row[name], _words(row[name]))) for name in names)


def _words(cell: str) -> tuple[frozenset[object], bool]:
    return frozenset(cell.split()), True


def _value(cell: str, law: Law, day: date) -> str:
    return law.parameter(cell[1:], day) if cell[:1] == _PARAMETER else cell


def _share(factor: str) -> Fraction:
    return Fraction(1) if factor in (_FULL, "base") else Fraction(factor)
