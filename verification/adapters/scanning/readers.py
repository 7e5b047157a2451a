"""Files that somebody sent, read apart: by processes that are ended when a file costs too much.

A decoder of pictures is a hundred thousand lines of C that a stranger feeds. What it eats, or that
it does not end, or that it breaks, is the end of its process and of nothing else; the next file
gets a new one.
"""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import LifoQueue
from threading import Event, Lock, Timer
from types import TracebackType
from typing import Any, Self

from verification import ROOT
from verification.adapters.scanning.limits import ANSWER_BYTES, PLACES, SECONDS
from verification.adapters.scanning.reader import LENGTH, TAKEN
from verification.adapters.scanning.reading import Reading
from verification.adapters.scanning.sheets import refused
from verification.basics.errors import PictureError
from verification.basics.texts import Text

_PROGRAM = (sys.executable, "-m", "verification.adapters.scanning.reader")


_TRIES = 2  # of a file that no process has taken
_START_SECONDS = 60.0  # of the slowest machine


class _Ended(Exception):
    """The process is no longer there, or says what it never would."""


class _NotTaken(_Ended):
    """It was no longer there before it had the file, which is not to blame."""


class _Reader:
    """One process, which reads one file after the other."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            _PROGRAM,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._is_ready = False

    @property
    def pid(self) -> int:
        """Return its process id."""
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        """Tell whether it is no longer there."""
        return self._process.poll() is not None

    def ready(self) -> None:
        """Wait until it can begin."""
        if not self._is_ready:
            with self._ended_after(_START_SECONDS):
                self._line()
            self._is_ready = True

    def ask(self, data: bytes, seconds: float) -> dict[str, Any]:
        """Return its answer about a file; it has ended where there is none in time.

        Raises:
            _NotTaken: It ended before it had the file.
            _Ended: It ended over the file.
        """
        with self._ended_after(seconds) as is_late:
            try:
                self._send(data)
                taken = self._line()
            except _Ended:
                raise (_Ended if is_late.is_set() else _NotTaken) from None
            if taken != TAKEN:
                raise _Ended
            return self._line()

    @contextmanager
    def _ended_after(self, seconds: float) -> Iterator[Event]:
        """Yield what is set where its time was over, which is then the reason that it ended."""
        is_late = Event()

        def end() -> None:
            is_late.set()
            self._process.kill()

        alarm = Timer(seconds, end)
        alarm.daemon = True
        alarm.start()
        try:
            yield is_late
        finally:
            alarm.cancel()

    def end(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(OSError):  # what was not yet sent
                    pipe.close()
        self._process.wait()

    def _send(self, data: bytes) -> None:
        assert self._process.stdin is not None  # noqa: S101  # piped above, for the type
        try:
            self._process.stdin.write(len(data).to_bytes(LENGTH) + data)
            self._process.stdin.flush()
        except OSError:
            raise _Ended from None

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None  # noqa: S101  # piped above, for the type
        try:
            line = self._process.stdout.readline(ANSWER_BYTES)
            answer = json.loads(line) if line.endswith(b"\n") else None
        except (OSError, ValueError):
            raise _Ended from None
        if not isinstance(answer, dict):
            raise _Ended
        return answer


class Readers:
    """Processes that read files, each begun when it is first needed and kept.

    Args:
        places: How many files are read at one time; who comes later waits.
        seconds: What a file may cost.
    """

    def __init__(self, places: int = PLACES, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._free: LifoQueue[_Reader | None] = LifoQueue()  # the one used last is warm
        self._begun: set[_Reader] = set()
        self._lock = Lock()
        self._closed = False
        for _ in range(places):
            self._free.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pids(self) -> list[int]:
        """Return the process ids of those that have begun."""
        with self._lock:
            return sorted(reader.pid for reader in self._begun)

    def start(self) -> None:
        """Begin one and wait until it is ready, so that the first file need not."""
        with self._place():
            pass

    def read(self, data: bytes) -> Reading:
        """Read the codes of an uploaded file, as `upload.read_upload` does.

        Raises:
            PictureError: It cannot be opened, or not within what a file may cost; or no process
                can be begun.
        """
        for _ in range(_TRIES):
            with self._place() as reader:
                try:
                    return _reading(reader.ask(data, self._seconds))
                except _NotTaken:  # between two files: this one is not to blame
                    self._end(reader)
                except _Ended:
                    self._end(reader)
                    raise refused("too_heavy") from None
        raise refused("no_reader")

    def close(self) -> None:
        """End them all, whatever they do."""
        with self._lock:
            self._closed = True
            begun, self._begun = self._begun, set()
        for reader in begun:
            reader.end()

    @contextmanager
    def _place(self) -> Iterator[_Reader]:
        """Yield a process that nobody else uses; one that was ended is followed by a new one."""
        reader = self._free.get()
        try:
            if reader and reader.has_ended:  # between two files: the next one is not to blame
                self._end(reader)
                reader = None
            reader = reader or self._new()
            self._ready(reader)
            yield reader
        finally:
            with self._lock:
                ended = reader is not None and reader not in self._begun
            self._free.put(self._successor() if ended else reader)

    def _new(self) -> _Reader:
        with self._lock:
            if self._closed:
                raise refused("no_reader")
            try:
                reader = _Reader()
            except OSError:  # no process more, no memory for one
                raise refused("no_reader") from None
            self._begun.add(reader)
            return reader

    def _ready(self, reader: _Reader) -> None:
        try:
            reader.ready()
        except _Ended:
            self._end(reader)
            raise refused("no_reader") from None

    def _successor(self) -> _Reader | None:
        """Return the next one, begun at once so that it is warm when it is needed."""
        with suppress(PictureError):  # tried again when it is needed
            return self._new()
        return None

    def _end(self, reader: _Reader) -> None:
        with self._lock:
            self._begun.discard(reader)
        reader.end()


def _reading(answer: dict[str, Any]) -> Reading:
    """Return what a process says; it may be whatever a file has made of it."""
    try:
        if "error" in answer:
            vi, en = map(str, answer["error"])
            raise PictureError(vi, en)
        return Reading(
            payloads=tuple(base64.b64decode(text) for text in answer["payloads"]),
            step=answer["step"],
            unread=bool(answer["unread"]),
            hint=answer["hint"],
            notes=tuple(Text(str(vi), str(en)) for vi, en in answer["notes"]),
        )
    except (KeyError, TypeError, ValueError):
        raise refused("too_heavy") from None
