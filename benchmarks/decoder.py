"""What each reader reads, never wrongly and at what cost: the cascade beside single readers.

Pictures: photographs and frames that were given beside this folder (left out with a word where
they are absent), and the hard frames of `fixtures/hard.py`, which anyone can draw again.
"""

import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import zxingcpp

from benchmarks.figures import machine
from fixtures.clip import FRAMES_PER_SECOND, timeline
from fixtures.hard import KINDS, Kind, approach, empty_frame, hard_frames
from fixtures.make import CLIP_SECONDS, CLIP_SLUGS, payloads, write_clip
from verification.scanning import engines
from verification.scanning.deadline import Deadline
from verification.scanning.decoder import STILL_SECONDS, look, read_frame
from verification.scanning.engines import read_only
from verification.scanning.gray import Gray
from verification.scanning.live import STEP_SECONDS, LiveDecoder
from verification.scanning.locator import Candidate
from verification.scanning.steps import LIVE_STEPS, WHOLE_STEPS, Step, Whole, workable

SEEDS = (1, 2, 3)
GIVEN = Path(__file__).resolve().parents[2] / "shared"
_FORMATS = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_EMPTY_FRAMES = 60

Reader = Callable[[Gray], list[bytes]]


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


READERS: dict[str, Reader] = {
    "zxing-cpp": _zxing,
    "pyzbar": _pyzbar,
    "cv2.QRCodeDetector": _opencv(cv2.QRCodeDetector()),
    "cv2.QRCodeDetectorAruco": _opencv(cv2.QRCodeDetectorAruco()),
    "cascade": lambda gray: list(read_frame(gray).payloads),
}


def measure(seeds: tuple[int, ...] = SEEDS, given: Path = GIVEN) -> Iterator[str]:
    """Yield the lines of the report."""
    cv2.setNumThreads(1)
    yield f"{machine()}; CPU ms of one thread; hard frames of the seeds {seeds}"
    yield "| set | reader | read | of | rate | wrong | ms p50 | ms p95 |"
    yield "|---|---|---|---|---|---|---|---|"
    notes: list[str] = []
    for name, shown in _sets(seeds, given):
        if not shown:
            notes.append(f"{name}: not beside this folder, left out")
            continue
        yield from _rows(name, shown)
        steps = Counter(read_frame(one.gray).step or "unread" for one in shown)
        notes.append(f"{name}, read by: {', '.join(f'{k} {n}' for k, n in steps.most_common())}")
    yield ""
    yield from notes
    yield ""
    yield from _sequences(seeds)
    yield from _empty()


def _sets(seeds: tuple[int, ...], given: Path) -> Iterator[tuple[str, list[Shown]]]:
    yield "given photographs", list(_photographs(given / "photos"))
    yield "given frames", list(_frames(given / "frames"))
    for kind in KINDS:
        yield f"hard, {kind}", [one for seed in seeds for one in _hard(kind, seed)]


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


def _hard(kind: Kind, seed: int) -> Iterator[Shown]:
    for one in hard_frames(kind, seed):
        yield Shown(one.name, _gray(one.picture), one.payload)


def _opened(path: Path) -> Gray:
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), np.uint8)


def _gray(picture: cv2.typing.MatLike) -> Gray:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)


def _rows(name: str, shown: list[Shown]) -> Iterator[str]:
    for reader, read in READERS.items():
        right, wrong, times = 0, 0, []
        for one in shown:
            begun = time.process_time()
            found = read(one.gray)
            times.append((time.process_time() - begun) * 1000)
            right += one.payload in found
            wrong += any(payload != one.payload for payload in found)
        middle, high = np.percentile(times, (50, 95))
        yield (
            f"| {name} | {reader} | {right} | {len(shown)} | {100 * right / len(shown):.1f} % "
            f"| {wrong} | {middle:.1f} | {high:.1f} |"
        )


def _gains(sets: list[Shown]) -> Iterator[str]:
    """Yield what each rescue step reads of what zxing-cpp leaves, what it alone, and its cost."""
    yield "| step | reads | alone | wrong | ms p50 | ms p95 |"
    yield "|---|---|---|---|---|---|"
    left = [one for one in sets if not read_only(engines.zxing(one.gray))]
    tries = {name: _in_places(step) for name, step in LIVE_STEPS.items()}
    tries |= {name: _whole(step) for name, step in WHOLE_STEPS.items()}
    reads = Counter[int]()
    rows = {}
    for name, read in tries.items():
        times, right, wrong = [], set(), 0
        for at, one in enumerate(left):
            places = look(one.gray)[1]
            begun = time.process_time()
            found = read(one.gray, places)
            times.append((time.process_time() - begun) * 1000)
            wrong += any(payload != one.payload for payload in found)
            if one.payload in found:
                right.add(at)
        rows[name] = right, wrong, times
        reads.update(right)
    for name, (right, wrong, times) in rows.items():
        alone = sum(reads[at] == 1 for at in right)
        middle, high = np.percentile(times, (50, 95))
        yield f"| {name} | {len(right)} | {alone} | {wrong} | {middle:.0f} | {high:.0f} |"
    yield f"of {len(left)} that zxing-cpp leaves, {len(reads)} are read by some step"


def _in_places(step: Step) -> Callable[[Gray, list[Candidate]], list[bytes]]:
    def read(gray: Gray, places: list[Candidate]) -> list[bytes]:
        tries = (step(gray, place, Deadline(STEP_SECONDS)) for place in places)
        return next((found for found in tries if found), [])

    return read


def _whole(step: Whole) -> Callable[[Gray, list[Candidate]], list[bytes]]:
    return lambda gray, _places: step(workable(gray), Deadline(STILL_SECONDS))


def _sequences(seeds: tuple[int, ...]) -> Iterator[str]:
    yield "frames until each phone or card is first read (- never): clip of 30 frames a second"
    sequences = [*_clip_visits(), *_approaches(seeds)]
    for reader in (*READERS, "LiveDecoder"):
        if reader != "cascade":
            firsts = [_first(READERS.get(reader) or _live(), shown) for shown in sequences]
            yield f"{reader}: {' '.join('-' if at is None else str(at) for at in firsts)}"


def _live() -> Reader:
    """Return a live decoder whose clock ticks with the frames."""
    ticks = count()
    decoder = LiveDecoder(clock=lambda: next(ticks) / FRAMES_PER_SECOND)
    return lambda gray: list(decoder.read(gray).payloads)


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
