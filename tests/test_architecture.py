"""The arrows of the house: who may import whom."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = ROOT / "verification"
MODULES = sorted(PACKAGE.rglob("*.py"))
EDGE = {"wiring.py", "__main__.py", "machine.py", "debian.py"}  # they put the parts together
DOMAIN = [path for path in sorted(PACKAGE.glob("*.py")) if path.name not in EDGE]
OUTWARD = ("sqlite3", "sqlite_utils", "cv2", "zxingcpp", "pyzbar", "requests", "openpyxl", "numpy")
OUTER_ROOMS = ("verification.store", "verification.portal", "verification.scanning")
MOST_LINES = 400


def imports(path: Path) -> set[str]:
    """Return the full names that a module imports, inside functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: modules are imported by their full name"
            names.add(node.module or "")
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def within(name: str, room: str) -> bool:
    """Tell whether an imported name lies in a room."""
    return name == room or name.startswith(f"{room}.")


def reached(path: Path, rooms: tuple[str, ...]) -> set[str]:
    """Return which of the rooms a module imports from."""
    return {room for room in rooms for name in imports(path) if within(name, room)}


def label(path: Path) -> str:
    """Return a module's name for the list of tests."""
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_nothing_in_verification_knows_the_pages(path: Path) -> None:
    assert reached(path, ("streamlit", "app_pages", "kiosk_app", "fixtures", "tests")) == set()


@pytest.mark.parametrize("path", DOMAIN, ids=label)
def test_the_domain_touches_nothing_outward(path: Path) -> None:
    assert reached(path, OUTWARD + OUTER_ROOMS + ("verification.commands",)) == set()


@pytest.mark.parametrize("path", sorted((PACKAGE / "store").glob("*.py")), ids=label)
def test_the_store_does_not_know_the_other_adapters(path: Path) -> None:
    others = ("verification.scanning", "verification.portal", "verification.commands", "cv2")
    assert reached(path, (*others, "verification.operations.wiring", "requests")) == set()


@pytest.mark.parametrize("path", sorted((PACKAGE / "scanning").glob("*.py")), ids=label)
def test_the_decoder_does_not_know_the_other_adapters(path: Path) -> None:
    others = ("verification.store", "verification.portal", "verification.commands", "sqlite3")
    assert reached(path, (*others, "verification.operations.wiring", "requests")) == set()


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_only_the_store_speaks_sql(path: Path) -> None:
    if path.parent.name == "store" or path == PACKAGE / "commands" / "store.py":
        return
    assert reached(path, ("sqlite3", "sqlite_utils")) == set()


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_no_module_is_longer_than_can_be_read(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", DOMAIN, ids=label)
def test_no_rule_reads_the_clock(path: Path) -> None:
    clocks = {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}
    called = {
        (node.func.value.id, node.func.attr)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
    }
    assert not called & clocks


DRIVERS = ("playwright", "tests.browser.running.browser", "tests.browser.running.Watched")
TESTS = [path for path in sorted((ROOT / "tests").rglob("*.py")) if path.parent.name != "browser"]


@pytest.mark.parametrize("path", TESTS, ids=label)
def test_only_the_tests_in_the_browsers_folder_start_one(path: Path) -> None:
    assert reached(path, DRIVERS) == set()


def test_what_lies_in_the_browsers_folder_is_marked_by_it(request: pytest.FixtureRequest) -> None:
    for item in request.session.items:
        marked = item.get_closest_marker("browser") is not None
        assert marked == (item.path.parent.name == "browser"), item.nodeid
