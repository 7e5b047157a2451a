"""Imports into the card store: read a file, build the next card file beside, swap."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path
from time import perf_counter as monotonic

from verification.adapters.imports.changes import NOTHING, Changes
from verification.adapters.imports.lists import (
    ADDS,
    HOSPITAL,
    IMPORTABLE,
    FromWhom,
    How,
    Importable,
)
from verification.adapters.imports.refused import Refused, why
from verification.adapters.imports.rejects import Rejects
from verification.adapters.imports.shares import ShareExceeded, Stop, exceeded
from verification.adapters.imports.tables import Table, digest_of_list, read_table
from verification.adapters.imports.targets import Target, target
from verification.adapters.store.sqlite.card_file import Draft, next_card_file, up_to_date
from verification.adapters.store.sqlite.card_folder import UNREAD
from verification.basics.errors import ImportFileError
from verification.card.facts import Origin
from verification.log.card_files import CardNotes, NewCards

__all__ = [
    "ADDS",
    "COUNTED",
    "HOSPITAL",
    "IMPORTABLE",
    "FromWhom",
    "How",
    "ImportReport",
    "Importable",
]

_BATCH = 5_000
COUNTED = ("read", "added", "changed", "same", "removed", "lifted", "rejected")


@dataclass(frozen=True)
class ImportReport:
    """What an import did.

    Args:
        read: Data rows in the file.
        added: Rows that are new.
        changed: Rows that differ from what the store held.
        same: Rows that the store held already.
        removed: Numbers taken out because the file does not have them.
        lifted: Bad statuses lifted, and known ends lost.
        rejected: Rows refused.
        rejects_file: Where the refused rows stand with their reason, or None.
        seconds: How long it took.
        unread: The card file before, put aside because it could not be read whole: its cards are
            not in the new one. None where it was sound.
        changes: What it changed, or would change, by kind.
        stopped: Of a preview: why the list would not be taken so.
        noted: Rows taken without some of their cells.
        notes_file: Where these stand with the reason, or None.
    """

    read: int
    added: int
    changed: int
    same: int
    removed: int
    lifted: int
    rejected: int
    rejects_file: str | None
    seconds: float
    unread: str | None = None
    changes: Changes = NOTHING
    stopped: tuple[Stop, ...] = ()
    noted: int = 0
    notes_file: str | None = None


def import_file(
    folder: Path,
    kind: Importable,
    source: Path,
    now: datetime,
    how: How = ADDS,
    *,
    whose: FromWhom = HOSPITAL,
    notes: CardNotes | None = None,
) -> ImportReport:
    """Import one file; real data first empties a demo store.

    Args:
        folder: Where the card files are.
        kind: What the file holds.
        source: CSV or XLSX.
        now: The present, local time.
        how: Whether it also removes, only tries, and what it may do.
        whose: Who made a list of cards, and when.
        notes: Notes the new card file in the log; None where there is no log.

    Raises:
        ShareExceeded: It would remove, or refuse, more than it may; nothing was changed.
        ImportFileError: The file is none, or its heading is wrong; nothing was changed.
        StoreError: The store cannot be written.
    """
    with read_table(source) as table:
        whose = _of_the_form(table, kind, source, whose)
        _check_heading(table, kind, source, whose)
        given = [(kind, table, source)]
        return _build(folder, given, now, whose, notes, how)[0]


def load_demo(
    folder: Path, sources: Mapping[str, Path], now: datetime, notes: CardNotes | None = None
) -> None:
    """Fill an empty store with the invented cards of the project, marked as demo.

    They stand for the insurer's list of the day, so that they show every answer.
    """
    opened = []
    for name, path in sources.items():
        with read_table(path) as table:
            opened.append((IMPORTABLE[name], Table(table.heading, list(table.rows)), path))
    whose = FromWhom(Origin.BHXH, now.date())
    _build(folder, opened, now, whose, notes, ADDS, demo=True)


def _of_the_form(table: Table, kind: Importable, source: Path, whose: FromWhom) -> FromWhom:
    """Return who made a list: XML1 is the hospital's own account of its visits, each of its day.

    Raises:
        ImportFileError: It is said to be somebody else's.
    """
    if not table.own_days or kind.table != "card":
        return whose
    if whose.origin not in {Origin.HOSPITAL, Origin.XML1} or whose.as_of:
        raise ImportFileError(
            f"Tệp {source.name} là XML1: hãy nhập với --origin xml1, không kèm ngày",
            f"{source.name} is XML1: import it with --origin xml1 and without a day",
        )
    return FromWhom(Origin.XML1)


def _check_heading(table: Table, kind: Importable, source: Path, whose: FromWhom) -> None:
    dated = ("ngay_vao",) if whose.origin is Origin.XML1 and kind.table == "card" else ()
    missing = [name for name in (*kind.required, *dated) if name not in table.heading]
    if missing:
        names = ", ".join(missing)
        raise ImportFileError(
            f"Tệp {source.name} thiếu cột {names}; không có gì bị thay đổi",
            f"{source.name} lacks the column {names}; nothing was changed",
        )


def _build(
    folder: Path,
    sources: Sequence[tuple[Importable, Table, Path]],
    now: datetime,
    whose: FromWhom,
    notes: CardNotes | None,
    how: How,
    *,
    demo: bool = False,
) -> list[ImportReport]:
    up_to_date(folder, notes)
    with next_card_file(folder, notes, keep_demo=demo) as draft:
        reports = [
            _import_rows(target(draft, kind, how, whose, now), kind, table, rejects, how)
            for kind, table, path in sources
            for rejects in (Rejects(folder, path, table.heading, kind.columns[0], now),)
        ]
        draft.what = _what(sources, reports, demo=demo)
        with_cards = any(kind.table == "card" for kind, _, _ in sources)
        if how.preview or not _remembers(draft, reports):
            draft.give_up()
        elif any(report.read > report.rejected for report in reports):
            draft.note_state(_heard(now, whose) if with_cards else None, now, demo=demo)
    aside = draft.begun.unread if draft.wanted or how.preview else None
    return [replace(r, unread=aside.with_suffix(UNREAD).name if aside else None) for r in reports]


def _remembers(draft: Draft, reports: Sequence[ImportReport]) -> bool:
    """Tell whether there is anything to remember.

    Of a list of bad rows alone it is whose newest row was refused, but not in a demo store.
    """
    if any(report.read > report.rejected for report in reports):
        return True
    return any(report.rejected for report in reports) and not draft.begun.demo_left


def _what(
    sources: Sequence[tuple[Importable, Table, Path]],
    reports: Sequence[ImportReport],
    *,
    demo: bool,
) -> NewCards:
    """Return what the log is told of an import; of the demo only that it is."""
    if demo:
        return NewCards("demo")
    [(kind, _, path)], [report] = sources, reports
    counts = {name: getattr(report, name) for name in COUNTED}
    return NewCards("import", kind.name, digest_of_list(path), counts)


def _heard(now: datetime, whose: FromWhom) -> datetime:
    """Return the moment that a list tells of: now, or the begin of an earlier day.

    A clock that shows that day contradicts nothing.
    """
    if whose.as_of is None or whose.as_of >= now.date():
        return now
    return datetime.combine(whose.as_of, time(), now.tzinfo)


def _import_rows(
    into: Target, kind: Importable, table: Table, rejects: Rejects, how: How
) -> ImportReport:
    begun = monotonic()
    counts = {"read": 0, "added": 0, "changed": 0, "same": 0}
    for batch in _batches(_parsed(into, table, rejects, counts)):
        for row in into.upsert(batch, counts):
            again = Refused("again", column=kind.columns[0])
            rejects.add(row["row"], again.text)  # type: ignore[arg-type]  # put there by _parsed
    rejects_file, notes_file = rejects.close()
    taken = counts["read"] > rejects.count
    removed = into.remove_unseen(rejects.keys) if how.replace and taken else 0
    named = into.named()
    stopped = exceeded(
        how,
        kind.name,
        removed=(removed, into.removable),
        refused=(named.refused, named.rows),
    )
    if stopped and not how.preview:
        raise ShareExceeded(*stopped)
    into.finish()
    return ImportReport(
        read=counts["read"],
        added=counts["added"],
        changed=counts["changed"],
        same=counts["same"],
        removed=removed,
        lifted=into.lifted,
        rejected=rejects.count,
        rejects_file=rejects_file,
        seconds=round(monotonic() - begun, 3),
        changes=into.changes(),
        stopped=stopped,
        noted=rejects.notes,
        notes_file=notes_file,
    )


def _parsed(
    into: Target, table: Table, rejects: Rejects, counts: dict[str, int]
) -> Iterator[dict[str, object]]:
    for row in into.rows(table):
        counts["read"] += 1
        try:
            if row.why:
                raise row.why
            values = into.parse(row.named)
        except ValueError as error:
            rejects.add(row, why(error))
            into.refuse(row)
            continue
        if notes := values.get("notes"):
            rejects.note(row, notes)  # type: ignore[arg-type]  # texts, of cards
        values["row"] = row
        yield values


def _batches(values: Iterator[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    batch: list[dict[str, object]] = []
    for value in values:
        batch.append(value)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch
