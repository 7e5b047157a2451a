"""Days are written dd/MM/yyyy and thousands with dots, in every catalogue, page and script."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from typing import TYPE_CHECKING, Any

from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOPS = (ROOT / "verification", ROOT / "app_pages")
COMMAS = re.compile(r"(?<![\d,])\d{1,3}(?:,\d{3})+(?![\d,])")
ENGLISH_DAY = re.compile(r"%m/%d|%d-%m|%[bBDx]\b")
ITS_PLACE = "verification/basics/figures.py"
"""Writes the dots for all, from the commas that Python knows."""


def under(*endings: str) -> list[Path]:
    return [path for top in TOPS for end in endings for path in sorted(top.rglob(f"*{end}"))]


def texts_of(entry: Any) -> Iterator[str]:
    """Return every text in a table, however deep."""
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, dict):
        for value in entry.values():
            yield from texts_of(value)
    elif isinstance(entry, list):
        for value in entry:
            yield from texts_of(value)


@cache
def in_code() -> tuple[tuple[str, ast.Constant], ...]:
    """Return every text of the code with its module; those within format specs too."""
    found = []
    for path in under(".py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        name = path.relative_to(ROOT).as_posix()
        found += [
            (name, node)
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
    return tuple(found)


def specs() -> Iterator[tuple[str, str]]:
    """Return every format spec of the code with its module."""
    for path in under(".py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
                parts = ast.walk(node.format_spec)
                said = "".join(str(p.value) for p in parts if isinstance(p, ast.Constant))
                yield path.relative_to(ROOT).as_posix(), said


def test_commas_are_found() -> None:
    assert COMMAS.findall("379,500 VND; 1,234,567; 079,07921; 1,79,014; 12,5") == [
        "379,500",
        "1,234,567",
    ]


def test_no_catalogue_writes_commas_between_thousands_or_months_before_days() -> None:
    for path in under(".toml"):
        for text in texts_of(tomllib.loads(path.read_text(encoding="utf-8"))):
            assert not COMMAS.search(text), (path.name, text)
            assert not ENGLISH_DAY.search(text), (path.name, text)


def test_no_text_of_the_code_writes_commas_between_thousands_or_months_before_days() -> None:
    wrong = [
        (name, node.value)
        for name, node in in_code()
        if COMMAS.search(str(node.value)) or ENGLISH_DAY.search(str(node.value))
    ]
    assert wrong == []


def test_one_place_writes_the_dots_and_no_other_asks_python_for_commas() -> None:
    assert {name for name, spec in specs() if "," in spec} == {ITS_PLACE}


def test_no_page_or_script_writes_commas_between_thousands() -> None:
    for path in under(".html", ".js"):
        text = path.read_text(encoding="utf-8")
        for found in re.findall(r"toLocaleString\(([^()]*)", text):
            dotted = '"vi-VN"' in found and '"en' not in found
            assert dotted or "useGrouping: false" in found, (path.name, found)
        drawn = re.sub(r'\b(?:d|viewBox|points|transform)="[^"]*"', "", text)  # of drawings
        said = re.findall(r'"[^"\n]*"|>[^<>\n]*<', drawn)
        assert [one for one in said if COMMAS.search(one)] == [], path.name
