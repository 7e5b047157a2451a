"""Sends damaged pictures the two ways there are: as frames of a camera and as uploads.

Nothing crashes, hangs or eats memory, and no picture is read as a card that is not the one on it.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from benchmarks.soak.files import Damaged, damaged
from benchmarks.soak.outcome import Outcome, Progress
from verification.adapters.scanning.limits import SECONDS
from verification.adapters.scanning.live import LiveDecoder
from verification.adapters.scanning.readers import Readers
from verification.adapters.scanning.reading import Reading
from verification.basics.errors import PictureError
from verification.card import presented

COUNT = 100_000
_PIECE = 100  # pictures that one process looks at in a row
_FRAME_SECONDS = 1.5  # of CPU that a frame may take: zxing-cpp's worst and one rescue step
_DAY = date(2026, 11, 22)
_MEGABYTES = 900  # that a process which reads small pictures may have held


@dataclass
class Tally:
    """What came of some pictures."""

    count: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    frame: float = 0.0
    upload: float = 0.0
    memory: int = 0
    found: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Take in what came of others."""
        self.count += other.count
        self.ended += other.ended
        self.frame, self.upload = max(self.frame, other.frame), max(self.upload, other.upload)
        self.memory = max(self.memory, other.memory)
        self.found += other.found


def pictures(
    count: int = COUNT, seed: int = 1, minutes: float | None = None, *, workers: int = 2
) -> Outcome:
    """Send so many pictures; the same count and seed make the same ones, whatever the workers."""
    progress, tally = Progress("pictures", count, minutes), Tally()
    pieces = [(seed, at, min(_PIECE, count - at)) for at in range(0, count, _PIECE)]
    for found in _sent(pieces, workers):
        tally.add(found)
        for one in found.found:
            print(f"pictures: {one}", file=sys.stderr, flush=True)
        progress.at(tally.count, len(tally.found))
        if progress.over:
            break
    if tally.memory > _MEGABYTES:
        tally.found.append(f"{tally.memory} MB held")
    ended = ", ".join(f"{number:,} {what}" for what, number in sorted(tally.ended.items()))
    told = (
        f"{ended}; slowest frame {tally.frame:.2f} s of CPU, upload {tally.upload:.1f} s, "
        f"most memory of one process {tally.memory} MB"
    )
    return Outcome("damaged pictures", tally.count, seed, progress.seconds, told, tally.found)


def _sent(pieces: list[tuple[int, int, int]], workers: int) -> Iterator[Tally]:
    if workers == 1:
        yield from map(_send, pieces)
        return
    while pieces:
        done, processes = 0, ProcessPoolExecutor(workers)
        try:
            for tally in processes.map(_send, pieces):
                done += 1
                yield tally
        except BrokenProcessPool:  # a decoder has ended what it ran in
            yield Tally(found=[f"the process that reads frames ended near {pieces[done]}"])
            done += workers
        finally:
            processes.shutdown(cancel_futures=True)
        pieces = pieces[done:]


def _send(piece: tuple[int, int, int]) -> Tally:
    seed, at, count = piece
    chance, tally, decoder = random.Random(f"{seed}:{at}"), Tally(), LiveDecoder()
    with Readers(1) as readers:
        readers.start()
        for number in range(count):
            sent = damaged(chance)
            before, begun = readers.pids, time.monotonic()
            seen = (
                _as_frame(sent, decoder, tally) if sent.frame else _as_upload(sent, readers, tally)
            )
            wrong = list(wrong_in(sent, seen))
            if readers.pids != before:
                # ended after its time is what the limit is for: a busy machine needs it
                late = time.monotonic() - begun >= SECONDS
                tally.ended["readers ended after their 8 s"] += late
                wrong += [] if late else ["the process that reads uploads broke"]
            tally.count += 1
            tally.found += [f"{what} ({sent.how}, piece {seed}:{at}, {number})" for what in wrong]
        tally.memory = max(map(_most_held, ["self", *map(str, readers.pids)]))
    return tally


def _as_frame(sent: Damaged, decoder: LiveDecoder, tally: Tally) -> Reading:
    begun = time.thread_time()
    try:
        seen = decoder.read_picture(sent.data)
    except Exception as error:  # noqa: BLE001  # that is what is looked for
        tally.found.append(f"a frame raised {error!r} ({sent.how})")
        return Reading()
    took = time.thread_time() - begun
    tally.frame = max(tally.frame, took)
    if took > _FRAME_SECONDS:
        tally.found.append(f"a frame took {took:.1f} s ({sent.how})")
    tally.ended["frames refused" if seen is None else _end_of(seen, "frames")] += 1
    return seen or Reading()


def _as_upload(sent: Damaged, readers: Readers, tally: Tally) -> Reading:
    begun, refused = time.monotonic(), None
    try:
        seen = readers.read(sent.data)
    except PictureError as error:
        seen, refused = Reading(), error
    took = time.monotonic() - begun
    tally.upload = max(tally.upload, took)
    tally.ended["uploads refused" if refused else _end_of(seen, "uploads")] += 1
    return seen


def _end_of(seen: Reading, what: str) -> str:
    return f"{what} read" if seen.payloads else f"{what} not read"


def wrong_in(sent: Damaged, seen: Reading) -> Iterator[str]:
    """Yield what is read as somebody's that is not what the picture says."""
    for payload in seen.payloads:
        if payload != sent.payload and presented.read(payload, _DAY).card:
            yield f"read as another card by {seen.step}: {payload!r} of {sent.payload!r}"


def _most_held(pid: str) -> int:
    """Return the most memory that a process has held, in MB; 0 where the system does not say."""
    if not sys.platform.startswith("linux"):
        return 0
    said = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(said.partition("VmHWM:")[2].split()[0]) // 1024
