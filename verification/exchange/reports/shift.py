"""The sheet of a shift, as at its closing; what came later stands below a line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from verification.basics.dates import VIETNAM
from verification.basics.texts import Text, Texts
from verification.exchange.reports.days import refuse_other_days
from verification.exchange.reports.report import Period, Report, ReportKind, Sheet
from verification.exchange.reports.shift_later import later_tables
from verification.exchange.reports.shift_tables import facts, moment, tables
from verification.exchange.reports.shift_trust import notes, warnings
from verification.exchange.shifts.closing import Counted, any_closing, counted, own_closing
from verification.exchange.shifts.noted import Noted, noted_of
from verification.exchange.shifts.span import Span, span_of
from verification.kiosk import Kiosk
from verification.log.events import Event, EventKind
from verification.log.unreadable import Content
from verification.log.visit import Visit
from verification.log.visit_events import Exported
from verification.log.writing import write_alone
from verification.rights import Actor, Right, may, needs

_TEXTS = Texts("verification.exchange.shifts")
_DAY = timedelta(days=1)
_NOTE = "ghi_chu"


@needs(Right.REPORT)
def shift_report(actor: Actor, kiosk: Kiosk, on: date, desk: str | None) -> Report:
    """Return the sheets that were closed on a day, and what of it is in no shift.

    Args:
        actor: Who has it made.
        kiosk: The kiosk.
        on: The local day.
        desk: Only of this one; None for all.
    """
    refuse_other_days(kiosk, on)
    begin = datetime.combine(on, time(), VIETNAM)
    closings = _closings(kiosk, begin, desk)
    closed = [e for e in closings if e.recorded_at < begin + _DAY]
    sheets = [closed_sheet(kiosk, event) for event in closed]
    sheets += [_open_sheet(kiosk, span) for span in _not_closed(kiosk, on, desk, closings)]
    if not sheets:
        sheets = [Sheet(Text("", ""), (), notes=(_TEXTS("note.nothing"),))]
    return _report(actor, kiosk, Period(on, on), tuple(sheets))


@needs(Right.HELP)
def closing_report(actor: Actor, kiosk: Kiosk, event_id: str) -> Report:
    """Return the sheet of one closing: the own desk's, or any for who may see reports.

    Raises:
        Forbidden: It is another desk's.
        RequestError: There is none of that name.
    """
    found = any_closing if may(actor, Right.REPORT) else own_closing
    event = found(actor, kiosk, event_id)
    sheet = closed_sheet(kiosk, event)
    since = span_of(kiosk.written, event).since or event.recorded_at
    days = sorted(at.astimezone(VIETNAM).date() for at in (since, event.recorded_at))
    return _report(actor, kiosk, Period(days[0], days[1]), (sheet,))


@needs(Right.HELP)
def take_closing(actor: Actor, kiosk: Kiosk, event_id: str) -> Report:
    """Return the sheet of one closing, and log that it leaves the house; as `closing_report`."""
    report = closing_report(actor, kiosk, event_id)
    rows = sum(len(table.rows) for sheet in report.sheets for table in sheet.tables)
    what = Exported(f"report_{report.kind.value}", form="pdf", rows=rows)
    write_alone(kiosk.written, actor, what)
    return report


def closed_sheet(kiosk: Kiosk, closing: Event) -> Sheet:
    """Return the sheet of a shift as it was closed."""
    span = span_of(kiosk.written, closing)
    found = counted(kiosk, span)
    noted = noted_of(closing)
    words = kiosk.written.content(closing.event_id) or Content()
    return Sheet(
        title=_title(span, found, closing),
        facts=facts(span, noted, found, str(words.get(_NOTE, ""))),
        tables=tables(span, noted, found),
        below=later_tables(found.shift),
        notes=notes(span, noted, found.shift),
        warnings=warnings(kiosk.written, span, noted, found.figures),
        signatures=(_TEXTS("sign.gives"), _TEXTS("sign.takes")),
    )


def _title(span: Span, found: Counted, closing: Event) -> Text:
    since = span.since or found.shift.began or closing.recorded_at
    ends = {"since": moment(span, since), "until": moment(span, closing.recorded_at)}
    return _TEXTS("sheet", desk=span.desk, **ends)


def _open_sheet(kiosk: Kiosk, span: Span) -> Sheet:
    found = counted(kiosk, span)
    noted = Noted(found.figures.counts)
    until = f"{kiosk.clock().astimezone(VIETNAM):%H:%M %d/%m/%Y}"
    return Sheet(
        title=_TEXTS("open_sheet", desk=span.desk, until=until),
        facts=facts(span, noted, found, ""),
        tables=tables(span, noted, found),
        notes=(_TEXTS("note.not_closed"), *notes(span, noted, found.shift)),
    )


def _report(actor: Actor, kiosk: Kiosk, period: Period, sheets: tuple[Sheet, ...]) -> Report:
    code = kiosk.facility or ""
    place = kiosk.cards.facility(code) if code else None
    return Report(
        kind=ReportKind.SHIFT,
        title=_TEXTS("title"),
        facility=code,
        facility_name=place.ten if place else "",
        period=period,
        made_at=kiosk.clock(),
        officer=actor.officer,
        sheets=sheets,
    )


# ---- what of a day is in no shift


def _closings(kiosk: Kiosk, begin: datetime, desk: str | None) -> list[Event]:
    """Return the closings of a day and of the night behind it, in the order of writing."""
    events = kiosk.written.events((EventKind.SHIFT_CLOSED,), begin, begin + 2 * _DAY)
    return [e for e in events if e.is_readable and desk in {None, e.desk}]


@dataclass(frozen=True)
class _Part:
    """Places of a chain, both included."""

    first: int
    last: int


def _not_closed(
    kiosk: Kiosk, on: date, desk: str | None, closings: Sequence[Event]
) -> Iterator[Span]:
    """Yield the parts of a day that have visits and are in no shift, by desk."""
    heads = tuple(kiosk.written.places.heads())
    closed = _parts(kiosk, closings)
    for name, visits in sorted(_by_desk(kiosk.written.visits_on(on, desk)).items()):
        parts = closed.get(name, [])
        last = next((head.count for head in heads if head.desk == name), 0)
        for part in _outside(parts, visits, last):
            first = _first(kiosk, name, on, part)
            yield Span(name, first, part.last, None, heads)


def _parts(kiosk: Kiosk, closings: Sequence[Event]) -> Mapping[str, list[_Part]]:
    found: dict[str, list[_Part]] = {}
    for event in closings:
        span = span_of(kiosk.written, event)
        found.setdefault(event.desk, []).append(_Part(span.first, event.seq))
    return found


def _by_desk(visits: Sequence[Visit]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for visit in visits:
        found.setdefault(visit.desk, []).append(int(visit.visit_id.rpartition("-")[2]))
    return found


def _outside(closed: Sequence[_Part], visits: Sequence[int], last: int) -> Iterator[_Part]:
    """Yield the parts of a chain between shifts in which visits of the day lie."""
    ends = [_Part(0, 0), *sorted(closed, key=lambda part: part.first), _Part(last + 1, last + 1)]
    for before, after in pairwise(ends):
        part = _Part(before.last + 1, after.first - 1)
        if any(part.first <= place <= part.last for place in visits):
            yield part


def _first(kiosk: Kiosk, desk: str, on: date, part: _Part) -> int:
    """Return where a day begins in a part of a chain that may go back for years."""
    places = kiosk.written.places
    before = places.newest_of(desk, EventKind.SHIFT_CLOSED, part.last + 1)
    above = max(part.first - 1, before.seq if before else 0)
    return places.place_before(desk, datetime.combine(on, time(), VIETNAM), above) + 1
