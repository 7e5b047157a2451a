"""What goes on beside the desks of a day: looks at the server, probes, commands, an outage."""

import http.client
import itertools
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Self

from benchmarks.soak.day_desk import Tally
from benchmarks.soak.day_told import LAW
from benchmarks.soak.holding import Sample, look
from tests.browser.running import Server
from verification.adapters.portal.practice.faults import Fault, Faults
from verification.operations.wiring import local_now


class Beside:
    """Threads of their own; leaving the context ends them.

    Args:
        server: The kiosk.
        folder: Where lists and backups are.
        portal: The practice portal's faults.
        minutes: How long all of it goes on.
        tally: Where it is counted.
    """

    def __init__(
        self, server: Server, folder: Path, portal: Faults, minutes: float, tally: Tally
    ) -> None:
        self.samples: list[Sample] = []
        self._server, self._folder, self._portal = server, folder, portal
        self._minutes, self._tally = minutes, tally
        self._begun, self._ended = time.monotonic(), threading.Event()
        works = (self._watch, self._probe, self._commands)
        self._threads = [threading.Thread(target=self._told, args=(work,)) for work in works]

    def __enter__(self) -> Self:
        self._begun = time.monotonic()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()
        self._portal.set(())
        self._look()

    @property
    def _minute(self) -> float:
        return (time.monotonic() - self._begun) / 60

    def _told(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001  # the campaign is to hear of it
            self._tally.found.append(f"beside: {error!r}")

    def _look(self) -> None:
        received = len(self._tally.received)
        self.samples.append(look(self._server.pid, self._server.db, self._minute, received))

    def _watch(self) -> None:
        """Look at what the server holds; in the middle of the time the portal is away."""
        first, last = (share * self._minutes for share in LAW.outage)
        while not self._ended.is_set():
            self._look()
            self._portal.set({Fault.RESET} if first <= self._minute < last else ())
            self._ended.wait(LAW.sample_seconds)

    def _probe(self) -> None:
        while not self._ended.wait(LAW.probe_seconds):
            for path in ("/healthz", "/metrics"):
                asked = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=60)
                asked.request("GET", path)
                status = asked.getresponse().status
                asked.close()
                self._tally.did(path)
                if status != HTTPStatus.OK:
                    self._tally.found.append(f"{path}: {status}")

    def _commands(self) -> None:
        cards, backups = self._folder / "lists" / "cards.csv", self._folder / "backups"
        report = ("report", "shift", "--on", local_now().date().isoformat(), "--format", "csv")
        each = itertools.cycle((
            ("import-cards", str(cards), "--replace", "--remove-any"),
            (*report, "--out", str(self._folder / "report.csv")),
            ("backup", str(backups)),
        ))  # fmt: skip
        while not self._ended.wait(min(LAW.beside_seconds, self._minutes * 60 / 6)):
            words = next(each)
            done = self._server.command(*words)
            self._tally.did(words[0])
            (self._folder / "report.csv").unlink(missing_ok=True)
            if done.returncode:
                self._tally.found.append(f"{words[0]}: {done.stderr.decode()[-200:]}")
