"""Reads one list: a program of its own, which `apart.py` starts and ends.

Standard input: the task; that it is closed means that nobody waits any more. Standard output:
messages, the last one says what came of it.
"""

import os
import signal
import sys
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import IO

from verification.adapters.imports.importing import IMPORTABLE
from verification.basics.errors import KioskError
from verification.basics.texts import Text
from verification.operations.lists.apart import BROKEN, Outcome, Task, receive, send
from verification.operations.wiring import import_list


def main() -> None:
    """Do one task."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this
    if sys.platform != "win32":
        os.nice(10)
    task = receive(sys.stdin.buffer)
    if isinstance(task, Task):
        Thread(target=_end_with, args=(sys.stdin.buffer,), daemon=True).start()
        send(sys.stdout.buffer, done(task))


def _end_with(source: IO[bytes]) -> None:
    """End once nobody waits any more: the server was killed."""
    source.read(1)
    os._exit(0)


def done(task: Task) -> Outcome:
    """Return what comes of a task; whatever a list does to a library is one sentence."""
    try:
        kind, whose = IMPORTABLE[task.asked.kind], task.asked.whose
        report = import_list(
            task.settings,
            kind,
            task.file,
            task.how,
            whose,
            officer=task.officer,
            told=partial(send, sys.stdout.buffer),
        )
    except KioskError as error:
        return Outcome(error=Text(error.vi, error.en))
    except Exception:  # noqa: BLE001  # whatever a file made of a library; memory is one
        return Outcome(error=BROKEN)
    return Outcome(report)


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        main()
