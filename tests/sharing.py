"""Which worker runs which file of tests, and who goes on where a worker was lost."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from xdist.scheduler import LoadFileScheduling

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.workermanage import WorkerController

BROWSER = "/browser/"
GOES_FIRST, BEHIND = "goes_first", 3
_HAS_THE_BROWSER = pytest.StashKey[str]()
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
FEW = 2  # tests that a worker has left: with one alone it would wait for the next before it begins


def pytest_sessionstart(session: pytest.Session) -> None:
    """Let the browser's worker go first: there are more workers than cores, and pages wait."""
    given = getattr(session.config, "workerinput", {GOES_FIRST: True})
    if not given[GOES_FIRST] and hasattr(os, "nice"):
        os.nice(BEHIND)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: WorkerController) -> None:
    """Give the browser to the first worker, and to the one that takes its place if it is lost."""
    has_it = node.config.stash.setdefault(_HAS_THE_BROWSER, node.gateway.id)
    node.workerinput[GOES_FIRST] = has_it == node.gateway.id


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: WorkerController) -> None:
    """Leave the browser to the next."""
    if node.workerinput[GOES_FIRST]:
        del node.config.stash[_HAS_THE_BROWSER]


class OneForTheBrowser(LoadFileScheduling):
    """Gives the browser one worker and the other files the others; who is done first helps out.

    The tests of one file stay together: they share a server and often a page, and some go on where
    the one before left off. Files that take longest begin first, so that all workers end together.
    """

    def __init__(self, config: pytest.Config, log: Producer | None) -> None:
        super().__init__(config, log)
        self._placed: dict[WorkerController, dict[str, int]] = {}

    def _assign_work_unit(self, node: WorkerController) -> None:
        waiting, first = self.workqueue, node.workerinput[GOES_FIRST]
        mine = [file for file in waiting if (BROWSER in file) is first] or list(waiting)
        file = next((f for f in LONGEST if f in mine), mine[0])
        self.assigned_work[node][file] = tests = waiting.pop(file)
        node.send_runtest_some([self._places(node)[test] for test in tests])

    def _places(self, node: WorkerController) -> dict[str, int]:
        """Return where each test lies in what the worker collected; the original looks for each."""
        if node not in self._placed:
            tests = self.registered_collections[node]
            self._placed[node] = {test: place for place, test in enumerate(tests)}
        return self._placed[node]

    def _reschedule(self, node: WorkerController) -> None:
        """Give work until the worker can begin, and the end of it with the last.

        The original gives one file at a time, and none to a worker that does not ask by ending a
        test: the one in the place of a lost worker waited for ever with a file of one test. And it
        gives to one that does not know the tests yet, where two were lost at once.
        """
        if node not in self.registered_collections:
            return
        while self.workqueue and not node.shutting_down:
            if self._pending_of(self.assigned_work[node]) > FEW:
                return
            self._assign_work_unit(node)
        if not node.shutting_down:
            node.shutdown()

    def remove_node(self, node: WorkerController) -> str | None:
        """Share out what a lost worker had not begun; return the test that it was lost in.

        The original shares out files that were done as well, of which no worker ever ends a test,
        and the test that ended the worker.
        """
        left = {
            file: {test: False for test, done in tests.items() if not done}
            for file, tests in self.assigned_work.pop(node).items()
        }
        lost = next((test for tests in left.values() for test in tests), None)
        for file, tests in left.items():
            if others := {test: False for test in tests if test != lost}:
                self.workqueue[file] = others
        for other in self.assigned_work if self.workqueue else ():
            self._reschedule(other)
        return lost


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> object:
    """Share the files by what they need."""
    return OneForTheBrowser(config, log)
