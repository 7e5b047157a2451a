"""Takes the rows of a list into the next card file, and keeps how far it came."""

import gc
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from verification.adapters.imports.progress import Told, Watch
from verification.adapters.imports.refused import why
from verification.adapters.imports.rejects import Rejects
from verification.adapters.imports.tables import Row, Table
from verification.adapters.imports.targets import Target
from verification.adapters.store.sqlite.draft import Draft
from verification.basics.texts import Text

_BATCH = 5_000  # rows
_COLLECTED_AFTER = 200_000  # new objects: more than a batch has
_CHARS = 8 << 20  # of a batch: a row may have a million


class Taking:
    """An import while it reads.

    Args:
        draft: The next card file.
        into: Its table.
        rejects: Keeps the rows that are refused.
        told: Is told how far it is.
    """

    def __init__(
        self, draft: Draft, into: Target, rejects: Rejects, told: Told | None = None
    ) -> None:
        self.into, self.rejects = into, rejects
        self._draft, self._told = draft, told
        self.counts = {"read": 0, "added": 0, "changed": 0, "same": 0}

    def take(self, table: Table, again: Text) -> None:
        """Take all rows, those apart that an ended import of the same has taken.

        Args:
            table: The list.
            again: Why a row is refused whose key was in the list before.
        """
        watch = Watch(self._told, table.share)
        rows = iter(self.into.rows(table))
        if self._draft.left:
            self._go_on(watch)
            deque(islice(rows, self.counts["read"]), maxlen=0)
        with _seldom_collected():
            while batch := _batch(rows):
                self._take(batch, again)
                watch.read(self.counts["read"])
                if watch.is_time_to_keep():
                    begun = watch.now()
                    self._keep(batch[-1].at)
                    watch.kept(begun)

    def _go_on(self, watch: Watch) -> None:
        left = self._draft.left or {}
        self.counts.update(left["counts"])  # whoever asks holds them already
        self.into.go_on(left["into"])
        watch.goes_on(self.counts["read"], left["at"] + 1)

    def _keep(self, at: int) -> None:
        state = {"at": at, "counts": self.counts, "into": self.into.kept()}
        self._draft.keep(state | {"rejects": self.rejects.kept()})

    def _take(self, batch: Sequence[Row], again: Text) -> None:
        values = []
        for row in batch:
            self.counts["read"] += 1
            try:
                if row.why:
                    raise row.why
                value = self.into.parse(row.named)
            except ValueError as error:
                self.rejects.add(row, why(error))
                self.into.refuse(row)
                continue
            if notes := value.get("notes"):
                self.rejects.note(row, notes)  # type: ignore[arg-type]  # texts, of cards
            value["row"] = row
            values.append(value)
        for twice in self.into.upsert(values, self.counts):
            self.rejects.add(twice["row"], again)  # type: ignore[arg-type]  # put there above


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Look for cycles seldom: rows have none, and looking for them costs a fifth."""
    before = gc.get_threshold()
    gc.set_threshold(_COLLECTED_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _batch(rows: Iterator[Row]) -> list[Row]:
    batch, chars = [], 0
    for row in islice(rows, _BATCH):
        batch.append(row)
        chars += len("".join(row.named.values()))
        if chars > _CHARS:
            break
    return batch
