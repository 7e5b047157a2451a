"""The script of every page: who lands where, and what nobody is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from app_pages.admin.accounts import export_file
from app_pages.shell import who
from tests.browser.running import PATIENCE
from tests.support import ROOT
from verification.basics.errors import Forbidden
from verification.officers import signin
from verification.rights import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from app_pages.server.house import House
    from verification.rights import Actor

    Enter = Callable[[House, Role], Actor]


MAIN = str(ROOT / "app_pages" / "main.py")


def run() -> AppTest:
    ran = AppTest.from_file(MAIN, default_timeout=PATIENCE).run()
    assert not ran.exception
    return ran


def labels(ran: AppTest) -> list[str]:
    return [button.label for button in ran.button]


def test_without_a_session_the_script_shows_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert house.kiosk.facility
    monkeypatch.setattr(who, "cookies", dict)
    assert not run().main.children


def test_an_administrator_lands_on_accounts_and_has_no_page_of_patients(
    house: House, enter: Enter
) -> None:
    enter(house, Role.ADMINISTRATOR)
    ran = run()
    assert [tab.label for tab in ran.tabs] == [
        "Tài khoản",
        "Phiên đang mở",
        "Truy cập",
        "Đồng hồ",
        "Dữ liệu",
    ]
    assert "Tiếp đón BHYT" not in labels(ran)
    assert "Mức hưởng" not in labels(ran)


def test_an_auditor_has_no_desk_and_no_accounts(house: House, enter: Enter) -> None:
    enter(house, Role.AUDITOR)
    assert set(run().session_state["pages"]) == {"giam_dinh", "muc_huong", "tai_khoan"}


def test_a_locked_session_is_shown_nothing_at_its_next_run(house: House, enter: Enter) -> None:
    enter(house, Role.ADMINISTRATOR)
    ran = run()
    digest = who.session_of(house)
    signin.lock(house.kiosk, digest)
    assert not ran.run().main.children


def test_the_strip_locks_and_ends(house: House, enter: Enter) -> None:
    enter(house, Role.ADMINISTRATOR)
    ran = run()
    next(button for button in ran.button if button.label == "Khóa").click().run()
    assert signin.state(house.kiosk, who.session_of(house)) == "locked"


def test_an_account_is_made_and_refused_in_words_on_the_page(house: House, enter: Enter) -> None:
    enter(house, Role.ADMINISTRATOR)
    ran = run()
    fields = {field.label: field for field in ran.text_input}
    fields["Tên tài khoản mới"].set_value("dung.lt")
    fields["Mật khẩu đầu tiên"].set_value("123")
    next(button for button in ran.button if button.label == "Tạo tài khoản").click()
    ran.run()
    assert ran.error[0].value
    assert house.kiosk.written.accounts.account("dung.lt") is None


def test_an_export_is_made_for_an_administrator_alone_and_is_no_formula(
    house: House, enter: Enter
) -> None:
    manager = enter(house, Role.ADMINISTRATOR)
    rows = export_file(house, manager, 7, "csv").decode("utf-8-sig").splitlines()
    assert rows[0].startswith("at,officer,kind")
    assert any("signed_in" in row for row in rows)
    assert export_file(house, manager, 7, "xlsx").startswith(b"PK")
    clerk = enter(house, Role.RECEPTIONIST)
    with pytest.raises(Forbidden):
        export_file(house, clerk, 7, "csv")
