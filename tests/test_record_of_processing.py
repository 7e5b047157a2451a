"""The record of processing names each table, column, kind of export and setting there is."""

from __future__ import annotations

import ast
import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tests.support import ROOT, each
from tests.test_docs import doc, settings
from verification.exchange.reports.report import ReportKind
from verification.log.terms import given_terms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from verification.adapters.store.sqlite.log import SqliteLog

RECORD = "du-lieu-ca-nhan.md"
PERSONAL = {"ho_ten", "ngay_sinh", "dia_chi", "so_cccd", "ma_the", "person_ref", "sealed"}
PERSONAL |= {"number_hmac", "ma_benh", "cccd", "ma_so_bhxh", "address", "officer", "number"}
PERSONAL -= {"number"}  # of a case it is a count


def told() -> dict[str, dict[str, bool]]:
    """Return by table each column that the record names, and whether it says it is personal."""
    part = doc(RECORD).split("## Bảng và cột")[1].split("\n## ")[0]
    found: dict[str, dict[str, bool]] = {}
    for line in part.splitlines():
        if not line.startswith("| `"):
            continue
        names, columns = line.strip("|").split("|")
        of = {one.strip().strip("*"): "**" in one for one in columns.split(",")}
        found |= dict.fromkeys(re.findall(r"`(\w+)`", names), of)
    return found


def tables(file: Path) -> Iterator[tuple[str, set[str]]]:
    """Yield each table of a database with its columns."""
    with closing(sqlite3.connect(file)) as connection:
        named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        for [table] in connection.execute(named).fetchall():
            columns = connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
            yield table, {name for [name] in columns}


def test_each_table_and_column_stands_in_it(log: SqliteLog, store_folder: Path) -> None:
    assert log
    named, seen = told(), set()
    for file in store_folder.glob("*.db"):
        for table, columns in tables(file):
            seen.add(table)
            assert table in named, table
            assert columns <= named[table].keys(), (table, columns - named[table].keys())
            for column in columns & PERSONAL:
                place = table in {"facility", "office"}  # the address of a building
                assert place or named[table][column], (table, column)
    assert set(named) == seen


def exports() -> Iterator[str]:
    """Yield the code of each export that the code logs."""
    for path in (ROOT / "verification").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Exported"):
                continue
            what = next(iter(node.args), None)
            match what:
                case ast.Constant(value=str(code)):
                    yield code
                case ast.Name(id=name):
                    yield str(constants[name])
                case ast.JoinedStr():
                    yield from (f"report_{kind.value}" for kind in ReportKind)
                case _:
                    yield f"{path.name}: {ast.unparse(node)}"


def test_each_kind_of_export_stands_in_it() -> None:
    found = set(exports())
    assert {"access", "who_saw", "records", "rejects"} <= found
    part = doc(RECORD).split("## Tệp rời khỏi kiosk")[1].split("\n## ")[0]
    named = set(re.findall(r"`([\w-]+)`", part))
    assert found <= named, found - named


@each("name", [name for name in settings() if not name.endswith("_")])
def test_each_setting_stands_in_it(name: str) -> None:
    assert re.search(rf"`{name}5?`", doc(RECORD))


def test_the_least_terms_have_their_source() -> None:
    file = ROOT / "verification/log/terms.toml"
    part = file.read_text(encoding="utf-8").split("[least]")[1].split("[usual]")[0]
    for what in given_terms()["least"]:
        assert re.search(rf"^{what} = \d+  # .{{20,}}", part, re.MULTILINE)
