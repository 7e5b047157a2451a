"""The month's difficulties for the social-insurance office: counts, time to answer, the list."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from statistics import median

from verification.basics.texts import Text, Texts
from verification.exchange.difficulties import (
    State,
    Trouble,
    categories,
    category_text,
    said_of,
    state_text,
    told_between,
)
from verification.exchange.moving import WithWords, is_asked, month_of, with_words
from verification.exchange.reports.days import refuse_other_days
from verification.exchange.reports.report import Cell, Period, Report, ReportKind, Sheet, Table
from verification.kiosk import Kiosk
from verification.rights import Actor, Right, needs

_TEXTS = Texts("verification.exchange")
_HOUR = timedelta(hours=1)


@needs(Right.REPORT)
def difficulties_report(actor: Actor, kiosk: Kiosk, on: date, desk: str | None = None) -> Report:
    """Return the difficulties of the month of a day, as they stand now.

    Args:
        actor: Who makes it.
        kiosk: The kiosk.
        on: A day of the month.
        desk: Of one desk; None for all.
    """
    refuse_other_days(kiosk, on)
    first, after = month_of(on)
    told = told_between(kiosk.written, first, after)
    found = [one for one in told if desk is None or one.desk == desk]
    last = (after - timedelta(days=1)).date()
    until = kiosk.clock() if last >= kiosk.today() else None
    place = kiosk.cards.facility(kiosk.facility) if kiosk.facility else None
    return Report(
        kind=ReportKind.DIFFICULTIES,
        title=_TEXTS("difficulties.title"),
        facility=kiosk.facility or "",
        facility_name=place.ten if place else "",
        period=Period(first.date(), last, until),
        made_at=kiosk.clock(),
        officer=actor.officer,
        sheets=(_sheet(kiosk, found, desk),),
        to=_TEXTS("difficulties.to"),
    )


def _sheet(kiosk: Kiosk, found: Sequence[Trouble], desk: str | None) -> Sheet:
    asked = [with_words(kiosk.written, one) for one in found if is_asked(one.category)]
    tables = (_counts(found), _asks(found), _times(found), _list(asked))
    facts: tuple[tuple[Text, Cell], ...] = ((_TEXTS("difficulties.all"), len(found)),)
    if desk is not None:
        facts = (*facts, (_TEXTS("difficulties.desk"), desk))
    notes = (_TEXTS("difficulties.source"),)
    signed = (_TEXTS("evidence.signed"), _TEXTS("evidence.head"))
    return Sheet(Text("", ""), tables, facts, notes=notes, signatures=signed)


def kinds_of(found: Sequence[Trouble]) -> list[str]:
    """Return the kinds that stand in a report: all of this version, then those of an older log."""
    known = list(categories())
    return [*known, *sorted({one.category for one in found} - set(known))]


def _counts(found: Sequence[Trouble]) -> Table:
    counted = Counter((one.category, one.state) for one in found)
    rows: list[tuple[Cell, ...]] = []
    for kind in kinds_of(found):
        states = [counted[kind, state] for state in State]
        rows.append((category_text(kind), *states, sum(states)))
    whole = [sum(counted[kind, state] for kind in kinds_of(found)) for state in State]
    rows.append((_TEXTS("difficulties.sum"), *whole, sum(whole)))
    head = (_TEXTS("difficulties.kind"), *map(state_text, State), _TEXTS("difficulties.sum"))
    title = _TEXTS("difficulties.counts")
    return Table("counts", title, head, tuple(rows), charted=len(head) - 1)


def _asks(found: Sequence[Trouble]) -> Table:
    counted, known = Counter(one.category for one in found), categories()
    rows: list[tuple[Cell, ...]] = [
        (known[kind].text, counted[kind], asks, known[kind].source or None)
        for kind in known
        if counted[kind] and (asks := known[kind].asks)
    ]
    head = tuple(_TEXTS(f"difficulties.{name}") for name in ("kind", "sum", "asks", "letter"))
    return Table("asks", _TEXTS("difficulties.asked"), head, tuple(rows))


def _times(found: Sequence[Trouble]) -> Table:
    took = [one.answered_in for one in found if one.answered_in is not None]
    without = [one for one in found if one.answered_in is None]
    waiting = sum(one.is_open for one in without)
    said: dict[str, Cell] = {
        "answered": len(took),
        "median": duration(_middle(took)) if took else None,
        "longest": duration(max(took)) if took else None,
        "waiting": waiting,
        "unanswered": len(without) - waiting,
    }
    rows = tuple((_TEXTS(f"difficulties.{name}"), value) for name, value in said.items())
    head = (_TEXTS("difficulties.what"), _TEXTS("difficulties.value"))
    notes = (_TEXTS("difficulties.measured"),)
    return Table("times", _TEXTS("difficulties.times"), head, rows, notes=notes)


def _middle(took: Sequence[timedelta]) -> timedelta:
    return timedelta(seconds=median(one.total_seconds() for one in took))


def duration(time: timedelta) -> Text:
    """Write how long something took, in days and hours."""
    days, hours = time.days, time.seconds // 3600
    if time < _HOUR:
        return _TEXTS("difficulties.under_an_hour")
    if not days:
        return _TEXTS("difficulties.hours", hours=hours)
    return _TEXTS("difficulties.days_hours", days=days, hours=hours)


_COLUMNS: tuple[tuple[str, Callable[[WithWords], Cell]], ...] = (
    ("told_at", lambda one: one.trouble.told_at),
    ("desk", lambda one: one.trouble.desk),
    ("kind", lambda one: category_text(one.trouble.category)),
    ("person", lambda one: one.number or None),
    ("seen", lambda one: said_of(one.trouble.verdict, one.trouble.reason)),
    ("note", lambda one: _TEXTS("difficulties.gone") if one.gone else one.note or None),
    ("state", lambda one: state_text(one.trouble.state)),
    ("answer", lambda one: "; ".join(said.words for said in one.said) or None),
)


def _list(asked: Sequence[WithWords]) -> Table:
    rows = tuple(tuple(cell(one) for _, cell in _COLUMNS) for one in asked)
    head = tuple(_TEXTS(f"difficulties.{name}") for name, _ in _COLUMNS)
    notes = (_TEXTS("difficulties.own"),)
    return Table("list", _TEXTS("difficulties.list"), head, rows, notes=notes)
