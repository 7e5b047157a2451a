"""What the process that reads a stranger's list may answer: values, and nothing that runs."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from io import BytesIO

import pytest

from verification.adapters.imports.changes import Change, ChangeKind, Changes
from verification.adapters.imports.importing import ImportReport
from verification.adapters.imports.progress import Progress
from verification.adapters.imports.shares import Share, Stop
from verification.operations.lists.apart import BROKEN, Outcome, Plain, Work, receive, send

KIND = next(iter(ChangeKind))
STOP = Stop(next(iter(Share)), "cards", 3, 4, Fraction(1, 5))


def heard(message: object) -> object:
    """Return what the server makes of a message."""
    pipe = BytesIO()
    send(pipe, message)
    pipe.seek(0)
    return receive(pipe, Plain)


class Runs:
    """Is made anew by starting a program."""

    def __init__(self, by: object, *words: object) -> None:
        self._by = by, words

    def __reduce__(self) -> tuple[object, ...]:
        return self._by


@pytest.mark.parametrize("by", [subprocess.Popen, subprocess.call, eval, Work, getattr])
def test_an_answer_that_would_run_something_is_no_answer(by: object) -> None:
    assert heard(Runs(by, "false", "x")) is None


def test_an_answer_with_all_that_it_may_hold_arrives_whole() -> None:
    changes = Changes({KIND: 1}, {KIND: (Change("x", None, "y"),)})
    report = ImportReport(1, 1, 0, 0, 0, 0, 0, None, 0.5, None, changes, (STOP,))
    for said in (Outcome(report), Outcome(error=BROKEN), Progress(1, None, 2.0, None)):
        assert heard(said) == said
