"""What can go wrong at the portal: switched on and off while it runs, one or several at a time."""

import threading
from collections.abc import Collection, Iterable
from enum import StrEnum


class Fault(StrEnum):
    """A way in which the portal fails; several add up."""

    SLOW = "slow"  # the answer comes late, and drop by drop
    HANG = "hang"  # asked, and never answers
    RESET = "reset"  # the connection is torn
    HTTP_500 = "500"
    HTTP_502 = "502"  # a page of the gateway in front of it
    EMPTY = "empty"
    TRUNCATED = "truncated"  # half of the answer, and nothing says so
    WRONG_TYPE = "wrong-type"
    UNKNOWN_CODE = "unknown-code"
    ONCE_401 = "401-once"  # a token that was good is refused once
    ALWAYS_401 = "401-always"  # the account lacks the right
    TOKEN_ADDRESS = "token-address"  # noqa: S105  # the token is bound to another address
    TOKEN_EXPIRED = "token-expired"  # noqa: S105  # a token is good for one question
    NULL_HISTORY = "null-history"
    UPPER_KEYS = "upper-keys"
    RATE_LIMIT = "rate-limit"  # the account asked too often
    CLOCK_SKEW = "clock-skew"  # its clock is a day behind
    DIES = "dies"  # ends in the middle of an answer and is not there any more
    UNSIGNED = "unsigned"  # no check-in record counts as signed


class UnknownFault(ValueError):
    """A name that is none; its text is the name."""


def faults_of(names: str) -> frozenset[Fault]:
    """Read names with commas between them.

    Raises:
        UnknownFault: One of them is none.
    """
    return frozenset(fault_of(name) for name in names.split(",") if name.strip())


def fault_of(name: str) -> Fault:
    """Read one name.

    Raises:
        UnknownFault: It is none.
    """
    word = name.strip().lower()
    if word not in {fault.value for fault in Fault}:
        raise UnknownFault(name.strip())
    return Fault(word)


class Faults:
    """Which faults are on; safe for several threads.

    Args:
        on: Those that are on at the start.
    """

    def __init__(self, on: Iterable[Fault] = ()) -> None:
        self._changed = threading.Condition()
        self._on: frozenset[Fault] = frozenset()
        self._only: frozenset[str] | None = None
        self._armed = False
        self._ended = False
        self.set(on)

    @property
    def on(self) -> frozenset[Fault]:
        """Return those that are on now."""
        with self._changed:
            return self._on

    def of(self, call: str) -> frozenset[Fault]:
        """Return those that a call meets now."""
        with self._changed:
            return self._on if self._only is None or call in self._only else frozenset()

    def set(self, on: Iterable[Fault], only: Collection[str] | None = None) -> None:
        """Switch exactly these on.

        Args:
            on: Which.
            only: Calls that they are for; None for all.
        """
        with self._changed:
            before, self._on = self._on, frozenset(on)
            self._only = None if only is None else frozenset(only)
            if Fault.ONCE_401 in self._on - before:
                self._armed = True
            self._changed.notify_all()

    def toggle(self, fault: Fault) -> bool:
        """Switch one on or off; tell whether it is on now."""
        with self._changed:
            self.set(self._on ^ {fault}, self._only)
            return fault in self._on

    def take_once(self) -> bool:
        """Tell whether the one 401 is due now; it is used up by asking."""
        with self._changed:
            due = self._armed and Fault.ONCE_401 in self._on
            self._armed = self._armed and not due
            return due

    def wait_over(self, fault: Fault) -> None:
        """Wait until a fault is switched off, or the portal ends."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or fault not in self._on)

    def end(self) -> None:
        """Let nobody wait any longer: the portal ends."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
