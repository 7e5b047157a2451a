"""Which visit has which `ma_lk`: no number of a hospital system stands for two visits.

What systems told is sealed, so the newest weeks are read once and only digests are kept of them.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock
from weakref import WeakKeyDictionary

from verification.log.events import Event, EventKind
from verification.log.ports import Log, LogTransaction, Written
from verification.log.unreadable import Content

LOOKS_BACK = timedelta(days=14)
"""A number that was told before is not looked for: each day of a busy house takes 0.3 s to read."""
_OVERLAP = timedelta(minutes=1)  # only a server tells, one at a time, so little can come late
_FIELD = "ma_lk"


class Numbers:
    """The numbers that the visits of a log have."""

    def __init__(self) -> None:
        self._of: dict[str, bytes] = {}  # visit -> digest of its number
        self._visits: dict[bytes, set[str]] = {}
        self._read: dict[str, None] = {}  # events, so that none is opened twice
        self._until: datetime | None = None
        self._lock = Lock()

    def prepare(self, log: Log, now: datetime) -> None:
        """Read what is not known yet, outside of any piece of work: the first time it is much."""
        with self._lock:
            self._catch_up(log, now)

    def other(self, log: LogTransaction, ma_lk: str, visit_id: str, now: datetime) -> str | None:
        """Return another visit that has a number, None where no visit that counts has it."""
        with self._lock:
            self._catch_up(log, now)
            held = self._visits.get(_digest(ma_lk), set()) - {visit_id}
        visits = (log.visit(one) for one in sorted(held))
        return next((v.visit_id for v in visits if v and not v.cancelled), None)

    def _catch_up(self, log: Written, now: datetime) -> None:
        since = min(self._until, now) - _OVERLAP if self._until else now - LOOKS_BACK
        for event in log.events((EventKind.HIS_TOLD,), since):
            if event.is_readable and event.event_id not in self._read:
                self._note(log, event)
        self._until = now  # also where the clock was set back: what comes then is read too

    def _note(self, log: Written, event: Event) -> None:
        self._read[event.event_id] = None
        visit = str(event.codes["visit"])
        if _FIELD not in event.codes["fields"]:
            return
        told = (log.content(event.event_id) or Content()).get("his")
        if not isinstance(told, dict) or not isinstance(told.get(_FIELD), str):
            return
        if before := self._of.get(visit):
            self._visits[before].discard(visit)
        self._of[visit] = _digest(told[_FIELD])
        self._visits.setdefault(self._of[visit], set()).add(visit)


_NUMBERS: "WeakKeyDictionary[object, Numbers]" = WeakKeyDictionary()


def numbers_of(log: Log) -> Numbers:
    """Return the numbers of a log, one for all who ask."""
    return _NUMBERS.setdefault(log, Numbers())


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()
