"""What came to a shift's visits after it was closed: below the line of its sheet."""

from collections.abc import Callable, Iterator, Mapping

from verification.basics.texts import Text, Texts
from verification.exchange.reports.report import Cell, Table
from verification.exchange.reports.shift_tables import why_text
from verification.exchange.shifts.fold import Shift
from verification.log.events import Event, EventKind
from verification.log.forgetting_events import Forgotten
from verification.log.portal_events import PortalAnswered
from verification.log.visit import CachTrinh
from verification.log.visit_events import Cancelled, Corrected, FlagAnswered, PutAside, Received

_TEXTS = Texts("verification.exchange.shifts")
_HEAD = ("at", "visit", "what", "who", "desk")


def later_tables(shift: Shift) -> tuple[Table, ...]:
    """Return what changed later, in the order of writing; no table where nothing did."""
    rows = tuple(row for event in shift.later for row in _rows(shift, event))
    if not rows:
        return ()
    head = tuple(_TEXTS(f"later.{name}") for name in _HEAD)
    return (Table("shift_later", _TEXTS("later.title"), head, rows),)


def _rows(shift: Shift, event: Event) -> Iterator[tuple[Cell, ...]]:
    said = _SAID.get(event.kind)
    if said is None:
        return
    what, who = said(event), event.officer or _TEXTS("later.kiosk")
    for name in _about(shift, event):
        yield event.recorded_at, name, what, who, event.desk


def _about(shift: Shift, event: Event) -> tuple[str, ...]:
    """Return which visits or presentations of the shift an event is about."""
    codes = event.codes
    match event.kind:
        case EventKind.RECEIVED:
            told: tuple[str, ...] = (Received.of(codes).presented,)
        case EventKind.PUT_ASIDE:
            told = (PutAside.of(codes).presented,)
        case EventKind.PORTAL_ANSWERED:
            told = PortalAnswered.of(codes).visits
        case EventKind.FORGOTTEN:
            told = tuple(name for name in Forgotten.of(codes).erased if name in shift.visits)
        case EventKind.FLAG_ANSWERED:
            told = (FlagAnswered.of(codes).visit or "",)
        case _:
            told = (str(codes.get("visit") or ""),)
    return tuple(name for name in told if name in shift.visits or name in shift.presented)


def _corrected(event: Event) -> Text:
    made = Corrected.of(event.codes)
    if made.cach_trinh is not None:
        known = made.cach_trinh in set(CachTrinh)
        form = _TEXTS(f"cells.{made.cach_trinh}") if known else made.cach_trinh
        return _TEXTS("later.corrected", what=_TEXTS("later.corrected_form", form=form))
    if made.nguoi_trinh is not None:
        return _TEXTS("later.corrected", what=_TEXTS("later.corrected_presenter"))
    part = "room" if made.phong is not None else "facts"
    return _TEXTS("later.corrected", what=_TEXTS(f"later.corrected_{part}"))


def _cancelled(event: Event) -> Text:
    return _TEXTS("later.cancelled", why=why_text(Cancelled.of(event.codes).why))


def _answered(event: Event) -> Text:
    return _TEXTS("later.portal_answered", code=PortalAnswered.of(event.codes).code or "–")


def _plain(key: str) -> Callable[[Event], Text]:
    return lambda _event: _TEXTS(key)


_SAID: Mapping[EventKind, Callable[[Event], Text]] = {
    EventKind.RECEIVED: _plain("later.received"),
    EventKind.PUT_ASIDE: _plain("later.put_aside"),
    EventKind.CANCELLED: _cancelled,
    EventKind.CORRECTED: _corrected,
    EventKind.ID_CHECKED: _plain("later.id_checked"),
    EventKind.TOLD: _plain("later.told"),
    EventKind.COMPLETED: _plain("later.completed"),
    EventKind.FLAG_ANSWERED: _plain("later.flag_answered"),
    EventKind.PORTAL_ANSWERED: _answered,
    EventKind.PORTAL_KEPT: _plain("later.portal_kept"),
    EventKind.HIS_TOLD: _plain("later.his_told"),
    EventKind.DELIVERED: _plain("later.delivered"),
    EventKind.CONTENT_ERASED: _plain("later.content_erased"),
    EventKind.FORGOTTEN: _plain("later.content_erased"),
}
"""What is told of later events; that a question failed once more changes nothing."""
