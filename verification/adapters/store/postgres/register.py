"""The register of the log, of each desk its own: each event bound to the master key.

As `sqlite/register.py`, but that there is one end a desk: desks of several servers never wait for
each other, and of each desk all is proved.
"""

from dataclasses import dataclass

from verification.adapters.store.sql.chains import HIGHEST
from verification.adapters.store.sql.db import Db, upsert
from verification.adapters.store.sql.registered import END, ROW, End
from verification.log.sealing import Binder

_END = "SELECT count, digest, mac FROM log_end WHERE desk = ?"
_LAST = f"""
SELECT coalesce((SELECT max(n) FROM log_written WHERE desk = ?1 AND n < {HIGHEST}), 0),
  coalesce((SELECT max(seq) FROM log_written WHERE desk = ?1 AND seq < {HIGHEST}), 0),
  log_end.count, log_end.digest, log_end.mac
FROM (VALUES (1)) AS one LEFT JOIN log_end ON log_end.desk = ?1
"""
_PUT_ROW = "INSERT INTO log_written (desk, n, seq, mac) VALUES (?, ?, ?, ?)"
_PUT_END = upsert("log_end", "desk, count, digest, mac", "desk")
_ENTRIES = """
SELECT log_written.n, log_written.seq, log_written.mac, log.hash FROM log_written
LEFT JOIN log ON log.desk = log_written.desk AND log.seq = log_written.seq
WHERE log_written.desk = ? ORDER BY log_written.n
"""
_DESKS = "SELECT desk FROM log UNION SELECT desk FROM log_written UNION SELECT desk FROM log_end"
_COUNT = "SELECT count(*) FROM log WHERE desk = ?"


@dataclass(frozen=True)
class _Before:
    """What was registered of a desk: the highest entry and place, the end that the key confirms."""

    n: int
    seq: int
    end: End | None


class Register:
    """The register inside one piece of work.

    Args:
        db: Of the piece of work.
        binder: Binds its entries.
    """

    def __init__(self, db: Db, binder: Binder) -> None:
        self._db = db
        self._binder = binder

    def last_seq(self, desk: str) -> int:
        """Return the highest place at a desk that was ever registered, 0 where there is none."""
        return self._before(desk).seq

    def add(self, desk: str, seq: int, digest: str) -> None:
        """Register one event; an end that the key does not confirm stays as it is."""
        before = self._before(desk)
        n = max(before.n, before.end.count if before.end else 0) + 1
        mac = self._binder.bind(ROW, n, desk, seq, digest)
        self._db.rows(_PUT_ROW, (desk, n, seq, mac))
        if before.end:
            self.put(desk, before.end.after(n, mac))

    def _before(self, desk: str) -> "_Before":
        """Return what was registered; in one statement, for each event of a check-in asks."""
        [[n, seq, count, digest, mac]] = self._db.rows(_LAST, (desk,))
        end = None
        if count is None and not n:
            end = End()  # the first of its desk
        elif count is not None and self._binder.holds(mac, END, desk, count, digest):
            end = End(count, digest)
        return _Before(n, seq, end)

    def put(self, desk: str, end: End) -> None:
        """Bind the end of a desk."""
        mac = self._binder.bind(END, desk, end.count, end.digest)
        self._db.rows(_PUT_END, (desk, end.count, end.digest, mac))


def _signed_end(db: Db, binder: Binder, desk: str) -> End | None:
    """Return the end of a desk, None where the key does not confirm one."""
    rows = db.rows(_END, (desk,))
    if not rows or not binder.holds(rows[0][2], END, desk, *rows[0][:2]):
        return None
    return End(*rows[0][:2])


def unproved(db: Db, binder: Binder) -> list[str]:
    """Return the desks whose log is not the one that was registered, to its last event."""
    desks = sorted(desk for (desk,) in db.rows(_DESKS))
    return [desk for desk in desks if not _is_proved(db, binder, desk)]


def _is_proved(db: Db, binder: Binder, desk: str) -> bool:
    told, end = _signed_end(db, binder, desk), End()
    for n, seq, mac, digest in db.each(_ENTRIES, (desk,)):
        if digest is None or not binder.holds(mac, ROW, n, desk, seq, digest):
            return False
        end = end.after(n, mac)
    [[count]] = db.rows(_COUNT, (desk,))
    return told == end and count == end.count
