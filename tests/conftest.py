"""Fixtures that several folders of tests share."""

from __future__ import annotations

import gc
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests import guard, hanging, sharing
from tests.serving import left_behind
from tests.support import MORNING, Clock, make_demo_store, open_kiosk, quickly_hashed
from tests.tables import copy_tables

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from verification.adapters.store.sqlite.log import SqliteLog
    from verification.kiosk import Kiosk

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


@pytest.hookimpl(trylast=True)  # they look at what pytest and xdist have set up
def pytest_configure(config: pytest.Config) -> None:
    """Have what every run needs: a guard, an end whatever hangs, and the files shared out."""
    for plugin in (guard, hanging, sharing):
        config.pluginmanager.register(plugin)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage among the tests: they stay, and each look goes through all of them."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_unconfigure() -> None:
    """Let go of them, so that libraries in C see their own go."""
    gc.unfreeze()


@pytest.fixture(scope="module", autouse=True)
def _no_server_goes_on() -> Iterator[None]:
    yield
    assert left_behind() == []


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
