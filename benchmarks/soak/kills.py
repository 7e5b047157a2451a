"""Kills what works in a house, again and again, at any moment, and looks what is left.

Four desks check in through one writer, cards are imported by another process, now and then a third
makes a backup; they are killed all at once or one after the other, from their first line on.
"""

import os
import random
import shutil
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.soak import house as at
from benchmarks.soak.children import Child, fork, found_in, kill_group
from benchmarks.soak.house import House
from benchmarks.soak.outcome import Outcome, Progress

COUNT = 1000
_OF_A_HOUSE = 20  # kills, until the next one begins
_LONGEST = 1.5  # seconds from the first visit to the kill
_AT_THE_START = 0.25  # of kills: before anybody was received


@dataclass
class Life:
    """What has happened to a house.

    Args:
        house: The house.
        acknowledged: Visits that its desks were told of.
        imported: The last import that was said to be done.
        begins: The last that began.
    """

    house: House
    acknowledged: list[str] = field(default_factory=list)
    imported: int = 0
    begins: int = 0

    def hears(self, lines: list[str]) -> list[str]:
        """Take in what its processes have said; return what they complain of."""
        for line in lines:
            word, _, rest = line.partition(" ")
            if word == "visit":
                self.acknowledged.append(rest)
            elif word == "imported":
                self.imported = int(rest)
            elif word == "begins":
                self.begins = int(rest)
        return [line[2:] for line in lines if line.startswith("!")]


def kills(count: int = COUNT, seed: int = 1, minutes: float | None = None) -> Outcome:
    """Kill so often; each kill is followed by a look at everything."""
    chance, progress = random.Random(seed), Progress("kills", count, minutes)
    met: Counter[str] = Counter()
    found: list[str] = []
    done = 0
    with tempfile.TemporaryDirectory() as folder:
        at.write_lists(Path(folder))
        while done < count and not progress.over:
            life = Life(_new_house(Path(folder)))
            for number in range(done, min(done + _OF_A_HOUSE, count)):
                wrong = _one(life, chance, f"{seed}:{number}", met)
                found += [f"kill {number}: {one}" for one in wrong]
                done += 1
                progress.at(done, len(found))
                if progress.over:
                    break
            found += _told(found_in(partial(at.backup_faults, life.house)), met)
            met["visits acknowledged"] += len(life.acknowledged)
            met["imports done"] += life.imported
    told = ", ".join(f"{number:,} {what}" for what, number in sorted(met.items()))
    return Outcome("kill -9", done, seed, progress.seconds, told, found)


def _new_house(folder: Path) -> House:
    """Begin a house whose cards are those of the first list."""
    for name in ("house", "backups"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "backups").mkdir()
    house = House(folder / "house")

    def begin(say: at.Say) -> None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # that a key was made
        at.import_list(
            house.settings, at.IMPORTABLE["cards"], folder / "list-0.csv", at.How(), at.HOSPITAL
        )
        say("imported 0")

    said = found_in(begin)
    if said != ["imported 0"]:
        raise RuntimeError(said)
    return house


def _one(life: Life, chance: random.Random, seed: str, met: Counter[str]) -> list[str]:
    """Let it work, kill it, look."""
    how = chance.choice(("together", "together", "desks first", "import first"))
    working = [fork(partial(at.desks, life.house, seed))]
    working.append(fork(partial(at.imports, life.house, life.begins + 1), working[0].pid))
    if chance.random() < 0.2:
        working.append(fork(partial(at.backs_up, life.house), working[0].pid))
        met["kills during backups"] += 1
    if chance.random() < _AT_THE_START:
        time.sleep(chance.uniform(0, 0.15))
        met["kills at the start"] += 1
    else:
        _wait_for_a_visit(working[0])
        time.sleep(_LONGEST * chance.random() ** 2)
    _kill(working, how, chance)
    complaints = []
    for child in working:
        child.end()
        complaints += life.hears(child.lines)
    met[f"killed {how}"] += 1
    turns = {"imported": life.imported, "begins": life.begins}
    said = found_in(partial(at.faults, life.house, life.acknowledged, turns))
    return complaints + _told(said, met)


def _wait_for_a_visit(child: Child) -> None:
    while not any(line.startswith(("visit", "!")) for line in child.lines):
        if not child.said():
            return


def _kill(working: list[Child], how: str, chance: random.Random) -> None:
    if how != "together":
        working[0 if how == "desks first" else 1].kill()
        time.sleep(chance.uniform(0, 0.3))
    kill_group(working)


def _told(said: list[str], met: Counter[str]) -> list[str]:
    """Count what was met, and return what must not be."""
    met.update(line[2:] for line in said if line.startswith("= "))
    return [line.removeprefix("! ") for line in said if not line.startswith("= ")]
