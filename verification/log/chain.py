"""The chain of the log: canonical bytes, hashes, and what a broken chain tells.

Verification needs the rows alone. Only a head that has left the machine proves that nobody wrote
the whole chain anew.
"""

import hashlib
import hmac
import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

START = "0" * 64
_ENCODER = json.JSONEncoder(
    ensure_ascii=False,
    sort_keys=True,
    separators=(",", ":"),
    default=repr,  # bytes of a damaged row: its hash is another one, and that is told
)
LogRow = Mapping[str, Any]
"""A row of the table `log`, by column."""

_SEARCHED_GAP = 1_000  # how many deleted rows a renumbered chain is searched for


@dataclass(frozen=True)
class Head:
    """The end of a desk's chain at some time: how many events, and the last hash."""

    desk: str
    count: int
    hash: str

    def __str__(self) -> str:
        return f"{self.desk}:{self.count}:{self.hash}"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a chain, and at which place."""

    seq: int
    kind: str


def parse_head(line: str) -> Head:
    """Read `DESK:COUNT:HASH`.

    Raises:
        ValueError: It is none.
    """
    desk, count, digest = line.strip().split(":")
    if len(digest) != len(START) or int(count) < 0:
        raise ValueError(line)
    return Head(desk, int(count), digest)


def canonical(value: object) -> bytes:
    """Write a value in its one form: UTF-8 JSON, keys sorted, no spaces, NFC."""
    return unicodedata.normalize("NFC", _ENCODER.encode(value)).encode("utf-8", "replace")


def content_digest(salt: bytes, content: bytes) -> str:
    """Return HMAC-SHA256 of canonical content; without the salt it says nothing."""
    return hmac.new(salt, content, hashlib.sha256).hexdigest()


def row_hash(row: LogRow, seq: int | None = None) -> str:
    """Return the hash of a row of `log`, over all other columns that are not null.

    Args:
        row: The row.
        seq: Place to assume instead of the stored one.
    """
    hashed = {name: value for name, value in row.items() if value is not None and name != "hash"}
    if seq is not None:
        hashed["seq"] = seq
    return hashlib.sha256(canonical(hashed)).hexdigest()


def verify(rows: Sequence[LogRow], heads: Sequence[Head] = ()) -> list[Problem]:
    """Find what is wrong with the chain of one desk.

    Args:
        rows: All its rows in the order of `seq`.
        heads: Ends of the chain that were noted elsewhere.
    """
    problems = [] if _is_sound(rows) else _Diagnosis(rows).problems() + _doubled(rows)
    hashes = {row["seq"]: row["hash"] for row in rows}
    for head in heads:
        if head.count > max(hashes, default=0):
            problems.append(Problem(max(hashes, default=0) + 1, "cut"))
        elif head.count and hashes.get(head.count) not in {head.hash, None}:
            problems.append(Problem(head.count, "rewritten"))
    return sorted(set(problems), key=lambda p: (p.seq, p.kind))


def _is_sound(rows: Sequence[LogRow]) -> bool:
    previous = START
    for at, row in enumerate(rows, 1):
        if (row["seq"], row["prev_hash"], row["hash"]) != (at, previous, row_hash(row)):
            return False
        previous = row["hash"]
    return True


def _doubled(rows: Sequence[LogRow]) -> list[Problem]:
    """Name places that stand twice; a copy need not have the table's primary key."""
    counts = Counter(row["seq"] for row in rows)
    return [Problem(seq, "inserted") for seq, count in counts.items() if count > 1]


class _Diagnosis:
    """Follows the links of a broken chain and names each break."""

    def __init__(self, rows: Sequence[LogRow]) -> None:
        self._left = {row["seq"]: row for row in rows}
        self._linked = {row["prev_hash"] for row in rows}
        self._after: dict[str, list[LogRow]] = defaultdict(list)
        for row in rows:
            self._after[row["prev_hash"]].append(row)
        self._found: list[Problem] = []
        self._moved: list[int] = []

    def problems(self) -> list[Problem]:
        place, previous = 1, START
        while self._left:
            row = self._next(place, previous)
            if row is None:
                place, previous = self._resume(place)
                continue
            self._take(row, place)
            place, previous = place + 1, row["hash"]
        shifted = any(p.kind in {"inserted", "deleted"} for p in self._found)
        return self._found + [Problem(seq, "swapped") for seq in self._moved if not shifted]

    def _next(self, place: int, previous: str) -> LogRow | None:
        """Return the row that the chain says stands here; a row that others build on first."""
        here = [r for r in self._after[previous] if r["seq"] in self._left]
        here.sort(key=lambda r: (r["hash"] not in self._linked, r["seq"]))
        authentic = [r for r in here if row_hash(r, place) == r["hash"]]
        return next(iter(authentic or [r for r in here if r["seq"] == place]), None)

    def _take(self, row: LogRow, place: int) -> None:
        del self._left[row["seq"]]
        if row_hash(row, place) != row["hash"]:
            self._found.append(Problem(row["seq"], "edited"))
        elif row["seq"] != place:
            self._moved.append(row["seq"])

    def _resume(self, place: int) -> tuple[int, str]:
        """Go on behind a break: name it, and return where the chain is taken up again."""
        seq = min(self._left)
        row = self._left[seq]
        if seq < place:
            del self._left[seq]
            self._found.append(Problem(seq, "inserted"))
            return place, row["prev_hash"] if not self._left else self._rest_link()
        true_place = self._true_place(row)
        if true_place is None:
            del self._left[seq]
            self._found += [Problem(p, "deleted") for p in range(place, seq)]
            self._found.append(Problem(seq, "edited"))
            return seq + 1, row["hash"]
        if true_place == place:
            self._found.append(Problem(max(place - 1, 1), "edited"))
        self._found += [Problem(p, "deleted") for p in range(place, true_place)]
        return true_place, row["prev_hash"]

    def _rest_link(self) -> str:
        return str(self._left[min(self._left)]["prev_hash"])

    def _true_place(self, row: LogRow) -> int | None:
        places = range(row["seq"], row["seq"] + _SEARCHED_GAP)
        return next((p for p in places if row_hash(row, p) == row["hash"]), None)
