"""Visits: what the events of a desk add up to.

A visit is begun by `received` and changed by later events; the projection in the store is this
fold and nothing else.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from verification.basics.dates import VIETNAM
from verification.log import numbering
from verification.log.events import Event, EventKind
from verification.log.forgetting_events import Forgotten
from verification.log.portal_events import PortalAnswered
from verification.log.sending_events import Delivered, HisTold, NotDelivered
from verification.log.visit_events import (
    Cancelled,
    Completed,
    Corrected,
    IdChecked,
    Received,
    SaidOfVisit,
)

RECORD = "record"
"""The errand of a check-in record."""
UNNEEDED = "record_unneeded"
"""Why a record is not sent that the visit does not need any more: it waits no longer."""
ERASED = "his_erased"
"""Why a message is not sent: its visit's content was erased before."""


class CachTrinh(StrEnum):
    """How the card was presented."""

    VSSID = "vssid"
    VNEID = "vneid"
    CCCD = "cccd"
    GIAY = "giay"
    GO = "go"


class DoiChieu(StrEnum):
    """With what the photo was compared."""

    CHUA = "chua"
    CCCD = "cccd"
    VNEID = "vneid"
    KHAC = "khac"


class NguoiTrinh(StrEnum):
    """Who presents the card."""

    BAN_THAN = "ban_than"
    CHA_ME = "cha_me"
    NGUOI_NHA = "nguoi_nha"


class CancelReason(StrEnum):
    """Why a visit is undone."""

    NHAM_NGUOI = "nham_nguoi"
    QUET_TRUNG = "quet_trung"
    BENH_NHAN_VE = "benh_nhan_ve"
    KHAC = "khac"


class PortalWord(StrEnum):
    """How far a visit's question to the national portal is."""

    WAITING = "waiting"
    ANSWERED = "answered"
    REJECTED = "rejected"
    UNKNOWN_CODE = "unknown_code"
    KEPT = "kept"  # it spoke against the card, and the desk kept the visit with a reason

    @property
    def is_open(self) -> bool:
        """Tell whether somebody has to look at the visit, or the portal to answer."""
        return self not in {PortalWord.ANSWERED, PortalWord.KEPT}


class RecordWord(StrEnum):
    """How far a visit's check-in record is."""

    WAITING = "waiting"
    SENT = "sent"


@dataclass(frozen=True)
class Visit:
    """What a visit's events add up to.

    Args:
        visit_id: The id of the event that began it.
        desk: Where it was received.
        happened_at: When.
        person_ref: Who; means nothing outside the log.
        presented: The event that presented the card; it holds the personal content.
        verdict: The answer then.
        reason: Its headline.
        rate: The expected rate, `"4/5"`; None where it was not one value.
        ma_doituong_kcb: The provisional code of the visit, where it was one.
        officer: Who received.
        cach_trinh: How the card was presented.
        doi_chieu: With what the photo was compared.
        nguoi_trinh: Who presented it.
        corrected: Events that corrected its content, oldest first.
        cancelled: Why it was undone, or None.
        so_thu_tu: The day's number of the house; None in a log of a version before.
        ngay_so: The local day of the number: that of recording, whenever the visit was.
        phong: The room that the patient was sent to, a code of the house's list.
        reappointment: The day that the re-appointment slip names which it used, or None.
        portal: How far its question to the national portal is; None where none is asked.
        portal_code: The portal's code, once it answered.
        handed: How many messages about it there are for a hospital system; 0 where none is told.
        his: Events by which a hospital system told of it, oldest first.
        record: How far its check-in record is; None where none is sent by the kiosk.
        record_code: `maGiaoDich` of the newest record that was sent.
        unreadable: True where its row is damaged; of it only the id is sure.
    """

    visit_id: str
    desk: str
    happened_at: datetime
    person_ref: str
    presented: str
    verdict: str
    reason: str
    rate: str | None
    ma_doituong_kcb: str | None
    officer: str
    cach_trinh: CachTrinh
    doi_chieu: DoiChieu = DoiChieu.CHUA
    nguoi_trinh: NguoiTrinh = NguoiTrinh.BAN_THAN
    corrected: tuple[str, ...] = ()
    cancelled: CancelReason | None = None
    so_thu_tu: int | None = None
    ngay_so: date | None = None
    phong: str | None = None
    reappointment: date | None = None
    portal: PortalWord | None = None
    portal_code: str | None = None
    handed: int = 0
    his: tuple[str, ...] = ()
    record: RecordWord | None = None
    record_code: str | None = None
    unreadable: bool = False

    @property
    def day(self) -> date:
        """Return the local day of the visit."""
        return self.happened_at.astimezone(VIETNAM).date()


def visits_after(event: Event, before: Callable[[str], Visit | None]) -> Iterator[Visit]:
    """Return the visits that an event begins or changes, as they stand after it.

    Args:
        event: The event.
        before: Returns a visit as it stood before, None where there is none.
    """
    if event.kind is EventKind.RECEIVED:
        yield begin(event)
        return
    for changed in _changed(event):
        if visit := before(changed):
            yield advance(visit, event)


def _changed(event: Event) -> tuple[str, ...]:
    """Return the visits that a later event may be about."""
    match event.kind:
        case EventKind.FORGOTTEN:
            return Forgotten.of(event.codes).erased
        case EventKind.PORTAL_ANSWERED if not event.codes.get("visit"):
            return PortalAnswered.of(event.codes).visits
    one = event.codes.get("visit")
    return (one,) if one else ()


