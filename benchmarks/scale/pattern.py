"""What one check-in writes, taken from an ordinary one; everything in bulk is made after it."""

import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.lookup import fill
from benchmarks.scale.clock import clock_of
from verification.operations.settings import read_settings
from verification.operations.wiring import logging_kiosk, open_log
from verification.reception import checkin
from verification.reception.answer import Scan
from verification.rights import desk_officer

_SCAN = "pattern:1"


@dataclass(frozen=True)
class Pattern:
    """One check-in.

    Args:
        presented: Codes of its first event.
        received: Codes of its second one.
        content: What is sealed with the first.
        tables: How many rows it left in each table.
    """

    presented: Mapping[str, Any]
    received: Mapping[str, Any]
    content: Mapping[str, Any]
    tables: Mapping[str, int]


def pattern() -> Pattern:
    """Check one invented person in, in a house of their own, and look what was written."""
    with tempfile.TemporaryDirectory() as folder:
        house = {"KIOSK_DB": f"{folder}/kiosk.db", "KIOSK_FACILITY": "79014"}
        settings = read_settings(house | {"KIOSK_KEY_BESIDE": "yes"})
        open_log(settings).close()  # a card file without a log is a house that lost it
        fill(Path(folder), 1)
        with logging_kiosk(settings, clock_of()) as kiosk:
            answer = checkin.check_in(desk_officer("1"), kiosk, scan_of(0, _SCAN))
            visit, log = answer.visit, kiosk.written
            second = log.event(visit.visit_id) if visit else None
            content = log.content(answer.event.event_id)
            if second is None or content is None:
                raise RuntimeError(answer.verdict)
            tables = _counts(settings.db)
        return Pattern(answer.event.codes, second.codes, dict(content), tables)


def _counts(db: Path) -> dict[str, int]:
    with closing(sqlite3.connect(db)) as connection:
        made = "SELECT name FROM sqlite_master WHERE type = 'table'"
        names = [name for (name,) in connection.execute(made) if not name.startswith("_")]
        counts = {n: connection.execute(f"SELECT count(*) FROM {n}").fetchone()[0] for n in names}
        return {name: count for name, count in counts.items() if count}


def scan_of(person: int, scan_id: str) -> Scan:
    """Return what somebody shows: the number of the card, and the citizen card beside it."""
    return Scan((card_number(person).encode(),), scan_id, beside={"so_cccd": citizen(person)})


def citizen(person: int) -> str:
    """Return somebody's citizen number, as `lookup.fill` gives it."""
    return f"0790{person:08d}"


def card_number(person: int) -> str:
    """Return the number of somebody's card."""
    return f"DN479{person:010d}"
