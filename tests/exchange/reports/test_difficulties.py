"""The month's report of difficulties: what it counts, what it lists, what it never says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support import payload
from verification.adapters.papers.report_papers import printed
from verification.basics.errors import RequestError
from verification.basics.texts import Text
from verification.exchange.difficulties import (
    EVER,
    State,
    categories,
    report_difficulty,
    seen_at,
    told_between,
)
from verification.exchange.moving import move
from verification.exchange.reports.difficulties import difficulties_report, duration
from verification.exchange.reports.making import making
from verification.exchange.reports.report import ReportKind
from verification.log.help_events import Difficulty
from verification.log.writing import write_alone
from verification.reception import corrections
from verification.reception.answer import Scan
from verification.reception.checkin import check_in
from verification.rights import Actor, Role, command_line

if TYPE_CHECKING:
    from tests.support import Clock
    from verification.exchange.reports.report import Report, Table
    from verification.kiosk import Kiosk

LAN = Actor("lan.nt", frozenset({Role.RECEPTIONIST}), "1")
TWO = Actor("minh.tv", frozenset({Role.RECEPTIONIST}), "2")
AN = Actor("an.nt", frozenset({Role.AUDITOR}), "3")
NOVEMBER = date(2026, 11, 30)


def table(report: Report, key: str) -> Table:
    return next(one for one in report.sheets[0].tables if one.key == key)


def values(found: Table) -> dict[str, object]:
    return {row[0].vi: row[-1] for row in found.rows if isinstance(row[0], Text)}


@pytest.fixture
def month(kiosk: Kiosk, clock: Clock) -> Kiosk:
    """Return a kiosk with a month of difficulties: told, moved, erased, of an older log."""
    answer = check_in(LAN, kiosk, Scan((payload("same-old15"),)))
    seen = seen_at(kiosk.written, answer.presented)
    report_difficulty(LAN, kiosk, "vssid", "gọi 0900 000 123", seen)
    report_difficulty(TWO, kiosk, "otp", "không có tin nhắn")
    report_difficulty(TWO, kiosk, "kiosk", "chậm")
    gone = check_in(LAN, kiosk, Scan((payload("patient-1"),)))
    report_difficulty(LAN, kiosk, "email", "bị xóa", seen_at(kiosk.written, gone.presented))
    write_alone(kiosk.written, LAN, Difficulty("mang"))
    clock.forward(hours=5)
    told = told_between(kiosk.written, EVER)
    move(AN, kiosk, told[0], State.ANSWERED, "đến BHXH quận 1")
    move(AN, kiosk, told[2], State.CLOSED)
    clock.forward(days=2)
    move(AN, kiosk, told[1], State.ANSWERED, "đổi số tại quầy BHXH")
    assert gone.visit
    corrections.erase(command_line("1"), kiosk, gone.visit.visit_id)
    clock.now = clock.now.replace(month=12, day=3)
    report_difficulty(LAN, kiosk, "vssid", "của tháng sau")
    return kiosk


def test_the_counts_are_those_of_the_month_by_kind_and_state(month: Kiosk) -> None:
    counts = table(difficulties_report(AN, month, NOVEMBER), "counts")
    assert values(counts) == {
        **{one.text.vi: 0 for one in categories().values()},
        "VssID không mở được, quên mật khẩu": 1,
        "Không nhận được OTP, đổi số điện thoại": 1,
        "Email đã dùng cho mã số BHXH khác": 1,
        "Phần mềm tiếp đón này": 1,
        "mang": 1,
        "Cộng": 5,
    }
    assert counts.rows[-1][1:] == (2, 0, 2, 1, 5)
    assert counts.charted == 5


def test_the_time_to_answer_is_told_with_those_that_have_none(month: Kiosk) -> None:
    told = values(table(difficulties_report(AN, month, NOVEMBER), "times"))
    assert list(told.values()) == [
        2,
        Text("1 ngày 5 giờ", "1 d 5 h"),
        Text("2 ngày 5 giờ", "2 d 5 h"),
        2,
        1,
    ]


def test_nothing_was_answered_yet(kiosk: Kiosk) -> None:
    report_difficulty(LAN, kiosk, "vssid", "")
    told = values(table(difficulties_report(AN, kiosk, kiosk.today()), "times"))
    assert list(told.values()) == [0, None, None, 1, 0]


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (timedelta(minutes=59), "dưới 1 giờ"),
        (timedelta(hours=1), "1 giờ"),
        (timedelta(hours=23, minutes=59), "23 giờ"),
        (timedelta(days=1), "1 ngày 0 giờ"),
    ],
)
def test_a_duration_is_told_in_days_and_hours(time: timedelta, said: str) -> None:
    assert duration(time).vi == said


def test_the_list_has_masked_numbers_alone_and_says_what_is_gone(month: Kiosk) -> None:
    report = difficulties_report(AN, month, NOVEMBER)
    rows = table(report, "list").rows
    assert [row[3] for row in rows] == ["DN479••••••0011", None, None, None]
    assert rows[0][4] == Text("đủ điều kiện: còn giá trị", "eligible: valid")
    assert [row[5] for row in rows] == [
        "gọi ••••••0123",
        "không có tin nhắn",
        Text("nội dung đã xóa hoặc không đọc được", "erased or unreadable"),
        None,
    ]
    assert [row[7] for row in rows] == ["đến BHXH quận 1", "đổi số tại quầy BHXH", None, None]
    asked = values(table(report, "asks"))
    assert "Phần mềm tiếp đón này" not in asked
    assert asked["Email đã dùng cho mã số BHXH khác"] == "305/TB-BHXH (2023)"


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
def test_it_is_drawn_in_every_form(month: Kiosk, form: str) -> None:
    file = printed(making(ReportKind.DIFFICULTIES)(AN, month, NOVEMBER, None), form)
    assert len(file) > 500
    if form == "csv":
        text = file.decode("utf-8-sig")
        assert "DN479••••••0011" in text
        for hidden in ("DN4797900000011", "7900000011", "0900 000 123", "Nguyễn Thị Mẫu"):
            assert hidden not in text


def test_one_desk_alone_and_a_month_that_is_not_over(month: Kiosk, clock: Clock) -> None:
    report = difficulties_report(AN, month, NOVEMBER, "2")
    assert table(report, "counts").rows[-1][-1] == 2
    assert report.period.until is None
    now = difficulties_report(AN, month, clock.now.date())
    assert (now.period.first, now.period.last) == (date(2026, 12, 1), date(2026, 12, 31))
    assert now.period.until == clock.now
    with pytest.raises(RequestError):
        difficulties_report(AN, month, date(2026, 12, 4))
