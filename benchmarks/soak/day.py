"""Eight hours of acts at three desks squeezed into twenty minutes, and whether the server grows.

A real server with a practice portal, one real Chromium; the clock is the real one, so these are
eight hours of what desks do, not of what time does to a server.
"""

import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Error

from benchmarks.soak.day_beside import Beside
from benchmarks.soak.day_desk import Desk, Tally, Unexpected, officer_of
from benchmarks.soak.day_people import person, write_list
from benchmarks.soak.day_told import LAW, faults, words
from benchmarks.soak.outcome import Outcome, Progress
from fixtures.tables import HERE
from tests.browser.running import Server, browser
from tests.browser.warm import begun
from verification.adapters.portal.practice.server import Practice
from verification.basics.dates import VIETNAM
from verification.operations.commands.practice import settings_for
from verification.operations.settings import read_settings
from verification.operations.wiring import logging_kiosk

COUNT, MINUTES = 2_000, 20.0
DESKS = ("1", "2", "3")
_PLACE = {
    "KIOSK_FACILITY": "79014",
    "KIOSK_DESKS": ",".join(DESKS),
    "KIOSK_CAMERA": "none",
    "KIOSK_KEY_BESIDE": "yes",
    "KIOSK_BACKUP": "off",  # made by its command
    "KIOSK_HEAD_SINK": "off",
}


class Real(Server):
    """A server started as people do: what it holds is its own, and laid out as theirs."""

    starts = staticmethod(begun)


def day(count: int = COUNT, seed: int = 1, minutes: float | None = None) -> Outcome:
    """Let three desks work for so long, or until so many visits; nothing is lost, nothing grows."""
    minutes = minutes or MINUTES
    tally = Tally()
    with tempfile.TemporaryDirectory() as name, _house(Path(name), count) as (server, practice):
        beside = Beside(server, Path(name), practice.faults, minutes, tally)
        with ExitStack() as opened:
            desks = [_desk(opened, server, desk, seed, tally) for desk in DESKS]
            progress = Progress("day", count, minutes)
            with beside:
                _work(desks, count, progress, tally)
        tally.found += _lost(server, tally)
        if server.command("verify-log").returncode:
            tally.found.append("the chain is not sound")
        if "Traceback" in server.log():
            tally.found.append("the server raised: " + server.log().strip().splitlines()[-1])
        server.stop()
    tally.found += faults(beside.samples, LAW)
    told = words(beside.samples, tally, LAW, len(DESKS))
    return Outcome("desk life", len(tally.received), seed, progress.seconds, told, tally.found)


def _work(desks: Sequence[Desk], count: int, progress: Progress, tally: Tally) -> None:
    for at in range(count):
        if progress.over:
            return
        desk, who = desks[at % len(desks)], person(at)
        try:
            desk.receive(who)
            desk.next_act()
        except (Error, Unexpected, TimeoutError) as error:
            if who.card["ma_the"] not in tally.received:
                tally.unsure.append(who.card["ma_the"])
            tally.found.append(f"patient {at}: {error!r}"[:300])
            print(tally.found[-1], file=sys.stderr, flush=True)
            _recover(desk, tally)
        progress.at(at, len(tally.found))


def _recover(desk: Desk, tally: Tally) -> None:
    try:
        desk.recover()
    except (Error, TimeoutError) as error:  # the next patient there is one more try
        tally.found.append(f"not signed in again: {error!r}"[:300])


def _desk(opened: ExitStack, server: Server, name: str, seed: int, tally: Tally) -> Desk:
    context = opened.enter_context(browser())
    return Desk(context, server, name, random.Random(f"{seed}:{name}"), tally)


@contextmanager
def _house(folder: Path, people: int) -> Iterator[tuple[Server, Practice]]:
    write_list(folder / "lists", people)
    (folder / "house").mkdir()
    (folder / "backups").mkdir()
    with Practice(folder / "lists", clock=lambda: datetime.now(VIETNAM)) as practice:
        server = Real(folder / "house", **_PLACE, **settings_for(practice))
        for name, file in (("facilities", HERE), ("offices", HERE), ("cards", folder / "lists")):
            taken = server.command(f"import-{name}", str(file / f"{name}.csv"))
            if taken.returncode:
                raise RuntimeError(taken.stderr.decode())
        for desk in DESKS:
            server.account(officer_of(desk), "receptionist")
        server.start()
        try:
            yield server, practice
        finally:
            if server.runs:
                server.stop()


def _lost(server: Server, tally: Tally) -> Iterator[str]:
    """Yield who was acknowledged and is not in the log, or is there twice, or unasked."""
    rows = server.asked("SELECT person_ref, cancelled IS NULL FROM visit")
    held = [ref for ref, _ in rows]
    standing = {ref for ref, stands in rows if stands}
    undone, known = set(tally.undone), set[str]()
    with logging_kiosk(read_settings(server.environ)) as kiosk:
        visits_of = kiosk.written.visits
        for number in dict.fromkeys([*tally.received, *tally.unsure]):
            refs = visits_of.persons_of([number, number[5:]])
            known.update(refs)
            visits = sum(held.count(ref) for ref in refs)
            if visits > 1 or (visits == 0 and number in tally.received):
                yield f"{visits} visits of somebody who came once"
            if visits and (number in undone) == any(ref in standing for ref in refs):
                yield "a visit stands that was undone, or the other way round"
    if unasked := set(held) - known:
        yield f"{len(unasked)} visits of nobody who came"
