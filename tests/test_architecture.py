"""The plan of the house as a test: which room may touch which, and that each row of it bites.

The contracts stand in `pyproject.toml`; `docs/developer.md` draws the table that they keep.
"""

from __future__ import annotations

import ast
import copy
import functools
from typing import TYPE_CHECKING

import grimp
import pytest
from importlinter import api
from importlinter.contracts.acyclic_siblings import AcyclicSiblingsContract
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract

from tests.support import ROOT, each

if TYPE_CHECKING:
    from pathlib import Path

    from importlinter.domain.contract import Contract

PACKAGE = ROOT / "verification"
MODULES = sorted(PACKAGE.rglob("*.py"))
ROOMS = sorted(
    {path.parent for place in (PACKAGE, ROOT / "app_pages") for path in place.rglob("*.py")}
)
OUTER = {"adapters", "operations", "__main__.py"}  # they touch the clock and the machine
DOMAIN = [path for path in MODULES if path.relative_to(PACKAGE).parts[0] not in OUTER]
MOST_LINES = 400
TYPES = {
    "layers": LayersContract,
    "forbidden": ForbiddenContract,
    "acyclic_siblings": AcyclicSiblingsContract,
}
OPTIONS = api.read_configuration(str(ROOT / "pyproject.toml"))

# One forbidden import for each row of the table in docs/developer.md: contract, importer, imported.
FORBIDDEN = [
    ("rooms", "verification.basics.dates", "verification.card.numbers"),
    ("rooms", "verification.card.facts", "verification.rules.law.tables"),
    ("rooms", "verification.card.facts", "verification.rights"),
    ("rooms", "verification.rights", "verification.log.events"),
    ("rooms", "verification.rules.law.verdict", "verification.log.visit"),
    ("rooms", "verification.rules.misuse.engine", "verification.kiosk"),
    ("rooms", "verification.rules.misuse.engine", "verification.rules.law.tables"),
    ("rules", "verification.rules.law.verdict", "verification.rights"),
    ("rooms", "verification.log.writing", "verification.kiosk"),
    ("rooms", "verification.kiosk", "verification.review.cases"),
    ("rooms", "verification.officers.signin", "verification.review.cases"),
    ("rooms", "verification.exchange.difficulties", "verification.officers.signin"),
    ("rooms", "verification.review.cases", "verification.exchange.difficulties"),
    ("rooms", "verification.review.cases", "verification.reception.checkin"),
    ("reception", "verification.reception.desk", "verification.officers.signin"),
    ("one-call", "verification.reception.desk", "verification.review.cases"),
    ("rooms", "verification.reception.desk", "verification.adapters.papers.sheets"),
    ("rooms", "verification.adapters.store.sqlite.log", "verification.operations.settings"),
    ("adapters", "verification.adapters.scanning.decoder", "verification.adapters.store.rows"),
    ("adapters", "verification.adapters.store.rows", "verification.adapters.imports.importing"),
    ("rooms", "verification.operations.wiring", "verification.__main__"),
    ("outside", "verification.log.content", "sqlite3"),
    ("outside", "verification.reception.checkin", "requests"),
    ("sql", "verification.operations.wiring", "sqlite3"),
    ("sql", "app_pages.desk.page", "sqlite_utils"),
    ("pages", "verification.operations.wiring", "app_pages.server.house"),
    ("pages", "verification.review.steps", "streamlit"),
    ("page-rooms", "app_pages.desk.page", "app_pages.review.page"),
    ("page-rooms", "app_pages.guest.routes", "app_pages.desk.routes"),
    ("page-rooms", "app_pages.entry.gate", "app_pages.guest.routes"),
    ("page-rooms", "app_pages.shell.strip", "app_pages.desk.view"),
    ("page-rooms", "app_pages.server.house", "app_pages.shell.language"),
    ("circles", "verification.basics.errors", "verification.basics.texts"),
]


@functools.cache
def graph() -> grimp.ImportGraph:
    """Return who imports whom, imports inside functions and for types included."""
    roots = OPTIONS["session_options"]["root_packages"]
    return grimp.build_graph(*roots, include_external_packages=True, cache_dir=None)


def contract(name: str) -> Contract:
    """Return a contract by its id."""
    options = next(one for one in OPTIONS["contracts_options"] if one["id"] == name)
    return TYPES[options["type"]](options["name"], OPTIONS["session_options"], options)


def keeps(name: str, imports: grimp.ImportGraph) -> bool:
    """Tell whether a contract holds."""
    return bool(contract(name).check(copy.deepcopy(imports), verbose=False).kept)


IDS = [one["id"] for one in OPTIONS["contracts_options"]]


@pytest.mark.parametrize("name", IDS)
def test_the_rooms_touch_only_what_they_may(name: str) -> None:
    assert keeps(name, graph()), f"see: lint-imports --contract {name}"


@each(("name", "importer", "imported"), FORBIDDEN)
def test_one_forbidden_import_turns_its_row_red(name: str, importer: str, imported: str) -> None:
    changed = copy.deepcopy(graph())
    if imported.split(".", maxsplit=1)[0] not in {"verification", "app_pages"}:
        changed.add_module(imported, is_squashed=True)
    assert {importer, imported} <= changed.modules
    changed.add_import(importer=importer, imported=imported)
    if name == "circles":  # what the first import closes
        changed.add_import(importer=imported, imported=importer)
    assert not keeps(name, changed)


def test_every_contract_is_shown_to_bite() -> None:
    assert {name for name, _, _ in FORBIDDEN} == set(IDS)


def label(path: Path) -> str:
    """Return a module's name for the list of tests."""
    return str(path.relative_to(ROOT))


@each("room", ROOMS)
def test_each_room_says_in_a_sentence_what_lives_there(room: Path) -> None:
    told = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8")))
    assert told
    assert len(told.splitlines()) == 1
    assert told.endswith(".")


def test_no_module_is_longer_than_can_be_read() -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {label(path): count for path, count in lines.items() if count > MOST_LINES} == {}


def called(path: Path) -> set[tuple[str, str]]:
    return {
        (node.func.value.id, node.func.attr)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
    }


def test_no_rule_reads_the_clock() -> None:
    clocks = {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}
    assert {label(path): found for path in DOMAIN if (found := called(path) & clocks)} == {}


DRIVERS = ("playwright", "tests.browser.running.browser", "tests.browser.running.Watched")
TESTS = [path for path in sorted((ROOT / "tests").rglob("*.py")) if path.parent.name != "browser"]


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


def test_only_the_tests_in_the_browsers_folder_start_one() -> None:
    drivers = {(path, n) for path in TESTS for n in imports(path) for d in DRIVERS if is_in(n, d)}
    assert {(label(path), name) for path, name in drivers} == set()


def is_in(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def test_what_lies_in_the_browsers_folder_is_marked_by_it(request: pytest.FixtureRequest) -> None:
    for item in request.session.items:
        marked = item.get_closest_marker("browser") is not None
        assert marked == (item.path.parent.name == "browser"), item.nodeid
