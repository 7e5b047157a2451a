"""Sends damaged pictures the ways there are: as frames of a camera and as uploads.

Most are read by the plain step alone, as most frames of a camera are; a fixed share of each
(`files.SHARES`) goes through one step of rescue, whatever the budget, or through the process apart.
Nothing crashes, hangs or eats memory, and no picture is read as a card that is not the one on it.
"""

import os
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

from benchmarks.soak.files import PLAIN, RESCUED, SHARES, UPLOADED, WAYS, Damaged, damaged
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
# Of CPU that an upload may take: `limits.SECONDS` says 5, and what begins the next process. Longer
# by the clock is a busy machine, and is counted.
_UPLOAD_SECONDS = 8.0
_ALL = 1e9  # milliseconds: each of these frames has its step
_DAY = date(2026, 11, 22)
_MEGABYTES = 900  # that a process which reads small pictures may have held


@dataclass
class Tally:
    """What came of some pictures."""

    count: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    frame: float = 0.0
    upload: float = 0.0
    upload_cpu: float = 0.0
    memory: int = 0
    found: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Take in what came of others."""
        self.count += other.count
        self.ended += other.ended
        self.frame, self.upload = max(self.frame, other.frame), max(self.upload, other.upload)
        self.upload_cpu = max(self.upload_cpu, other.upload_cpu)
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
    mix = ", ".join(f"{share:g} % {way}" for way, share in zip(WAYS, SHARES, strict=True))
    told = (
        f"mix {mix}: {ended}; slowest frame {tally.frame:.2f} s of CPU, "
        f"upload {tally.upload_cpu:.1f} s ({tally.upload:.1f} s by the clock), "
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
    chance, tally = random.Random(f"{seed}:{at}"), Tally()
    # no budget of a second, so that a busy machine reads what an idle one reads
    decoders = {PLAIN: LiveDecoder(0), RESCUED: LiveDecoder(_ALL)}
    with Readers(1) as readers:
        for number in range(count):
            sent, before = damaged(chance), len(tally.found)
            if sent.way == UPLOADED:
                seen = _as_upload(sent, readers, tally)
            else:
                seen = _as_frame(sent, decoders[sent.way], tally)
            tally.count += 1
            tally.found += wrong_in(sent, seen)
            where = f" ({sent.how}, piece {seed}:{at}, {number})"
            tally.found[before:] = [what + where for what in tally.found[before:]]
        tally.memory = max(tally.memory, _most_held("self"))
    return tally


def _as_frame(sent: Damaged, decoder: LiveDecoder, tally: Tally) -> Reading:
    begun = time.thread_time()
    try:
        seen = decoder.read_picture(sent.data)
    except Exception as error:  # noqa: BLE001  # that is what is looked for
        tally.found.append(f"a frame raised {error!r}")
        return Reading()
    took = time.thread_time() - begun
    tally.frame = max(tally.frame, took)
    if took > _FRAME_SECONDS:
        tally.found.append(f"a frame took {took:.1f} s")
    end = "refused" if seen is None else "read" if seen.payloads else "not read"
    tally.ended[f"{sent.way} {end}"] += 1
    return seen or Reading()


def _as_upload(sent: Damaged, readers: Readers, tally: Tally) -> Reading:
    readers.start()
    pids, spent = readers.pids, _spent(readers.pids)
    begun, seen, end = time.monotonic(), Reading(), "refused"
    try:
        seen = readers.read(sent.data)
        end = "read" if seen.payloads else "not read"
    except PictureError:
        pass
    took, spent = time.monotonic() - begun, _spent(readers.pids) - spent
    tally.upload, tally.upload_cpu = max(tally.upload, took), max(tally.upload_cpu, spent)
    if readers.pids != pids:
        end = "refused after their 8 s"
        if took < SECONDS:
            tally.found.append("the process that reads uploads broke")
    if spent > _UPLOAD_SECONDS:
        tally.found.append(f"an upload took {spent:.1f} s of CPU")
    tally.ended[f"{sent.way} {end}"] += 1
    tally.memory = max(tally.memory, *map(_most_held, map(str, readers.pids)))
    return seen


def _spent(pids: list[int]) -> float:
    """Return the CPU seconds of these processes and of those of this one's that have ended."""
    ended = os.times()
    spent = ended.children_user + ended.children_system
    if sys.platform.startswith("linux"):
        for pid in pids:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
            ticks = stat.rpartition(")")[2].split()[11:15]  # its own and its children's
            spent += sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    return spent


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
