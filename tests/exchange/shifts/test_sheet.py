"""A shift's sheet: what it counts, and that a reprint says what was signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.exchange.shifts.support import (
    AMBER,
    AUDITOR,
    GREEN,
    OTHER,
    RED,
    Working,
    open_of,
    rows,
)
from tests.support import DESK, TODAY
from verification.adapters.papers.report_papers import printed
from verification.basics.errors import Forbidden, RequestError
from verification.exchange import difficulties, helping
from verification.exchange.reports.making import making
from verification.exchange.reports.report import ReportKind
from verification.exchange.shifts import closing
from verification.log.help_events import ShiftClosed
from verification.log.portal_events import PortalAnswered, PortalFailed
from verification.log.visit import CachTrinh, CancelReason, DoiChieu
from verification.log.writing import Stranger, write_alone
from verification.reception import checkin, corrections, no_card
from verification.reception.today_list import AsideReason, put_aside
from verification.rights import Actor, Role

if TYPE_CHECKING:
    from tests.log.contract.engines import Engine
    from verification.exchange.reports.report import Sheet

KEEPER = Actor("quan.tri", frozenset({Role.ADMINISTRATOR}), "1")
FORMS = ["Kết quả", "VssID", "VNeID", "CCCD", "Thẻ giấy", "Gõ số", "Cộng", "Trong đó đã hủy"]


def above(sheet: Sheet) -> tuple[object, ...]:
    return sheet.title, sheet.facts, sheet.tables


def test_a_sheet_counts_who_was_received_by_verdict_and_form(work: Working) -> None:
    visits = [work.receive(slug) for slug in (GREEN, GREEN, RED, AMBER)]
    corrections.correct_presentation(DESK, work.kiosk, visits[1], CachTrinh.VNEID)
    work.undo(visits[2], CancelReason.NHAM_NGUOI)
    sheet = work.sheet(work.close())
    assert [head.vi for head in sheet.tables[0].head] == [*FORMS, "Còn lại"]
    assert rows(sheet, "cells") == [
        ["Đủ điều kiện", 1, 1, 0, 0, 0, 2, 0, 2],
        ["Chưa xác định", 1, 0, 0, 0, 0, 1, 0, 1],
        ["Không đủ điều kiện", 1, 0, 0, 0, 0, 1, 1, 0],
        ["Cộng", 3, 1, 0, 0, 0, 4, 1, 3],
    ]
    assert rows(sheet, "undone") == [
        [visits[2], "08:21", "08:24", "Nhầm người", "quay-thu", None],
    ]
    facts = {name.vi: getattr(value, "vi", value) for name, value in sheet.facts}
    assert facts["Nhân viên tiếp nhận"] == "quay-thu (4)"
    assert facts["Đầu nhật ký (quầy:số dòng:mã)"].startswith("1:")
    assert sheet.title.vi == "Quầy 1, ca 08:15 – 08:24"
    assert sheet.warnings == sheet.notes == sheet.below == ()


def test_a_sheet_tells_what_is_open_and_what_was_done_beside(work: Working) -> None:
    green = work.receive(GREEN)
    waiting = work.show(RED)
    answer = no_card.present_without_card(DESK, work.kiosk, "lost", "Mẫu Thị A")
    checkin.receive_presented(DESK, work.kiosk, answer.event.event_id)
    corrections.compare_id(DESK, work.kiosk, green, DoiChieu.CCCD)
    second = work.receive(AMBER)
    difficulties.report_difficulty(DESK, work.kiosk, "vssid", "")
    given = [helping.help_given(DESK, work.kiosk) for _ in range(2)]
    helping.withdraw(DESK, work.kiosk, given[0].event_id)
    sheet = work.sheet(work.close())
    told = open_of(sheet)
    assert told["Chưa tiếp nhận"] == (1, f"{waiting} (08:15)")
    assert told["Chưa đối chiếu ảnh"] == (1, f"{second} (08:18)")
    sums = dict(rows(sheet, "sums"))
    assert sums["Số thứ tự đã cấp, ngày 22/11/2026"] == "1 – 3"
    assert sums["Lượt không có thẻ để trình"] == 1
    assert sums["Đã hướng dẫn cài VssID"] == 1
    assert [number for what, number in sums.items() if what.startswith("Vướng mắc")] == [1]


def test_who_was_looked_up_put_aside_or_received_elsewhere_is_not_open(work: Working) -> None:
    aside = work.show(RED)
    put_aside(DESK, work.kiosk, aside, AsideReason.BENH_NHAN_VE)
    work.show(AMBER)
    work.receive(AMBER, OTHER)
    assert open_of(work.sheet(work.close()))["Chưa tiếp nhận"] == (0, "")


@pytest.mark.parametrize("later", ["undone", "corrected", "answered", "erased"])
def test_a_reprint_says_what_was_signed_and_below_the_line_what_came_later(
    work: Working, later: str
) -> None:
    visits = [work.receive(slug) for slug in (GREEN, RED, AMBER)]
    work.show("number-10")
    closed = work.close(note="Hết giấy in")
    before = work.sheet(closed)
    work.clock.forward(hours=2)
    did = {
        "undone": lambda: work.undo(visits[0], CancelReason.BENH_NHAN_VE, OTHER),
        "corrected": lambda: corrections.correct_presentation(
            OTHER, work.kiosk, visits[0], CachTrinh.CCCD
        ),
        "answered": lambda: answered(work, visits[0]),
        "erased": lambda: erased(work, visits[0]),
    }
    did[later]()
    after = work.sheet(closed)
    assert above(after) == above(before)
    assert after.warnings == ()
    words = {
        "undone": ["Đã hủy: Bệnh nhân về", "quay-thu", "2"],
        "corrected": ["Đã sửa: cách trình CCCD", "quay-thu", "2"],
        "answered": ["Cổng đã trả lời, mã 000", "Hệ thống", "1"],
        "erased": ["Đã xóa dữ liệu cá nhân", "quan.tri", "1"],
    }
    assert rows(after, "later") == [[closed_at(work), visits[0], *words[later]]]
    assert bool(after.notes) == (later == "erased")


def closed_at(work: Working) -> object:
    return work.clock.now.astimezone(UTC)


def erased(work: Working, visit: str) -> None:
    corrections.erase(KEEPER, work.kiosk, visit)


def answered(work: Working, visit: str) -> None:
    found = work.kiosk.written.visit(visit)
    assert found
    told = PortalAnswered(found.presented, "answered", 5, "outbox", (visit,), "000")
    write_alone(work.kiosk.written, Stranger("1"), told, person_ref=found.person_ref)


def failed(work: Working, visit: str) -> None:
    found = work.kiosk.written.visit(visit)
    assert found
    told = PortalFailed(found.presented, "silent", 5, "desk", (visit,), cause="timeout")
    write_alone(work.kiosk.written, Stranger("1"), told, person_ref=found.person_ref)


def test_a_second_closing_begins_where_the_first_one_ended(work: Working) -> None:
    work.receive(GREEN)
    first = work.close()
    work.clock.forward(hours=1)
    visit = work.receive(RED)
    second = work.close()
    sheet = work.sheet(second)
    assert rows(sheet, "cells")[-1][6:] == [1, 0, 1]
    assert open_of(sheet)["Chưa đối chiếu ảnh"][1].startswith(f"{visit} (")
    assert {n.vi: v for n, v in sheet.facts}["Ca từ"] == first.recorded_at
    assert rows(work.sheet(first), "cells")[-1][6:] == [1, 0, 1]


def test_closed_twice_at_once_with_nothing_new_it_is_closed_once(work: Working) -> None:
    work.receive(GREEN)
    first = closing.close_shift(DESK, work.kiosk)
    work.clock.forward(seconds=40)
    again = closing.close_shift(DESK, work.kiosk)
    assert (again.event, again.again, first.again) == (first.event, True, False)
    work.show(RED)
    assert not closing.close_shift(DESK, work.kiosk).again
    work.clock.forward(minutes=2)
    assert not closing.close_shift(DESK, work.kiosk).again


def test_a_night_shift_counts_over_midnight_each_day_with_its_own_numbers(work: Working) -> None:
    work.clock.forward(hours=14)
    work.receive(GREEN)
    work.clock.forward(hours=3)
    visit = work.receive(RED)
    sheet = work.sheet(work.close())
    assert rows(sheet, "cells")[-1][6] == 2
    numbers = [row[:2] for row in rows(sheet, "sums") if row[0].startswith("Số thứ tự")]
    assert numbers == [
        ["Số thứ tự đã cấp, ngày 22/11/2026", "1 – 1"],
        ["Số thứ tự đã cấp, ngày 23/11/2026", "1 – 1"],
    ]
    assert open_of(sheet)["Chưa đối chiếu ảnh"] == (2, f"1-2 (22:15 22/11) · {visit} (01:18)")


def test_what_was_done_long_before_is_in_no_shift_and_told(work: Working) -> None:
    for _ in range(2):
        work.receive(GREEN)
    work.clock.forward(hours=17)
    work.receive(RED)
    closed = work.close()
    sheet = work.sheet(closed)
    assert rows(sheet, "cells")[-1][6] == 1
    assert [note.vi for note in sheet.notes] == [
        "2 lượt trước đó chưa có trong phiếu ca nào (ca dài nhất 16 giờ)."
    ]


def test_a_clock_that_was_set_back_loses_nobody_and_is_told(work: Working) -> None:
    work.clock.jump(days=1)
    work.receive(GREEN)
    work.clock.jump(days=-1)
    visit = work.receive(RED)
    sheet = work.sheet(work.close())
    assert rows(sheet, "cells")[-1][6] == 2
    [note] = sheet.notes
    assert "từ 08:15 23/11/2026 về 08:18 22/11/2026" in note.vi
    assert visit in open_of(sheet)["Chưa đối chiếu ảnh"][1]


def test_a_shift_is_the_same_after_the_clock_was_set_back_behind_it(work: Working) -> None:
    visit = work.receive(GREEN)
    closed = work.close()
    before = work.sheet(closed)
    work.clock.jump(days=-3)
    work.undo(visit, CancelReason.KHAC, OTHER)
    after = work.sheet(closed)
    assert above(after) == above(before)
    assert [row[1:3] for row in rows(after, "later")] == [[visit, "Đã hủy: Lý do khác"]]


def test_a_desk_undoes_the_visit_of_another(work: Working) -> None:
    mine, theirs = work.receive(GREEN), work.receive(RED, OTHER)
    old = work.receive(AMBER, OTHER)
    work.close(OTHER)
    work.undo(mine, CancelReason.QUET_TRUNG, OTHER)
    work.undo(old, CancelReason.KHAC, OTHER)
    work.undo(theirs, CancelReason.KHAC)
    first, second = work.sheet(work.close()), work.sheet(work.close(OTHER))
    assert [(row[0], row[-1]) for row in rows(first, "undone")] == [
        (mine, "hủy tại quầy 2"),
        (theirs, "lượt của quầy 2"),
    ]
    assert rows(first, "cells")[-1][6:] == [1, 1, 0]
    assert [(row[0], row[-1]) for row in rows(second, "undone")] == [
        (mine, "lượt của quầy 1"),
        (old, "lượt của ca trước"),
    ]
    assert rows(second, "cells")[-1][6:] == [0, 0, 0]


def test_visits_while_the_portal_failed_are_named_whatever_it_answered_then(
    work: Working,
) -> None:
    visits = [work.receive(slug) for slug in (GREEN, RED)]
    failed(work, visits[0])
    answered(work, visits[0])
    sheet = work.sheet(work.close())
    assert open_of(sheet)["Lượt khi Cổng lỗi"] == (1, f"{visits[0]} (08:15)")
    assert open_of(sheet)["Cổng chưa xác nhận"] == (0, "")


def test_a_damaged_row_leaves_the_figures_as_noted_and_is_told_in_red(
    work: Working, engine: Engine
) -> None:
    visits = [work.receive(slug) for slug in (GREEN, RED)]
    closed = work.close()
    before = work.sheet(closed)
    engine.rewrite(visits[0], {"codes": "{"})
    after = work.sheet(closed)
    assert [one.key for one in after.tables] == [one.key for one in before.tables]
    assert after.tables[:2] == before.tables[:2]
    assert open_of(after)["Chưa đối chiếu ảnh"][0] == 2
    warned = [one.vi for one in after.warnings]
    assert len(warned) == 2
    assert warned[0].startswith("DÒNG NHẬT KÝ CỦA CA ĐÃ BỊ SỬA")
    assert "lượt tiếp nhận: ghi 2, đếm lại 1" in warned[1]


def test_a_damaged_row_is_told_where_the_shift_is_closed_with_it(
    work: Working, engine: Engine
) -> None:
    visit = work.receive(GREEN)
    work.receive(RED)
    engine.rewrite(visit, {"codes": "{"})
    sheet = work.sheet(work.close())
    assert rows(sheet, "cells")[-1][6] == 1
    assert ["Dòng nhật ký không đọc được", 1] in rows(sheet, "sums")
    assert any("không đọc được khi kết ca: 1" in note.vi for note in sheet.notes)


def test_a_log_that_no_longer_fits_the_noted_heads_is_told_in_red(
    work: Working, engine: Engine
) -> None:
    work.receive(GREEN)
    other = work.receive(RED, OTHER)
    closed = work.close()
    last = max(row["seq"] for row in engine.chains()["2"])
    engine.rewrite(f"2-{last}", {"hash": "0" * 64})
    assert other.startswith("2-")
    [warning] = work.sheet(closed).warnings
    assert warning.vi.startswith("NHẬT KÝ KHÔNG CÒN KHỚP với đầu ghi khi kết ca ở quầy: 2.")


def test_every_sheet_of_a_day_is_reported_and_what_is_in_no_shift(work: Working) -> None:
    work.receive(GREEN)
    work.close()
    work.receive(RED)
    work.receive(AMBER, OTHER)
    made = making(ReportKind.SHIFT)
    report = made(AUDITOR, work.kiosk, TODAY, None)
    assert [bool(sheet.signatures) for sheet in report.sheets] == [True, False, False]
    assert "CHƯA KẾT CA" in report.sheets[1].title.vi
    assert [rows(sheet, "cells")[-1][6] for sheet in report.sheets] == [1, 1, 1]
    [own] = made(AUDITOR, work.kiosk, TODAY, "2").sheets
    assert own.title.vi.startswith("Quầy 2: CHƯA KẾT CA")
    work.close()
    work.close(OTHER)
    report = made(AUDITOR, work.kiosk, TODAY, None)
    assert [bool(sheet.signatures) for sheet in report.sheets] == [True, True, True]
    work.clock.forward(days=1)
    [empty] = made(AUDITOR, work.kiosk, TODAY + timedelta(days=1), None).sheets
    assert (empty.tables, len(empty.notes)) == ((), 1)
    with pytest.raises(RequestError):
        made(AUDITOR, work.kiosk, TODAY + timedelta(days=2), None)


def test_a_night_of_which_the_morning_is_closed_is_whole_on_the_day_before(work: Working) -> None:
    work.receive(GREEN)
    work.clock.forward(hours=17)
    work.close()
    [sheet] = making(ReportKind.SHIFT)(AUDITOR, work.kiosk, TODAY, None).sheets
    assert "CHƯA KẾT CA" in sheet.title.vi
    assert rows(sheet, "cells")[-1][6] == 1


def test_a_sheet_is_for_its_own_desk_and_for_who_may_see_reports(work: Working) -> None:
    work.receive(GREEN)
    closed = work.close()
    own, other = (Actor("an.nt", frozenset({Role.RECEPTIONIST}), d) for d in ("1", "2"))
    assert work.report(closed, own).sheets == work.report(closed).sheets
    with pytest.raises(Forbidden):
        work.report(closed, other)
    with pytest.raises(Forbidden):
        closing.close_shift(AUDITOR, work.kiosk)
    for name in ("1-1", "1-99", "x"):
        with pytest.raises(RequestError):
            work.report(replace(closed, desk=name.rpartition("-")[0], seq=99), own)


def test_an_empty_shift_of_a_house_without_a_log_is_closed_too(work: Working) -> None:
    closed = work.close()
    sheet = work.sheet(closed)
    assert closed.event_id == "1-1"
    assert sheet.warnings == ()
    assert rows(sheet, "cells")[-1][6] == 0
    for form in ("csv", "xlsx"):
        assert printed(work.report(closed), form)


def test_a_closing_of_another_version_is_read_as_far_as_it_goes(work: Working) -> None:
    visit = work.receive(GREEN)
    heads = tuple(str(head) for head in work.kiosk.written.places.heads())
    bare = ShiftClosed(work.clock.now.isoformat(), heads, {"cells": 7, "numbers": {"x": []}})
    event = write_alone(work.kiosk.written, DESK, bare)
    sheet = work.sheet(event)
    assert rows(sheet, "cells")[-1][6] == 0
    assert sheet.warnings
    assert visit in sheet_text(sheet)


def sheet_text(sheet: Sheet) -> str:
    return str(sheet.tables)


def test_words_for_the_next_shift_are_kept_with_numbers_masked_and_never_lost(
    work: Working,
) -> None:
    work.receive(GREEN)
    first = work.close()
    with_words = work.close(note="Còn chờ 079187000201,\n gọi lại")
    assert with_words.event_id != first.event_id
    said = [value for label, value in work.sheet(with_words).facts if label.vi == "Bàn giao"]
    assert said == ["Còn chờ ••••••••0201, gọi lại"]
    for note in ("", "Còn chờ 079187000201, gọi lại"):
        assert work.close(note=note).event_id == with_words.event_id


def test_a_number_in_what_is_handed_over_is_masked(work: Working) -> None:
    closed = closing.close_shift(DESK, work.kiosk, "gọi lại 0912 345 678, thẻ DN4797900000011")
    content = work.kiosk.written.content(closed.event.event_id)
    assert content is not None
    assert content["ghi_chu"] == "gọi lại ••••••5678, thẻ DN479••••••0011"
