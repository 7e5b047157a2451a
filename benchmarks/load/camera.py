"""What the camera of a desk posts: frames while something changes, each payload told once."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from benchmarks.load.asking import Lane
from benchmarks.load.law import LAW, Law
from benchmarks.load.tally import Tally


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

    def at(self, second: float, law: Law = LAW) -> bytes | None:
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
    """

    def __init__(self, lane: Lane, view: Callable[[], Mapping[str, Any]], tally: Tally) -> None:
        self._lane, self._view, self._tally = lane, view, tally

    async def shows(self, shown: Shown, tell: Callable[[Sequence[str], float], None]) -> None:
        """Post the frames of one patient, the next once the one before is answered.

        Args:
            shown: What it sees.
            tell: Takes the payloads once, and when the post began that carried them.
        """
        began, told = time.perf_counter(), False
        for tick in _ticks(began):
            await asyncio.sleep(max(0.0, tick - time.perf_counter()))
            frame = shown.at(time.perf_counter() - began)
            if frame is None:
                return
            reply = await self._lane.ask(
                "POST", "/kiosk/frame", frame,
                Content_Type="image/jpeg", X_Kiosk_Token=self._view()["token"],
            )  # fmt: skip
            self._tally.posts.append(1000 * reply.seconds)
            if reply.status != HTTPStatus.OK:
                self._tally.errors[f"frame: {reply.status}"] += 1
                continue
            if reply.told["payloads"] and not told:
                told = True
                self._tally.read.append(1000 * reply.seconds)
                tell(reply.told["payloads"], reply.begun)


def _ticks(began: float) -> Iterator[float]:
    """Yield when the page looks: each 100 ms, not while a frame is on its way."""
    tick = began
    while True:
        yield tick
        missed = max(0.0, time.perf_counter() - tick) // LAW.look_seconds
        tick += (missed + 1) * LAW.look_seconds
