"""Processes that are forked from the campaign, which has imported all that they need.

Each says what it has done in lines on one pipe: a line is written whole or not at all.
"""

import os
import select
import signal
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

Work = Callable[[Callable[[str], None]], None]
_PATIENCE = 120.0  # seconds, on however busy a machine


@dataclass
class Child:
    """A forked process and what it has said.

    Args:
        pid: Its number.
        pipe: Where it says what it does.
        lines: What was read of that.
    """

    pid: int
    pipe: int
    lines: list[str] = field(default_factory=list)
    _rest: bytes = b""

    def said(self, seconds: float = _PATIENCE) -> bool:
        """Wait until it has said something more; False where it has ended or time is over."""
        if not select.select([self.pipe], [], [], seconds)[0]:
            return False
        return self._take()

    def _take(self) -> bool:
        data = os.read(self.pipe, 1 << 16)
        *whole, self._rest = (self._rest + data).split(b"\n")
        self.lines += [line.decode() for line in whole]
        return bool(data)

    def kill(self) -> None:
        """End it with no chance to tidy up."""
        os.kill(self.pid, signal.SIGKILL)

    def end(self) -> None:
        """Wait for its end, however it came, and read what it had said."""
        os.waitpid(self.pid, 0)
        while self._take():
            pass
        os.close(self.pipe)


def fork(work: Work, group: int = 0) -> Child:
    """Let a process of its own do some work; what it raises is a line that begins with `!`.

    Args:
        work: Takes what says a line.
        group: The process group it joins; 0 for one of its own.
    """
    reads, writes = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reads)
        os.setpgid(0, group)
        os._exit(_done(work, writes))
    os.close(writes)
    _join(pid, group)
    return Child(pid, reads)


def _join(pid: int, group: int) -> None:
    """Put it into the group from here too, since either may come first."""
    try:
        os.setpgid(pid, group)
    except OSError:  # it has done so and ended, or run on
        return


def _done(work: Work, pipe: int) -> int:
    try:
        work(lambda line: _say(pipe, line))
    except BaseException as error:  # noqa: BLE001  # the campaign is to hear of whatever it was
        where = traceback.extract_tb(error.__traceback__)[-1]
        _say(pipe, f"! {error!r} in {where.name}"[:400])
        return 1
    return 0


def _say(pipe: int, line: str) -> None:
    os.write(pipe, f"{line}\n".encode())


def kill_group(children: Iterable[Child]) -> None:
    """Kill all of a group at one time; the first of them leads it."""
    first, *_ = children
    os.killpg(first.pid, signal.SIGKILL)


def found_in(work: Work) -> list[str]:
    """Return what some work says in a process of its own."""
    child, begun = fork(work), time.monotonic()
    while child.said():
        if time.monotonic() - begun > _PATIENCE:
            child.kill()
            child.lines.append("! it did not end")
            break
    child.end()
    return child.lines
