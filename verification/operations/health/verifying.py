"""Verifies the log while the kiosk works: in a process of its own, so that no desk waits for it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock, Thread

from verification import ROOT
from verification.basics.errors import KioskError, RequestError
from verification.basics.texts import Text
from verification.kiosk import Kiosk
from verification.log.house_events import LogVerified
from verification.log.writing import write_alone
from verification.operations.settings import Settings
from verification.rights import Actor, Right, needs

_ANSWERED = frozenset({0, 3})  # nothing wrong, something wrong
_FAILED = Text(
    "Chưa kiểm tra được nhật ký; chạy verify-log để biết vì sao",
    "The log could not be verified; run verify-log to see why",
)


@dataclass
class Verifying:
    """Whether the log is being verified now, and what kept the last time from an answer.

    Args:
        settings: Of the installation.
        kiosk: Where what came of it is logged.
    """

    settings: Settings
    kiosk: Kiosk
    trouble: Text | None = None
    _lock: Lock = field(default_factory=Lock, repr=False)
    _process: subprocess.Popen[str] | None = None
    _running: bool = False

    @property
    def running(self) -> bool:
        """Tell whether it goes on now."""
        return self._running

    def begin(self, actor: Actor) -> None:
        """Begin to verify, and log what comes of it.

        Raises:
            RequestError: It goes on already.
        """
        with self._lock:
            if self._running:
                raise RequestError("Đang kiểm tra rồi", "It is being verified already")
            self._running, self.trouble = True, None
        Thread(target=self.run, args=(actor,), daemon=True).start()

    def stop(self) -> None:
        """End what goes on; nothing is logged then."""
        with self._lock:
            if self._process and self._process.poll() is None:
                self._process.kill()

    def run(self, actor: Actor) -> None:
        """Verify, and log what came of it; whoever began waits for nothing."""
        try:
            answers = self._answers()
            if answers is None:
                self.trouble = _FAILED
            else:
                write_alone(self.kiosk.written, actor, summed(answers))
        except KioskError as error:
            self.trouble = Text(error.vi, error.en)
        except (OSError, ValueError, KeyError):  # it did not start, or was killed in the middle
            self.trouble = _FAILED
        finally:
            self._running = False

    def _answers(self) -> list[dict[str, object]] | None:
        words = [sys.executable, "-m", "verification", "verify-log", "--json"]
        where = self.settings
        file = {} if where.postgres else {"KIOSK_DB": str(where.db)}
        environ = {**os.environ, **file}
        slower = [] if sys.platform == "win32" else ["nice", "-n", "10"]
        with self._lock:
            self._process = subprocess.Popen(  # our own program
                [*slower, *words],
                cwd=ROOT,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        said, _ = self._process.communicate()
        if self._process.returncode not in _ANSWERED:
            return None
        return [json.loads(line) for line in said.splitlines()]


def summed(answers: Iterable[dict[str, object]], how: str = "page") -> LogVerified:
    """Return what `verify-log --json` answered of all desks, as the log keeps it."""
    events, findings = 0, 0
    kinds: set[str] = set()
    unchecked: dict[str, None] = {}  # in their order, each once
    for answer in answers:
        problems = answer["problems"]
        assert isinstance(problems, list)  # noqa: S101  # our own program's answer
        events += int(str(answer["events"]))
        findings += len(problems)
        kinds |= {str(problem["kind"]) for problem in problems}
        left = answer["unchecked"]
        assert isinstance(left, list)  # noqa: S101  # likewise
        unchecked |= dict.fromkeys(map(str, left))
    return LogVerified(how, events, findings, tuple(sorted(kinds)), tuple(unchecked))


@needs(Right.MANAGE)
def verify(actor: Actor, _kiosk: Kiosk, verifying: Verifying) -> None:
    """Begin to verify the log; the line of what is looked after tells what came of it.

    Raises:
        RequestError: It goes on already.
    """
    verifying.begin(actor)
