"""Kills servers over one PostgreSQL, its backends and the whole of it, and looks what is left.

Four desks of two servers check in at once; a desk that is told that nothing was written, or that
nobody knows, sends the same scan again, as its page does. Whoever was killed, the next round's
desks go on at the other server.
"""

import logging
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psycopg

from benchmarks.soak.children import Work, fork, found_in
from benchmarks.soak.outcome import Outcome, Progress
from tests.postgres_support import Cluster
from verification.adapters.store.heads import heads_in
from verification.adapters.store.postgres.database import Working, conninfo
from verification.adapters.store.postgres.register import unproved
from verification.adapters.store.sql.reading import read_chains
from verification.basics.errors import StoreError
from verification.log import chain
from verification.log.sealing import Binder
from verification.operations.keys import existing_master_key
from verification.operations.settings import Settings, read_settings
from verification.operations.wiring import logging_kiosk, open_log
from verification.reception import checkin
from verification.reception.answer import Scan
from verification.rights import desk_officer

COUNT = 100
_OF_A_HOUSE = 20  # kills, until the next one begins
_LONGEST = 1.0  # seconds from the first visit to the kill
_AFTER = 0.5  # seconds at most in which those who live go on
DESKS = (("1", "2"), ("3", "4"))  # of each server
HOWS = ("a server", "a server", "a backend", "the database", "the database")
_PAUSE, _PATIENCE = 0.05, 120.0
Say = Callable[[str], None]
_BACKENDS = "SELECT pid FROM pg_stat_activity WHERE application_name = 'bhyt-kiosk'"


@dataclass
class SharedHouse:
    """A house on a PostgreSQL, with two servers.

    Args:
        folder: Where the servers have what is their own.
        cluster: The PostgreSQL.
        url: Of its database there.
        acknowledged: The visit that each scan was answered with.
        found: What must never be.
        rounds: How often it was begun anew.
    """

    folder: Path
    cluster: Cluster
    url: str
    acknowledged: dict[str, str] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)
    rounds: int = 0

    @property
    def name(self) -> str:
        """Return the name of its database."""
        return self.url.rpartition("/")[2]

    def settings(self, server: int) -> Settings:
        """Return the settings of a server."""
        own = self.folder / str(server)
        given = {"KIOSK_DB": self.url, "KIOSK_KEY_FILE": str(self.folder / "kiosk.key")}
        given |= {"KIOSK_FOLDER": str(own), "KIOSK_HEAD_FILE": str(own / "kiosk.head")}
        every = [desk for desks in DESKS for desk in desks]
        return read_settings({**given, "KIOSK_DESKS": ",".join(every)})

    def hears(self, lines: Sequence[str]) -> None:
        """Take in what desks were told, and what must never be of it."""
        for line in lines:
            word, _, rest = line.partition(" ")
            if word == "!":
                self.found.append(rest)
            elif word == "visit":
                scan, visit = rest.split()
                if self.acknowledged.setdefault(scan, visit) != visit:
                    self.found.append(f"two visits of one scan: {scan}")


def kills(count: int = COUNT, seed: int = 1, minutes: float | None = None) -> Outcome:
    """Kill so often; each kill is followed by a look at everything."""
    chance, progress = random.Random(seed), Progress("kills-postgres", count, minutes)
    met: Counter[str] = Counter()
    found: list[str] = []
    done = 0
    with ExitStack() as stack:
        cluster = stack.enter_context(Cluster(durable=True))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        os.environ["PGPASSFILE"] = str(cluster.passfile)
        logging.getLogger("psycopg").setLevel(logging.CRITICAL)
        while done < count and not progress.over:
            house = new_house(folder / str(done), cluster)
            for number in range(done, min(done + _OF_A_HOUSE, count)):
                wrong = _one(house, chance, f"{seed}:{number}", met)
                found += [f"kill {number}: {one}" for one in wrong]
                for one in wrong:
                    print(f"kill {number}: {one}", file=sys.stderr, flush=True)
                done += 1
                progress.at(done, len(found))
                if progress.over:
                    break
            met["visits acknowledged"] += len(house.acknowledged)
    told = ", ".join(f"{number:,} {what}" for what, number in sorted(met.items()))
    return Outcome("kill -9, PostgreSQL", done, seed, progress.seconds, told, found)


def new_house(folder: Path, cluster: Cluster) -> SharedHouse:
    """Begin a house."""
    for at in range(len(DESKS)):
        (folder / str(at)).mkdir(parents=True)
    house = SharedHouse(folder, cluster, cluster.database())

    def begin(say: object) -> None:  # noqa: ARG001  # nothing is to be said
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # that a key was made
        open_log(house.settings(0)).close()

    if said := found_in(begin):
        raise RuntimeError(said)
    return house