def begin(event: Event) -> Visit:
    """Return the visit that a `received` event begins."""
    received = Received.of(event.codes)
    number = received.so_thu_tu if numbering.is_number(received.so_thu_tu) else None
    return Visit(
        visit_id=event.event_id,
        desk=event.desk,
        happened_at=event.happened_at,
        person_ref=event.person_ref or "",
        presented=received.presented,
        verdict=received.verdict,
        reason=received.reason,
        rate=received.rate,
        ma_doituong_kcb=received.ma_doituong_kcb,
        officer=event.officer,
        cach_trinh=CachTrinh(received.cach_trinh),
        so_thu_tu=number,
        ngay_so=numbering.day_of(event.recorded_at) if number is not None else None,
        reappointment=_day(received.reappointment),
        portal=PortalWord(received.portal) if received.portal else None,
        portal_code=received.portal_code,
        handed=int(received.handover),
    )


HANDED_OVER = frozenset(
    {
        EventKind.RECEIVED,
        EventKind.CORRECTED,
        EventKind.ID_CHECKED,
        EventKind.TOLD,
        EventKind.COMPLETED,
        EventKind.CANCELLED,
        EventKind.PORTAL_ANSWERED,
        EventKind.PORTAL_KEPT,
    }
)
"""What a hospital system is told of a visit that is handed over."""


def advance(visit: Visit, event: Event) -> Visit:
    """Return the visit after a later event about it."""
    after = _advanced(visit, event)
    if visit.handed and event.kind in HANDED_OVER:
        return replace(after, handed=visit.handed + 1)
    return after


def _advanced(visit: Visit, event: Event) -> Visit:
    match event.kind:
        case EventKind.CANCELLED:
            why = CancelReason(Cancelled.of(event.codes).why)
            return replace(visit, cancelled=why, record=_sent_alone(visit))
        case EventKind.ID_CHECKED:
            return replace(visit, doi_chieu=DoiChieu(IdChecked.of(event.codes).doi_chieu))
        case EventKind.TOLD:
            following = SaidOfVisit.of(event.codes)
            code = following.ma_doituong_kcb
            used = _day(following.reappointment)
            return replace(visit, rate=following.rate, ma_doituong_kcb=code, reappointment=used)
        case EventKind.COMPLETED:
            return _completed(visit, event)
        case EventKind.CORRECTED:
            return _corrected(visit, event)
        case EventKind.CONTENT_ERASED | EventKind.FORGOTTEN:  # nothing is left to ask or send
            asked = None if visit.portal is PortalWord.WAITING else visit.portal
            return replace(visit, portal=asked, record=_sent_alone(visit))
    return _asked(_exchanged(visit, event), event)


def _exchanged(visit: Visit, event: Event) -> Visit:
    match event.kind:
        case EventKind.HIS_TOLD:
            asked = HisTold.of(event.codes).record and not visit.cancelled
            word = RecordWord.WAITING if asked else visit.record
            return replace(visit, his=(*visit.his, event.event_id), record=word)
        case EventKind.DELIVERED:
            return _delivered(visit, Delivered.of(event.codes))
        case EventKind.NOT_DELIVERED:
            return _not_delivered(visit, NotDelivered.of(event.codes))
    return visit


def _delivered(visit: Visit, delivered: Delivered) -> Visit:
    """Return the visit after something was taken; a newer record that is asked for still waits."""
    if delivered.errand != RECORD:
        return visit
    word = visit.record if delivered.replaced else RecordWord.SENT
    return replace(visit, record=word, record_code=delivered.receipt)


def _not_delivered(visit: Visit, failed: NotDelivered) -> Visit:
    """Return the visit after something was not taken; one that it does not need is not sent."""
    if failed.cause != UNNEEDED or failed.replaced:
        return visit
    return replace(visit, record=_sent_alone(visit))


def _sent_alone(visit: Visit) -> RecordWord | None:
    """Return how far the record of a visit is of which none is sent any more."""
    return RecordWord.SENT if visit.record_code or visit.record is RecordWord.SENT else None


def _completed(visit: Visit, event: Event) -> Visit:
    completed = Completed.of(event.codes)
    return replace(
        visit,
        person_ref=event.person_ref or "",
        corrected=(*visit.corrected, event.event_id),
        verdict=completed.verdict,
        reason=completed.reason,
        rate=completed.rate,
        ma_doituong_kcb=completed.ma_doituong_kcb,
        reappointment=_day(completed.reappointment),
    )


def _asked(visit: Visit, event: Event) -> Visit:
    match event.kind:
        case EventKind.PORTAL_ANSWERED:
            return _answered(visit, PortalAnswered.of(event.codes))
        case EventKind.PORTAL_ASKED_AGAIN if visit.portal is None:
            return replace(visit, portal=PortalWord.WAITING)
        case EventKind.PORTAL_KEPT:
            return replace(visit, portal=PortalWord.KEPT)
    return visit


def _answered(visit: Visit, told: PortalAnswered) -> Visit:
    """Return the visit after an answer; what was kept with a reason stays so while it is said."""
    if visit.portal is PortalWord.KEPT and told.code == visit.portal_code:
        return visit
    return replace(visit, portal=PortalWord(told.outcome), portal_code=told.code)


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _corrected(visit: Visit, event: Event) -> Visit:
    correction = Corrected.of(event.codes)
    if correction.cach_trinh is not None:
        return replace(visit, cach_trinh=CachTrinh(correction.cach_trinh))
    if correction.phong is not None:
        return replace(visit, phong=correction.phong)
    if correction.nguoi_trinh is not None:
        return replace(visit, nguoi_trinh=NguoiTrinh(correction.nguoi_trinh))
    return replace(visit, corrected=(*visit.corrected, event.event_id))
