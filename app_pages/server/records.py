"""What the server writes about itself: bounded in size, without what was asked for or of whom.

All loggers, Streamlit's and uvicorn's too, end here: in a file that is replaced when it is full,
and on the console. What is said again and again is counted instead.
"""

import logging
import logging.handlers
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TypeGuard

from app_pages.server.limits import LIMITS, Records
from app_pages.server.record_lines import LEFT_OUT, Form, formatter
from verification.basics.errors import SettingsError
from verification.basics.limiter import Bucket, Limiter
from verification.operations.settings import Settings
from verification.operations.version import commit, stands_on

_log = logging.getLogger("kiosk")
_MANY = 1_000  # kinds of sentences that are counted at one time
_OURS_ALONE = 0o600
_SILENT = frozenset({"uvicorn.access"})  # a line a request, which nobody reads


class _File(logging.handlers.RotatingFileHandler):
    """A file that its owner alone can read, and that stops nobody when the disk is full."""

    def _open(self) -> TextIOWrapper:
        number = os.open(self.baseFilename, os.O_RDWR | os.O_APPEND | os.O_CREAT, _OURS_ALONE)
        with suppress(OSError, AttributeError):  # Windows; a file of before
            os.fchmod(number, _OURS_ALONE)
        file = os.fdopen(number, "r+b", buffering=0)  # what a full disk refused waits nowhere
        with suppress(OSError):  # no file, such as /dev/full
            if file.seek(0, os.SEEK_END) and os.pread(number, 1, file.tell() - 1) != b"\n":
                file.write(b"\n")  # a line that was torn is not joined by the next
        return TextIOWrapper(file, encoding="utf-8", errors="replace", write_through=True)

    def doRollover(self) -> None:  # noqa: N802  # logging's name
        """Begin a new file; where the old one cannot be put aside, its lines are given up."""
        try:
            super().doRollover()
        except OSError:
            self._drop()
            self.stream = self._open()
            self.stream.truncate(0)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802  # logging's
        """Say nothing: that would be one more line about the same; the next one opens anew."""
        self._drop()

    def _drop(self) -> None:
        stream, self.stream = self.stream, None
        with suppress(OSError, ValueError):
            if stream:
                stream.close()


class _Console(logging.StreamHandler[Any]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's name
        """Say nothing: whoever read it has gone."""


class Paced(logging.Handler):
    """Passes on so many of a kind; the next one that fits tells how many were left out.

    Args:
        limits: How many.
        file: Gets them all.
        console: Gets no more than so many of all kinds together, None where there is none.
    """

    def __init__(
        self, limits: Records, file: logging.Handler, console: logging.Handler | None
    ) -> None:
        super().__init__()
        alike = Bucket(limits.alike_a_minute / 60, limits.alike_at_once)
        shown = Bucket(limits.shown_a_minute / 60, limits.shown_at_once)
        self._alike = Limiter(time.monotonic, alike)
        self._shown = Limiter(time.monotonic, shown)
        self._left_out: dict[str, int] = {}
        self._file, self._console = file, console

    def emit(self, record: logging.LogRecord) -> None:
        """Pass one on, or count it."""
        error = record.exc_info[0] if record.exc_info else None
        kind = f"{record.name} {record.levelno} {str(record.msg)[:200]} {error}"
        if not self._alike.allows(kind):
            if len(self._left_out) > _MANY:
                self._left_out.clear()
            self._left_out[kind] = self._left_out.get(kind, 0) + 1
            return
        if left_out := self._left_out.pop(kind, 0):
            setattr(record, LEFT_OUT, left_out)
        self._file.handle(record)
        if self._console and self._shown.allows(""):
            self._console.handle(record)

    def close(self) -> None:
        """Close the file."""
        with suppress(OSError):  # what a full disk did not take
            self._file.close()
        super().close()


class _Adopted(logging.Logger):
    """A logger made later, by whichever library: it has no way out of its own."""

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, True if name == "propagate" else value)

    def addHandler(self, hdlr: logging.Handler) -> None:  # noqa: N802  # logging's name
        """Add none."""


@contextmanager
def kept(file: Path, limits: Records = LIMITS.records, form: Form = Form.PLAIN) -> Iterator[None]:
    """Take in what all loggers say, those of libraries and those made later too.

    Args:
        file: Where it is written.
        limits: How much of it.
        form: Of the lines, in the file and on the console.

    Raises:
        SettingsError: The file cannot be written.
    """
    handler = Paced(limits, _opened(file, limits, form), _console(form))
    known = logging.root.manager.loggerDict.values()
    loggers = [logging.root, *(one for one in known if _speaks(one))]
    before = [(one, one.handlers[:], one.propagate) for one in loggers]
    made = logging.getLoggerClass()
    logging.setLoggerClass(_Adopted)
    for one in loggers:
        one.handlers, one.propagate = [], True
    logging.root.handlers = [handler]
    try:
        yield
    finally:
        logging.setLoggerClass(made)
        for one, handlers, propagate in before:
            one.handlers, one.propagate = handlers, propagate
        handler.close()


@contextmanager
def living(settings: Settings) -> Iterator[None]:
    """Write down when the server began and ended; an end without a line was none of its own."""
    told = " ".join(f"{name} {version}" for name, version in stands_on().items())
    _log.setLevel(logging.INFO)
    _log.info("began: %d desks, commit %s, %s", len(settings.desks), commit() or "-", told)
    try:
        yield
    finally:
        _log.info("ended")


def _opened(file: Path, limits: Records, form: Form) -> _File:
    try:
        opened = _File(file, maxBytes=limits.file_bytes, backupCount=limits.files - 1)
    except OSError as error:
        raise SettingsError(
            f"Không ghi được tệp nhật ký máy chủ {file} (KIOSK_SERVER_LOG)",
            f"The server's record {file} cannot be written (KIOSK_SERVER_LOG)",
        ) from error
    opened.setFormatter(formatter(form))
    return opened


def _console(form: Form) -> _Console:
    console = _Console()
    console.setFormatter(formatter(form))
    return console


def _speaks(one: object) -> TypeGuard[logging.Logger]:
    return isinstance(one, logging.Logger) and one.name not in _SILENT
