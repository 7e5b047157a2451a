"""The law as data: tables of `rules/` with validity dates and sources, read once.

A new decree is an edit of a table, not of code.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from importlib import resources

from verification.basics.dates import month_end
from verification.card.facts import Card

TABLES = (
    "object_codes",
    "benefit_digits",
    "provinces",
    "bhxh_offices",
    "parameters",
    "entitlement_rules",
    "facility_levels",
    "ma_doituong_kcb",
    "ma_loai_kcb",
    "holidays",
    "holiday_years",
)
CONFIDENCES = {"C2": 0, "C1": 1, "INF": 2, "MEM": 3}
CHILD_CODE = "TE"
_TEMPORARY_FACILITY = "000"


@dataclass(frozen=True)
class LawRow:
    """One row of a table.

    Args:
        values: Its columns as written.
        valid_from: First day on which it is law, None for "always was".
        valid_to: Last day, None for "until changed".
    """

    values: Mapping[str, str]
    valid_from: date | None
    valid_to: date | None

    def __getitem__(self, column: str) -> str:
        return self.values[column]

    def holds_on(self, day: date) -> bool:
        """Tell whether it is law on a day."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Benefit:
    """What a benefit digit means on a day.

    Args:
        digit: The digit that counts, after changes of law.
        rate: Share of in-scope cost that the fund pays on the right route.
        changed_by: The source that changed the printed digit, or None.
        confidence: The weakest of the rows used: `C2`, `C1`, `INF` or `MEM`.
        checked: True where an insurance officer signed every row used.
    """

    digit: str
    rate: Fraction
    changed_by: str | None
    confidence: str = "MEM"
    checked: bool = False


