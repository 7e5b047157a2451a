"""Each row of docs/letters.md has an answer, and what it names is there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import PurePosixPath
from typing import NamedTuple

from app_pages.entry.openings import PAGE_PATHS
from app_pages.guest.routes import guest_paths
from tests.browser.pictures import PRINTED
from tests.support import ROOT, each
from tests.test_docs import commands, is_made
from verification.exchange.reports.report import ReportKind
from verification.reception.guide.guide import GUIDES

LETTERS = ROOT / "docs" / "letters.md"
ANSWERS = ("Có. ", "Một phần. ", "Không. ")
# How many rows each letter has at least, and the systems that they name.
LEAST = {"A": 31, "B": 15, "C": 27, "D": 16, "E": 26, "F": 16}


class Row(NamedTuple):
    """A row: its number, who is asked, what, the answer, where it is seen."""

    number: str
    who: str
    asked: str
    answer: str
    seen: str


@cache
def rows() -> tuple[Row, ...]:
    """Return the rows of all letters."""
    lines = LETTERS.read_text(encoding="utf-8").splitlines()
    cells = [[c.strip() for c in line.strip("|").split(" | ")] for line in lines if line[:1] == "|"]
    return tuple(Row(*found) for found in cells if re.fullmatch(r"[A-F]\d+", found[0]))


def shows(row: Row) -> list[str]:
    """Return the tests that a row names."""
    return re.findall(r"`(tests/[^`]+)`", row.seen)


def test_every_row_is_read_and_none_is_missing() -> None:
    numbers = [row.number for row in rows()]
    assert len(numbers) == len(set(numbers))
    for letter, least in LEAST.items():
        own = [number for number in numbers if number[0] == letter]
        assert own == [f"{letter}{n}" for n in range(1, len(own) + 1)]
        assert len(own) >= least


@each("row", rows())
def test_a_row_says_yes_in_part_or_why_not_and_a_yes_is_seen(row: Row) -> None:
    assert all(row)
    assert row.answer.startswith(ANSWERS)
    begun = next(one for one in ANSWERS if row.answer.startswith(one))
    assert len(row.answer) > len(begun) + 5
    assert (row.seen != "—") or begun == "Không. " or row.answer.startswith("Một phần. Như")
    assert row.seen == "—" or shows(row) or re.search(r"!\[[^]]+\]\([\w-]+\.png\)", row.seen)


@each("row", rows())
def test_what_a_row_names_is_there(row: Row) -> None:
    for test in shows(row):
        path, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), test
    for picture in re.findall(r"\(([\w-]+)\.png\)", row.seen + row.answer):
        assert picture in PRINTED or is_made(picture)
    for command in re.findall(r"lệnh `([\w -]+)`", row.answer, re.IGNORECASE):
        name, _, kind = command.partition(" ")
        assert name in commands(), command
        assert not kind or kind in set(ReportKind), command
    for document in re.findall(r"\]\(([\w/-]+\.md)\)", row.answer):
        assert (LETTERS.parent / PurePosixPath(document)).is_file()
    for page in re.findall(r"`(/[\w/-]*)`", row.answer):
        assert page in PAGE_PATHS | guest_paths(), page
    for as_in in re.findall(r"Như ((?:[A-F]\d+(?:, )?)+)", row.answer):
        assert set(as_in.split(", ")) <= {one.number for one in rows()}


def test_every_branch_of_the_guide_answers_a_row() -> None:
    text = LETTERS.read_text(encoding="utf-8")
    missing = [key for key in GUIDES if f"/huong-dan/{key}" not in text]
    assert missing == []


def test_no_number_of_a_person_stands_in_it() -> None:
    text = LETTERS.read_text(encoding="utf-8")
    assert re.findall(r"\b0\d{2,3}[ .]?\d{3}[ .]?\d{3,4}\b", text) == []
    assert re.findall(r"\b\d{10,15}\b", text) == []
