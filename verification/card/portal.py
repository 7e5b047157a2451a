"""The national portal as the domain sees it: what is asked, what was answered.

`Cổng tiếp nhận dữ liệu Hệ thống thông tin giám định BHYT`; the fields keep the portal's names.
"""

from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from verification.basics.dates import PartialDate
from verification.card.facts import Card


class PortalOutcome(StrEnum):
    """How a question ended."""

    OFF = "off"  # nobody is asked, or the question lacks what the portal needs
    ANSWERED = "answered"
    SILENT = "silent"  # no answer, or one that cannot be read
    REFUSED_US = "refused_us"  # our account, officer or request
    REJECTED = "rejected"  # the card
    UNKNOWN_CODE = "unknown_code"

    @property
    def settles(self) -> bool:
        """Tell whether the question is answered, and is not to be asked again by itself."""
        return self in {
            PortalOutcome.ANSWERED,
            PortalOutcome.REJECTED,
            PortalOutcome.UNKNOWN_CODE,
        }


class Cause(StrEnum):
    """Why there is no answer that counts."""

    INCOMPLETE = "incomplete"  # the question lacks a name or a birth date
    NO_OFFICER = (
        "no_officer"  # who asks has no name or citizen number, and KIOSK_PORTAL_OFFICER is not set
    )
    OFFICER = "officer"  # 054, 055: not registered with the portal, KIOSK_PORTAL_OFFICER neither
    ACCOUNT = "account"  # wrong account or password
    RIGHT = "right"  # 401 again with a new token: no right, or the address is not registered
    PARAMETERS = "parameters"  # 205
    PORTAL_ERROR = "portal_error"  # 100, 101, 500, HTTP 5xx
    TIMEOUT = "timeout"
    DNS = "dns"
    CONNECTION = "connection"
    TLS = "tls"
    NOT_READABLE = "not_readable"  # HTML, empty, cut short, wrong types
    BREAKER = "breaker"  # not sent: the portal failed often just now
    TURN = "turn"  # not sent in time: many ask, or the rate of the account is used up
    STOPPED = "stopped"  # the kiosk was stopped meanwhile


@dataclass(frozen=True)
class PortalOfficer:
    """Who asks, as registered with the portal: `hoTenCb`, `cccdCb`."""

    ho_ten: str
    so_cccd: str


@dataclass(frozen=True)
class Question:
    """A look-up of one card.

    Args:
        so_the: Card, BHXH or citizen number: 15, 10 or 12 characters.
        ho_ten: Full name.
        ngay_sinh: Birth date as far as it is known.
        officer: Who asks; None for `KIOSK_PORTAL_OFFICER`.
    """

    so_the: str
    ho_ten: str
    ngay_sinh: PartialDate
    officer: PortalOfficer | None = None


@dataclass(frozen=True)
class SeenVisit:
    """A visit that the portal knows of (`dsLichSuKCB2025`), as it tells it.

    Args:
        ma_ho_so: Its number at the portal.
        ma_cskcb: Where.
        ngay_vao: When it began; None where that cannot be read.
        ngay_ra: When it ended; None for an open one.
        timed: False where only the days are told.
        ten_benh: The disease, in words.
        tinh_trang: `1` ra viện, `2` chuyển viện, `3` trốn viện, `4` xin ra viện.
        ket_qua: `kqDieuTri`, `5` tử vong.
        ly_do_vv: The visit's object code.
        ended: True where an end is told that cannot be read: it is no open one.
    """

    ma_ho_so: str
    ma_cskcb: str
    ngay_vao: datetime | None
    ngay_ra: datetime | None = None
    timed: bool = True
    ten_benh: str = ""
    tinh_trang: str = ""
    ket_qua: str = ""
    ly_do_vv: str = ""
    ended: bool = False

    @property
    def died(self) -> bool:
        """Tell whether the patient is told to have died."""
        return self.ket_qua.strip() == "5"

    @property
    def sent_on(self) -> bool:
        """Tell whether the patient was transferred."""
        return not self.died and self.tinh_trang.strip() == "2"

    @property
    def is_open(self) -> bool:
        """Tell whether no end is told in any way."""
        left = self.ngay_ra is not None or self.ended or self.tinh_trang.strip() not in {"", "0"}
        return not (left or self.died)


