"""The chains of the desks by their places, in one db."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from verification.adapters.store.rows import LOG_COLUMNS
from verification.adapters.store.sql.db import Db, marks_for, place_of
from verification.log import chain
from verification.log.chained import event_of, utc
from verification.log.events import Event, EventKind

HIGHEST = 1 << 52
"""No log grows so long: what stands higher was put there to stop the counting."""

_NAMES = LOG_COLUMNS.split(", ")
_EVENTS = f"SELECT {LOG_COLUMNS} FROM log"
# of a damaged row anything may stand in `seq`, and any text is greater than a number
_SOUND = f"typeof(seq) = 'integer' AND seq < {HIGHEST}"
# One step a desk along the key (desk, seq), and no named query: a writer's may not hold one.
_NEXT_DESK = "SELECT desk FROM log WHERE desk > ? AND typeof(desk) = 'text' ORDER BY desk LIMIT 1"
_LAST = f"{_EVENTS} WHERE desk = ? AND {_SOUND} ORDER BY seq DESC LIMIT 1"


def head_of(db: Db | None, desk: str) -> chain.Head | None:
    """Return the newest head of a desk's chain, None for an empty one."""
    rows = db.rows(_LAST, (desk,)) if db else []
    if not rows:
        return None
    last = dict(zip(_NAMES, rows[0], strict=True))
    kept = last["hash"]
    # a damaged hash is not built on: the next row names the one that this row should have
    sound = isinstance(kept, str) and len(kept) == len(chain.START)
    return chain.Head(desk, last["seq"], kept if sound else chain.row_hash(last))


class SqlChains:
    """The `Chains` port.

    Args:
        db: A reader's, or the writer's inside a piece of work.
    """

    def __init__(self, db: Db) -> None:
        self._db = db

    def _fetched(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        return self._db.rows(query, values)

    def heads(self) -> Sequence[chain.Head]:
        """Return the end of each desk's chain, by desk."""
        found = (head_of(self._db, desk) for desk in self._desks())
        return [head for head in found if head]

    def _desks(self) -> Iterator[str]:
        rows = self._db.rows(_NEXT_DESK, ("",))
        while rows:
            yield (desk := str(rows[0][0]))
            rows = self._db.rows(_NEXT_DESK, (desk,))

    def part(self, desk: str, kinds: Sequence[EventKind], first: int, last: int) -> Sequence[Event]:
        """Return the events of some kinds between two places of a chain, in its order."""
        known = ", ".join(f"'{kind.value}'" for kind in EventKind)
        marks = marks_for(kinds)
        query = f"""
            {_EVENTS} WHERE desk = ? AND seq BETWEEN ? AND ? AND {_SOUND}
            AND (kind IN ({marks}) OR kind NOT IN ({known}) OR NOT json_valid(codes))
            ORDER BY seq
        """
        values = (desk, first, last, *(kind.value for kind in kinds))
        return [event_of(row) for row in self._fetched(query, values)]

    def naming(
        self, names: Collection[str], kinds: Sequence[EventKind], after: str
    ) -> Sequence[Event]:
        """Return the events that name one of some events in their codes, in the order written."""
        desks = sorted({name.rpartition("-")[0] for name in names})
        query = "SELECT rowid FROM log WHERE desk = ? AND seq = ?"
        begin = self._fetched(query, place_of(after))
        if not desks:
            return []
        marks = marks_for(kinds)
        named = " OR ".join(["instr(codes, ?) > 0"] * len(desks))
        query = f"{_EVENTS} WHERE rowid > ? AND kind IN ({marks}) AND ({named}) ORDER BY rowid"
        told = (kind.value for kind in kinds)
        values = (begin[0][0] if begin else 0, *told, *(f'"{desk}-' for desk in desks))
        wanted, at = frozenset(names), _NAMES.index("codes")
        rows = self._fetched(query, values)
        return [event_of(row) for row in rows if wanted.intersection(chain.named_in(str(row[at])))]

    def newest_of(self, desk: str, kind: EventKind, below: int) -> Event | None:
        """Return the newest event of a kind below a place of a chain."""
        # by the index of the kind: a chain may be long that holds none
        query = f"""
            {_EVENTS} WHERE kind = ? AND desk || '' = ? AND seq + 0 < ? AND {_SOUND}
            ORDER BY seq + 0 DESC LIMIT 1
        """
        rows = self._fetched(query, (kind.value, desk, below))
        return event_of(rows[0]) if rows else None

    def place_before(self, desk: str, moment: datetime, above: int) -> int:
        """Return the last place of a chain that was recorded before a moment."""
        query = f"""
            SELECT seq FROM log WHERE desk = ? AND seq > ? AND {_SOUND} AND recorded_at < ?
            ORDER BY seq DESC LIMIT 1
        """
        rows = self._fetched(query, (desk, above, utc(moment)))
        return int(rows[0][0]) if rows else above

    def visits_between(self, desk: str, first: int, last: int) -> int:
        """Return how many visits begin between two places of a chain."""
        query = "SELECT count(*) FROM visit WHERE desk = ? AND seq BETWEEN ? AND ?"
        [[found]] = self._fetched(query, (desk, first, last))
        return int(found)

    def is_linked(self, desk: str, first: int, last: int) -> bool:
        """Tell whether the rows between two places are there, whole, and each joins the next."""
        query = f"{_EVENTS} WHERE desk = ? AND seq BETWEEN ? AND ? ORDER BY seq"
        rows = self._fetched(query, (desk, first, last))
        held = [dict(zip(_NAMES, row, strict=True)) for row in rows]
        return chain.is_joined(held, first, last)
