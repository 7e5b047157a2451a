"""The register of the log against the log: with the key, what was written and in which order."""

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, islice

from verification.adapters.store.sql.registered import END, ROW, End
from verification.adapters.store.sqlite.proof.copying import Copy, DeskRegister
from verification.adapters.store.sqlite.register import has_tables, is_begun, signed_end
from verification.log.chain import LogRow, Problem, row_hash
from verification.log.findings import Finding, Kind, of_house
from verification.log.links import moved
from verification.log.registered import Entry, compare
from verification.log.sealing import Binder

LEFT_OUT = ("signed_end", "order", "desks")
"""What is not checked without a register or without the key, as it stands in `unchecked`."""

NOT_OF_DESKS = ("order", "desks")
"""What registers of the desks, each its own, do not prove: order across them, that none is gone."""

_TABLE = "log_written"
_WHOLE = """
SELECT w.n, w.desk, w.seq, w.mac, l.hash, l.rowid FROM log_written w
LEFT JOIN log l ON l.desk = w.desk AND l.seq = w.seq ORDER BY w.n
"""
_ENTRIES = "SELECT n, desk, seq, mac FROM log_written ORDER BY n"
_OF_DESK = "SELECT seq, hash FROM log WHERE desk = ?"
_HASHES = "SELECT desk, seq, hash, rowid FROM log ORDER BY rowid"
_REPLAYED = 5_000_000  # entries added up in all, to find which rows fill the gaps
_MOST_GAPS = 10_000
_MOST_AWAY = 200  # entries that are looked for under each other's number

Hashes = dict[tuple[str, int], str]


@dataclass
class Ledger:
    """What the register says of the log of a copy.

    Args:
        sound: True where each row stands as and where it was written; nothing else is kept then.
        by_desk: Where the register is one a desk, the desks that it does not prove; else None.
        entries: By desk, where it is not.
        doubtful: True where a row that is not in it may be one whose entry was taken out.
        findings: What is wrong with the register itself.
    """

    sound: bool = False
    by_desk: Collection[str] | None = None
    doubtful: bool = False
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    _order: list[tuple[int, int, str, int]] = field(default_factory=list)

    def compare(
        self, desk: str, rows: Sequence[LogRow], places: Sequence[int], binder: Binder
    ) -> list[Problem]:
        """Return what is wrong with the rows of a desk.

        Args:
            desk: The desk.
            rows: Its rows by `seq`.
            places: Where each stands in the order of writing.
            binder: Asks the key.
        """
        if self.sound or (self.by_desk is not None and desk not in self.by_desk):
            return []
        entries = self.entries.get(desk, [])
        compared = compare(rows, places, entries, row_hash, confirming(binder, desk))
        if not compared.problems:  # where rows of a desk were changed, that says enough
            self._order += [(entry.n, at, desk, entry.seq) for entry, at in compared.order]
        unsure = {"inserted", "unknown_desk"} if self.doubtful else set()
        return [one for one in compared.problems if one.kind not in unsure]

    def disorder(self) -> Iterator[Finding]:
        """Yield the events that stand in another order of writing, also across desks."""
        apart = [[one for one in self._order if one[2] == desk] for desk in self.by_desk or ()]
        for order in apart or [self._order]:
            order.sort()
            away = moved([at for _, at, _, _ in order])
            for _, at, desk, seq in order:
                if at in away:
                    yield Finding(desk, seq, Kind.SWAPPED, "order")


def read_ledger(copy: Copy) -> Ledger | None:
    """Return what the register says, None where there is none that could be read.

    What that leaves unchecked is noted in the copy.
    """
    if copy.binder is None or copy.sealer is None:
        copy.left_out.update(LEFT_OUT)
        return None
    if copy.registers is not None:
        copy.left_out.update(NOT_OF_DESKS)
        return _of_desks(copy.connection, copy.binder, copy.registers)
    if not is_begun(copy.connection, copy.sealer):  # of a version before it, never opened since
        copy.left_out.update(LEFT_OUT)
        return None
    if not has_tables(copy.connection):
        copy.left_out.update(LEFT_OUT)
        return Ledger(doubtful=True, findings=[of_house(Kind.DELETED, _TABLE)])
    end = signed_end(copy.connection, copy.binder)
    if end and _is_sound(copy.connection, copy.binder, end):
        return Ledger(sound=True)
    lines = [_Line(desk, Entry(n, seq, mac)) for n, desk, seq, mac in _lines(copy.connection)]
    kept = copy.connection.execute("SELECT 1 FROM log_end").fetchone() is not None
    hashes = {(desk, seq): digest for desk, seq, digest, _ in copy.connection.execute(_HASHES)}
    return _Reading(hashes, lines, copy.binder, end, kept=kept).ledger()


