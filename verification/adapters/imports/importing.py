"""Imports into the card store: read a file, build the next card file beside, swap."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from fractions import Fraction
from pathlib import Path
from time import perf_counter as monotonic

from verification.adapters.imports import card_rows as row_rules
from verification.adapters.imports.changes import NOTHING, Changes
from verification.adapters.imports.rejects import Rejects
from verification.adapters.imports.several_cards import each_card
from verification.adapters.imports.tables import Row, Table, digest_of_list, read_table
from verification.adapters.store.sqlite.card_file import Draft, next_card_file
from verification.adapters.store.sqlite.card_folder import UNREAD
from verification.basics.errors import ImportFileError
from verification.basics.texts import Text
from verification.card.facts import Origin
from verification.log.card_files import CardNotes, NewCards

_BATCH = 5_000
_COUNTED = ("read", "added", "changed", "same", "removed", "lifted", "rejected")


@dataclass(frozen=True)
class Stop:
    """Why a list would not be taken so."""

    text: Text


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
    stopped: tuple["Stop", ...] = ()


@dataclass(frozen=True)
class Importable:
    """What can be imported.

    Args:
        name: As the commands and the log call it.
        table: The table of the card file.
        columns: The columns it writes, the key first.
        required: Headings without which a file is refused.
        parse: Turns a row of text into values, or raises ValueError with a sentence.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    parse: Callable[[Mapping[str, str]], dict[str, object]]


IMPORTABLE = {
    "cards": Importable(
        "cards", "card", row_rules.CARD_COLUMNS, ("ma_the", "ho_ten"), row_rules.card_values
    ),
    "facilities": Importable(
        "facilities",
        "facility",
        row_rules.FACILITY_COLUMNS,
        ("ma_cskcb", "ten"),
        row_rules.facility_values,
    ),
    "offices": Importable(
        "offices",
        "office",
        row_rules.OFFICE_COLUMNS,
        ("ma_co_quan", "ten"),
        row_rules.office_values,
    ),
}


@dataclass(frozen=True)
class FromWhom:
    """Who made a list of cards, and when.

    Args:
        origin: Who.
        as_of: The day that it tells of; None is today. Rows of XML1 have a day of their own.
    """

    origin: Origin = Origin.HOSPITAL
    as_of: date | None = None


HOSPITAL = FromWhom()


@dataclass(frozen=True)
class How:
    """How an import is done.

    Args:
        replace: Also remove what the file does not have.
        delta: The file is a list of changes.
        preview: Change nothing, tell what would change.
        remove_any: Remove however many.
        reject_any: Go on however many rows of known numbers are refused.
        remove_share: The share of what is there that may be removed.
        reject_share: The share of rows of known numbers that may be refused.
    """

    replace: bool = False
    delta: bool = False
    preview: bool = False
    remove_any: bool = False
    reject_any: bool = False
    remove_share: Fraction = Fraction(1, 5)
    reject_share: Fraction = Fraction(1, 5)


ADDS = How()


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
    with next_card_file(folder, notes, keep_demo=demo) as draft:
        reports = [
            _import_rows(_target(draft, kind, whose, now), kind, table, rejects, how)
            for kind, table, path in sources
            for rejects in (Rejects(folder, path, table.heading, kind.columns[0]),)
        ]
        draft.what = _what(sources, reports, demo=demo)
        if all(report.read == report.rejected for report in reports):
            # whose newest row was refused is remembered all the same, but in a demo store
            if draft.begun.demo_left or not any(report.rejected for report in reports):
                draft.give_up()
            return reports
        with_cards = any(kind.table == "card" for kind, _, _ in sources)
        draft.note_state(_heard(now, whose) if with_cards else None, now, demo=demo)
        if how.preview:
            draft.give_up()
    aside = draft.begun.unread
    return [replace(r, unread=aside.with_suffix(UNREAD).name if aside else None) for r in reports]


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
    counts = {name: getattr(report, name) for name in _COUNTED}
    return NewCards("import", kind.name, digest_of_list(path), counts)


