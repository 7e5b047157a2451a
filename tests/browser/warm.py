"""A process that has imported what a server imports, and becomes one by a fork each time.

Of a start of a server nearly all is the import of its libraries, twice: `serve` gives its place to
Streamlit. Here they are imported once for all servers of a worker. What a server does from its
first line on is the same, but that passwords are hashed with the least work: a quarter of a second
of each sign-in; tests/operations/test_readme.py starts it as people do.
"""

from __future__ import annotations

import ast
import atexit
import io
import json
import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any, NoReturn, Protocol

from tests.quick import QUICK
from verification.officers import passwords

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
BEGUN_BY = ("kiosk_app.py", "app_pages/main.py")  # run by path, so that nothing may import them
PROGRAMS = ("verification.__main__", "verification.operations.commands.machine", "uvicorn.main")
STREAMLIT = "streamlit.web.cli"
# What Streamlit imports when it draws the first page: two thirds of a second of each server.
DRAWN_WITH = ("pandas", "pyarrow.compute", "streamlit.web.server.starlette.starlette_agent_routes")
_PAUSE = 0.02
CAN_FORK = hasattr(os, "fork")


class Running(Protocol):
    """What is asked of a server's process."""

    pid: int

    def poll(self) -> int | None:
        """Return its exit status once it has ended."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended; return its exit status."""

    def send_signal(self, sig: int) -> None:
        """Send it a signal."""


def launched(words: list[str], environ: Mapping[str, str], log: Path) -> Running:
    """Start `python -m verification WORDS` without its imports; what it says goes to the log."""
    return _warm().fork(words, environ, log) if CAN_FORK else begun(words, environ, log)


def begun(words: list[str], environ: Mapping[str, str], log: Path) -> Running:
    """Start the same as people do, in a process that is nobody's fork."""
    with log.open("ab") as said:
        command = [sys.executable, "-m", "verification", *words]
        return subprocess.Popen(command, cwd=ROOT, env=environ, stdout=said, stderr=said)


def ran(
    words: list[str], environ: Mapping[str, str], given: bytes
) -> subprocess.CompletedProcess[bytes]:
    """Run `python -m verification WORDS` to its end; return what it said."""
    command = [sys.executable, "-m", "verification", *words]
    if not CAN_FORK:
        return subprocess.run(
            command, cwd=ROOT, env=environ, input=given, capture_output=True, check=False
        )
    with TemporaryDirectory() as folder:
        read, said, told = (Path(folder) / name for name in ("read", "said", "told"))
        read.write_bytes(given)
        status = _warm().fork(words, environ, said, errors=told, reads=read).wait()
        return subprocess.CompletedProcess(command, status, said.read_bytes(), told.read_bytes())


class Forked:
    """A process that the warm one has forked, and answers for.

    Args:
        warm: Its parent.
        pid: Its number.
    """

    def __init__(self, warm: Warm, pid: int) -> None:
        self.pid = pid
        self._warm = warm
        self._status: int | None = None

    def poll(self) -> int | None:
        """Return its exit status once it has ended, as `Popen` does."""
        if self._status is None:
            self._status = self._warm.ask({"ended": self.pid})
        return self._status

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended; return its exit status.

        Raises:
            subprocess.TimeoutExpired: It has not.
        """
        begun = time.monotonic()
        while (status := self.poll()) is None:
            if timeout is not None and time.monotonic() - begun > timeout:
                raise subprocess.TimeoutExpired("serve", timeout)
            time.sleep(_PAUSE)
        return status

    def send_signal(self, sig: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, sig)


class Warm:
    """The process that forks, as the one that runs the tests sees it."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.browser.warm"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe)
        self._one_at_a_time = threading.Lock()

    def fork(
        self,
        words: list[str],
        environ: Mapping[str, str],
        log: Path,
        *,
        errors: Path | None = None,
        reads: Path = Path(os.devnull),
    ) -> Forked:
        """Let it fork one that becomes a command of the kiosk."""
        files = {"log": str(log), "errors": str(errors or log), "reads": str(reads)}
        return Forked(self, self.ask({"words": words, "environ": dict(environ), **files}))

    def ask(self, question: Mapping[str, object]) -> Any:
        """Ask it something."""
        with self._one_at_a_time:
            assert self._process.stdin
            assert self._process.stdout
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """End it."""
        with self._process:
            assert self._process.stdin
            self._process.stdin.close()


@cache
def _warm() -> Warm:
    started = Warm()
    atexit.register(started.close)
    return started


def _imports(path: Path) -> list[str]:
    """Return the modules that a script imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = [n.module for n in tree.body if isinstance(n, ast.ImportFrom) and n.module]
    return named + [a.name for n in tree.body if isinstance(n, ast.Import) for a in n.names]


def _serve(asked: IO[bytes], told: IO[bytes]) -> dict[str, Any] | None:
    """Fork when asked, and tell how they end; in what was forked return what it is to be."""
    ended: dict[int, int] = {}
    for line in asked:
        question = json.loads(line)
        if one := question.get("ended"):
            pid, status = (0, 0) if one in ended else os.waitpid(one, os.WNOHANG)
            if pid:
                ended[one] = os.waitstatus_to_exitcode(status)
            answer = ended.get(one)
        elif not (answer := os.fork()):
            return dict(question)
        told.write(json.dumps(answer).encode() + b"\n")
        told.flush()
    return None


def _become(
    words: list[str], environ: dict[str, str], log: str, errors: str, reads: str
) -> NoReturn:
    """Run a command of the kiosk, in the place of this process."""
    says = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    for file, how, target in ((reads, os.O_RDONLY, 0), (log, says, 1), (errors, says, 2)):
        os.dup2(os.open(file, how, 0o600), target)
    os.environ.clear()
    os.environ.update(environ)
    passwords.HASHER = QUICK
    os.execv = _in_my_place  # type: ignore[assignment]  # it is only called in one way
    _run("verification", words)


def _in_my_place(_program: str, words: list[str]) -> NoReturn:
    """Run what `serve` gives its place to: Streamlit, imported already."""
    assert words[1:3] == ["-m", "streamlit"]
    for stream in (sys.stdout, sys.stderr):
        assert isinstance(stream, io.TextIOWrapper)
        stream.reconfigure(encoding="utf-8", errors="replace")  # PYTHONIOENCODING came too late
    _run("streamlit", words[3:])


def _run(module: str, words: list[str]) -> NoReturn:
    sys.modules.pop(f"{module}.__main__", None)  # it was imported, and is run now
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    sys.exit()


def _main() -> None:
    told = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints while it is imported is no answer
    for script in BEGUN_BY:
        for name in _imports(ROOT / script):
            import_module(name)
    for name in (*PROGRAMS, STREAMLIT, *DRAWN_WITH):
        import_module(name)
    with told:
        to_be = _serve(sys.stdin.buffer, told)
    if to_be:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _become(**to_be)


if __name__ == "__main__":
    _main()
