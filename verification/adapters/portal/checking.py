"""Looks at the way to the portal step by step, so that it is known who has to mend what."""

import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from urllib.parse import SplitResult, urlsplit

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from verification.adapters.portal.account import PortalAccount
from verification.adapters.portal.client import OFFICER_SETTING
from verification.adapters.portal.limits import LIMITS
from verification.adapters.portal.transport import PROXY_SETTING, Failed
from verification.basics.dates import PartialDate
from verification.card.portal import Cause, PortalAnswer, PortalOutcome, Question

_NOBODY = Question("0000000000", "KIỂM TRA KẾT NỐI", PartialDate(1900))
"""Whom the rights are tried with: no card has this number, so nobody is looked at."""
_log = logging.getLogger(__name__)
_PORTS = {"http": 80, "https": 443}
_VERIFY = {9: "not_yet", 10: "expired", 18: "authority", 19: "authority", 20: "authority"}
_VERIFY |= {21: "authority", 62: "name", 64: "name"}


class CheckStep(StrEnum):
    """A step of the way, in its order."""

    DNS = "dns"
    TCP = "tcp"
    TLS = "tls"
    LOGIN = "login"
    RIGHTS = "rights"


class CheckState(StrEnum):
    """How a step stands."""

    OK = "ok"
    FAILED = "failed"
    NOT_TRIED = "not_tried"


@dataclass(frozen=True)
class CheckLine:
    """One step.

    Args:
        step: Which.
        state: How it stands.
        cause: Why it failed, or was not tried; None for a step that waits for the one before.
        detail: What more is known, such as a setting, a HTTP status, a code; nobody's data.
    """

    step: CheckStep
    state: CheckState
    cause: Cause | None = None
    detail: str | None = None


class Tried(Protocol):
    """What logs in and looks up, apart from what the desks ask."""

    def log_in(self, until: float) -> Failed | None:
        """Take a token anew, and return why there is none."""

    def ask(
        self, question: Question, until: float, history: Callable[[], bool] = ...
    ) -> PortalAnswer:
        """Look a card up."""


def check(
    account: PortalAccount, client: Tried, seconds: Callable[[], float]
) -> Iterator[CheckLine]:
    """Try each step until one fails; each is told as it was found.

    Args:
        account: How the portal is reached.
        client: One that nobody else uses.
        seconds: Of the client's clock.
    """
    left = [*CheckStep]
    for line in _steps(account, client, seconds):
        left.remove(line.step)
        yield line
        if line.state is CheckState.FAILED:
            break
    for step in left:
        yield CheckLine(step, CheckState.NOT_TRIED)


def _steps(
    account: PortalAccount, client: Tried, seconds: Callable[[], float]
) -> Iterator[CheckLine]:
    most = LIMITS.seconds.check
    place = urlsplit(account.proxy or account.url)
    yield _line(CheckStep.DNS, _within(most, lambda: _resolve(account, place)))
    yield _line(CheckStep.TCP, _connect(account, place, most))
    direct = account.proxy is None
    if urlsplit(account.url).scheme == "http":
        yield CheckLine(CheckStep.TLS, CheckState.NOT_TRIED, detail="http")
    elif direct:
        yield _line(CheckStep.TLS, _shake_hands(account, place, most))
    failed = client.log_in(seconds() + most)
    if not direct and failed and failed.cause is Cause.TLS:  # the log-in is the first to see it
        yield _line(CheckStep.TLS, failed)
    if not direct and urlsplit(account.url).scheme == "https":
        yield CheckLine(CheckStep.TLS, CheckState.OK)
    yield _line(CheckStep.LOGIN, failed)
    if account.officer is None:
        yield CheckLine(CheckStep.RIGHTS, CheckState.NOT_TRIED, Cause.NO_OFFICER, OFFICER_SETTING)
        return
    yield _line(CheckStep.RIGHTS, _of(client.ask(_NOBODY, seconds() + most, lambda: False)))


def _line(step: CheckStep, failed: Failed | None) -> CheckLine:
    if failed is None:
        return CheckLine(step, CheckState.OK)
    return CheckLine(step, CheckState.FAILED, failed.cause, failed.detail)


def _within(most: float, work: Callable[[], Failed | None]) -> Failed | None:
    """Do what has no time-out of its own, for so many seconds."""
    found: list[Failed | None] = []
    thread = threading.Thread(target=lambda: found.append(work()), daemon=True)
    thread.start()
    thread.join(most)
    return found[0] if found else Failed(Cause.DNS)


def _resolve(account: PortalAccount, place: SplitResult) -> Failed | None:
    try:
        socket.getaddrinfo(place.hostname, _port(place), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return Failed(Cause.DNS, PROXY_SETTING if account.proxy else None)
    return None


def _connect(account: PortalAccount, place: SplitResult, most: float) -> Failed | None:
    try:
        socket.create_connection((place.hostname or "", _port(place)), most).close()
    except TimeoutError:
        return Failed(Cause.TIMEOUT, PROXY_SETTING if account.proxy else None)
    except OSError as error:
        return Failed(Cause.CONNECTION, PROXY_SETTING if account.proxy else type(error).__name__)
    return None


def _shake_hands(account: PortalAccount, place: SplitResult, most: float) -> Failed | None:
    try:
        believed = ssl.create_default_context(cafile=str(account.ca or DEFAULT_CA_BUNDLE_PATH))
        with (
            closing(socket.create_connection((place.hostname or "", _port(place)), most)) as plain,
            closing(believed.wrap_socket(plain, server_hostname=place.hostname)),
        ):
            return None
    except ssl.SSLCertVerificationError as error:
        return Failed(Cause.TLS, _VERIFY.get(error.verify_code))
    except TimeoutError:
        return Failed(Cause.TIMEOUT)
    except OSError:  # an ssl error is one
        return Failed(Cause.TLS)


def _of(answer: PortalAnswer) -> Failed | None:
    """Return why the rights are not there; any word of the card asked for shows that they are."""
    usable = answer.outcome not in {PortalOutcome.SILENT, PortalOutcome.REFUSED_US}
    if usable or answer.cause in {None, Cause.PARAMETERS}:
        return None
    return Failed(answer.cause, answer.detail or answer.code)


def _port(place: SplitResult) -> int:
    return place.port or _PORTS.get(place.scheme, 443)


class PortalChecks:
    """The newest check, and whether one goes on.

    Args:
        run: Makes one.
        clock: The time.

    Attributes:
        lines: What was found; of one that goes on, as far as it came.
        at: When the newest one ended.
    """

    def __init__(
        self, run: Callable[[], Iterable[CheckLine]], clock: Callable[[], datetime]
    ) -> None:
        self._run = run
        self._clock = clock
        self._turn = threading.Lock()
        self.lines: Sequence[CheckLine] = ()
        self.at: datetime | None = None

    @property
    def running(self) -> bool:
        """Tell whether one goes on."""
        return self._turn.locked()

    def begin(self) -> None:
        """Check beside everything else; where one goes on already that one counts."""
        if self._turn.acquire(blocking=False):
            threading.Thread(target=self._guarded, name="portal-check", daemon=True).start()

    def now(self) -> Sequence[CheckLine]:
        """Check, and return what was found."""
        self._turn.acquire()
        self._guarded()
        return self.lines

    def _guarded(self) -> None:
        try:
            self.lines = ()  # what was found before is not what is now
            for line in self._run():
                self.lines = (*self.lines, line)
            self.at = self._clock()
        except Exception as error:  # noqa: BLE001  # the next one is another try
            _log.warning("portal check: %s", type(error).__name__)
        finally:
            self._turn.release()
