"""Fixtures that several folders of tests share."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.guard import pytest_configure
from tests.support import MORNING, Clock, make_demo_store, open_kiosk, quickly_hashed
from tests.tables import copy_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xdist.workermanage import WorkerController

    from verification.adapters.store.sqlite.log import SqliteLog
    from verification.kiosk import Kiosk

__all__ = ["pytest_configure"]  # pytest finds it here

BROWSER = Path(__file__).parent / "browser"
FOR_THE_BROWSER, BEHIND = "gw0", 3
# More seconds than the others, the longest first: what begins last must be short.
LONGEST = (
    "tests/operations/test_readme.py",
    "tests/operations/test_setup.py",
    "tests/browser/test_lost_scans.py",
    "tests/browser/test_people.py",
    "tests/browser/test_desks.py",
    "tests/browser/test_review.py",
    "tests/browser/test_guest.py",
    "tests/browser/test_desk.py",
    "tests/browser/test_scan_ends.py",
    "tests/browser/test_ended_runs.py",
    "tests/browser/test_axe.py",
    "tests/browser/test_sizes.py",
    "tests/browser/test_queue.py",
)

# Two shared cores: no example is late, and every run tries the same ones.
settings.register_profile(
    "kiosk",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("kiosk")

copy_tables()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Let the browser's worker go first: there are more workers than cores, and pages wait."""
    worker = getattr(session.config, "workerinput", {}).get("workerid", FOR_THE_BROWSER)
    if worker != FOR_THE_BROWSER and hasattr(os, "nice"):
        os.nice(BEHIND)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Give the browser one worker and the other files the others; who is done first helps out.

    The tests of one file stay together: they share a server and often a page, and some go on where
    the one before left off. Files that take longest begin first, so that all workers end together.
    """
    from xdist.scheduler import LoadFileScheduling  # noqa: PLC0415  # plain pytest needs none

    def in_browser(file: str) -> bool:
        return f"/{BROWSER.name}/" in file

    class OneForTheBrowser(LoadFileScheduling):
        def _assign_work_unit(self, node: WorkerController) -> None:
            waiting, first = self.workqueue, node.gateway.id == FOR_THE_BROWSER
            mine = [file for file in waiting if in_browser(file) is first] or list(waiting)
            waiting.move_to_end(next((f for f in LONGEST if f in mine), mine[0]), last=False)
            super()._assign_work_unit(node)

    return OneForTheBrowser(config, log)


@pytest.fixture
def clock() -> Clock:
    """Return a clock at 22 November 2026, 08:12 in Vietnam."""
    return Clock(MORNING)


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the demo cards; copy it, never write into it."""
    folder = tmp_path_factory.mktemp("demo-store")
    make_demo_store(folder)
    return folder


@pytest.fixture
def store_folder(demo_store: Path, tmp_path: Path) -> Path:
    """Return a folder of its own with the demo cards."""
    folder = tmp_path / "store"
    folder.mkdir()
    for source in demo_store.glob("cards-*.db"):
        shutil.copyfile(source, folder / source.name)
    return folder


@pytest.fixture
def opened(store_folder: Path, clock: Clock) -> Iterator[tuple[Kiosk, SqliteLog]]:
    """Return a kiosk on the demo cards, and its log."""
    with open_kiosk(store_folder, clock) as found:
        yield found


@pytest.fixture
def kiosk(opened: tuple[Kiosk, SqliteLog]) -> Kiosk:
    """Return a kiosk on the demo cards with a real log."""
    return opened[0]


@pytest.fixture
def log(opened: tuple[Kiosk, SqliteLog]) -> SqliteLog:
    """Return the log of the kiosk."""
    return opened[1]


@pytest.fixture
def quick_hashes() -> Iterator[None]:
    """Hash passwords with the least work there is."""
    with quickly_hashed():
        yield
