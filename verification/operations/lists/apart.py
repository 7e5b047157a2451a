"""A list read apart: by a process of its own, so that a million rows take nothing from the desks.

What breaks it, or who ends it, ends that process alone; the store stays as it was.
"""

import pickle
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import IO, Any

from verification import ROOT
from verification.adapters.imports.changes import Change, ChangeKind, Changes
from verification.adapters.imports.importing import How, ImportReport
from verification.adapters.imports.progress import Progress
from verification.adapters.imports.shares import Share, Stop
from verification.basics.texts import Text
from verification.operations.lists.asked import Asked
from verification.operations.settings import Settings

LENGTH = 8  # bytes that say how long a message is
MOST = 64_000_000  # bytes of a message
_ANSWERS = (
    *(ImportReport, Progress, Text, Fraction),
    *(Change, Changes, ChangeKind, Share, Stop),
)  # and `Outcome`: all that an answer is made of
_PROGRAM = (sys.executable, "-m", "verification.operations.lists.reader")


@dataclass(frozen=True)
class Task:
    """What the process is to do.

    Args:
        settings: Of the installation.
        file: The list.
        asked: Kind, maker and day of the list.
        how: How it is imported, or only tried.
        officer: Who asks for it.
    """

    settings: Settings
    file: Path
    asked: Asked
    how: How
    officer: str


@dataclass(frozen=True)
class Outcome:
    """What came of it; neither where it was ended by somebody.

    Args:
        report: What was done, or would be.
        error: Why it could not be done.
    """

    report: ImportReport | None = None
    error: Text | None = None


BROKEN = Text(
    "Tiến trình đọc danh sách đã dừng giữa chừng; dữ liệu thẻ vẫn như trước",
    "The process that read the list ended half-way; the card store is as before",
)


class Plain(pickle.Unpickler):
    """Makes what an answer is made of, and nothing else, whatever the process has become."""

    def find_class(self, module: str, name: str) -> type:
        """Return a class of an answer; what names another is no message."""
        for known in (Outcome, *_ANSWERS):
            if (known.__module__, known.__qualname__) == (module, name):
                return known
        raise pickle.UnpicklingError(name)


class Work:
    """One task, while it is done.

    Args:
        task: The task.
        ended: Is told what came of it, in a thread of its own.
    """

    def __init__(self, task: Task, ended: Callable[[Outcome], None]) -> None:
        self.progress: Progress | None = None
        self._cancelled = False
        self._process = subprocess.Popen(
            _PROGRAM,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._thread = Thread(
            target=self._follow, args=(task, ended), name="kiosk-list", daemon=True
        )
        self._thread.start()

    @property
    def pid(self) -> int:
        """Return the id of its process."""
        return self._process.pid

    def cancel(self) -> None:
        """End it, wherever it is."""
        self._cancelled = True
        self._process.kill()

    def wait(self, seconds: float | None = None) -> None:
        """Wait until it has ended and that was told."""
        self._thread.join(seconds)

    def _follow(self, task: Task, ended: Callable[[Outcome], None]) -> None:
        outcome = None
        try:
            outcome = self._outcome(task)
        finally:
            self._process.kill()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe:
                    with suppress(OSError):
                        pipe.close()
            self._process.wait()
            gone = Outcome() if self._cancelled else Outcome(error=BROKEN)
            ended(outcome or gone)

    def _outcome(self, task: Task) -> Outcome | None:
        assert self._process.stdin is not None  # noqa: S101  # piped above, for the type
        assert self._process.stdout is not None  # noqa: S101  # likewise
        with suppress(OSError):  # it has ended: there will be no answer either
            send(self._process.stdin, task)
        while (said := receive(self._process.stdout, Plain)) is not None:
            if isinstance(said, Outcome):
                return said
            if isinstance(said, Progress):
                self.progress = said
        return None


def send(to: IO[bytes], message: object) -> None:
    """Send one message to the other process."""
    data = pickle.dumps(message)
    to.write(len(data).to_bytes(LENGTH) + data)
    to.flush()


def receive(source: IO[bytes], reader: type[pickle.Unpickler] = pickle.Unpickler) -> Any:  # noqa: ANN401  # what the other one sends
    """Return the next message of the other process, None where it says no more.

    Args:
        source: Where it comes from.
        reader: Makes it of its bytes; of a process that may be taken over `Plain`.
    """
    with suppress(OSError, ValueError, EOFError, pickle.UnpicklingError):
        head = source.read(LENGTH)
        size = int.from_bytes(head)
        if len(head) == LENGTH and size <= MOST and len(data := source.read(size)) == size:
            return reader(BytesIO(data)).load()
    return None