def _heard(now: datetime, whose: FromWhom) -> datetime:
    """Return the moment that a list tells of: now, or the begin of an earlier day.

    A clock that shows that day contradicts nothing.
    """
    if whose.as_of is None or whose.as_of >= now.date():
        return now
    return datetime.combine(whose.as_of, time(), now.tzinfo)


def _import_rows(
    target: "_Target", kind: Importable, table: Table, rejects: Rejects, how: How
) -> ImportReport:
    begun = monotonic()
    counts = {"read": 0, "added": 0, "changed": 0, "same": 0}
    for batch in _batches(_parsed(target, table, rejects, counts)):
        for row in target.upsert(batch, counts):
            rejects.add(int(str(row["line"])), f"{kind.columns[0]} lặp lại trong tệp", row)
    taken = counts["read"] > rejects.count
    removed = target.remove_unseen(rejects.keys) if how.replace and taken else 0
    return ImportReport(
        read=counts["read"],
        added=counts["added"],
        changed=counts["changed"],
        same=counts["same"],
        removed=removed,
        lifted=target.finish(),
        rejected=rejects.count,
        rejects_file=rejects.close(),
        seconds=round(monotonic() - begun, 3),
    )


def _parsed(
    target: "_Target", table: Table, rejects: Rejects, counts: dict[str, int]
) -> Iterator[dict[str, object]]:
    for row in target.rows(table):
        counts["read"] += 1
        try:
            if row.why:
                raise row.why
            yield target.parse(row.named) | {"line": row.at}
        except ValueError as error:
            rejects.add(row.at, str(error), row.named)
            target.refuse(row)


def _target(draft: Draft, kind: Importable, whose: FromWhom, now: datetime) -> "_Target":
    return (_Cards if kind.table == "card" else _Target)(draft, kind, whose, now)


class _Target:
    """A table of the draft that rows are written into."""

    def __init__(self, draft: Draft, kind: Importable, _whose: FromWhom, _now: datetime) -> None:
        self._draft, self._kind = draft, kind
        draft.begin_table()

    def rows(self, table: Table) -> Iterable[Row]:
        return table.rows

    def parse(self, row: Mapping[str, str]) -> dict[str, object]:
        return self._kind.parse(row)

    def upsert(
        self, batch: list[dict[str, object]], counts: dict[str, int]
    ) -> Sequence[Mapping[str, object]]:
        return self._draft.upsert(self._kind.table, self._kind.columns, batch, counts)

    def refuse(self, row: Row) -> None:
        """Let a row that cannot be taken stay as it was."""

    def remove_unseen(self, kept: set[str]) -> int:
        return self._draft.remove_unseen(self._kind.table, self._kind.columns[0], kept)

    def finish(self) -> int:
        return 0


class _Cards(_Target):
    """The cards: periods of numbers, from somebody, of a day."""

    def __init__(self, draft: Draft, kind: Importable, whose: FromWhom, now: datetime) -> None:
        self._kind = kind
        self._today = now.date()
        self._own_days = whose.origin is Origin.XML1
        as_of = whose.as_of or self._today
        self._cards = draft.cards(kind.columns, as_of, whose.origin, self._today)

    def rows(self, table: Table) -> Iterable[Row]:
        return each_card(table.rows)

    def parse(self, row: Mapping[str, str]) -> dict[str, object]:
        if not self._own_days:
            return self._kind.parse(row)
        day = row_rules.day_of_visit(row)
        if day > self._today:
            raise ValueError("ngay_vao ở tương lai")
        return self._kind.parse(row) | {"as_of": day.isoformat()}

    def upsert(
        self, batch: list[dict[str, object]], counts: dict[str, int]
    ) -> Sequence[Mapping[str, object]]:
        return self._cards.upsert(batch, counts)

    def refuse(self, row: Row) -> None:
        if row.cells is not None:
            self._cards.refuse(row_rules.numbers_in(row.cells))
        else:
            self._cards.refuse(row_rules.refused_numbers(row.named))

    def remove_unseen(self, _kept: set[str]) -> int:
        return self._cards.remove_unseen()

    def finish(self) -> int:
        self._cards.finish()
        return self._cards.lifted


def _batches(values: Iterator[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    batch: list[dict[str, object]] = []
    for value in values:
        batch.append(value)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch
