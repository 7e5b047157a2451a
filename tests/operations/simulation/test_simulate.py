"""Invented visits: repeatable, of every kind, in the form of the contract."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from verification.basics.errors import RequestError
from verification.operations.commands import misuse
from verification.operations.simulation.lives import LIVES
from verification.operations.simulation.schemes import NOT_TO_BE_SEEN, SCHEMES
from verification.operations.simulation.simulate import Wanted, write
from verification.rules.misuse.past_visit import COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

FILES = ("visits.csv", "cards.csv", "labels.csv")
GROUPS = {
    *("acute", "chronic", "dialysis", "cancer", "rehab", "pregnancy", "newborn", "family"),
    *("two_clinics", "referral", "emergency", "typing", "forgetful"),
    *("traveller", "night_clinic", "early_refill", "evening_shift"),
}


def table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_seed_writes_the_same_bytes_another_seed_does_not(tmp_path: Path) -> None:
    wanted = Wanted(600, 40, 5, 7)
    for name in ("a", "b"):
        write(tmp_path / name, wanted)
    write(tmp_path / "c", Wanted(600, 40, 5, 8))
    for name in FILES:
        first = (tmp_path / "a" / name).read_bytes()
        assert first == (tmp_path / "b" / name).read_bytes()
        assert first != (tmp_path / "c" / name).read_bytes() or name == "labels.csv"


def test_every_scheme_and_group_is_labelled_and_rows_are_counted(simulated: Path) -> None:
    labels = table(simulated / "labels.csv")
    assert [int(label["row"]) for label in labels] == list(range(1, 701))
    assert {label["scheme"] for label in labels} - NOT_TO_BE_SEEN == {"", *SCHEMES}
    assert {label["group"] for label in labels} <= {"", *GROUPS}
    assert len(GROUPS) == len(LIVES)
    assert sum(bool(label["scheme"]) for label in labels) == 140


def test_rows_are_in_order_of_time_with_the_columns_of_the_contract(simulated: Path) -> None:
    rows = table(simulated / "visits.csv")
    assert tuple(rows[0]) == COLUMNS
    times = [row["thoi_diem"] for row in rows]
    assert times == sorted(times)
    assert len({row["ma_cskcb"] for row in rows}) > 3


def test_card_numbers_are_invented_once(simulated: Path) -> None:
    numbers = [card["ma_the"] for card in table(simulated / "cards.csv")]
    assert len(numbers) == len(set(numbers))
    assert {card["trang_thai"] for card in table(simulated / "cards.csv")} >= {
        "hieu_luc",
        "tu_vong",
    }


@pytest.mark.parametrize("wanted", [Wanted(0, 60, 1, 1), Wanted(9, 29, 1, 1), Wanted(9, 60, 51, 1)])
def test_numbers_that_make_no_sense_are_refused(tmp_path: Path, wanted: Wanted) -> None:
    with pytest.raises(RequestError):
        write(tmp_path / "out", wanted)
    assert not (tmp_path / "out").exists()


def test_no_scheme_at_all_is_possible(tmp_path: Path) -> None:
    assert write(tmp_path, Wanted(200, 40, 0, 1))["scheme_visits"] == 0


@pytest.mark.parametrize(
    ("text", "per_cent"), [("0.5", 0.5), ("0.5%", 0.5), ("0.005", 0.5), ("1", 1.0), ("0.01%", 0.01)]
)
def test_a_prevalence_is_per_cent_or_a_small_share(text: str, per_cent: float) -> None:
    assert misuse.per_cent(text) == pytest.approx(per_cent)
