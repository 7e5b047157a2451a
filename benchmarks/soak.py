"""`make soak`: the long campaigns of which `make test` runs a small share.

Kills of a process that checks in in a loop, random bytes presented to the reader, and symbols
that nobody can read any more.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

from benchmarks.figures import machine
from fixtures.wrecks import wrecks
from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.rescue import equalise
from verification.adapters.scanning.rescue.solomon import KEPT
from verification.adapters.store.sqlite.database import connect
from verification.adapters.store.sqlite.heads import noted_heads
from verification.adapters.store.sqlite.reading import read_chains
from verification.card import presented
from verification.log import chain

KILLS = 60
TEXTS = 200_000
SYMBOLS = 1000
SEED = 20_261_122
_ROOT = Path(__file__).resolve().parents[1]
_LOOP = """
import itertools, os
from verification.reception import checkin
from verification.rights import desk_officer
from verification.reception.answer import Scan
from verification.operations.settings import read_settings
from verification.operations.wiring import logging_kiosk
with logging_kiosk(read_settings(os.environ)) as kiosk:
    for at in itertools.count():
        number = f"DN479{os.getpid() % 100000:05d}{at % 100000:05d}"
        answer = checkin.check_in(desk_officer("1"), kiosk, Scan((number.encode(),)))
        print(answer.visit.visit_id, flush=True)
"""


def kills(count: int = KILLS, seed: int = SEED) -> Iterator[str]:
    """Kill a process in the middle of its check-ins, again and again; yield the outcome."""
    chance = random.Random(seed)
    begun = time.monotonic()
    acknowledged: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "kiosk.db"
        for _ in range(count):
            acknowledged += _one_kill(db, chance.uniform(0.0, 0.25))
        with closing(connect(db, read_only=True)) as connection:
            kept = {row[0] for row in connection.execute("SELECT visit_id FROM visit")}
            rows = read_chains(connection)["1"]
        problems = chain.verify(rows, noted_heads(db)["1"])
    lost = set(acknowledged) - kept
    yield (
        f"{count} kills, seed {seed}, {time.monotonic() - begun:.0f} s: {len(acknowledged)} visits "
        f"acknowledged, {len(lost)} lost, {len(rows)} events, {len(problems)} problems in the chain"
    )


def _one_kill(db: Path, after: float) -> list[str]:
    environ = {**os.environ, "KIOSK_DB": str(db)}
    words = [sys.executable, "-c", _LOOP]
    with subprocess.Popen(words, cwd=_ROOT, env=environ, stdout=subprocess.PIPE) as process:
        if process.stdout is None:
            return []
        first = process.stdout.readline()
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split(b"\n")
    return [line.decode().strip() for line in (first, *rest[:-1])]


def texts(count: int = TEXTS, seed: int = SEED) -> Iterator[str]:
    """Present random bytes and bent fixtures; yield how many were read, and that none raised."""
    chance = random.Random(seed)
    begun = time.monotonic()
    known = [path.read_bytes() for path in sorted((_ROOT / "fixtures/payloads").glob("*.txt"))]
    cards = sum(
        presented.read(_bent(chance, known), date(2026, 11, 22)).card is not None
        for _ in range(count)
    )
    yield (
        f"{count} texts, seed {seed}, {time.monotonic() - begun:.0f} s: none raised, "
        f"{cards} read as a card"
    )


def symbols(count: int = SYMBOLS, seed: int = SEED) -> Iterator[str]:
    """Read wrecked symbols, with parity kept back and without; yield what came of it."""
    begun = time.process_time()
    for kept in (KEPT, 0):
        right = wrong = 0
        for wreck in wrecks(count, seed):
            found = equalise.payloads(wreck, Deadline(10.0), kept)
            right += found == [wreck.payload]
            wrong += bool(found) and found != [wreck.payload]
        yield (
            f"{count} wrecked symbols, seed {seed}, {kept} parity words kept back, "
            f"{time.process_time() - begun:.0f} s: {right} read rightly, {wrong} wrongly"
        )


def _bent(chance: random.Random, known: list[bytes]) -> bytes:
    if chance.random() < 0.2:
        return chance.randbytes(chance.randrange(400))
    text = bytearray(chance.choice(known))
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(text)) if text else 0
        match chance.randrange(4):
            case 0:
                del text[at : at + chance.randrange(1, 30)]
            case 1:
                text[at:at] = chance.randbytes(chance.randrange(1, 6))
            case 2:
                text[at:at] = b"|"
            case _:
                del text[at:]
    return bytes(text)


if __name__ == "__main__":
    print(machine())
    for part in (kills, texts, symbols):
        for line in part():
            print(line, flush=True)
