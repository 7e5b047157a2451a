"""The tab "dữ liệu của một người": found, taken out by the password, corrected, erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamlit.testing.v1 import AppTest

from app_pages.admin.person import person_file
from tests.support import ROOT, payload
from verification.reception.answer import Scan
from verification.reception.checkin import check_in
from verification.rights import Role, desk_officer

if TYPE_CHECKING:
    from collections.abc import Callable

    from app_pages.server.house import House
    from verification.rights import Actor

    Enter = Callable[[House, Role], Actor]

MAIN = str(ROOT / "app_pages" / "main.py")
PASSWORD = "ba con cá bơi ngược"
NUMBER, NAME, WHY = "7900000201", "Đặng Thị Thẳng Mẫu", "Ai yêu cầu"


def write(ran: AppTest, label: str, text: str, nth: int = 0) -> None:
    """Type into a field."""
    [one for one in ran.text_input if one.label.startswith(label)][nth].input(text)


def press(ran: AppTest, label: str) -> AppTest:
    """Press a button."""
    next(one for one in ran.button if one.label == label).click()
    ran.run()
    assert not ran.exception, ran.exception
    return ran


def test_a_person_is_found_taken_out_corrected_and_erased(house: House, enter: Enter) -> None:
    desk = desk_officer("1")
    visit = check_in(desk, house.kiosk, Scan((payload("patient-1"),))).visit
    assert visit
    actor = enter(house, Role.ADMINISTRATOR)
    ran = AppTest.from_file(MAIN, default_timeout=120).run()
    write(ran, "Số thẻ, mã số BHXH", "khong phai so")
    ran = press(ran, "Tìm")
    assert any("không phải số" in one.value for one in ran.error)
    write(ran, "Số thẻ, mã số BHXH", NUMBER)
    ran = press(ran, "Tìm")
    told = " ".join(one.value for one in ran.markdown)
    assert "DN479••••••0201" in told
    assert NAME not in told
    assert "sẽ xóa nội dung của 0 việc và 0 lượt" in told

    at = next(i for i, b in enumerate(ran.text_input) if b.label == "Giá trị đúng")
    ran.text_input[at].input("Đặng Thị Khác Mẫu")
    write(ran, WHY, "đơn 1")
    ran = press(ran, "Sửa")
    assert NAME not in str(house.kiosk.written.content("1-3"))
    file = person_file(house, actor, visit.person_ref, "json").decode()
    assert "Đặng Thị Khác Mẫu" in file
    assert person_file(house, actor, visit.person_ref, "pdf").startswith(b"%PDF")

    next(one for one in ran.checkbox if one.label.startswith("Xóa cả các lượt")).check()
    ran.run()
    write(ran, WHY, "đơn 2", 1)
    ran = press(ran, "Xóa dữ liệu của người này")
    assert any("chữ xác nhận" in one.value for one in ran.error)
    write(ran, "Không lấy lại được", "xóa hẳn")
    ran = press(ran, "Xóa dữ liệu của người này")
    assert house.kiosk.written.content(visit.presented) is None
    write(ran, "Số thẻ, mã số BHXH", NUMBER)
    ran = press(ran, "Tìm")
    assert any("Nhật ký không có người này" in one.value for one in ran.info)
