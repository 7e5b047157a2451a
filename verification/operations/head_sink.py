"""Sends the heads of the log off the machine while the server runs.

Only a head that has left the machine proves that nobody wrote the whole log anew.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Event

import requests

from verification.adapters.store.heads import heads_in
from verification.basics.private import private_text
from verification.operations.beside import beside

EVERY_SECONDS = 60.0
_TIMEOUT_SECONDS = 10.0
_log = logging.getLogger(__name__)


def send_heads(file: Path, sink: str) -> list[str]:
    """Send the newest head of each desk to the sink.

    Args:
        file: The file of heads.
        sink: A file to append to, or a web address to post to; nothing personal is in a head.

    Raises:
        OSError: The sink cannot be reached.
    """
    lines = [str(heads[-1]) for _, heads in sorted(heads_in(file).items())]
    text = "".join(f"{line}\n" for line in lines)
    if sink.startswith(("http://", "https://")):
        requests.post(sink, data=text, timeout=_TIMEOUT_SECONDS).raise_for_status()
    else:
        with private_text(Path(sink), "a") as kept:
            kept.write(text)
    return lines


@dataclass
class Sink:
    """How the sending goes; its thread writes, the pages read.

    Args:
        failing_since: When it began to fail, None while it goes well or nothing is to be sent.
        why: The name of the failure.
        sent_at: When they were sent last, None where they were not since the start.
        woken: Set where the sending is not to wait for its minute.
    """

    failing_since: datetime | None = None
    why: str = ""
    sent_at: datetime | None = None
    woken: Event = field(default_factory=Event, compare=False)

    def send_now(self) -> None:
        """Have the heads sent now, beside; nobody waits for it."""
        self.woken.set()

    def went(self, error: OSError | None, now: datetime) -> None:
        """Note how the last sending went; a change is logged, once."""
        self.sent_at = self.sent_at if error else now
        why = type(error).__name__ if error else ""
        if why and not self.why:
            self.failing_since = now
            _log.warning("head sink: %s", why)
        elif self.why and not why:
            self.failing_since = None
            _log.warning("head sink: reached again")
        self.why = why


@contextmanager
def sending(
    file: Path, sink: str | None, clock: Callable[[], datetime], every: float = EVERY_SECONDS
) -> Iterator[Sink]:
    """Send changed heads once a minute while the server runs, and once more when it ends."""
    state = Sink()
    if sink is None:
        yield state
        return

    def work(ended: Event) -> None:
        waits = partial(_waits, state.woken, ended, every)
        _send_until(file, sink, waits, lambda error: state.went(error, clock()))

    # where it does not end in time, the heads lie in their file
    with beside("heads", work, state.send_now):
        yield state


def _waits(woken: Event, ended: Event, every: float) -> bool:
    """Wait until the heads are to be sent; tell whether it is for the last time."""
    woken.wait(every)
    woken.clear()
    return ended.is_set()


def _send_until(
    file: Path,
    sink: str,
    waits: Callable[[], bool],
    went: Callable[[OSError | None], None],
) -> None:
    sent: tuple[int, int] | None = None
    last = False
    while not last:
        last = waits()
        if not file.exists():  # nothing was logged yet
            continue
        try:
            found = file.stat()
            if (found.st_size, found.st_mtime_ns) != sent:
                send_heads(file, sink)
                sent = found.st_size, found.st_mtime_ns
        except OSError as error:  # tried again in a minute; the desk must not wait for it
            went(error)
        else:
            went(None)
