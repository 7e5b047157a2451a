"""The load itself: the crowd in a thread, the Chromium in this one, looks at the server beside."""

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.load.camera import Shown
from benchmarks.load.chromium import Screen, Seen, screen
from benchmarks.load.crowd import Crowd
from benchmarks.load.desk import Patient
from benchmarks.load.frames import Film
from benchmarks.load.house import house, lost, on_core, signed_in
from benchmarks.load.law import LAW, Law
from benchmarks.load.spent import Spent, spent
from benchmarks.load.tally import Tally
from benchmarks.soak.day import Real
from benchmarks.soak.day_people import Person, person
from benchmarks.soak.holding import Sample, look
from tests.browser.running import Server

_ON_CLIP = 6  # people of the clip, which runs in a loop
_SMEARED = 8  # phones of which the frames on the way are drawn; nobody can read them


@dataclass
class Came:
    """What came of it.

    Args:
        desks: How many, the Chromium's included.
        minutes: How long they worked.
        tally: What the desks saw.
        expected: How many patients came to them.
        seen: What the Chromium showed, None without one.
        samples: Looks at what the server holds.
        spent: Shares of a core.
        load: Of the machine, as it began and as it ended.
        found: What must never be, in words.
    """

    desks: int
    minutes: float
    expected: int
    tally: Tally = field(default_factory=Tally)
    seen: Seen | None = None
    samples: list[Sample] = field(default_factory=list)
    spent: Spent = field(default_factory=lambda: Spent(0.0, 0.0, 0.0, 0.0))
    load: tuple[float, float] = (0.0, 0.0)
    found: list[str] = field(default_factory=list)


def load(
    desks: int,
    minutes: float,
    *,
    browser: bool,
    db: str | None = None,
    seed: int = 1,
    law: Law = LAW,
    serves: type[Server] = Real,
) -> Came:
    """Let desks work at a server of their own on this machine.

    Args:
        desks: How many.
        minutes: How long; never longer than the law says.
        browser: Whether the last of them is a real Chromium.
        db: Address of the database, None for a file.
        seed: Of when patients come and how phones are held.
        law: What desks do when.
        serves: How the server is started.

    Returns:
        What came of it; `found` is empty where all held.
    """
    minutes = min(minutes, law.most_minutes)
    names = [str(number) for number in range(1, desks + 1)]
    crowded, each = names[: len(names) - browser], law.patients(minutes)
    count = each * len(crowded)
    on_clip = [person(count + at) for at in range(_ON_CLIP * browser)]
    came = Came(desks, minutes, count)
    with tempfile.TemporaryDirectory() as name, on_core(1):
        film = Film(seed)
        patients = _patients(film, len(crowded), each)
        with house(Path(name), names, count + len(on_clip), db, serves) as server:
            cookies = {desk: signed_in(server, desk) for desk in crowded}
            crowd = Crowd(server.port, cookies, patients, seed, law)
            came.tally = crowd.tally
            with _screen(server, names[-1], Path(name), film, on_clip) as shown:
                _work(server, crowd, came, shown)
            everybody = [person(at).card["ma_the"] for at in range(count + len(on_clip))]
            came.found += lost(server, came.tally.received, everybody)
            came.found += _unsound(server)
    return came


def _patients(film: Film, desks: int, each: int) -> list[list[Patient]]:
    smeared = [film.coming(person(9_000 + at)) for at in range(min(_SMEARED, desks))]
    rows: list[list[Patient]] = []
    for desk in range(desks):
        people = [person(desk * each + at) for at in range(each)]
        rows.append(
            [
                (one, Shown(smeared[at % len(smeared)], film.held(one), film.bare))
                for at, one in enumerate(people)
            ]
        )
    return rows


@contextmanager
def _screen(
    server: Server, desk: str, folder: Path, film: Film, people: Sequence[Person]
) -> Iterator[Screen | None]:
    if not people:
        yield None
        return
    clip = folder / "clip.mjpeg"
    with clip.open("wb") as file:
        file.writelines(film.clip(people))
    with screen(server, desk, clip) as shown:
        yield shown


def _work(server: Server, crowd: Crowd, came: Came, shown: Screen | None) -> None:
    crowd.start()
    crowd.opened.wait()
    begun, before = time.monotonic(), spent(server.pid)
    first = os.getloadavg()[0]
    if shown:
        shown.begin()
    while crowd.is_alive():
        minute = (time.monotonic() - begun) / 60
        came.samples.append(look(server.pid, server.db, minute, len(came.tally.received)))
        if shown:
            shown.wait(LAW.sample_seconds)
        else:
            crowd.join(LAW.sample_seconds)
    came.spent = spent(server.pid).since(before)
    came.load = first, os.getloadavg()[0]
    if shown:
        came.seen = shown.seen()
    if crowd.failed:
        came.found.append(repr(crowd.failed))


def _unsound(server: Server) -> Iterator[str]:
    if server.command("verify-log").returncode:
        yield "the chain is not sound"
    if "Traceback" in server.log():
        yield "the server raised: " + server.log().strip().splitlines()[-1]
