"""Imports into the card store: read a file, build the next card file beside, swap."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, time
from functools import partial
from pathlib import Path
from time import perf_counter as monotonic
from typing import NamedTuple

from verification.adapters.imports.changes import NOTHING, Changes
from verification.adapters.imports.lists import (
    ADDS,
    HOSPITAL,
    IMPORTABLE,
    FromWhom,
    How,
    Importable,
)
from verification.adapters.imports.mapping import read_mapping
from verification.adapters.imports.progress import Told
from verification.adapters.imports.refused import Refused
from verification.adapters.imports.rejects import Rejects, can_go_on
from verification.adapters.imports.shares import ShareExceeded, Stop, exceeded
from verification.adapters.imports.tables import Table, digest_of_list, read_table, size_of_list
from verification.adapters.imports.taking import Taking
from verification.adapters.imports.targets import target
from verification.adapters.store.sqlite.card_file import next_card_file, up_to_date
from verification.adapters.store.sqlite.card_folder import UNREAD, newest_file
from verification.adapters.store.sqlite.draft import Draft
from verification.basics.errors import ImportFileError, StoreError
from verification.card.facts import Origin
from verification.log.card_files import CardNotes, NewCards

CHANGED = (
    "Dữ liệu thẻ đã đổi sau lần xem trước; hãy xem trước lại",
    "The card store has changed since the preview; preview it again",
)
__all__ = [
    "ADDS",
    "CHANGED",
    "COUNTED",
    "HOSPITAL",
    "IMPORTABLE",
    "FromWhom",
    "How",
    "ImportReport",
    "Importable",
]

_MADE = frozenset({"name_key", "the_moi"})  # of the name, of the status
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


class _Given(NamedTuple):
    """A list that is taken in: its kind, its rows, the file, and its digest before it was read."""

    kind: Importable
    table: Table
    path: Path
    digest: str


def import_file(  # noqa: PLR0913  # what is imported, how, by whom, and who is told
    folder: Path,
    kind: Importable,
    source: Path,
    now: datetime,
    how: How = ADDS,
    *,
    whose: FromWhom = HOSPITAL,
    notes: CardNotes | None = None,
    told: Told | None = None,
) -> ImportReport:
    """Import one file; real data first empties a demo store.

    One that was ended goes on where it was, if the same file is taken in the same way again.

    Args:
        folder: Where the card files are.
        kind: What the file holds.
        source: The list: a file of any form, or a folder of XML1.
        now: The present, local time.
        how: Whether it also removes, only tries, and what it may do.
        whose: Who made a list of cards, and when.
        notes: Notes the new card file in the log; None where there is no log.
        told: Is told how far it is.

    Raises:
        ShareExceeded: It would remove, or refuse, more than it may; nothing was changed.
        ImportFileError: The file is none, or its heading is wrong; nothing was changed.
        StoreError: The store cannot be written.
    """
    mapping = read_mapping(how.mapping, _columns(kind)) if how.mapping else None
    with read_table(source, mapping) as table:
        whose = _of_the_form(table, kind, source, whose)
        _check_heading(table, kind, source, whose)
        given = [_Given(kind, table, source, digest_of_list(source))]
        of = _of(given[0], now, how, whose)
        return _build(folder, given, now, whose, notes, how, of=of, told=told)[0]


def _columns(kind: Importable) -> tuple[str, ...]:
    """Return the columns that a list of a kind may have; some are made of others."""
    return tuple(name for name in kind.columns if name not in _MADE)


def load_demo(
    folder: Path, sources: Mapping[str, Path], now: datetime, notes: CardNotes | None = None
) -> None:
    """Fill an empty store with the invented cards of the project, marked as demo.

    They stand for the insurer's list of the day, so that they show every answer.
    """
    opened = []
    for name, path in sources.items():
        with read_table(path) as table:
            whole = Table(table.heading, list(table.rows))
            opened.append(_Given(IMPORTABLE[name], whole, path, digest_of_list(path)))
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


def _build(  # noqa: PLR0913  # the same
    folder: Path,
    sources: Sequence[_Given],
    now: datetime,
    whose: FromWhom,
    notes: CardNotes | None,
    how: How,
    *,
    demo: bool = False,
    of: str = "",
    told: Told | None = None,
) -> list[ImportReport]:
    up_to_date(folder, notes)
    with next_card_file(
        folder, notes, keep_demo=demo, of=of, fits=partial(can_go_on, folder)
    ) as draft:
        _still_in_use(folder, how.base)
        reports = []
        for kind, table, path, _ in sources:
            draft.expects(size_of_list(path))
            left = draft.left["rejects"] if draft.left else None
            rejects = Rejects(folder, path, table.heading, now, left)
            taking = Taking(draft, target(draft, kind, how, whose, now), rejects, told)
            reports.append(_import_rows(taking, kind, table, how))
        _check_unchanged(sources)
        draft.what = _what(sources, reports, demo=demo)
        with_cards = any(given.kind.table == "card" for given in sources)
        if how.preview or not _remembers(draft, reports):
            draft.give_up()
        elif any(report.read > report.rejected for report in reports):
            draft.note_state(_heard(now, whose) if with_cards else None, now, demo=demo)
        if draft.wanted:
            draft.finish()
    aside = draft.begun.unread if draft.wanted or how.preview else None
    return [replace(r, unread=aside.with_suffix(UNREAD).name if aside else None) for r in reports]


def _check_unchanged(sources: Sequence[_Given]) -> None:
    """See that a list is still what it was: one that is being copied there is read by half.

    Raises:
        ImportFileError: It is not.
    """
    for given in sources:
        if digest_of_list(given.path) != given.digest:
            name = given.path.name
            raise ImportFileError(
                f"Tệp {name} bị ghi thêm hoặc thay đổi trong khi nhập; không có gì bị thay đổi",
                f"{name} was written to while it was imported; nothing was changed",
            )


def _still_in_use(folder: Path, base: str | None) -> None:
    """See that no other card file came into use since the preview; now nobody else makes one."""
    newest = newest_file(folder)
    if base is not None and base != (newest.name if newest else ""):
        raise StoreError(*CHANGED)


def _remembers(draft: Draft, reports: Sequence[ImportReport]) -> bool:
    """Tell whether there is anything to remember.

    Of a list of bad rows alone it is whose newest row was refused, but not in a demo store.
    """
    if any(report.read > report.rejected for report in reports):
        return True
    return any(report.rejected for report in reports) and not draft.begun.demo_left


def _what(
    sources: Sequence[_Given],
    reports: Sequence[ImportReport],
    *,
    demo: bool,
) -> NewCards:
    """Return what the log is told of an import; of the demo only that it is."""
    if demo:
        return NewCards("demo")
    [given], [report] = sources, reports
    counts = {name: getattr(report, name) for name in COUNTED}
    return NewCards("import", given.kind.name, given.digest, counts)


def _heard(now: datetime, whose: FromWhom) -> datetime:
    """Return the moment that a list tells of: now, or the begin of an earlier day.

    A clock that shows that day contradicts nothing.
    """
    if whose.as_of is None or whose.as_of >= now.date():
        return now
    return datetime.combine(whose.as_of, time(), now.tzinfo)


def _of(given: _Given, now: datetime, how: How, whose: FromWhom) -> str:
    """Return what is imported how: where it is the same again, it goes on; a preview never."""
    if how.preview:
        return ""
    ways = [f"{name}={value}" for name, value in asdict(how).items() if name != "base"]
    mapped = digest_of_list(how.mapping) if how.mapping else ""
    listed = (given.kind.name, given.digest, mapped)
    said = (*listed, *ways, whose.origin, whose.as_of, now.date())
    return " ".join(map(str, said))


def _import_rows(taking: Taking, kind: Importable, table: Table, how: How) -> ImportReport:
    begun, into, counts = monotonic(), taking.into, taking.counts
    taking.take(table, Refused("again", column=kind.columns[0]).text)
    rejects = taking.rejects
    rejects_file, notes_file = rejects.close()
    taken = counts["read"] > rejects.count
    removed = into.remove_unseen() if how.replace and taken else 0
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
