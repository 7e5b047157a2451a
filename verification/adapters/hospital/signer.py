"""Has a check-in record signed by what the hospital set: a command on this machine, or an address.

The kiosk holds no certificate. What comes back counts only where it is the same record with a
signature in it: a signer that changed a name or a code is refused, whatever it signed.
"""

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Callable
from concurrent.futures import wait
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import IO, TypeVar
from urllib.parse import urlsplit

import requests

from verification.adapters.hospital.xml0.checking import has_frame
from verification.adapters.hospital.xml0.reading import Refused, read
from verification.basics.errors import SettingsError
from verification.exchange.sending import beside

R = TypeVar("R")
SETTING = "KIOSK_SIGNER"
SECONDS = 30.0
MOST_BYTES = 4_000_000
_CHUNK = 65_536
_FINE = 200
_OURS = "KIOSK_"  # settings of the kiosk: a signer gets no key and no password of it
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class NotSigned(Exception):  # a signer that is not there is no mistake of the code
    """There is no signed record.

    Args:
        cause: Why, a code.
        detail: What more is known; nobody's data.
    """

    def __init__(self, cause: str, detail: str | None = None) -> None:
        super().__init__(cause)
        self.cause = cause
        self.detail = detail


Signer = Callable[[bytes], bytes]
"""Returns a record signed, or raises `NotSigned`."""


@dataclass(frozen=True)
class Command:
    """A program of this machine: the record on its standard input, the signed one on its output.

    Args:
        argv: The program and its words; no shell reads them.
        seconds: How long is waited; then it ends, and all that it began.
    """

    argv: tuple[str, ...] = field(repr=False)
    seconds: float = SECONDS

    def __call__(self, record: bytes) -> bytes:
        """Return what it made of a record.

        Raises:
            NotSigned: Why there is nothing.
        """
        try:
            process = subprocess.Popen(
                self.argv,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={k: v for k, v in os.environ.items() if not k.startswith(_OURS)},
                start_new_session=True,
            )
        except OSError as error:
            raise NotSigned("signer_connection", type(error).__name__) from None
        try:
            made, status = within(self.seconds, lambda: _exchanged(process, record))
        finally:
            _end(process)
            process.wait()
        if len(made) > MOST_BYTES:
            raise NotSigned("signer_unreadable", "size")
        if status != 0:
            raise NotSigned("signer_failed", f"exit {status}")
        return made


@dataclass(frozen=True)
class Address:
    """A web address: the record is posted, the signed one comes back.

    Args:
        url: Where.
        ca: A file of authorities to believe, or None for the usual ones.
        seconds: How long is waited for all of it.
    """

    url: str = field(repr=False)
    ca: Path | None = None
    seconds: float = SECONDS

    def __call__(self, record: bytes) -> bytes:
        """Return what came back for a record.

        Raises:
            NotSigned: Why there is nothing.
        """
        try:
            return within(self.seconds, lambda: self._answered(record))
        except requests.Timeout:
            raise NotSigned("signer_timeout") from None
        except (requests.RequestException, OSError) as error:
            raise NotSigned("signer_connection", type(error).__name__) from None

    def _answered(self, record: bytes) -> bytes:
        with requests.Session() as session:
            session.trust_env = False  # no proxies, no .netrc of the machine's
            with session.post(
                self.url,
                data=record,
                headers={"Content-Type": "application/xml; charset=utf-8", "Accept": "*/*"},
                timeout=self.seconds,
                verify=str(self.ca) if self.ca else True,
                allow_redirects=False,
                stream=True,
            ) as found:
                if found.status_code != _FINE:
                    raise NotSigned("signer_failed", f"HTTP {found.status_code}")
                return _taken(found)


def _taken(found: requests.Response) -> bytes:
    made = b""
    for chunk in found.iter_content(_CHUNK):
        made += chunk
        if len(made) > MOST_BYTES:
            raise NotSigned("signer_unreadable", "size")
    return made


def within(seconds: float, work: Callable[[], R]) -> R:
    """Return what work comes to, where it is done in time; whoever drips for ever is left to it.

    Raises:
        NotSigned: It was not done in time.
    """
    done = beside(work)
    if not wait([done], seconds).done:
        raise NotSigned("signer_timeout")
    return done.result()


def _exchanged(process: "subprocess.Popen[bytes]", record: bytes) -> tuple[bytes, int]:
    """Give a program the record; return what it made, and its status, 0 where that is too much."""
    assert process.stdin  # noqa: S101  # both are pipes
    assert process.stdout  # noqa: S101
    Thread(target=_give, args=(process.stdin, record), daemon=True).start()
    with process.stdout as output:
        made = output.read(MOST_BYTES + 1)
    return made, process.wait() if len(made) <= MOST_BYTES else 0


def signer_of(setting: str, ca: Path | None = None) -> Signer:
    """Return the signer that a house set.

    Args:
        setting: A command, or an address with https.
        ca: A file of authorities to believe for an address, or None for the usual ones.

    Raises:
        SettingsError: It is neither.
    """
    if "://" in setting.split(maxsplit=1)[0]:
        parts = urlsplit(setting)
        host = parts.hostname or ""
        safe = parts.scheme == "https" or (parts.scheme == "http" and host in _LOCAL)
        if not (safe and host and not set(setting) & {" ", "\t"}):
            raise SettingsError(
                f"Thiết lập {SETTING}: địa chỉ phải bắt đầu bằng https://",
                f"Setting {SETTING}: an address must begin with https://",
            )
        return Address(setting, ca)
    try:
        windows = os.name == "nt"  # there a backslash is part of a path
        words = shlex.split(setting, posix=not windows)
        argv = tuple(word.strip('"') if windows else word for word in words)
    except ValueError:
        argv = ()
    if not argv or not argv[0]:
        raise SettingsError(
            f"Thiết lập {SETTING}: không đọc được lệnh này, hãy xem lại dấu nháy",
            f"Setting {SETTING}: this is no command that can be read, look at its quotes",
        )
    return Command(argv)


def is_there(signer: Signer) -> bool:
    """Tell whether a signer's program can be run now; of an address only the sending tells.

    A kiosk starts without it: desks do not wait for a stick that is not plugged in.
    """
    return not isinstance(signer, Command) or shutil.which(signer.argv[0]) is not None


def signed(record: bytes, signer: Signer) -> bytes:
    """Return a record with its signature, once it is sure that it is the same record.

    Whether the signature is true only the portal can tell.

    Raises:
        NotSigned: It is not there, unsigned, or says something else.
    """
    made = signer(record)
    try:
        document = read(made)
    except Refused as refused:
        raise NotSigned("signer_unreadable", refused.flaw.code) from None
    if document.content != read(record).content or not has_frame(document):
        raise NotSigned("signer_changed")
    if not document.signature:
        raise NotSigned("signer_unsigned")
    return made


def _give(pipe: IO[bytes], record: bytes) -> None:
    with suppress(OSError, ValueError), pipe:  # a signer that does not read it to its end
        pipe.write(record)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a program and all that it began."""
    with suppress(OSError):
        if os.name == "nt":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