def _of_desks(
    connection: sqlite3.Connection, binder: Binder, registers: Mapping[str, DeskRegister]
) -> Ledger:
    """Return what the registers of the desks say that do not prove theirs."""
    found = Ledger(sound=not registers, by_desk=[*registers])
    for desk, register in registers.items():
        end = register.end
        signed = End(*end[:2]) if end and binder.holds(end[2], END, desk, *end[:2]) else None
        lines = [_Line(desk, Entry(*entry)) for entry in register.entries]
        rows = connection.execute(_OF_DESK, (desk,))
        hashes = {(desk, seq): digest for seq, digest in rows}
        reading = _Reading(hashes, lines, binder, signed, kept=end is not None, of=desk)
        one = reading.ledger()
        found.doubtful |= one.doubtful
        found.entries |= one.entries
        found.findings += one.findings
    return found


def confirming(binder: Binder, desk: str) -> "_Confirming":
    """Return what tells whether an entry was bound to a row of a desk."""
    return _Confirming(binder, desk)


@dataclass(frozen=True)
class _Confirming:
    binder: Binder
    desk: str

    def __call__(self, entry: Entry, digest: str) -> bool:
        return self.binder.holds(entry.mac, ROW, entry.n, self.desk, entry.seq, digest)


def _is_sound(connection: sqlite3.Connection, binder: Binder, end: End) -> bool:
    found, at = End(), -1
    for n, desk, seq, mac, digest, rowid in connection.execute(_WHOLE):
        in_order = n == found.count + 1 and rowid is not None and rowid > at
        if not (in_order and binder.holds(mac, ROW, n, desk, seq, digest)):
            return False
        found, at = found.after(n, mac), rowid
    (rows,) = connection.execute("SELECT count(*) FROM log").fetchone()
    return (found, rows) == (end, found.count)


