"""A house with many desks: its server on a core of its own, its officers, what its log holds."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.soak.day_desk import officer_of
from benchmarks.soak.day_people import write_list
from fixtures.tables import HERE
from tests.app_pages.knocking import Caller
from tests.browser.running import PASSWORD, Server
from tests.support import citizen_number, quickly_hashed
from verification.log.finding import Wanted
from verification.officers import staff
from verification.operations.settings import read_settings
from verification.operations.wiring import logging_kiosk
from verification.rights import Role, command_line

_PLACE = {
    "KIOSK_FACILITY": "79014",
    "KIOSK_KEY_BESIDE": "yes",
    "KIOSK_BACKUP": "off",
    "KIOSK_HEAD_SINK": "off",
}
# Asked before anything is put on one of them: who is on one core already has no other to give.
_CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]


class NotLoopback(Exception):
    """Load is put on this machine alone."""


def on_loopback(address: str) -> bool:
    """Tell whether the database of an address is of this machine; a file is."""
    if "://" not in address:
        return True
    host = urlsplit(address).hostname or "localhost"
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def house(
    folder: Path, desks: Sequence[str], people: int, db: str | None, serves: type[Server]
) -> Iterator[Server]:
    """Lay a house out and serve it.

    Args:
        folder: Where, empty.
        desks: Their names; each has an officer.
        people: How many may come; four of five stand in its list.
        db: Address of its database, None for a file.
        serves: How its server is started.

    Raises:
        NotLoopback: The database is of another machine.
        RuntimeError: A list was not taken.
    """
    engine = {} if db is None else _engine(folder, db)
    write_list(folder / "lists", people)
    (folder / "house").mkdir()
    server = serves(folder / "house", KIOSK_DESKS=",".join(desks), **_PLACE, **engine)
    for name, file in (("facilities", HERE), ("offices", HERE), ("cards", folder / "lists")):
        taken = server.command(f"import-{name}", str(file / f"{name}.csv"))
        if taken.returncode:
            raise RuntimeError(taken.stderr.decode())
    _hire(server, desks)
    with on_core(0):
        server.start()
    try:
        yield server
    finally:
        if server.runs:
            server.stop()


def _engine(folder: Path, db: str) -> dict[str, str]:
    if not on_loopback(db):
        raise NotLoopback(f"{db}: not on this machine")
    files = {"KIOSK_KEY_FILE": "key", "KIOSK_HEAD_FILE": "heads"}
    return {"KIOSK_DB": db} | {name: str(folder / file) for name, file in files.items()}


def _hire(server: Server, desks: Sequence[str]) -> None:
    with quickly_hashed(), logging_kiosk(read_settings(server.environ)) as kiosk:
        for desk in desks:
            name = officer_of(desk)
            facts = {"ho_ten": f"Mẫu {name}", "so_cccd": citizen_number(name)}
            held = frozenset({Role.RECEPTIONIST})
            staff.create(command_line(desks[0]), kiosk, name, held, PASSWORD, **facts)


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Let this thread, and what it starts, run on one core alone, where there are two."""
    if not hasattr(os, "sched_setaffinity") or len(_CORES) == 1:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {_CORES[core % len(_CORES)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def signed_in(server: Server, desk: str) -> str:
    """Sign the officer of a desk in; return the header of the session."""
    caller = Caller(server)
    fields = {"ten": officer_of(desk), "mat_khau": PASSWORD, "quay": desk}
    answer = caller.post("vao", **caller.form(), **fields)
    if answer.status != HTTPStatus.SEE_OTHER:
        raise RuntimeError(f"desk {desk}: not signed in: {answer.status}")
    return "; ".join(f"{name}={value}" for name, value in caller.cookies.items())


def lost(server: Server, received: Sequence[str], others: Sequence[str] = ()) -> Iterator[str]:
    """Yield who was acknowledged and is not in the log, or is there twice, or was never here.

    Args:
        server: The kiosk.
        received: Card numbers of those who were acknowledged.
        others: Of those who may be there.
    """
    with logging_kiosk(read_settings(server.environ)) as kiosk:
        visits, day = kiosk.written.visits, kiosk.today()
        first, last = day - timedelta(days=1), day + timedelta(days=1)
        known = 0
        for number in dict.fromkeys([*received, *others]):
            refs = visits.persons_of([number, number[5:]])
            held = visits.count(Wanted(first, last, refs))
            known += held
            if held > 1 or (held == 0 and number in received):
                yield f"{held} visits of somebody who came once"
        if (total := visits.count(Wanted(first, last))) != known:
            yield f"{total - known} visits of nobody who came"
