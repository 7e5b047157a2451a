"""The chain of the log: canonical bytes, hashes, and what a broken chain tells.

Verification needs the rows alone. Only a head that has left the machine proves that nobody wrote
the whole chain anew.
"""

import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from verification.log.links import START as START  # noqa: PLC0414  # `chain.START`, likewise below
from verification.log.links import LogRow as LogRow  # noqa: PLC0414
from verification.log.links import Problem as Problem  # noqa: PLC0414
from verification.log.links import diagnose

_NAMED = re.compile(r'"([^"]+-\d+)"')
_ENCODER = json.JSONEncoder(
    ensure_ascii=False,
    sort_keys=True,
    separators=(",", ":"),
    default=repr,  # bytes of a damaged row: its hash is another one, and that is told
)


@dataclass(frozen=True)
class Head:
    """The end of a desk's chain at some time: how many events, and the last hash."""

    desk: str
    count: int
    hash: str

    def __str__(self) -> str:
        return f"{self.desk}:{self.count}:{self.hash}"


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
    problems = [] if is_sound(rows) else diagnose(rows, row_hash)
    return in_order([*problems, *against_heads(rows, heads)])


def against_heads(rows: Sequence[LogRow], heads: Sequence[Head]) -> list[Problem]:
    """Find where the chain of one desk contradicts ends of it that were noted elsewhere."""
    return [problem for _, problem in contradicting(rows, heads)]


def contradicting(rows: Sequence[LogRow], heads: Sequence[Head]) -> Iterator[tuple[Head, Problem]]:
    """Yield the noted ends that the chain of one desk does not fit, and what each tells."""
    hashes = {row["seq"]: row["hash"] for row in rows}
    last = max(hashes, default=0)
    for head in heads:
        if head.count > last:
            yield head, Problem(last + 1, "cut")
        elif head.count and hashes.get(head.count) not in {head.hash, None}:
            yield head, Problem(head.count, "rewritten")


def named_in(codes: str) -> list[str]:
    """Return the names of events that stand in a row's codes; other words of that form too."""
    return _NAMED.findall(codes)


def in_order(problems: Sequence[Problem]) -> list[Problem]:
    """Return problems by place, each once."""
    return sorted(set(problems), key=lambda p: (p.seq, p.kind))


def is_joined(rows: Sequence[LogRow], first: int, last: int) -> bool:
    """Tell whether rows are those of a part of a chain, each whole and joined to the one before.

    Args:
        rows: In the order of `seq`.
        first: The first place.
        last: The last one.
    """
    if [row["seq"] for row in rows] != list(range(first, last + 1)):
        return False
    hashes = [row["hash"] for row in rows]
    joined = all(row["prev_hash"] == hash_ for row, hash_ in zip(rows[1:], hashes, strict=False))
    return joined and all(row["hash"] == row_hash(row) for row in rows)


def is_sound(rows: Sequence[LogRow]) -> bool:
    """Tell whether a chain links from its first row to its last."""
    previous = START
    for at, row in enumerate(rows, 1):
        if (row["seq"], row["prev_hash"], row["hash"]) != (at, previous, row_hash(row)):
            return False
        previous = row["hash"]
    return True
