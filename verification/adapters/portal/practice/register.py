"""Whom the practice portal knows: the demo's cards, and what `people.toml` says beside them."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from verification.basics.texts import read
from verification.card import numbers
from verification.card.numbers import NumberKind

Row = Mapping[str, str]
Data = Mapping[str, Any]
_ROOM = "verification.adapters.portal.practice"
_TEMPORARY = "000"  # of a place of registration: the portal does not know temporary numbers
_BEFORE_BHXH = 5  # characters of a card number


def people() -> Data:
    """Return what `people.toml` says."""
    return read(_ROOM, "people.toml")


@dataclass(frozen=True)
class Known:
    """A card as the portal knows it.

    Args:
        row: Its columns, as in `cards.csv`.
        code: What it answers whatever its dates; empty where they decide.
        note: Its own words, empty for those of the code.
        new: The number of the card that replaces it, or empty.
        new_from: First day of that one where the number is the same.
        new_to: Its last day.
    """

    row: Row
    code: str = ""
    note: str = ""
    new: str = ""
    new_from: str = ""
    new_to: str = ""

    def runs_on(self, day: date) -> bool:
        """Tell whether its dates hold on a day."""
        return self.row["gt_the_tu"] <= day.isoformat() <= (self.row["gt_the_den"] or "9999")

    def ended_on(self, day: date) -> bool:
        """Tell whether its end is over."""
        return bool(self.row["gt_the_den"]) and self.row["gt_the_den"] < day.isoformat()


class Register:
    """The cards by each of their numbers.

    Args:
        known: Each number once.
    """

    def __init__(self, known: Iterable[Known]) -> None:
        self._cards = {one.row["ma_the"]: one for one in known}
        self._by: dict[str, list[Known]] = {}
        for one in self._cards.values():
            for number in {one.row["ma_so_bhxh"], one.row["so_cccd"]} - {""}:
                self._by.setdefault(number, []).append(one)

    def __len__(self) -> int:
        return len(self._cards)

    def find(self, number: str, day: date) -> Known | None:
        """Return the card of a number of any kind; of several the one that runs on a day."""
        if number in self._cards:
            return self._cards[number]
        theirs = self._by.get(number, [])
        return max(theirs, key=lambda one: _rank(one, day), default=None)

    def wrong_in(self, number: str) -> str:
        """Return the code that says what of a card number that nobody has is wrong."""
        if numbers.kind_of(number) is not NumberKind.CARD15:
            return "050"
        for one in self._by.get(number[_BEFORE_BHXH:], ()):
            theirs = one.row["ma_the"]
            if (theirs[:2], theirs[3:5]) == (number[:2], number[3:5]):
                return "053"
            if theirs[:3] == number[:3]:
                return "052"
        return "050"


def _rank(one: Known, day: date) -> tuple[bool, bool, str]:
    return one.runs_on(day), not one.code, one.row["gt_the_tu"]


def register(folder: Path, data: Data) -> Register:
    """Return whom the portal knows.

    Args:
        folder: Of the demo's `cards.csv` and `unlisted.csv`.
        data: What `people.toml` says.
    """
    beside = set(data["beside"]["known"])
    rows = {row["ma_the"]: row for row in _rows(folder / "cards.csv")}
    rows |= {r["ma_the"]: r for r in _rows(folder / "unlisted.csv") if r["ma_the"] in beside}
    for card in data["cards"]:
        rows[card["ma_the"]] = rows[card["like"]] | {k: v for k, v in card.items() if k != "like"}
    known = [r for r in rows.values() if not r["ma_dkbd"].endswith(_TEMPORARY)]
    return Register(_known(row, data) for row in known)


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def _known(row: Row, data: Data) -> Known:
    own = data["people"].get(row["ma_the"], {})
    columns = {name: value for name, value in own.items() if name in row}
    status, _, new = row["trang_thai"].partition(":")
    code = own.get("code") or data["statuses"].get(status)
    code = code or data["object_codes"].get(row["ma_the"][:2], "")
    new = own.get("new", new)
    dates = {name: own[name] for name in ("new_from", "new_to") if name in own}
    return Known({**row, **columns}, code, own.get("note", ""), new, **dates)
