"""What the camera of a desk posts: frames while something changes, each payload told once."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from benchmarks.load.asking import Lane
from benchmarks.load.law import Law
from benchmarks.load.tally import Tally


@dataclass(frozen=True)
class Began:
    """When somebody's turn began.

    Args:
        came: The phone came into view.
        posted: The post that first carried its payload.
    """

    came: float
    posted: float


@dataclass(frozen=True)
class Shown:
    """The frames of one patient.

    Args:
        coming: The phone on its way; it leaves the way it came.
        held: The phone held up.
        bare: The desk.
    """

    coming: Sequence[bytes]
    held: bytes
    bare: bytes

    def at(self, second: float, law: Law) -> bytes | None:
        """Return what is posted at a time since the phone came, None once nothing changes."""
        move, view = law.move_seconds, law.view_seconds
        steps = len(self.coming)
        if second < move:
            return self.coming[min(steps - 1, int(second / move * steps))]
        if second < view - move:
            return self.held
        if second < view:
            return self.coming[max(0, steps - 1 - int((second - view + move) / move * steps))]
        return self.bare if second < view + law.after_seconds else None


class Camera:
    """The camera of one desk.

    Args:
        lane: Where its frames go.
        view: Returns what the desk shows: its token stands there.
        tally: Where it is counted.
        law: How often it looks, how long a phone is there.
    """

    def __init__(
        self, lane: Lane, view: Callable[[], Mapping[str, Any]], tally: Tally, law: Law
    ) -> None:
        self._lane, self._view, self._tally, self._law = lane, view, tally, law

    async def shows(self, shown: Shown, tell: Callable[[Sequence[str], Began], None]) -> None:
        """Post the frames of one patient, the next once the one before is answered.

        Args:
            shown: What it sees.
            tell: Takes the payloads once, and when it began.
        """
        hand = Hand(time.perf_counter(), self._law)
        rests = 0.0
        for tick in _ticks(hand.came, self._law.look_seconds):
            if tick < rests:
                continue
            await asyncio.sleep(max(0.0, tick - time.perf_counter()))
            frame = shown.at(hand.second(time.perf_counter()), self._law)
            if frame is None:
                return
            reply = await self._lane.ask(
                "POST",
                "/kiosk/frame",
                frame,
                Content_Type="image/jpeg",
                X_Kiosk_Token=self._view()["token"],
            )
            self._tally.posts.append(1000 * reply.seconds)
            if reply.status != HTTPStatus.OK:
                self._tally.errors[f"frame: {reply.status}"] += 1
                rests = time.perf_counter() + self._law.failed_seconds
                continue
            rest = hand.rest(time.perf_counter(), seen=bool(reply.told["payloads"]))
            busy = reply.seconds + min(reply.told["delayed"] / 1000, self._law.busy_most_seconds)
            rests = reply.begun + max(busy, rest - 0.01)
            if reply.told["payloads"] and not hand.is_read:
                hand.is_read = True
                self._tally.read.append(1000 * reply.seconds)
                tell(reply.told["payloads"], Began(hand.came, reply.begun))


@dataclass
class Hand:
    """Holds a phone up for so long, and longer until it was read, as people do.

    Args:
        came: When it came.
        law: How long it is there, and how long anybody waits.
    """

    came: float
    law: Law
    is_read: bool = False
    longer: float = 0.0

    def rest(self, now: float, *, seen: bool) -> float:
        """Return how long the page waits from one post to the next, by what the last one showed."""
        bare = self.second(now) - self.law.view_seconds
        return self.law.slow_seconds if seen or bare > self.law.settled_seconds else 0.0

    def second(self, now: float) -> float:
        """Return the time since it came, standing still while it is held up for longer."""
        leaves = self.law.view_seconds - self.law.move_seconds
        second = now - self.came - self.longer
        if second > leaves and not self.is_read and now - self.came < self.law.patience_seconds:
            self.longer += second - leaves
            return leaves - 1e-6
        return second


def _ticks(began: float, every: float) -> Iterator[float]:
    """Yield when the page looks, but for the times at which a frame was on its way."""
    tick = began
    while True:
        yield tick
        missed = max(0.0, time.perf_counter() - tick) // every
        tick += (missed + 1) * every
