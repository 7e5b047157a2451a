"""Backing up, trying out and going back, at stores of so many visits."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

from benchmarks.figures import machine
from benchmarks.store import numbers, write_cards
from verification.adapters.imports.importing import IMPORTABLE, import_file
from verification.operations.backup.making import back_up
from verification.operations.backup.restoring import drill, restore
from verification.operations.keys import existing_master_key
from verification.operations.settings import Settings, read_settings
from verification.operations.wiring import local_now, logging_kiosk, open_log
from verification.reception import checkin
from verification.reception.answer import Scan
from verification.rights import desk_officer

VISITS = (20_000, 200_000)


def measure(*visits: int) -> Iterator[str]:
    """Yield the lines of the report."""
    yield f"{machine()}; one card a visit"
    yield "| visits | bytes | backup s | restore-drill s | restore s |"
    yield "|---|---|---|---|---|"
    for count in visits or VISITS:
        with tempfile.TemporaryDirectory() as folder:
            yield _measured(Path(folder), count)


def _measured(folder: Path, visits: int) -> str:
    db = folder / "store" / "kiosk.db"
    settings = read_settings({"KIOSK_DB": str(db), "KIOSK_FACILITY": "79014"})
    _filled(settings, folder / "cards.csv", visits)
    disk = folder / "disk"
    disk.mkdir()
    key = existing_master_key(settings)
    made = back_up(settings, disk, local_now)
    drilled = drill(settings, made.folder, key, local_now, None)
    if not drilled.sound:
        raise RuntimeError(drilled.problems)
    begun = monotonic()
    restore(made.folder, folder / "back", key)
    took = monotonic() - begun
    size = sum(one.bytes for one in made.manifest.files.values()) / 1e6
    times = f"{made.seconds:.1f} | {drilled.seconds:.1f} | {took:.1f}"
    return f"| {visits} | {size:.0f} MB | {times} |"


def _filled(settings: Settings, cards: Path, visits: int) -> None:
    write_cards(cards, visits)
    open_log(settings).close()
    import_file(settings.db.parent, IMPORTABLE["cards"], cards, local_now())
    with logging_kiosk(settings) as kiosk:
        actor = desk_officer("1")
        for number in numbers(visits):
            checkin.check_in(actor, kiosk, Scan((number.encode(),)))
