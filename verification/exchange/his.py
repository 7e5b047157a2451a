"""What a hospital system tells of a visit: taken once however often it is sent, kept as content.

What the desk found stays as it is: the hospital system's own `ma_doituong_kcb` is its last word for
the record and changes no rate and no verdict of the visit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from verification.basics.dates import VIETNAM
from verification.basics.errors import RequestError
from verification.basics.texts import Text, Texts
from verification.exchange.his_fields import (
    FIRST_ITEMS,
    BadField,
    ToldByHis,
    bad_field,
    disagreeing,
    read_told,
)
from verification.exchange.his_numbers import numbers_of
from verification.kiosk import Kiosk
from verification.log.events import Event
from verification.log.ports import Contents, LogTransaction
from verification.log.sending_events import HisTold
from verification.log.unreadable import Content
from verification.log.visit import RecordWord, Visit
from verification.log.writing import write
from verification.rights import SYSTEM, Actor, Right, needs

CONTENT = "his"
"""The part of an event's content that holds what was told."""
EMERGENCY = "2"
"""`MA_DOITUONG_KCB` of an emergency, of which no check-in record is sent (QĐ 4750 Đ2)."""
MOST_TOLD = 200
"""Changes of one visit: a program that goes on without end would slow the desks."""
_AHEAD = timedelta(days=1)  # a clock of another machine, and a date of tomorrow's list
_RECORDED = frozenset(
    {
        *("ma_bn", "ma_lk", *FIRST_ITEMS, "ten_dich_vu", "ten_thuoc", "ten_vat_tu", "ngay_yl"),
        *("ngay_vao", "ngay_vao_noi_tru", "ly_do_vnt", "ma_ly_do_vnt", "ma_loai_kcb"),
        "ma_doituong_kcb",
    }
)
_TEXTS = Texts("verification.exchange")
Then = Callable[[LogTransaction, Visit, Event], object]
"""What is done once something was told, with the visit as it was and the event."""


class Untold(StrEnum):
    """Why nothing that was told of a visit is taken."""

    NO_VISIT = "no_visit"
    VISIT_CANCELLED = "visit_cancelled"
    CONTENT_ERASED = "content_erased"
    VISIT_UNREADABLE = "visit_unreadable"
    MA_LK_TAKEN = "ma_lk_taken"
    BAD_FIELDS = "bad_fields"
    NOTHING_TOLD = "nothing_told"
    TOLD_TOO_OFTEN = "told_too_often"


class NotTold(RequestError):
    """Nothing of it was taken.

    Args:
        why: Why.
        bad: The fields that cannot be taken, where it was for them.
    """

    def __init__(self, why: Untold, bad: Sequence[BadField] = ()) -> None:
        words: Text = _TEXTS(f"untold.{why.value}")
        super().__init__(words.vi, words.en)
        self.why = why
        self.bad = tuple(bad)


@dataclass(frozen=True)
class _Before:
    """What was told of a visit before, one event after the other."""

    told: ToldByHis
    newest: dict[str, str]  # the event that told a field last
    recorded_inside: bool  # a record was asked for with a cost item of the stay in a bed


@needs(Right.TELL_VISIT)
def tell(
    actor: Actor, kiosk: Kiosk, visit_id: str, told: ToldByHis, then: Then | None = None
) -> Event:
    """Take what a hospital system tells of a visit; what is known already adds nothing.

    Args:
        actor: The system.
        kiosk: The kiosk.
        visit_id: The visit.
        told: Some fields, as the visit goes on more of them; later ones win.
        then: Does more in the same piece of work, where something new was told.

    Returns:
        The event that told it: the one before, where it told nothing new.

    Raises:
        NotTold: Why it is not taken; nothing of it was.
        StoreError: It could not be written; likewise.
    """
    numbers_of(kiosk.written).prepare(kiosk.written, kiosk.clock())

    def work(log: LogTransaction) -> Event:
        visit, event, is_new = _taken(log, actor, kiosk, visit_id, told)
        if then and is_new:
            then(log, visit, event)
        return event

    return kiosk.written.write(work)


def his_of(kiosk: Kiosk, visit: Visit) -> ToldByHis:
    """Return all that hospital systems told of a visit; later fields win."""
    return told_of(kiosk.written, visit)


def told_of(log: Contents, visit: Visit) -> ToldByHis:
    """Return the same, as far as it can be read."""
    found = ToldByHis()
    for event_id in visit.his:
        found = _told_by(log, event_id).over(found)
    return found


def existing(log: Contents, visit: Visit | None) -> Visit:
    """Return a visit of which something may be told or fetched.

    Raises:
        NotTold: There is none, it was erased, or it cannot be read.
    """
    if visit is None:
        raise NotTold(Untold.NO_VISIT)
    if visit.unreadable:
        raise NotTold(Untold.VISIT_UNREADABLE)
    if log.content(visit.presented) is None:
        raise NotTold(Untold.CONTENT_ERASED)
    return visit


