"""What the register of the log tells of a chain, with the key: which rows are those written."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from verification.log.links import MOST_NAMED, HashAt, LogRow, Problem, moved, unexplained

_TRIES = 50_000  # in all, for rows that do not stand where they were written


@dataclass(frozen=True)
class Entry:
    """One line of the register: the how-manieth event of all it was, and its place at its desk."""

    n: int
    seq: int
    mac: str


Confirms = Callable[[Entry, str], bool]
"""Tells whether an entry was bound to a row of this hash."""


@dataclass
class Registered:
    """A chain against its entries.

    Args:
        problems: What is wrong with the rows.
        order: Entry and place in the file of each row that is as it was written.
    """

    problems: list[Problem] = field(default_factory=list)
    order: list[tuple[Entry, int]] = field(default_factory=list)


@dataclass(eq=False)
class _Row:
    row: LogRow
    seq: int
    at: int
    entry: Entry | None = None


def compare(
    rows: Sequence[LogRow],
    places: Sequence[int],
    entries: Sequence[Entry],
    hash_at: HashAt,
    confirms: Confirms,
) -> Registered:
    """Compare the chain of one desk with what was registered of it.

    Args:
        rows: Of the desk, by `seq`.
        places: Where each stands in the order of writing.
        entries: Of the desk.
        hash_at: As `chain.row_hash`.
        confirms: Asks the key.
    """
    found = Registered()
    held = [_Row(row, row["seq"], at) for row, at in zip(rows, places, strict=True)]
    if not entries:
        found.problems = [Problem(row.seq, "unknown_desk") for row in held[:1]]
        return found
    by_seq: dict[int, list[Entry]] = {}
    for entry in entries:
        by_seq.setdefault(entry.seq, []).append(entry)
    _match(held, by_seq, hash_at, confirms)
    _tell_rows(found, held, by_seq, hash_at)
    _tell_missing(found, held, by_seq)
    _tell_moved(found, held)
    found.order = [(row.entry, row.at) for row in held if row.entry]
    return found


def _match(
    held: Sequence[_Row], by_seq: dict[int, list[Entry]], hash_at: HashAt, confirms: Confirms
) -> None:
    taken: set[int] = set()

    def take(row: _Row, seq: int) -> bool:
        here = [entry for entry in by_seq.get(seq, ()) if entry.n not in taken]
        if here:
            hashed = hash_at(row.row, seq)
            row.entry = next((entry for entry in here if confirms(entry, hashed)), None)
        if row.entry:
            taken.add(row.entry.n)
        return row.entry is not None

    left = [row for row in held if not take(row, row.seq)]
    free = [seq for seq, ones in by_seq.items() if any(one.n not in taken for one in ones)]
    tries, shift = _TRIES, 0
    for row in left:
        near = (row.seq + shift, row.seq - 1, row.seq + 1)
        for seq in islice(itertools.chain(near, free), max(tries, len(near))):
            tries -= 1
            if take(row, seq):
                shift = seq - row.seq
                break


def _tell_rows(
    found: Registered, held: Sequence[_Row], by_seq: dict[int, list[Entry]], hash_at: HashAt
) -> None:
    """Name the rows that nobody with the key wrote so."""
    claimed = {row.entry.seq for row in held if row.entry}
    linked = {row.row["prev_hash"] for row in held}
    last = max((row.seq for row in held), default=0)
    anew: set[str] = set()  # hashes of rows that were linked anew behind a changed one
    for row in held:
        if row.entry and row.row["hash"] != hash_at(row.row, row.entry.seq):
            found.problems += [Problem(row.seq, "edited")] if row.seq == row.entry.seq else []
        if row.entry:
            continue
        whole = hash_at(row.row, row.seq) == row.row["hash"]
        if whole and row.row["prev_hash"] in anew:
            anew.add(row.row["hash"])
        elif row.seq not in by_seq or row.seq in claimed:
            found.problems.append(Problem(row.seq, "inserted"))
        elif whole and (row.seq == last or row.row["hash"] in linked):
            anew.add(row.row["hash"])
            found.problems.append(Problem(row.seq, "rewritten"))
        else:
            found.problems.append(Problem(row.seq, "edited"))


def _tell_missing(found: Registered, held: Sequence[_Row], by_seq: dict[int, list[Entry]]) -> None:
    standing = {row.entry.seq for row in held if row.entry} | {
        row.seq for row in held if not row.entry and row.seq in by_seq
    }
    missing = sorted(by_seq.keys() - standing)
    end = max(standing, default=0)
    cut = [seq for seq in missing if seq > end]
    inside = [seq for seq in missing if seq < end][:MOST_NAMED]
    found.problems += [Problem(seq, "deleted") for seq in inside]
    found.problems += [Problem(seq, "cut") for seq in cut[:1]]


def _tell_moved(found: Registered, held: Sequence[_Row]) -> None:
    """Name the rows that stand in another row's place, or under a number of their own."""
    pairs = sorted((row.entry.seq, row.seq) for row in held if row.entry)
    swapped = moved([seq for _, seq in pairs])
    inserted = [one.seq for one in found.problems if one.kind == "inserted"]
    deleted = [one.seq for one in found.problems if one.kind in {"deleted", "cut"}]
    others = [pair for pair in pairs if pair[1] not in swapped]
    found.problems += [Problem(seq, "swapped") for seq in swapped]
    found.problems += [Problem(seq, "edited") for seq in unexplained(others, inserted, deleted)]
