"""One desk: an officer, the page and the camera before her, without a browser."""

import asyncio
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from benchmarks.load.asking import Lane
from benchmarks.load.camera import Began, Camera, Shown
from benchmarks.load.law import LAW, Law
from benchmarks.load.tally import Tally
from benchmarks.load.wire import Drawn, Page, PageLost
from benchmarks.soak.day_people import Person

RECEIVED = "ĐÃ TIẾP NHẬN"
Patient = tuple[Person, Shown]


class Desk:
    """A desk.

    Args:
        name: Of the desk.
        port: Of the kiosk on this machine.
        cookie: Of its officer's session.
        threads: Where its requests wait.
        tally: Where it is counted.
        law: What it does when.
    """

    def __init__(
        self, name: str, port: int, cookie: str, threads: Executor, tally: Tally, law: Law = LAW
    ) -> None:
        self._name, self._tally, self._law = name, tally, law
        self._page = Page(port, cookie)
        self._frames, self._alive = (Lane(port, cookie, threads) for _ in "fa")
        self._camera = Camera(self._frames, lambda: self._page.view, tally, law)
        self._number = 0
        self._works: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Open its page."""
        await self._page.__aenter__()

    async def works(
        self, patients: Iterable[Patient], begins: float, chance: random.Random
    ) -> None:
        """Receive one after the other, each in a period of his own.

        Args:
            patients: Who comes.
            begins: When the first period begins.
            chance: When in their period they come.
        """
        signs = asyncio.create_task(self._signs())
        span = (
            self._law.period_seconds
            - self._law.view_seconds
            - self._law.after_seconds
            - 2 * self._law.by_key_seconds
        )
        for at, patient in enumerate(patients):
            comes = begins + at * self._law.period_seconds + chance.uniform(0, max(0.0, span))
            await asyncio.sleep(max(0.0, comes - time.perf_counter()))
            await self._receives(*patient)
        await asyncio.gather(*self._works)
        signs.cancel()

    async def close(self) -> None:
        """Leave it."""
        await self._page.__aexit__()
        for lane in (self._frames, self._alive):
            lane.close()

    async def _receives(self, person: Person, shown: Shown) -> None:
        def tell(payloads: Sequence[str], began: Began) -> None:
            work = asyncio.create_task(self._scanned(person, payloads, began))
            self._works.add(work)
            work.add_done_callback(self._works.discard)
            told.append(True)

        told: list[bool] = []
        await self._camera.shows(shown, tell)
        if not told:
            self._tally.errors["never read"] += 1

    async def _scanned(self, person: Person, payloads: Sequence[str], began: Began) -> None:
        """Tell what the camera read; who is not received by that is received by F2."""
        scan = {"source": "camera", "payloads": payloads, "text_edited": False, "look": False}
        with suppress(PageLost, TimeoutError):
            begun, drawn = await self._acknowledged("scan", scan)
            self._tally.checkins.append(1000 * (drawn.came - begun))
            self._tally.deltas.append(1000 * (drawn.ended - begun))
            self._tally.answers.append(1000 * (drawn.came - began.posted))
            self._tally.waited.append(1000 * (drawn.came - began.came))
            self._tally.sizes.append(drawn.size)
            if not _is_received(drawn.view):
                await asyncio.sleep(self._law.by_key_seconds)
                f2 = {"key": "F2", "answer": drawn.view["answer"]["id"]}
                begun, drawn = await self._acknowledged("key", f2)
                self._tally.keys.append(1000 * (drawn.came - begun))
            if not _is_of(person, drawn.view):
                self._tally.errors["another's answer"] += 1
            elif not _is_received(drawn.view):
                self._tally.errors["not received"] += 1
            else:
                self._tally.received.append(person.card["ma_the"])
            return
        self._tally.errors["lost answer"] += 1

    async def _acknowledged(self, kind: str, fields: Mapping[str, Any]) -> tuple[float, Drawn]:
        """Send an event until it is acknowledged; return when it was sent first, and what came."""
        self._number += 1
        number, mark = self._number, self._page.view["mark"]
        now = int(time.time() * 1000)
        event = {
            "session": f"load-{self._name}",
            "number": number,
            "kind": kind,
            "at": now,
            "by": mark,
        }
        begun, wait = time.perf_counter(), self._law.resend_seconds
        while True:
            await self._page.tell({**event, **fields, "sent": int(time.time() * 1000)})
            with suppress(TimeoutError):
                return begun, await asyncio.wait_for(self._page.until(_is_acked(number)), wait)
            if time.perf_counter() - begun > self._law.patience_seconds:
                raise TimeoutError
            self._tally.resent += 1
            wait = min(2 * wait, self._law.resend_most_seconds)

    async def _signs(self) -> None:
        """Ask whether the server is there, as the page does."""
        while True:
            await asyncio.sleep(self._law.alive_seconds)
            reply = await self._alive.ask("GET", "/kiosk/alive")
            self._tally.alive.append(1000 * reply.seconds)
            if reply.status != HTTPStatus.OK:
                self._tally.errors[f"alive: {reply.status}"] += 1


def _is_acked(number: int) -> Callable[[Drawn], bool]:
    return lambda drawn: (drawn.view.get("ack") or {}).get("number", 0) >= number


def _is_received(view: Mapping[str, Any]) -> bool:
    answer = view.get("answer") or {}
    return bool((answer.get("state") or {}).get("done"))


def _is_of(person: Person, view: Mapping[str, Any]) -> bool:
    return str((view.get("answer") or {}).get("name", "")).upper() == person.name
