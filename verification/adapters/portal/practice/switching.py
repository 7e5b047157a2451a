"""An outage on a key press: lines of the console switch the faults."""

import os
import threading
from collections.abc import Callable

from verification.adapters.portal.practice.faults import Fault, UnknownFault, fault_of
from verification.adapters.portal.practice.server import Practice
from verification.basics.texts import Texts

_TEXTS = Texts("verification.adapters.portal.practice")
_CLEAR, _HELP = "0", {"?", "h", "help"}
_AT_ONCE = 4096  # bytes


class Switch:
    """Takes lines and says what came of them.

    Args:
        practice: Whose faults are switched.
        printing: Prints a line.
    """

    def __init__(self, practice: Practice, printing: Callable[[str], None]) -> None:
        self._practice = practice
        self._print = printing

    def help(self) -> None:
        """Say which faults there are, by number and name."""
        for number, fault in enumerate(Fault, 1):
            words = _TEXTS(f"fault.{fault.value}")
            self._print(f"  {number:>2}  {fault.value:<14} {words.vi} / {words.en}")
        self._both("keys")

    def line(self, text: str) -> None:
        """Take one line: a number or a name toggles, `0` clears, `?` shows the list."""
        word = text.strip().lower()
        if not word or word in _HELP:
            self.help()
        elif word == _CLEAR:
            self._practice.set(frozenset())
        else:
            try:
                self._practice.toggle(_meant(word))
            except UnknownFault as error:
                self._both("unknown", name=str(error))
        self._now()

    def listen(self, source: int) -> threading.Thread:
        """Take lines from an open file until it ends, in a thread of its own.

        Args:
            source: Its number; read without a buffer, whose lock would outlive the program's end.
        """
        listening = threading.Thread(target=self._listen, args=(source,), daemon=True)
        listening.start()
        return listening

    def _listen(self, source: int) -> None:
        kept = b""
        while read := _read(source):
            *lines, kept = (kept + read).split(b"\n")
            for one in lines:
                self.line(one.decode("utf-8", "replace"))

    def _now(self) -> None:
        on = sorted(self._practice.faults.on)
        if on:
            self._both("now", faults=", ".join(on))
        else:
            self._both("none")

    def _both(self, key: str, **params: object) -> None:
        words = _TEXTS(key, **params)
        self._print(f"{words.vi}\n{words.en}")


def _meant(word: str) -> Fault:
    """Return a fault by its number on the list or by its name.

    Raises:
        UnknownFault: It is neither.
    """
    every = tuple(Fault)
    if word.isascii() and word.isdigit() and 0 < int(word) <= len(every):
        return every[int(word) - 1]
    return fault_of(word)


def _read(source: int) -> bytes:
    try:
        return os.read(source, _AT_ONCE)
    except OSError:  # there is no terminal
        return b""