def _taken(
    log: LogTransaction, actor: Actor, kiosk: Kiosk, visit_id: str, told: ToldByHis
) -> tuple[Visit, Event, bool]:
    """Return the visit, the event that stands for what was told, and whether it is new."""
    visit = existing(log, log.visit(visit_id))
    if visit.cancelled:
        raise NotTold(Untold.VISIT_CANCELLED)
    before = _before(log, visit)
    if not told.given:
        raise NotTold(Untold.NOTHING_TOLD)
    if known := _known_already(log, before, told):
        return visit, known, False
    if len(visit.his) >= MOST_TOLD:
        raise NotTold(Untold.TOLD_TOO_OFTEN)
    after = told.over(before.told)
    bad = (*_beyond_the_tables(kiosk, visit, told), *_ahead(kiosk, told))
    if bad := (*bad, *disagreeing(after, _received(kiosk, visit))):
        raise NotTold(Untold.BAD_FIELDS, bad)
    numbers = numbers_of(kiosk.written)
    if told.ma_lk and numbers.other(log, told.ma_lk, visit.visit_id, kiosk.clock()):
        raise NotTold(Untold.MA_LK_TAKEN)
    record = kiosk.sends_records and _asks_for_record(visit, before, told, after)
    what = HisTold(
        visit.visit_id,
        actor.officer.removeprefix(SYSTEM),
        tuple(sorted(told.given)),
        record=record,
    )
    content = {CONTENT: told.values()}
    event = write(log, actor, what, person_ref=visit.person_ref, content=content)
    return visit, event, True


def _known_already(log: LogTransaction, before: _Before, told: ToldByHis) -> Event | None:
    """Return the newest event that told this, where nothing of it is new."""
    if any(getattr(before.told, name) != value for name, value in told.given.items()):
        return None
    events = [event for name in told.given if (event := log.event(before.newest[name]))]
    return max(events, key=lambda event: event.recorded_at, default=None)


def _before(log: LogTransaction, visit: Visit) -> _Before:
    found, newest, inside = ToldByHis(), dict[str, str](), False
    for event_id in visit.his:
        told, event = _told_by(log, event_id), log.event(event_id)
        found = told.over(found)
        newest |= dict.fromkeys(told.given, event_id)
        asked = event is not None and event.is_readable and HisTold.of(event.codes).record
        inside = inside or (asked and _is_of_stay(found))
    return _Before(found, newest, inside)


def _told_by(log: Contents, event_id: str) -> ToldByHis:
    held = (log.content(event_id) or Content()).get(CONTENT)
    # what a later version told besides, and what cannot be read, is passed over
    one_by_one = held.items() if isinstance(held, dict) else ()
    read = (read_told({name: value}) for name, value in one_by_one)
    found = ToldByHis()
    for one in read:
        found = one.over(found) if isinstance(one, ToldByHis) else found
    return found


def _beyond_the_tables(kiosk: Kiosk, visit: Visit, told: ToldByHis) -> list[BadField]:
    """Return codes that the lists of the day do not have."""
    law, day = kiosk.rules.law, visit.day
    bad = []
    for name in ("ma_loai_kcb", "ma_doituong_kcb"):
        code = getattr(told, name)
        if code is not None and all(row[name] != code for row in law.rows(name, day)):
            bad.append(bad_field(name, "not_in_list"))
    return bad


def _ahead(kiosk: Kiosk, told: ToldByHis) -> list[BadField]:
    """Return moments that have not come; a clock that is known to be wrong says nothing."""
    if kiosk.doubt():
        return []
    latest = kiosk.clock().astimezone(VIETNAM) + _AHEAD
    names = ("ngay_yl", "ngay_vao", "ngay_vao_noi_tru", "ngay_ra")
    bad = [bad_field(n, "ahead") for n in names if (at := getattr(told, n)) and at > latest]
    over = told.last_day is not None and told.last_day > latest.date()
    return [*bad, bad_field("ket_thuc", "ahead")] if over else bad


def _received(kiosk: Kiosk, visit: Visit) -> date | None:
    """Return the day that a visit was received, None where a wrong clock said it."""
    wrong = kiosk.doubt() or any(one.holds(visit.happened_at) for one in kiosk.wrong_times())
    return None if wrong else visit.day


def _asks_for_record(visit: Visit, before: _Before, told: ToldByHis, after: ToldByHis) -> bool:
    """Tell whether a check-in record is to be sent because of what was told.

    Right after the first cost item, and again after the first of a stay in a bed; never of an
    emergency. One that waits, perhaps for what was told now, is tried again with it.
    """
    code = after.ma_doituong_kcb or visit.ma_doituong_kcb
    if not after.has_item or code == EMERGENCY:
        return False
    changed = _RECORDED & told.given.keys()
    if visit.record is RecordWord.SENT:
        return bool(changed) and _is_of_stay(after) and not before.recorded_inside
    return visit.record is None or bool(changed)


def _is_of_stay(told: ToldByHis) -> bool:
    admitted, ordered = told.ngay_vao_noi_tru, told.ngay_yl
    return admitted is not None and ordered is not None and ordered >= admitted
