"""Who saw whom between two moments: the officers of a person, the persons of an officer.

That a person may know who looked is read from Luật 91/2025/QH15 (chưa đối chiếu); NĐ 356 Đ5 says
by when the house answers. The number that is asked by is kept nowhere: persons are their
references.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from verification.basics.errors import RequestError
from verification.kiosk import Kiosk
from verification.log.content import visit_content
from verification.log.events import Event, EventKind
from verification.log.finding import Wanted
from verification.log.unreadable import Content
from verification.log.visit_events import Exported, Viewed
from verification.log.whose_number import masked_number, whose_number
from verification.log.writing import write_alone
from verification.officers.access_log import Access, access_of, as_table
from verification.rights import Actor, Right, needs

SEEING = (
    EventKind.VIEWED,
    EventKind.PRESENTED,
    EventKind.RECEIVED,
    EventKind.COMPLETED,
    EventKind.CORRECTED,
    EventKind.ID_CHECKED,
    EventKind.NOTED,
    EventKind.TOLD,
    EventKind.CANCELLED,
    EventKind.EXPORTED,
    EventKind.HIS_TOLD,
    EventKind.CASE_TAKEN,
    EventKind.CASE_REPORTED,
    EventKind.CONTENT_ERASED,
    EventKind.FORGOTTEN,
)
"""What somebody cannot do without having a person before their eyes."""
MOST_NUMBERS = 500
_PAIRED = timedelta(hours=12)  # so long a patient's window stays paired
_BY_ADMINISTRATION = "quan-tri"
_FIRST = date(1970, 1, 2)


@dataclass(frozen=True)
class Window:
    """What is asked.

    Args:
        since: The first moment.
        until: The first one that is left out.
        persons: Whose lines alone, by reference; None for everybody's.
        officer: Whose looks alone, by account name; empty for everybody's.
        masked: The number that was asked by, masked; empty where none was.
    """

    since: datetime
    until: datetime
    persons: tuple[str, ...] | None = None
    officer: str = ""
    masked: str = ""


@dataclass(frozen=True)
class Sights:
    """Who saw whom.

    Args:
        asked: What was asked.
        rows: Newest first.
        numbers: Masked, by reference, of persons whose content can still be read.
    """

    asked: Window
    rows: tuple[Access, ...]
    numbers: Mapping[str, str]


def of_person(kiosk: Kiosk, window: Window, number: str) -> Window:
    """Return what is asked with the person whom a number means.

    Args:
        kiosk: The kiosk.
        window: Of which time, and of whose looks.
        number: Of a card, of social insurance or of a citizen, or the text of a QR.

    Raises:
        RequestError: It is no number, or nobody known here has it.
    """
    whose = whose_number(kiosk.cards, kiosk.written.visits, number, kiosk.likely_day())
    persons = whose.persons
    if not persons:
        raise RequestError(
            "Nhật ký không có người nào mang số này", "The log knows nobody of this number"
        )
    return replace(window, persons=persons, masked=whose.masked)


@needs(Right.MANAGE)
def who_saw(actor: Actor, kiosk: Kiosk, window: Window) -> Sights:
    """Return who saw whom in a window, newest first; that it was asked is logged first.

    Args:
        actor: Who asks.
        kiosk: The kiosk.
        window: Of which time, person and officer.

    Raises:
        RequestError: It begins after its end.
        StoreError: It could not be logged; then nothing is shown.
    """
    rows = _rows(kiosk, window)
    shown = dict.fromkeys(ref for row in rows[:MOST_NUMBERS] for ref in row.person.split())
    of_whom = tuple(window.persons or shown) or None
    look = Viewed("who_saw", _BY_ADMINISTRATION, rows=len(rows), persons=of_whom)
    write_alone(kiosk.written, actor, look)
    known = {ref: _number(kiosk, ref, window) for ref in shown}
    return Sights(window, rows, {ref: number for ref, number in known.items() if number})


@needs(Right.CHANGE_HOUSE)
def export_who_saw(
    actor: Actor, kiosk: Kiosk, window: Window, form: str
) -> Sequence[tuple[str, ...]]:
    """Return the same as a table of text with a heading; taking it out is logged first.

    Args:
        actor: Who takes it.
        kiosk: The kiosk.
        window: Of which time, person and officer.
        form: What it is written as, `csv` or `xlsx`.

    Raises:
        RequestError: It begins after its end.
    """
    rows = _rows(kiosk, window)
    told = Exported("who_saw", form=form, rows=len(rows), persons=window.persons)
    write_alone(kiosk.written, actor, told)
    return as_table(rows)


def _rows(kiosk: Kiosk, window: Window) -> tuple[Access, ...]:
    if window.since >= window.until:
        raise RequestError("Lúc đầu phải trước lúc cuối", "The begin must be before the end")
    found = kiosk.written.events(SEEING, window.since, window.until)
    of_whom = [event for event in found if event.is_readable and _fits(event, window)]
    if window.persons is not None:
        of_whom += _screens(kiosk, window, of_whom)
    of_whom.sort(key=lambda event: event.recorded_at)
    return tuple(map(access_of, reversed(of_whom)))


def _fits(event: Event, window: Window) -> bool:
    persons = _persons(event)
    named = bool(persons) if window.persons is None else bool(persons & {*window.persons})
    return named and window.officer in {"", event.officer}


def _persons(event: Event) -> set[str]:
    return {*event.codes.get("persons", ())} | ({event.person_ref} if event.person_ref else set())


def _screens(kiosk: Kiosk, window: Window, found: Iterable[Event]) -> list[Event]:
    """Return who paired a patient's window with a desk that had the person before it."""
    kinds, since = (EventKind.SCREEN_PAIRED,), window.since - _PAIRED
    paired = kiosk.written.events(kinds, since, window.until)
    shown = [(one.desk, one.recorded_at) for one in found if one.kind is EventKind.PRESENTED]
    return [
        event
        for event in paired
        if event.is_readable
        and window.officer in {"", event.officer}
        and any(
            desk == event.desk and event.recorded_at <= at <= event.recorded_at + _PAIRED
            for desk, at in shown
        )
    ]


def _number(kiosk: Kiosk, ref: str, window: Window) -> str:
    """Return the masked number of a person, of their newest visit; empty where none is left."""
    wanted = Wanted(_FIRST, window.until.date() + timedelta(days=1), persons=(ref,))
    visits = kiosk.written.visits.newest(wanted, 1)
    content = visit_content(kiosk.written, visits[0]) if visits else Content()
    return masked_number(content.get("ban_ghi"))
