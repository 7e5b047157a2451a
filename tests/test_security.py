"""Each item of docs/security.md has an answer, and the test or page that it names is there."""

from __future__ import annotations

import re
from functools import cache

from tests.support import ROOT, each

PAGE = ROOT / "docs" / "security.md"


@cache
def items() -> tuple[tuple[str, ...], ...]:
    """Return the rows: number, what is asked, whether it is met, how, where it is seen."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return tuple(
        tuple(cell.strip() for cell in line.strip("|").split(" | "))
        for line in lines
        if line.startswith("| v5.0.0-")
    )


def test_sixty_items_at_least_each_once_and_counted_as_they_are() -> None:
    numbers = [item[0] for item in items()]
    assert len(numbers) == len(set(numbers)) >= 60
    assert all(re.fullmatch(r"v5\.0\.0-\d+\.\d+\.\d+", number) for number in numbers)
    told = [item[2] for item in items()]
    counted = (told.count("met"), told.count("in part"), told.count("**not met**"))
    assert sum(counted) == len(told)
    said = "{} met, {} in part, {} not met".format(*counted)
    assert said in PAGE.read_text(encoding="utf-8")


@each("item", items())
def test_an_item_is_whole_and_what_it_names_is_there(item: tuple[str, ...]) -> None:
    assert len(item) == 5
    assert all(item)
    seen = item[4]
    tests = re.findall(r"`(tests/[^`]+)`", seen)
    pages = re.findall(r"\]\(([./\w-]+\.(?:md|toml))\)", seen)
    assert tests or pages
    for test in tests:
        path, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), test
    for page in pages:
        assert (PAGE.parent / page).is_file(), page