def _one(house: SharedHouse, chance: random.Random, seed: str, met: Counter[str]) -> list[str]:
    """Let it work, kill, let the others go on, look."""
    how = chance.choice(HOWS)
    house.rounds += 1
    servers = [fork(_work(house, at, seed)) for at in range(len(DESKS))]
    for server in servers:
        while not any(line.startswith(("visit", "!")) for line in server.lines):
            if not server.said():
                break
    time.sleep(_LONGEST * chance.random() ** 2)
    met[f"killed {how}"] += 1
    if how == "a server":
        chance.choice(servers).kill()
    elif how == "a backend":
        _kill_backend(house, chance)
    else:
        house.cluster.stop(chance.choice((signal.SIGQUIT, signal.SIGKILL)))
        time.sleep(chance.uniform(0, 0.2))
        _until_it_does(house.cluster.start)  # what the killed one has left may live a moment longer
    time.sleep(_AFTER * chance.random())
    for server in servers:
        server.kill()
        server.end()
        house.hears(server.lines)
        met["answers that nothing was written"] += server.lines.count("again")
    _until_it_does(lambda: house.cluster.run("SELECT 1", house.name))
    said = found_in(partial(faults, house))
    wrong, house.found = [*house.found, *said], []
    return wrong


def _until_it_does(work: Callable[[], object]) -> None:
    """Try something again until the database does it."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            work()
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _work(house: SharedHouse, at: int, seed: str) -> Work:
    """Return what one server does; each round its desks are those of the other one before."""
    desks = DESKS[(at + house.rounds) % len(DESKS)]

    def work(say: Say) -> None:
        with logging_kiosk(house.settings(at)) as kiosk:

            def desk(name: str) -> None:
                chance = random.Random(f"{seed}:{name}")
                for number in range(10**9):
                    text = f"HT379{chance.randrange(10**10):010d}".encode()
                    scan = Scan((text,), f"{seed}:{name}:{number}")
                    while True:
                        try:
                            answer = checkin.check_in(desk_officer(name), kiosk, scan)
                            break
                        except StoreError:
                            say("again")
                            time.sleep(_PAUSE)
                    if answer.visit:
                        say(f"visit {scan.scan_id} {answer.visit.visit_id}")

            threads = [threading.Thread(target=_told, args=(desk, name, say)) for name in desks]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    return work


def _told(work: Callable[[str], None], desk: str, say: Say) -> None:
    try:
        work(desk)
    except Exception as error:  # noqa: BLE001  # the campaign is to hear of it
        say(f"! desk {desk}: {error!r}")


def _kill_backend(house: SharedHouse, chance: random.Random) -> None:
    """Kill one of the database's processes; all others end then, too, and it recovers."""
    pids = [pid for (pid,) in house.cluster.run(_BACKENDS, house.name) if isinstance(pid, int)]
    if pids:
        with suppress(ProcessLookupError):  # it ended by itself
            os.kill(chance.choice(pids), signal.SIGKILL)


def faults(house: SharedHouse, say: Say) -> None:
    """Say what is wrong with a house after a kill; open it as the next start does."""
    with closing(open_log(house.settings(0))) as log:
        for row in log.unreadable():
            say(f"cannot be read: {row}")
    for line in _log_faults(house):
        say(line)


def _log_faults(house: SharedHouse) -> Iterator[str]:
    settings = house.settings(0)
    if settings.postgres is None:
        raise RuntimeError(house.url)
    with psycopg.connect(conninfo(settings.postgres)) as connection:
        db = Working(connection)
        chains = read_chains(db)
        visits = {row[0] for row in db.rows("SELECT visit_id FROM visit")}
        yield from (
            f"not as registered: desk {desk}"
            for desk in unproved(db, Binder(existing_master_key(settings)))
        )
    for at in range(len(DESKS)):
        heads = heads_in(house.settings(at).head_file)
        for desk, rows in chains.items():
            yield from (f"chain {desk}: {one}" for one in chain.verify(rows, heads.get(desk, ())))
        yield from (f"no head of {desk}" for desk in heads if desk not in chains)
    received = [
        f"{desk}-{row['seq']}"
        for desk, rows in chains.items()
        for row in rows
        if row["kind"] == "received"
    ]
    if sorted(received) != sorted(visits):
        yield f"{len(received)} were received, {len(visits)} visits stand"
    told = [*house.acknowledged.values()]
    yield from (f"lost: visit {one}" for one in told if one not in visits)
    yield from (f"two scans, one visit: {one}" for one, count in Counter(told).items() if count > 1)
    unsure = sum(map(len, DESKS)) * house.rounds  # each desk had one scan in hand at each kill
    if len(visits) > len(told) + unsure:
        yield f"{len(visits)} visits, {len(told)} acknowledged, {unsure} in hand"