class Law:
    """Answers from the tables, for a day."""

    def __init__(self, tables: Mapping[str, tuple[LawRow, ...]]) -> None:
        self._tables = tables
        self._codes = _by(tables["object_codes"], "ma_doi_tuong")
        self._digits = _by(tables["benefit_digits"], "muc_huong")
        self._provinces = _by(tables["provinces"], "ma_tinh")
        self._parameters = _by(tables["parameters"], "id", until=".")  # `base_salary.2026`
        self._benefit = lru_cache(maxsize=1024)(self._benefit_of)  # asked at every scan

    def object_code(self, code: str, day: date) -> LawRow | None:
        """Return the row of an object code, or None where the list does not know it."""
        return _in_force(self._codes.get(code, ()), day)

    def province(self, code: str, day: date) -> LawRow | None:
        """Return the row of a province or issuer code: its name on the day.

        Codes of before 01/07/2025 stay on cards and then mean the province that took theirs in:
        15 was Yên Bái and is Lào Cai (Nghị quyết 202/2025/QH15).
        """
        return _in_force(self._provinces.get(code, ()), day)

    def parameter(self, name: str, day: date) -> str:
        """Return a threshold in force.

        Raises:
            KeyError: The tables have none for this day.
        """
        return self.parameter_row(name, day)["value"]

    def parameter_row(self, name: str, day: date) -> LawRow:
        """Return the whole row of a threshold in force, source and confidence too.

        Raises:
            KeyError: The tables have none for this day.
        """
        row = _in_force(self._parameters[name], day)
        if row is None:
            raise KeyError(name)
        return row

    def set_by_house(self, values: Mapping[str, str]) -> "Law":
        """Return the law with those parameters that are a house's to set, by their ids."""
        if not values:
            return self
        rows = (
            LawRow({**row.values, "value": values[row["id"]]}, row.valid_from, row.valid_to)
            if row["id"] in values
            else row
            for row in self._tables["parameters"]
        )
        return Law({**self._tables, "parameters": tuple(rows)})

    def rows(self, table: str, day: date) -> tuple[LawRow, ...]:
        """Return the rows of a table in force on a day, in their order; none of no such table."""
        return tuple(row for row in self._tables.get(table, ()) if row.holds_on(day))

    def history(self, table: str) -> tuple[LawRow, ...]:
        """Return all rows of a table, those of other days too, in their order."""
        return self._tables.get(table, ())

    def benefit(self, card: Card, day: date) -> Benefit | None:
        """Return what the card's digit gives on a day, None where no digit is known."""
        if card.ma_the is None:
            return None
        return self._benefit(card.ma_the[:2], card.ma_the[2], day)

    def _benefit_of(self, object_code: str, printed: str, day: date) -> Benefit | None:
        code = self.object_code(object_code, day)
        remapped = code is not None and printed in code["thay_cho"].split()
        digit = code["muc_huong"] if code and remapped else printed
        row = _in_force(self._digits.get(digit, ()), day)
        if row is None:
            return None
        used = [row, code] if code and remapped else [row]
        return Benefit(
            digit,
            Fraction(row["ty_le"]),
            code["source"] if code and remapped else None,
            weakest(entry["confidence"] for entry in used),
            all(entry["checked_by"] for entry in used),
        )

    def child_benefit(self, day: date) -> Benefit | None:
        """Return what a child under 6 gets, who may have no card yet."""
        row = self.object_code(CHILD_CODE, day)
        return self._benefit(CHILD_CODE, row["muc_huong"], day) if row else None

    def child_card_end(self, card: Card, day: date) -> date | None:
        """Return the day on which a child's card ends by age, None for other cards.

        Luật BHYT Đ16, NĐ 146/2018 Đ13 k2: born up to 30 September, 30 September of the year in
        which 72 months are complete; born later, the end of the month in which they are.
        """
        ends = self.child_card_ends(card, day)
        return ends[1] if ends else None

    def child_card_ends(self, card: Card, day: date) -> tuple[date, date] | None:
        """Return the earliest and the latest day on which a child's card can end by age.

        They differ where only the year of birth is known. None for other cards, and without birth.
        """
        if card.ma_doi_tuong != CHILD_CODE or card.ngay_sinh is None:
            return None
        first, last = card.ngay_sinh.first, card.ngay_sinh.last
        return self._child_end(first, day), self._child_end(last, day)

    def _child_end(self, born: date, day: date) -> date:
        years = int(self.parameter("child_card_months", day)) // 12
        month, last = map(int, self.parameter("child_card_school_day", day).split("-"))
        year = min(born.year + years, date.max.year)
        if (born.month, born.day) <= (month, last):
            return date(year, month, last)
        return month_end(year, born.month)


def is_temporary(card: Card) -> bool:
    """Tell whether it is a temporary number of a child: TE1 registered at `PP000`."""
    registered = (card.ma_dkbd or "").endswith(_TEMPORARY_FACILITY)
    return registered and (card.ma_the or "").startswith("TE1")


@lru_cache(maxsize=1)
def shipped() -> Law:
    """Return the law as shipped in `rules/`."""
    return Law({name: load_table(name) for name in TABLES})


def weakest(confidences: Iterable[str]) -> str:
    """Return the weakest of several confidences; an unknown one counts as the weakest."""
    return max(confidences, key=lambda tag: CONFIDENCES.get(tag, 9), default="MEM")


def load_table(name: str) -> tuple[LawRow, ...]:
    """Read one table of `rules/`."""
    source = resources.files("verification.rules.law").joinpath(f"{name}.csv")
    with source.open(encoding="utf-8") as lines:
        return tuple(_row(values) for values in csv.DictReader(lines))


def _row(values: dict[str, str]) -> LawRow:
    ends = (values["valid_from"], values["valid_to"])
    return LawRow(values, *(date.fromisoformat(end) if end else None for end in ends))


def _by(rows: Iterable[LawRow], column: str, until: str = "") -> dict[str, tuple[LawRow, ...]]:
    grouped: dict[str, tuple[LawRow, ...]] = {}
    for row in rows:
        key = row[column].partition(until)[0] if until else row[column]
        grouped[key] = (*grouped.get(key, ()), row)
    return grouped


def _in_force(rows: Iterable[LawRow], day: date) -> LawRow | None:
    return next((row for row in rows if row.holds_on(day)), None)
