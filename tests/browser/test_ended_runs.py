"""Runs of the tests that are ended in the middle, and what they leave: nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.browser.running import ROOT, wait_for
from tests.guard import MARK, marked

if TYPE_CHECKING:
    from collections.abc import Iterator

ENDLESS = """
import time
from tests.browser.running import Server, browser

def test_endless(tmp_path):
    server = Server(tmp_path).start()
    with browser() as context:
        context.new_page().goto(server.url)
        print("at work", flush=True)
        (tmp_path.parent.parent / "at-work").touch()
        while True:
            time.sleep(1)
"""


class Run:
    """A run of the tests inside this one."""

    def __init__(self, folder: Path, *options: str) -> None:
        (folder / "test_endless.py").write_text(ENDLESS, encoding="utf-8")
        ours = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
        command = [sys.executable, "-m", "pytest", "-p", "tests.guard", "-c", "pyproject.toml"]
        more = ["-p", "no:cacheprovider", "--rootdir", str(folder), *options, str(folder)]
        # a socket of Chromium lies in it, and the names of sockets are short
        self._temporary = Path(tempfile.mkdtemp(prefix="r"))
        self.process = subprocess.Popen(
            [*command, *more],
            cwd=ROOT,
            env=ours | {"TMPDIR": str(self._temporary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    @property
    def folders(self) -> list[Path]:
        """Return what lies in its place for temporary files."""
        return list(self._temporary.iterdir())

    def is_at_work(self) -> bool:
        """Tell whether its test has come to the end of its preparations."""
        assert self.process.poll() is None, self.process.communicate()[0].decode()
        return any(True for _ in self._temporary.rglob("at-work"))

    def left(self) -> list[str]:
        """Return the names of the processes that it started and that still run."""
        found = []
        for process in marked(str(self._temporary)):
            try:
                found.append(psutil.Process(process).name())
            except psutil.NoSuchProcess:
                continue
        return found


@pytest.fixture
def options(request: pytest.FixtureRequest) -> list[str]:
    return list(request.param)


@pytest.fixture
def run(tmp_path: Path, options: list[str]) -> Iterator[Run]:
    running = Run(tmp_path, *options)
    yield running
    running.process.kill()
    running.process.communicate()


SERIAL, WORKERS = [], ["-n", "2"]


@pytest.mark.long
@pytest.mark.parametrize("options", [SERIAL, WORKERS], indirect=True, ids=["one", "two"])
def test_a_run_that_is_killed_leaves_no_server_no_browser_and_no_file(run: Run) -> None:
    wait_for(run.is_at_work)
    working = run.left()
    assert len([name for name in working if name.startswith("chrom")]) > 1
    assert any(name.startswith("python") for name in working)
    run.process.send_signal(signal.SIGKILL)
    run.process.communicate(timeout=120)  # the guard is the last who holds the pipe
    assert run.left() == []
    assert run.folders == []


@pytest.mark.long
@pytest.mark.parametrize("options", [["-o", "faulthandler_timeout=8"]], indirect=True, ids=[""])
def test_a_run_whose_test_takes_too_long_ends_itself_and_leaves_nothing(run: Run) -> None:
    said = run.process.communicate(timeout=240)[0].decode()
    assert "Timeout" in said
    assert "test_endless" in said
    assert run.left() == []
    assert run.folders == []


def test_this_run_is_guarded() -> None:
    assert Path(os.environ[MARK]).is_dir()
    assert Path(os.environ["TMPDIR"]) == Path(os.environ[MARK])
