"""Runs `python -m verification WORDS...` many times, each in a process of its own, loaded once.

Reads one job a line from standard input and answers the exit status on standard output. Each job
is a fork of this process, which has already loaded what the commands load: the same entry, the
same words, streams and exit status as from a shell, without two seconds of imports each.
Started by `benchmarks.answers`, with the checkout that is asked as `PYTHONPATH`.
"""

import contextlib
import io
import json
import os
import runpy
import sys
import traceback
from typing import Any

_WARM = (["check", "GD4797900000011"], ["entitlement", "x", "--on", "x", "--facility", "x"])


def main() -> None:
    """Answer jobs until standard input ends."""
    for words in _WARM:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            _status_of(words)
    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if child == 0:
            _child(job)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _child(job: dict[str, Any]) -> None:
    os.environ.clear()
    os.environ.update(job["env"])
    for number, path in enumerate(job["streams"]):
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC if number else os.O_RDONLY
        os.dup2(os.open(path, flags, 0o600), number)
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), "utf-8")
    sys.stdout = io.TextIOWrapper(_writer(1), "utf-8")
    sys.stderr = io.TextIOWrapper(_writer(2), "utf-8", "backslashreplace")
    status = _status_of(job["words"])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _writer(descriptor: int) -> io.BufferedWriter:
    return io.BufferedWriter(io.FileIO(descriptor, "w", closefd=False))


def _status_of(words: list[str]) -> int:
    sys.argv = ["verification", *words]
    try:
        runpy.run_module("verification", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        return int(end.code or 0)
    except Exception:  # noqa: BLE001  # as the interpreter does at its top
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    main()
