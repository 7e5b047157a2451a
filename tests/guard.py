"""Leaves nothing behind a run of the tests, whatever ends it.

Everything temporary of a run lies in one folder, and every process that it starts carries the
folder's name in its environment. A guard, a process of its own, waits for the run to end, kills
what still carries the name and removes the folder. It needs `/proc`; elsewhere nothing is guarded.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

MARK = "KIOSK_TEST_RUN"
PROCESSES = Path("/proc")
IN_MEMORY = Path("/dev/shm")  # a folder of the run's own is made in it
ENOUGH = 4 << 30  # bytes that are free; a whole run fills a fraction of them
_PAUSE = 0.1


def pytest_configure(config: pytest.Config) -> None:
    """Start the guard of this run; a worker of pytest-xdist belongs to the run that started it."""
    if hasattr(config, "workerinput") or not (PROCESSES / "self" / "environ").exists():
        return
    folder = tempfile.mkdtemp(prefix="kiosk-tests-", dir=place())
    command = [sys.executable, "-S", "-E", __file__, str(os.getpid()), folder]
    free = {name: value for name, value in os.environ.items() if name != MARK}
    # in a session of its own: Ctrl-C ends the run, not its guard
    guard = subprocess.Popen(command, env=free, cwd="/", start_new_session=True)
    guard.returncode = 0  # it outlives us; nobody is to wait for it or to miss it
    os.environ |= {MARK: folder, "TMPDIR": folder}
    tempfile.tempdir = folder


def place() -> Path | None:
    """Return where a run's files lie: in memory if there is room, for a disk is waited for.

    Nothing is lost by it: processes are killed by the tests, never the machine. Whoever sets
    `TMPDIR` chooses, and some machines let no program be run from there.
    """
    if "TMPDIR" in os.environ or not os.access(IN_MEMORY, os.W_OK):
        return None
    room = os.statvfs(IN_MEMORY)
    free = min(room.f_bavail * room.f_frsize, _memory())
    return IN_MEMORY if free >= ENOUGH and not room.f_flag & os.ST_NOEXEC else None


def _memory() -> int:
    """Return how many bytes of memory are to be had."""
    facts = (PROCESSES / "meminfo").read_text(encoding="ascii").splitlines()
    found = next((fact for fact in facts if fact.startswith("MemAvailable:")), ": 0")
    return int(found.split()[1]) << 10


def marked(folder: str) -> list[int]:
    """Return the processes of a run, those of runs inside it included."""
    sign = f"{MARK}={folder}".encode()
    running = [int(process.name) for process in PROCESSES.glob("[0-9]*")]
    return [p for p in running if any(e.startswith(sign) for e in _environment(p))]


def end_worker(folder: str, worker: int, name: str) -> None:
    """Kill a worker of pytest-xdist with all that it started, and what workers before it left."""
    left = marked(folder)
    parents = {process: _parent(process) for process in left}
    sign = f"PYTEST_XDIST_WORKER={name}".encode()
    mine = {worker}
    while more := {p for p in left if parents[p] in mine} - mine:
        mine |= more
    mine |= {p for p in left if sign in _environment(p)}
    mine |= {p for p in left if parents[p] not in {*left, os.getpid()} and not _has_worker(p)}
    _kill(mine)


def end_all(folder: str) -> None:
    """Kill all that a run started."""
    while left := marked(folder):
        _kill(left)
        time.sleep(_PAUSE)


def _environment(process: int) -> list[bytes]:
    with contextlib.suppress(OSError):  # it ended meanwhile, or belongs to somebody else
        return (PROCESSES / str(process) / "environ").read_bytes().split(b"\0")
    return []


def _has_worker(process: int) -> bool:
    return any(e.startswith(b"PYTEST_XDIST_WORKER=") for e in _environment(process))


def _parent(process: int) -> int:
    with contextlib.suppress(OSError):
        facts = (PROCESSES / str(process) / "stat").read_text(encoding="ascii", errors="replace")
        return int(facts.rpartition(")")[2].split()[1])
    return 0


def _kill(processes: Iterable[int]) -> None:
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def _sweep(run: int, folder: str) -> None:
    while os.getppid() == run:
        time.sleep(_PAUSE)
    end_all(folder)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _sweep(int(sys.argv[1]), sys.argv[2])
