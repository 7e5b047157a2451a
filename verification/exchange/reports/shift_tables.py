"""The facts and tables of a shift's sheet, above the line.

The figures are those that the closing noted, so that a reprint shows what was signed; which visits
they are is read from the log.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from verification.basics.dates import VIETNAM, vi_date
from verification.basics.texts import Text, Texts
from verification.exchange.difficulties import category_text
from verification.exchange.reports.report import Cell, Table
from verification.exchange.shifts.closing import Counted
from verification.exchange.shifts.figures import FORMS, OPEN
from verification.exchange.shifts.fold import Shift, Undone
from verification.exchange.shifts.noted import Noted
from verification.exchange.shifts.span import LIMITS, Span

_TEXTS = Texts("verification.exchange.shifts")
_VERDICTS = ("eligible", "undetermined", "not_eligible")
_ALWAYS = ("without_card", "helped")
_SELDOM = ("undone_of_others", "unread")
Row = tuple[Cell, ...]


def facts(span: Span, noted: Noted, found: Counted, words: str) -> tuple[tuple[Text, Cell], ...]:
    """Return what a shift was: where, from when to when, by whom, at which head of the log.

    Args:
        span: The shift.
        noted: What was counted.
        found: What is counted now.
        words: What was handed over in words; empty for nothing.
    """
    closing = span.closing
    told: list[tuple[str, Cell]] = [
        ("since", span.since or found.shift.began),
        ("until", closing.recorded_at if closing else None),
        ("officers", _officers(noted.by_name("officers"))),
        ("closed_by", f"{closing.officer} ({closing.event_id})" if closing else None),
        ("head", str(span.head) if span.head and closing else None),
        ("handed", words or None),
    ]
    return tuple((_TEXTS(f"fact.{name}"), value) for name, value in told if value is not None)


def _officers(counts: Mapping[str, int]) -> str | Text:
    if not counts:
        return _TEXTS("fact.nobody")
    told = (f"{name} ({count})" for name, count in sorted(counts.items()))
    return ", ".join(told)


def tables(span: Span, noted: Noted, found: Counted) -> tuple[Table, ...]:
    """Return what is counted of a shift, and what is open."""
    undone = _undone(span, found.shift)
    made = (_cells(noted), _sums(noted), _open(span, noted, found))
    return (*made, undone) if undone.rows else made


def _table(key: str, head: Iterable[str], rows: Iterable[Row], title: str = "") -> Table:
    named = tuple(_TEXTS(f"{key}.{name}") for name in head)
    return Table(f"shift_{key}", _TEXTS(title or f"{key}.title"), named, tuple(rows))


def _cells(noted: Noted) -> Table:
    cells, undone = noted.cells(), noted.by_name("undone")
    others = sorted(set(cells) - set(_VERDICTS))
    counted = {v: [cells.get(v, {}).get(f, 0) for f in FORMS] for v in (*_VERDICTS, *others)}
    rows = [(_verdict(v), *_line(row, undone.get(v, 0))) for v, row in counted.items()]
    sums = [sum(column) for column in zip(*counted.values(), strict=True)]
    rows.append((_TEXTS("cells.sum"), *_line(sums, sum(undone.values()))))
    head = ("verdict", *FORMS, "sum", "undone", "stand")
    return _table("cells", head, rows)


def _line(row: Sequence[int], undone: int) -> tuple[int, ...]:
    return (*row, sum(row), undone, sum(row) - undone)


def _verdict(verdict: str) -> Text | str:
    return _TEXTS(f"cells.{verdict}") if verdict in _VERDICTS else verdict


def _sums(noted: Noted) -> Table:
    return _table("sums", ("what", "count"), _sum_rows(noted))


def _sum_rows(noted: Noted) -> Iterator[Row]:
    for day, (first, last) in noted.ends().items():
        numbers = _TEXTS("sums.numbers", day=vi_date(date.fromisoformat(day)))
        yield numbers, f"{first} – {last}"
    for name in (*_ALWAYS, *_SELDOM):
        if name in _ALWAYS or noted.number(name):
            yield _TEXTS(f"sums.{name}"), noted.number(name)
    for category, count in sorted(noted.by_name("difficulties").items()):
        yield _TEXTS("sums.difficulty", kind=category_text(category)), count


def _open(span: Span, noted: Noted, found: Counted) -> Table:
    items, counts = found.figures.items, noted.by_name("open")
    names = {kind: items[kind] for kind in OPEN} | {"unreceived": noted.names("unreceived")}
    rows: list[Row] = [
        (_TEXTS(f"open.{kind}"), counts.get(kind, 0), listed(span, found.shift, names[kind]))
        for kind in OPEN
    ]
    failed = listed(span, found.shift, found.figures.failed)
    rows.append((_TEXTS("open.failed"), noted.number("failed"), failed))
    title = "open.title" if span.closing else "open.title_now"
    there = [
        row for row in rows if row[1] or row[2]
    ]  # a sheet is one page: what is not there is one line
    made = _table("open", ("what", "count", "which"), there, title)
    absent = [row[0] for row in rows if row not in there and isinstance(row[0], Text)]
    return replace(made, notes=(_TEXTS("open.none", what=_joined(absent)),)) if absent else made


def _joined(texts: Sequence[Text]) -> Text:
    return Text(", ".join(one.vi for one in texts), ", ".join(one.en for one in texts))


def listed(span: Span, shift: Shift, names: Sequence[str]) -> Text | str:
    """Return visits or presentations with their times; of many the first ones."""
    most = LIMITS["most_listed"]
    told = " · ".join(_named(span, shift, name) for name in names[:most])
    if len(names) <= most:
        return told
    return _TEXTS("open.more", listed=told, count=len(names) - most)


def _named(span: Span, shift: Shift, name: str) -> str:
    visit, shown = shift.visits.get(name), shift.presented.get(name)
    at = visit.happened_at if visit else shown.happened_at if shown else None
    return f"{name} ({moment(span, at)})" if at else name


def moment(span: Span, at: datetime) -> str:
    """Return a time, with its day where that is another than that of the closing."""
    local = at.astimezone(VIETNAM)
    end = span.closing.recorded_at.astimezone(VIETNAM).date() if span.closing else local.date()
    return f"{local:%H:%M}" if local.date() == end else f"{local:%H:%M %d/%m}"


def _undone(span: Span, shift: Shift) -> Table:
    rows = [_undone_row(span, one) for one in (*shift.undone, *shift.undone_of_others)]
    return _table("undone", ("visit", "received", "at", "why", "who", "note"), rows)


def _undone_row(span: Span, one: Undone) -> Row:
    at = moment(span, one.event.happened_at)
    received = moment(span, one.visit.happened_at) if one.visit else None
    note = _where(span, one)
    return one.visit_id, received, at, why_text(one.why), one.event.officer, note


def why_text(why: str) -> Text | str:
    """Return why a visit was undone; a word of another version as it was written."""
    return _TEXTS.get(f"undone.{why}") or why


def _where(span: Span, one: Undone) -> Text | None:
    if one.visit is not None:
        elsewhere = one.event.desk != span.desk
        return _TEXTS("undone.elsewhere", desk=one.event.desk) if elsewhere else None
    desk = one.visit_id.rpartition("-")[0]
    if desk != span.desk:
        return _TEXTS("undone.of_other", desk=desk)
    return _TEXTS("undone.of_before")
