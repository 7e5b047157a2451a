"""What each reader reads, never wrongly and at what cost: the cascade beside single readers.

Pictures: photographs and frames that were given beside this folder (left out with a word where
they are absent), and the hard frames of `fixtures/hard.py`, which anyone can draw again.
"""

import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count, product
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import zxingcpp

from benchmarks.figures import machine
from fixtures.clip import FRAMES_PER_SECOND, timeline, write_clip
from fixtures.hard import KINDS, LEVELS, approach, empty_frame, hard_frame
from fixtures.make import CLIP_SECONDS, CLIP_SLUGS, payloads
from verification.adapters.scanning import engines
from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.decoder import STILL_SECONDS, look, read_frame
from verification.adapters.scanning.engines import read_only
from verification.adapters.scanning.gray import Gray
from verification.adapters.scanning.live import STEP_SECONDS, LiveDecoder
from verification.adapters.scanning.rescue.locator import Candidate
from verification.adapters.scanning.rescue.passes import (
    LIVE_STEPS,
    WHOLE_STEPS,
    Step,
    Whole,
    workable,
)

SEEDS = (1, 2, 3)
GIVEN = Path(__file__).resolve().parents[2] / "shared"
_FORMATS = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_EMPTY_FRAMES = 60

Reader = Callable[[Gray], list[bytes]]
Rescue = Callable[[Gray, list[Candidate]], list[bytes]]


class Shown(NamedTuple):
    """A picture and what it says."""

    name: str
    gray: Gray
    payload: bytes


def _zxing(gray: Gray) -> list[bytes]:
    return [code.bytes for code in zxingcpp.read_barcodes(gray, formats=_FORMATS)]


def _pyzbar(gray: Gray) -> list[bytes]:
    if engines.pyzbar is None:
        return []
    symbols = [engines.pyzbar.ZBarSymbol.QRCODE]
    return [code.data for code in engines.pyzbar.decode(gray, symbols=symbols)]


def _opencv(detector: Any) -> Reader:  # noqa: ANN401  # two classes without a common base
    def read(gray: Gray) -> list[bytes]:
        try:
            text = detector.detectAndDecode(gray)[0]
        except (cv2.error, UnicodeDecodeError):
            return []
        return [text.encode("utf-8", "surrogateescape")] if text else []

    return read


class _Cascade:
    """The kiosk's own reader of single pictures, which counts by what step it read."""

    def __init__(self) -> None:
        self.steps = Counter[str]()

    def __call__(self, gray: Gray) -> list[bytes]:
        reading = read_frame(gray)
        self.steps[reading.step or "unread"] += 1
        return list(reading.payloads)


BESIDE: dict[str, Reader] = {
    "pyzbar": _pyzbar,
    "cv2.QRCodeDetector": _opencv(cv2.QRCodeDetector()),
    "cv2.QRCodeDetectorAruco": _opencv(cv2.QRCodeDetectorAruco()),
}


def measure(seeds: tuple[int, ...] = SEEDS, given: Path = GIVEN) -> Iterator[str]:
    """Yield the lines of the report."""
    cv2.setNumThreads(1)
    yield f"{machine()}; CPU ms of one thread; hard frames of the seeds {seeds}"
    yield "| set | reader | read | of | rate | wrong | ms p50 | ms p95 |"
    yield "|---|---|---|---|---|---|---|---|"
    notes: list[str] = []
    everything: list[Shown] = []
    for name, shown in _sets(seeds, given):
        if not shown:
            notes.append(f"{name}: not beside this folder, left out")
            continue
        cascade = _Cascade()
        others = {} if name.startswith("hard") else BESIDE
        readers: dict[str, Reader] = {"zxing-cpp": _zxing, **others, "cascade": cascade}
        for reader, read in readers.items():
            yield _row(name, reader, read, shown)
        steps = ", ".join(f"{step} {times}" for step, times in cascade.steps.most_common())
        notes.append(f"{name}, read by: {steps}")
        everything += shown
    yield ""
    yield from notes
    yield ""
    yield from _gains(everything)
    yield ""
    yield from _missed_live(everything)
    yield from _sequences(seeds)
    yield from _empty()


def _sets(seeds: tuple[int, ...], given: Path) -> Iterator[tuple[str, list[Shown]]]:
    yield "given photographs", list(_photographs(given / "photos"))
    yield "given frames", list(_frames(given / "frames"))
    for cause in LEVELS:
        yield f"hard, {cause}", list(_hard(cause, seeds))


def _photographs(folder: Path) -> Iterator[Shown]:
    for picture in sorted(folder.glob("*/*.png")):
        said = next((p for e in (".bin", ".txt") if (p := picture.with_suffix(e)).exists()), None)
        if said is not None:
            yield Shown(picture.stem, _opened(picture), said.read_bytes())


def _frames(folder: Path) -> Iterator[Shown]:
    truth = folder / "truth.json"
    if truth.exists():
        for name, entry in json.loads(truth.read_text("utf-8")).items():
            yield Shown(name, _opened(folder / name), entry["payload"].encode())


def _hard(cause: str, seeds: tuple[int, ...]) -> Iterator[Shown]:
    for seed, kind, level in product(seeds, KINDS, LEVELS[cause]):
        one = hard_frame(kind, seed, cause, level)
        yield Shown(one.name, _gray(one.picture), one.payload)


def _opened(path: Path) -> Gray:
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), np.uint8)


def _gray(picture: cv2.typing.MatLike) -> Gray:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)


def _row(name: str, reader: str, read: Reader, shown: list[Shown]) -> str:
    right, wrong, times = 0, 0, []
    for one in shown:
        begun = time.process_time()
        found = read(one.gray)
        times.append((time.process_time() - begun) * 1000)
        right += one.payload in found
        wrong += any(payload != one.payload for payload in found)
    middle, high = np.percentile(times, (50, 95))
    return (
        f"| {name} | {reader} | {right} | {len(shown)} | {100 * right / len(shown):.1f} % "
        f"| {wrong} | {middle:.1f} | {high:.1f} |"
    )


def _gains(shown: list[Shown]) -> Iterator[str]:
    """Yield what each rescue step reads of what zxing-cpp leaves, what it alone, and its cost."""
    left = [one for one in shown if not read_only(engines.zxing(one.gray))]
    places = [look(one.gray)[1] for one in left]
    tries = {name: _in_places(step) for name, step in LIVE_STEPS.items()}
    tries |= {name: _whole(step) for name, step in WHOLE_STEPS.items()}
    rows = {name: [_try(read, *one) for one in zip(left, places, strict=True)]
            for name, read in tries.items()}  # fmt: skip
    reads = Counter(at for row in rows.values() for at, one in enumerate(row) if one.right)
    yield "| step | reads | alone | wrong | ms p50 | ms p95 |"
    yield "|---|---|---|---|---|---|"
    for name, row in rows.items():
        alone = sum(one.right and reads[at] == 1 for at, one in enumerate(row))
        middle, high = np.percentile([one.ms for one in row], (50, 95))
        right, wrong = sum(one.right for one in row), sum(one.wrong for one in row)
        yield f"| {name} | {right} | {alone} | {wrong} | {middle:.0f} | {high:.0f} |"
    yield f"of {len(left)} that zxing-cpp leaves, {len(reads)} are read by some step"


class _Try(NamedTuple):
    right: bool
    wrong: bool
    ms: float


def _try(read: Rescue, one: Shown, places: list[Candidate]) -> _Try:
    begun = time.process_time()
    found = read(one.gray, places)
    ms = (time.process_time() - begun) * 1000
    return _Try(one.payload in found, any(payload != one.payload for payload in found), ms)


def _in_places(step: Step) -> Rescue:
    def read(gray: Gray, places: list[Candidate]) -> list[bytes]:
        tries = (step(gray, place, Deadline(STEP_SECONDS)) for place in places)
        return next((found for found in tries if found), [])

    return read


def _whole(step: Whole) -> Rescue:
    return lambda gray, _places: step(workable(gray), Deadline(STILL_SECONDS))


def _missed_live(shown: list[Shown]) -> Iterator[str]:
    """Yield what a live frame costs that stays unread, whichever rescue step has its turn."""
    times = []
    for one in shown:
        desk = _decoder()
        for _ in LIVE_STEPS:
            begun = time.process_time()
            missed = not desk.read(one.gray).payloads
            if missed:
                times.append((time.process_time() - begun) * 1000)
    middle, high = np.percentile(times, (50, 95))
    yield f"{len(times)} live frames that stay unread: {middle:.1f} ms, p95 {high:.1f}"


def _sequences(seeds: tuple[int, ...]) -> Iterator[str]:
    yield "frames until each phone or card is first read (- never): clip of 30 frames a second"
    sequences = [*_clip_visits(), *_approaches(seeds)]
    for name, single in {"zxing-cpp": _zxing, **BESIDE, "LiveDecoder": None}.items():
        firsts = [_first(single or _live(), shown) for shown in sequences]
        yield f"{name}: {' '.join('-' if at is None else str(at) for at in firsts)}"


def _live() -> Reader:
    decoder = _decoder()
    return lambda gray: list(decoder.read(gray).payloads)


def _decoder() -> LiveDecoder:
    """Return a live decoder whose clock ticks with the frames."""
    ticks = count()
    return LiveDecoder(clock=lambda: next(ticks) / FRAMES_PER_SECOND)


def _first(read: Reader, sequence: list[Shown]) -> int | None:
    return next((at for at, one in enumerate(sequence) if one.payload in read(one.gray)), None)


def _approaches(seeds: tuple[int, ...]) -> Iterator[list[Shown]]:
    for kind in KINDS:
        for seed in seeds:
            yield [Shown(f.name, _gray(f.picture), f.payload) for f in approach(kind, seed)]


def _clip_visits() -> Iterator[list[Shown]]:
    """Yield the frames of each phone of the queue's clip."""
    shots, said = timeline(CLIP_SLUGS, seconds=CLIP_SECONDS), payloads()
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "queue.mjpeg"
        write_clip(clip, CLIP_SLUGS, seconds=CLIP_SECONDS)
        pictures = clip.read_bytes().split(b"\xff\xd8\xff")[1:]
    for slug in CLIP_SLUGS:
        visit = [at for at, shot in enumerate(shots) if shot.slug == slug]
        files = [np.frombuffer(b"\xff\xd8\xff" + pictures[at], np.uint8) for at in visit]
        opened = [np.asarray(cv2.imdecode(f, cv2.IMREAD_GRAYSCALE), np.uint8) for f in files]
        yield [Shown(slug, gray, said[slug]) for gray in opened]


def _empty() -> Iterator[str]:
    """Yield what a live frame of the bare desk costs, beside zxing-cpp alone."""
    frames = [_gray(empty_frame(seed)) for seed in range(_EMPTY_FRAMES)]
    for name, read in (("zxing-cpp", _zxing), ("LiveDecoder", _live())):
        times = []
        for gray in frames:
            begun = time.process_time()
            read(gray)
            times.append((time.process_time() - begun) * 1000)
        middle, high = np.percentile(times, (50, 95))
        yield f"bare desk, {name}: {middle:.1f} ms a frame, p95 {high:.1f}"


if __name__ == "__main__":
    for line in measure():
        print(line, flush=True)
