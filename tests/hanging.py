"""A run of the tests that hangs ends, and says which test it was and where it stood.

Two nets. In each process that runs tests, pytest's own limit ends one that takes too long; pytest
takes it away with the first failure, so that what hangs behind one, or when it is tried again, hung
for ever: here it is set anew. And the process that shares the tests out
ends a worker that says nothing for longer than that, whatever the cause, even where somebody else
still holds its pipe: its test has failed, and another worker goes on with the rest.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import os
import signal
import sys
import threading
import time
import traceback
from typing import TYPE_CHECKING

import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key

from tests import guard

if TYPE_CHECKING:
    from collections.abc import Generator

    from xdist.workermanage import WorkerController

LIMIT, EXITS = "faulthandler_timeout", "faulthandler_exit_on_timeout"
SHORTLY_BEFORE = 0.9  # of the limit, a test says where it stands as Python sees it
SILENCE = 1.6  # limits after which a worker that said nothing is ended
STARTING = 120  # more seconds until it has collected, on however busy a machine
FRAMES = 12
_TO_WRITE = 2.0  # seconds for what a worker says at last
HAS_TIMER = hasattr(signal, "setitimer")


@pytest.hookimpl(tryfirst=True)  # before the workers begin
def pytest_sessionstart(session: pytest.Session) -> None:
    """Set up the net that this process needs."""
    config = session.config
    if config.pluginmanager.hasplugin("dsession"):
        config.pluginmanager.register(Listener(config), "silence")
    elif HAS_TIMER and threading.current_thread() is threading.main_thread():
        told = config.stash[fault_handler_stderr_fd_key]
        for sign in (signal.SIGALRM, signal.SIGUSR1):
            signal.signal(sign, lambda *_: tell(told))
        faulthandler.register(signal.SIGUSR1, file=told, all_threads=True, chain=True)


def tell(where: int) -> None:
    """Write the stack of each greenlet that waits: a browser's test is one, seen by nobody else."""
    os.write(where, f"\n{os.environ.get('PYTEST_CURRENT_TEST')} still runs\n".encode())
    greenlet = getattr(sys.modules.get("greenlet"), "greenlet", ())
    for one in gc.get_objects():
        if isinstance(one, greenlet) and one.gr_frame:  # type: ignore[attr-defined]  # a greenlet
            frames = traceback.format_stack(one.gr_frame)[-FRAMES:]
            os.write(where, "".join(["A greenlet waits:\n", *frames]).encode())


def _watch(config: pytest.Config) -> None:
    seconds = float(config.getini(LIMIT) or 0)
    if not seconds:
        return
    told = config.stash[fault_handler_stderr_fd_key]
    faulthandler.dump_traceback_later(seconds, file=told, exit=config.getini(EXITS))
    if HAS_TIMER:
        signal.setitimer(signal.ITIMER_REAL, seconds * SHORTLY_BEFORE)


@pytest.hookimpl(trylast=True)  # pytest's own takes the limit away
def pytest_exception_interact(node: pytest.Item | pytest.Collector) -> None:
    """Watch what comes after a failure: the end of the test, and a second try."""
    if isinstance(node, pytest.Item):
        _watch(node.config)


@pytest.hookimpl(wrapper=True, trylast=True)  # within pytest's own
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Watch a test, and nothing between two."""
    _watch(item.config)
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()
        pytest_enter_pdb()


def pytest_enter_pdb() -> None:
    """Let who debugs take time; pytest takes its own limit away."""
    if HAS_TIMER:
        signal.setitimer(signal.ITIMER_REAL, 0)


class Listener:
    """Ends workers that say nothing, from a thread of the process that shares the tests out.

    Args:
        config: The run's; its limit for a test is the measure.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._silence = float(config.getini(LIMIT) or 0) * SILENCE
        self._until: dict[WorkerController, float] = {}
        self._last = time.monotonic()
        self._over = threading.Event()
        self._said = os.dup(2)
        if self._silence:
            threading.Thread(target=self._listen, name="silence", daemon=True).start()

    def pytest_unconfigure(self) -> None:
        """End: the run does."""
        self._over.set()

    def pytest_configure_node(self, node: WorkerController) -> None:
        """Note that a worker starts."""
        self._hear(node, STARTING)

    def pytest_xdist_node_collection_finished(self, node: WorkerController) -> None:
        """Note that it knows the tests."""
        self._hear(node)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note that it came to the end of something."""
        self._hear(report.node)  # type: ignore[attr-defined]  # xdist's

    def pytest_testnodedown(self, node: WorkerController) -> None:
        """Forget it."""
        self._last = time.monotonic()
        self._until.pop(node, None)

    def _hear(self, node: WorkerController, more: float = 0) -> None:
        self._last = time.monotonic()
        if not node._down:
            self._until[node] = self._last + self._silence + more

    def _listen(self) -> None:
        while not self._over.wait(min(5, self._silence / 8)):
            now = time.monotonic()
            for node, until in list(self._until.items()):
                if now > until and not node._down:
                    self._end(node)
            if now - self._last > self._silence + 2 * STARTING:
                self._give_up()

    def _say(self, text: str) -> None:
        os.write(self._said, f"\n{text}\n".encode())

    def _end(self, node: WorkerController) -> None:
        """End a worker and what is left of its tests; the run takes it as a worker that broke."""
        shared = self._config.pluginmanager.getplugin("dsession").sched.assigned_work
        tests = [t for file in list(shared.get(node, {}).values()) for t in file if not file[t]]
        about = f"{node.gateway.id} said nothing for {self._silence:.0f} s"
        self._say(f"{about}; it runs {tests[0] if tests else 'no test'}; there it stands:")
        worker = node.gateway._io.popen.pid
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker, signal.SIGUSR1)
        time.sleep(_TO_WRITE)
        if not node._down:
            node._down = True  # the end of its pipe may come with its own end or never
            guard.end_worker(os.environ.get(guard.MARK, ""), worker, node.gateway.id)
            node.notify_inproc("errordown", node=node, error=about)

    def _give_up(self) -> None:
        """End the run without its closing line: not even this process goes on."""
        self._say("the run itself hangs:")
        faulthandler.dump_traceback(self._said)
        guard.end_all(os.environ.get(guard.MARK, ""))
        os._exit(1)
