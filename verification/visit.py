"""Events, and the visits that they add up to.

A visit is begun by `received` and changed by later events; the projection in the store is this
fold and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from verification.dates import VIETNAM


class EventKind(StrEnum):
    """What can happen."""

    PRESENTED = "presented"
    RECEIVED = "received"
    CORRECTED = "corrected"
    ID_CHECKED = "id_checked"
    NOTED = "noted"
    VIEWED = "viewed"
    TOLD = "told"
    COMPLETED = "completed"
    DIFFICULTY = "difficulty"
    HELPED_TO_INSTALL = "helped_to_install"
    FLAGGED = "flagged"
    FLAG_ANSWERED = "flag_answered"
    CANCELLED = "cancelled"
    CONTENT_ERASED = "content_erased"
    CASE_OPENED = "case_opened"
    CASE_JOINED = "case_joined"
    CASE_TAKEN = "case_taken"
    CASE_RELEASED = "case_released"
    CASE_HANDED_OVER = "case_handed_over"
    CASE_DATED = "case_dated"
    CASE_PROPOSED = "case_proposed"
    CASE_APPROVED = "case_approved"
    CASE_REJECTED = "case_rejected"
    CASE_CLOSED = "case_closed"
    CASE_REOPENED = "case_reopened"
    CASE_SNOOZED = "case_snoozed"
    CASE_REPORTED = "case_reported"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    SIGNED_OUT = "signed_out"
    OFFICER_CHANGED = "officer_changed"
    ACCOUNT_CHANGED = "account_changed"
    EXPORTED = "exported"


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
class NewEvent:
    """An event about to be logged.

    Args:
        desk: The desk whose chain it joins.
        kind: What happened.
        happened_at: When, with time zone; None for the time of recording.
        codes: Facts that name nobody; strings, integers, lists and objects of them.
        person_ref: The random reference of the person, if one is concerned.
        content: Personal facts, sealed and erasable.
    """

    desk: str
    kind: EventKind
    happened_at: datetime | None
    codes: Mapping[str, Any] = field(default_factory=dict)
    person_ref: str | None = None
    content: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Event:
    """A logged event; `seq` counts from 1 at each desk."""

    desk: str
    seq: int
    recorded_at: datetime
    kind: EventKind
    happened_at: datetime
    codes: Mapping[str, Any]
    person_ref: str | None

    @property
    def event_id(self) -> str:
        """Return the name of the event, `desk-seq`."""
        return f"{self.desk}-{self.seq}"


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
