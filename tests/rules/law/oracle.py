"""The decision table of the law written down a second time, as it reads; nothing is shared.

`row` is the table for a visit of which all is known. `outcomes` tries every value of what is not
known: what the kiosk shows must be exactly what they span.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from verification.rules.law.visit_inputs import Inputs

HALF_FROM = date(2026, 7, 1)
TABLE_FROM = date(2025, 1, 1)
THRESHOLDS = (
    (date(2023, 7, 1), date(2024, 6, 30), 270_000),
    (date(2024, 7, 1), date(2026, 6, 30), 351_000),
    (date(2026, 7, 1), date.max, 379_500),
)
THREE_VALUED: Mapping[str, tuple[Any, ...]] = {
    "valid": (True, False),
    "registered": (True, False),
    **dict.fromkeys(
        ("emergency", "inpatient", "referral", "reappointment", "stay_change", "special"),
        (True, False),
    ),
    "disease": ("I", "II", "none"),
}
_ALL = Fraction(1)
_CODES_BEFORE_JUNE_2025 = frozenset(
    [
        "1.1",
        "1.3",
        "1.4",
        "1.5",
        "1.6",
        "1.7",
        "2",
        "3.1",
        "3.2",
        "3.3",
        "3.6",
        "7",
        "7.2",
        "7.3",
        "7.4",
        "8",
        "9",
    ]
)


@dataclass(frozen=True)
class Outcome:
    """One way that a visit may turn out; a rate of None means that staff are asked."""

    row: str
    code: str | None
    rate: Fraction | None


def outcomes(given: Inputs) -> frozenset[Outcome]:
    """Return every way that a visit may turn out, by trying all that is not known."""
    names = [name for name in THREE_VALUED if getattr(given, name) is None]
    choices = [THREE_VALUED[name] for name in names]
    found: set[Outcome] = set()
    for values in itertools.product(*choices):
        known = vars(given) | dict(zip(names, values, strict=True))
        found |= set(_of_known(known))
    return frozenset(found)


def _of_known(v: Mapping[str, Any]) -> Iterator[Outcome]:
    """Yield how a visit turns out of which all is known; two ways where row 5 is uncertain."""
    certain = v["registered_level"] in {"co_ban", "chuyen_sau"}
    number = _row(v, five=certain)
    yield _outcome(number, v)
    if not certain and (alternative := _row(v, five=True)) != number:
        yield _outcome(alternative, v)


def _row(v: Mapping[str, Any], *, five: bool) -> str:  # the table from top to bottom
    if not v["valid"] and not v["newborn"] and not v["donor"] and not v["in_stay"]:
        return "0"
    if v["on"] < TABLE_FROM:
        return "22"
    return _right_route(v, five=five) or _by_level(v) or "22"


def _right_route(v: Mapping[str, Any], *, five: bool) -> str | None:  # noqa: PLR0911  # one return a row
    if v["registered"] and not v["kind12"]:
        return "1"
    if v["kind12"]:
        return "2"
    if v["referral"]:
        return "4"
    if v["stay_change"] and v["level"] == "co_ban" and five:
        return "5"
    if v["reappointment"]:
        return "6"
    if v["donor"]:
        return "7 donor"
    if v["newborn"]:
        return "7 newborn"
    if v["emergency"]:
        return "7b"
    return "8" if v["drug_pickup"] else None


def _by_level(v: Mapping[str, Any]) -> str | None:
    match v["level"]:
        case "ban_dau":
            return "9"
        case "co_ban":
            return _basic(v)
        case "chuyen_sau":
            return _advanced(v)
    return None


def _basic(v: Mapping[str, Any]) -> str | None:  # one return a row
    tier, points = v["old_tier"], v["points"]
    if v["inpatient"]:
        return "10"
    if points in {"lt50", "tam"} and tier not in {"tinh", "tw"}:
        return "12"
    if v["disease"] == "II":
        return "11"
    if tier == "huyen":
        return "13"
    if tier in {"tinh", "tw"}:
        return "14"
    return "15" if points == "50_70" else None


def _advanced(v: Mapping[str, Any]) -> str | None:  # one return a row
    tier, inpatient = v["old_tier"], v["inpatient"]
    if v["disease"] == "I":
        return "16"
    if tier == "huyen":
        return "17"
    if inpatient and v["special"] and tier != "tinh":
        return "18"
    if tier == "tinh" and not inpatient:
        return "19"
    if tier == "tinh":
        return "20"
    if tier == "tw":
        return "21 inpatient" if inpatient else "21 outpatient"
    return None


CODES = {
    "0": "9", "1": "1.1", "2": "1.2", "4": "1.3", "5": "1.4", "6": "1.5", "7 donor": "1.6",
    "7 newborn": "1.7", "7b": "2", "8": "10", "9": "1.11", "10": "1.15", "12": "1.12",
    "11": "1.16", "13": "3.3", "14": "1.14", "15": "1.13", "16": "1.17", "17": "3.3",
    "18": "3.6", "19": "1.18", "20": "3.2", "21 inpatient": "3.1", "21 outpatient": "3.1",
    "22": None,
}  # fmt: skip
CERTAIN = frozenset({"1", "4", "5", "6", "7 donor", "7b"})
HALVED = frozenset({"14", "15", "19"})


def _outcome(number: str, v: Mapping[str, Any]) -> Outcome:
    return Outcome(number, _code(CODES[number], v["on"]), _rate(number, v))


def _code(code: str | None, on: date) -> str | None:
    listed = on >= date(2025, 6, 19) or on < date(2023, 2, 15)
    return code if listed or code in _CODES_BEFORE_JUNE_2025 else None


def _rate(number: str, v: Mapping[str, Any]) -> Fraction | None:
    if number in {"8", "22"}:
        return None
    if number in {"0", "21 outpatient"}:
        return Fraction(0)
    if number == "2" or v["newborn"] or (number in CERTAIN and _free(v)):
        base = _ALL
    else:
        base = v["benefit"].rate
    if number in HALVED:
        return base / 2 if v["on"] >= HALF_FROM else Fraction(0)
    return base * Fraction(2, 5) if number == "21 inpatient" else base


def _free(v: Mapping[str, Any]) -> bool:
    """Tell whether digits 3 and 4 rise: a cheap visit, or the year's exemption."""
    limit = next((dong for begin, end, dong in THRESHOLDS if begin <= v["on"] <= end), None)
    cheap = v["first_visit_cost"] is not None and limit and v["first_visit_cost"] < limit
    return bool(cheap or v["copay_exempt"])
