"""Events, and the visits that they add up to.

A visit is begun by `received` and changed by later events; the projection in the store is this
fold and nothing else.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from verification.basics.dates import VIETNAM
from verification.log.events import Event, EventKind


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

    @property
    def day(self) -> date:
        """Return the local day of the visit."""
        return self.happened_at.astimezone(VIETNAM).date()


def begin(event: Event) -> Visit:
    """Return the visit that a `received` event begins."""
    codes = event.codes
    return Visit(
        visit_id=event.event_id,
        desk=event.desk,
        happened_at=event.happened_at,
        person_ref=event.person_ref or "",
        presented=codes["of"],
        verdict=codes["verdict"],
        reason=codes["reason"],
        rate=codes.get("rate"),
        ma_doituong_kcb=codes.get("ma_doituong_kcb"),
        officer=codes["officer"],
        cach_trinh=CachTrinh(codes["cach_trinh"]),
    )


def advance(visit: Visit, event: Event) -> Visit:
    """Return the visit after a later event about it."""
    codes = event.codes
    match event.kind:
        case EventKind.CANCELLED:
            return replace(visit, cancelled=CancelReason(codes["why"]))
        case EventKind.ID_CHECKED:
            return replace(visit, doi_chieu=DoiChieu(codes["doi_chieu"]))
        case EventKind.TOLD:
            code = codes.get("ma_doituong_kcb")
            return replace(visit, rate=codes.get("rate"), ma_doituong_kcb=code)
        case EventKind.COMPLETED:
            return replace(
                visit,
                person_ref=event.person_ref or "",
                corrected=(*visit.corrected, event.event_id),
                verdict=codes["verdict"],
                reason=codes["reason"],
                rate=codes.get("rate"),
                ma_doituong_kcb=codes.get("ma_doituong_kcb"),
            )
        case EventKind.CORRECTED if "cach_trinh" in codes:
            return replace(visit, cach_trinh=CachTrinh(codes["cach_trinh"]))
        case EventKind.CORRECTED if "nguoi_trinh" in codes:
            return replace(visit, nguoi_trinh=NguoiTrinh(codes["nguoi_trinh"]))
        case EventKind.CORRECTED:
            return replace(visit, corrected=(*visit.corrected, event.event_id))
    return visit
