"""Browser tests: skipped with a reason where there is no Chromium, unless they are required."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.browser.running import PAGES, ROOT, SERVERS, Server, end_browsers, texts
from verification.operations.for_tests import find_browser

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

LAST_LINES = 30
WAITED = "^TimeoutError: "  # playwright's own, and that of `wait_for`
ANEW = "^Error: .*(is not attached to the DOM|context was destroyed)"  # drawn under its hand


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what lies in this folder; what waited in vain or lost hold is tried again, once."""
    item.add_marker("browser")
    item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=[WAITED, ANEW]))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Forget what belongs to the tests before."""
    SERVERS[:] = [server for server in SERVERS if server.runs]
    PAGES.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say of a failure what the pages showed and the servers said: everybody is invented."""
    report = yield
    if report.failed:
        report.sections += [("page", text) for text in (*PAGES, *texts())]
        for server in dict.fromkeys(SERVERS):
            said = server.log().splitlines()[-LAST_LINES:]
            report.sections.append((f"server {server.url}", "\n".join(said)))
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Generator[None, None, None]:
    """End the driver before a worker helps out elsewhere: tests there run loops of their own."""
    yield
    if nextitem is None or nextitem.get_closest_marker("browser") is None:
        end_browsers()


@pytest.fixture(scope="session", autouse=True)
def _chromium() -> None:
    if find_browser() is None and os.environ.get("KIOSK_BROWSER_TESTS") != "required":
        pytest.skip("no Chromium on this machine; `make test` installs it")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Return a running kiosk with the demo store."""
    running = Server(tmp_path).start()
    yield running
    running.stop()


@pytest.fixture
def without_camera(tmp_path: Path) -> Iterator[Server]:
    """Return the same without a camera: pictures of nothing are half a core's work."""
    running = Server(tmp_path, KIOSK_CAMERA="none").start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def shots() -> Path:
    """Return the folder of screenshots; look at them."""
    folder = ROOT / "data" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