@dataclass(frozen=True)
class LookedUp:
    """Somebody looked the card up (`dsLichSuKT2018`).

    Args:
        user: `userKT`, the account of a facility, `79014_BV`.
        at: `thoiGianKT`; None where that cannot be read.
        code: `maLoi`.
        own: True where it is the account that asks now.
    """

    user: str
    at: datetime | None
    code: str = ""
    own: bool = False


@dataclass(frozen=True)
class PortalAnswer:
    """What became of a question.

    Args:
        outcome: How it ended.
        at: When, with time zone.
        ms: How long it took, all its requests together.
        code: `maKetQua`, or None.
        note: `ghiChu`, the portal's own words, or None.
        cause: Why there is no answer that counts.
        detail: What more is known of the cause, such as a setting or a HTTP status; nobody's data.
        card: The facts that the portal gives of the card asked for, None where it gives none.
        issuer: `cqBHXH`, the office that issued it.
        new: The facts of the card that replaces it (`maTheMoi`, `gtTheTuMoi`, `gtTheDenMoi`,
            `maDKBDMoi`), None where there is none.
        then: The answer about that card, or about `maSoBHXH`, where it was looked up once more.
        visits: The history, newest first; None where it was not asked for or not answered.
        looked_up: Who looked the card up.
        asked: What was asked, where it is known.
    """

    outcome: PortalOutcome
    at: datetime
    ms: int = 0
    code: str | None = None
    note: str | None = None
    cause: Cause | None = None
    detail: str | None = None
    card: Card | None = None
    issuer: str | None = None
    new: Card | None = None
    then: "PortalAnswer | None" = None
    visits: tuple[SeenVisit, ...] | None = None
    looked_up: tuple[LookedUp, ...] = ()
    asked: Question | None = None


@dataclass(frozen=True)
class CoPaid:
    """A row of `DataCCT`: a finished stay.

    Args:
        ma_cskcb: Where.
        ngay_vao: First day.
        ngay_ra: Last day; None where it is not told.
        luy_ke: `tBNCCTLuyKe`, what was paid in the year to the end of that stay, in đồng.
        mien: `tBNCCTMCCT`, the exempt part of that stay.
    """

    ma_cskcb: str
    ngay_vao: date | None
    ngay_ra: date | None
    luy_ke: int
    mien: int = 0


@dataclass(frozen=True)
class CoPayment:
    """What the portal says of the co-payment of the year (`TraCuuTienMCCT`).

    Args:
        outcome: How the question ended; `answered` with no rows is "none known", not zero.
        at: When.
        ms: How long it took.
        code: `MaKetQua`.
        note: `GhiChu`: it says up to when the data reach, and must be shown.
        cause: Why there is no answer that counts.
        detail: What more is known of the cause.
        rows: Newest first.
    """

    outcome: PortalOutcome
    at: datetime
    ms: int = 0
    code: str | None = None
    note: str | None = None
    cause: Cause | None = None
    detail: str | None = None
    rows: tuple[CoPaid, ...] = ()


class PortalLight(StrEnum):
    """How the portal is, for the strip of every page."""

    OFF = "off"
    UNTRIED = "untried"
    WELL = "well"
    SLOW = "slow"
    DOWN = "down"  # the breaker is open
    REFUSES_US = "refuses_us"


@dataclass(frozen=True)
class PortalState:
    """How the portal is.

    Args:
        light: In one word.
        since: Since when, None while untried.
        cause: Of the newest failure, where it failed last.
        waiting: Questions that wait for their turn now.
    """

    light: PortalLight
    since: datetime | None = None
    cause: Cause | None = None
    waiting: int = 0


class Portal(Protocol):
    """Who asks the portal; nothing that it returns raises because of the portal.

    One worker asks for the whole server, one question after the other.
    """

    def ask(
        self, question: Question, *, urgent: bool, history: bool = True
    ) -> Future[PortalAnswer]:
        """Ask about a card.

        Args:
            question: What to ask.
            urgent: True where a patient stands there: asked before all others, and not after the
                desk's budget (3 s) is over. False: when nobody urgent waits.
            history: Ask for the history too, after the card; its failure leaves the card's answer.
        """

    def co_payment(self, question: Question) -> Future[CoPayment]:
        """Ask for the co-payment of the year; it may take two minutes."""

    def state(self) -> PortalState:
        """Return how the portal is; asking costs nothing."""
