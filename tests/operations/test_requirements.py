"""What is installed: each package pinned, with its reason, and every import among them."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions, version
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

OURS = {"verification", "app_pages", "fixtures", "tests", "benchmarks", "kiosk_app"}
KIOSK = (
    *(ROOT / "verification").rglob("*.py"),
    *(ROOT / "app_pages").rglob("*.py"),
    *(ROOT / "fixtures" / f"{name}.py" for name in ("__init__", "cases", "encode", "tables")),
    ROOT / "kiosk_app.py",
)
REST = tuple(
    path for room in ("fixtures", "tests", "benchmarks") for path in (ROOT / room).rglob("*.py")
)


def pins(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line and not line.startswith(("#", "-r "))]
    return dict(line.split("==") for line in kept)


def imported(paths: Iterable[Path]) -> dict[str, str]:
    """Return each module from elsewhere that is imported, and one file that does."""
    found = {}
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            found.update({name.split(".")[0]: path.name for name in names})
    return {name: at for name, at in found.items() if name not in sys.stdlib_module_names | OURS}


RUN, DEVELOP = pins("requirements.txt"), pins("requirements-dev.txt")
POSTGRES = pins("requirements-postgres.txt")
ALL = RUN | POSTGRES | DEVELOP
ON_POSTGRES = tuple((ROOT / "verification" / "adapters" / "store" / "postgres").rglob("*.py"))
WITHOUT = tuple(path for path in KIOSK if path not in ON_POSTGRES)


@pytest.mark.parametrize(
    ("paths", "pinned"), [(WITHOUT, RUN), (ON_POSTGRES, RUN | POSTGRES), (REST, ALL)]
)
def test_what_is_imported_is_pinned(paths: tuple[Path, ...], pinned: dict[str, str]) -> None:
    providers = packages_distributions()
    for module, at in imported(paths).items():
        names = {name.lower().replace("_", "-") for name in providers[module]}  # as pip reads them
        assert names & {name.partition("[")[0] for name in pinned}, f"{module}, imported by {at}"


def test_what_is_installed_is_what_is_pinned() -> None:
    assert {name.partition("[")[0]: pin for name, pin in ALL.items()} == {
        name: version(name) for name in (name.partition("[")[0] for name in ALL)
    }


def test_a_developer_installs_what_the_kiosk_runs_on_and_more() -> None:
    lines = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8").splitlines()
    assert {"-r requirements.txt", "-r requirements-postgres.txt"} <= set(lines)
    assert len(ALL) == len(RUN) + len(POSTGRES) + len(DEVELOP)


def test_a_house_on_postgresql_installs_what_each_house_does_and_its_library() -> None:
    lines = (ROOT / "requirements-postgres.txt").read_text(encoding="utf-8").splitlines()
    assert "-r requirements.txt" in lines
    assert set(POSTGRES) == {"psycopg[binary]", "psycopg-pool"}


def test_a_hospital_installs_no_tool_of_a_developer() -> None:
    tools = (
        "pytest",
        "hypothesis",
        "playwright",
        "segno",
        "psutil",
        "mypy",
        "ruff",
        "types-requests",
    )
    assert set(tools) <= set(DEVELOP)


def test_each_requirement_has_its_reason_and_no_reason_is_left_over() -> None:
    reasons = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    python_part = reasons.split("## Debian")[0]
    named = re.findall(r"^\| `([^`]+)` \|", python_part, re.MULTILINE)
    assert sorted(named) == sorted(ALL)