class _Reading:
    """Reads a register that does not fit its log, and mends in memory what it can."""

    def __init__(  # what a register consists of
        self,
        hashes: Hashes,
        lines: Sequence["_Line"],
        binder: Binder,
        end: End | None,
        *,
        kept: bool,
        of: str = "",
    ) -> None:
        self._binder = binder
        self._end = end
        self._ledger = Ledger()
        self._hashes = hashes
        self._entries = lines
        self._name = " ".join(filter(None, (_TABLE, of)))
        if end is None:
            kind = Kind.EDITED if kept else Kind.DELETED
            self._ledger.findings.append(of_house(kind, " ".join(filter(None, ("log_end", of)))))

    def ledger(self) -> Ledger:
        """Return what it says."""
        self._drop_forged()
        if self._end and not self._fits(self._entries):
            self._mend(self._end)
        for line in self._entries:
            self._ledger.entries.setdefault(line.desk, []).append(line.entry)
        if self._end is None and self._hashes:
            self._doubt()
        return self._ledger

    def _doubt(self) -> None:
        """Tell what was taken out of a register whose end proves nothing."""
        numbers = {line.entry.n for line in self._entries}
        known = {(line.desk, line.entry.seq) for line in self._entries}
        loose = len(self._hashes.keys() - known)
        first = self._entries[0].entry if self._entries else None
        emptied = first is None or (first.n == 1 and first.seq > 1)  # and filled from then on
        gaps = [n for n in range(1, min(max(numbers, default=0), _MOST_GAPS)) if n not in numbers]
        if emptied or gaps:
            named = self._name if emptied else f"{self._name} {gaps[0]}"
            self._ledger.findings.append(of_house(Kind.DELETED, named))
            self._ledger.doubtful = emptied or loose <= len(gaps)

    def _drop_forged(self) -> None:
        """Leave out what stands behind the end and was not bound."""
        end = self._end
        if end is None:
            return
        kept = [line for line in self._entries if line.entry.n <= end.count or self._holds(line)]
        if len(kept) < len(self._entries):
            self._ledger.findings.append(of_house(Kind.INSERTED, f"{self._name} {end.count + 1}"))
        self._entries = kept

    def _holds(self, line: "_Line") -> bool:
        digest = self._hashes.get((line.desk, line.entry.seq))
        return digest is not None and confirming(self._binder, line.desk)(line.entry, digest)

    def _mend(self, end: End) -> None:
        """Put in the entries that were taken out or changed, where the end proves which."""
        present = {line.entry.n for line in self._entries}
        searched = range(1, min(end.count, _MOST_GAPS + len(present)) + 1)
        gaps = [n for n in searched if n not in present]
        if self._put_in_order():
            return
        bound = [line if self._holds(line) else self._bound(line) for line in self._entries]
        tries = max(_REPLAYED // max(end.count, 1), 1)
        known = {(line.desk, line.entry.seq) for line in self._entries}
        loose = [place for place in self._hashes if place not in known]
        for rows in islice(combinations(loose, len(gaps)), tries):
            filled = [self._line(n, *place) for n, place in zip(gaps, rows, strict=True)]
            mended = sorted([*bound, *filled], key=lambda line: line.entry.n)
            if self._fits(mended):
                self._tell_mended(bound, gaps)
                self._entries = mended
                return
        if gaps:
            at_end = gaps[0] > max(present, default=0)
            kind = Kind.CUT if at_end else Kind.DELETED
            self._ledger.findings.append(of_house(kind, f"{self._name} {gaps[0]}"))
            self._ledger.doubtful = len(loose) <= len(gaps)
        elif all(self._holds(line) for line in self._entries):
            self._ledger.findings.append(of_house(Kind.REWRITTEN, "log_end"))

    def _put_in_order(self) -> bool:
        """Put entries back that stand under each other's number; tell whether that was all."""
        wrong = [line for line in self._entries if not self._holds(line)][:_MOST_AWAY]
        numbers = [line.entry.n for line in wrong]
        places = {}
        for line in wrong:
            moved = (replace(line, entry=replace(line.entry, n=n)) for n in numbers)
            places[line] = next((one for one in moved if self._holds(one)), line)
        ordered = sorted(
            (places.get(line, line) for line in self._entries), key=lambda line: line.entry.n
        )
        if not self._fits(ordered):
            return False
        self._ledger.findings.append(of_house(Kind.SWAPPED, f"{self._name} {min(numbers)}"))
        self._entries = ordered
        return True

    def _tell_mended(self, bound: Sequence["_Line"], gaps: Sequence[int]) -> None:
        changed = [
            line.entry.n for line, was in zip(bound, self._entries, strict=True) if line != was
        ]
        found = {Kind.EDITED: changed, Kind.DELETED: gaps}
        self._ledger.findings += [
            of_house(kind, f"{self._name} {numbers[0]}")
            for kind, numbers in found.items()
            if numbers
        ]

    def _bound(self, line: "_Line") -> "_Line":
        digest = self._hashes.get((line.desk, line.entry.seq))
        return self._line(line.entry.n, line.desk, line.entry.seq) if digest else line

    def _line(self, n: int, desk: str, seq: int) -> "_Line":
        mac = self._binder.bind(ROW, n, desk, seq, self._hashes[desk, seq])
        return _Line(desk, Entry(n, seq, mac))

    def _fits(self, lines: Sequence["_Line"]) -> bool:
        found = End()
        for line in lines:
            found = found.after(line.entry.n, line.entry.mac)
        return found == self._end


@dataclass(frozen=True)
class _Line:
    desk: str
    entry: Entry


def _lines(connection: sqlite3.Connection) -> list[tuple[int, str, int, str]]:
    return connection.execute(_ENTRIES).fetchall()
