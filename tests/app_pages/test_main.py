"""The script of every page: who lands where, and what nobody is shown."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from streamlit.navigation.page import calc_hash
from streamlit.testing.v1 import AppTest

from app_pages.admin.accounts import export_file
from app_pages.admin.told import told
from app_pages.shell import who
from tests.app_pages.conftest import PASSWORD
from tests.browser.running import PATIENCE
from tests.case_support import AN, WHY, arrive, only_case
from tests.support import ROOT, each
from verification.basics.dates import VIETNAM
from verification.basics.errors import Forbidden, StoreBusy
from verification.kiosk import Kiosk
from verification.log.case import CaseOutcome, Proposed
from verification.log.events import EventKind
from verification.officers import access_log, signin, staff
from verification.officers.access_log import Access
from verification.review import cases, four_eyes, outsider
from verification.review.outsider import Outsider
from verification.rights import USE_CASES, Right, Role, command_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from app_pages.server.house import House
    from verification.rights import Actor

    Enter = Callable[[House, Role], Actor]


CLOSED = "Tài khoản này không có quyền mở trang đó"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
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


def test_an_administrator_lands_on_how_the_kiosk_is_and_has_no_page_of_patients(
    house: House, enter: Enter
) -> None:
    enter(house, Role.ADMINISTRATOR)
    ran = run()
    labelled = [tab.label for tab in ran.tabs]
    before, after = labelled[:6], labelled[6:]
    well = "Kiosk có ổn không?"
    people = ["Tài khoản", "Phiên đang mở", "Truy cập", "Người thứ hai"]
    assert before == [well, "Chờ gửi", *people]
    told = [
        "Dữ liệu của một người",
        "Kho dữ liệu",
        "Không đọc được",
        "Khóa mã hóa",
        "Hệ thống khác",
    ]
    assert after == ["Đồng hồ", "Danh sách thẻ", "Check-in (XML0)", *told]
    assert "Tiếp đón BHYT" not in labels(ran)
    assert "Mức hưởng" not in labels(ran)


def test_an_auditor_has_no_desk_and_no_accounts(house: House, enter: Enter) -> None:
    enter(house, Role.AUDITOR)
    assert set(run().session_state["pages"]) == {
        *("giam_dinh", "tro_giup", "muc_huong", "tai_khoan")
    }


def press(ran: AppTest, label: str, form: str = "") -> AppTest:
    """Press the last button of a label, or that of a form: forms repeat each other's words."""
    found = [button for button in ran.button if button.label == label]
    ran = [button for button in found if not form or button.form_id == form][-1].click().run()
    assert not ran.exception
    return ran


def test_the_log_of_access_leaves_by_the_password_alone(house: House, enter: Enter) -> None:
    actor = enter(house, Role.ADMINISTRATOR)
    ran = run()
    field = next(f for f in ran.text_input if f.label.startswith("Mật khẩu của bạn (dữ liệu"))
    for typed in ("", "2957", "khong-phai"):
        field.input(typed)
        ran = press(ran, "Xuất", "export")
        assert "không đúng" in ran.error[0].value
        assert not ran.get("link_button")
        field = next(f for f in ran.text_input if f.label.startswith("Mật khẩu của bạn (dữ liệu"))
        assert typed not in {*map(str, ran.session_state._state.filtered_state.values())} - {""}
        assert not field.value
    log, long_ago = house.kiosk.written, house.kiosk.clock().replace(year=2020)
    failed = log.events([EventKind.SIGN_IN_FAILED], long_ago)
    assert [event.codes["account"] for event in failed] == [actor.officer] * 3
    field.input(PASSWORD)
    ran = press(ran, "Xuất", "export")
    (link,) = ran.get("link_button")
    assert "/kiosk/truy-cap.csv?ngay=7&phieu=" in link.proto.url
    assert PASSWORD not in repr(dict(ran.session_state._state.filtered_state))


def test_the_right_password_is_taken_at_once_after_a_wrong_one(house: House, enter: Enter) -> None:
    actor = enter(house, Role.RECEPTIONIST)
    opened = AppTest.from_file(MAIN, default_timeout=PATIENCE)
    opened._page_hash = calc_hash("tai-khoan")
    opened.run()
    for secret, said in (("khong-phai", "Mật khẩu không đúng"), (PASSWORD, "")):
        fields = {field.label: field for field in opened.text_input if not field.value}
        assert len(fields) == len({field.label for field in opened.text_input})  # all are empty
        now = next(f for f in opened.text_input if f.label == "Mật khẩu hiện nay")
        now.input(secret)
        fields["PIN mới (4 đến 6 chữ số)"].input("2957")
        first = next(button for button in opened.button if button.label == "Lưu")
        opened = first.click().run()
        assert [error.value for error in opened.error] == ([said] if said else [])
        assert secret not in repr(dict(opened.session_state._state.filtered_state))
    account = house.kiosk.written.accounts.account(actor.officer)
    assert account
    assert account.pin


def test_the_administrator_sees_what_waits_and_makes_a_code_shown_once(
    house: House, enter: Enter
) -> None:
    kiosk = house.kiosk
    enter(house, Role.ADMINISTRATOR)
    arrive(kiosk, "patient-1")
    for name in ("binh", "chi"):
        account = kiosk.written.accounts.account(name)
        assert account
        gone = replace(account, disabled=True)
        kiosk.written.write(lambda log, gone=gone: log.accounts.put_account(gone))
    number = only_case(kiosk).number
    cases.take(AN, kiosk, number)
    proposal = four_eyes.propose(AN, kiosk, number, Proposed.CONFIRMED, WHY).proposal
    assert proposal
    ran = run()
    assert any("Chờ người thứ hai: 1 hồ sơ" in line.value for line in ran.caption)
    guest = Outsider("Trần Mẫu", "BHXH quận Mẫu", "079194002001")
    outsider.name_outsider(AN, kiosk, number, proposal, guest)
    ran = press(run(), "Cấp mã")
    (code,) = ran.code
    assert "079194002001" not in str(ran.main)
    assert not press(ran, "Tạo tài khoản").code
    closed = outsider.approve_outside(AN, kiosk, number, proposal, code.value, guest.so_cccd)
    assert closed.outcome is CaseOutcome.CONFIRMED


def test_two_accounts_of_one_person_are_told(house: House, enter: Enter) -> None:
    enter(house, Role.ADMINISTRATOR)
    for name in ("an.gd", "an.td"):
        number = "079 194 001 001" if name == "an.td" else "079194001001"
        facts = {"ho_ten": "Mẫu An", "so_cccd": number}
        held = frozenset({Role.AUDITOR})
        staff.create(command_line("1"), house.kiosk, name, held, PASSWORD, **facts)
    assert any("an.gd, an.td: một người" in told.value for told in run().warning)


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
    assert signin.standing(house.kiosk, who.session_of(house))[0] == "locked"


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


def test_accounts_and_sessions_changed_outside_are_marked_and_can_be_set_right(
    house: House, enter: Enter
) -> None:
    enter(house, Role.RECEPTIONIST)
    enter(house, Role.ADMINISTRATOR)
    with closing(sqlite3.connect(house.settings.db)) as intruder, intruder:
        intruder.execute("UPDATE account SET roles = 'auditor' WHERE name = 'mau.receptionist'")
        intruder.execute("UPDATE session SET desk = '9' WHERE officer = 'mau.receptionist'")
    ran = run()
    assert any("mau.receptionist" in error.value for error in ran.error)
    shown = " ".join(table.value.to_csv() for table in ran.dataframe)
    assert shown.count("BỊ SỬA NGOÀI KIOSK") == 2
    assert "Đặt lại (bị sửa ngoài kiosk)" in ran.radio[0].options


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


@pytest.mark.parametrize(
    ("role", "path", "right"),
    [
        (Role.RECEPTIONIST, "quan-tri", "manage"),
        (Role.RECEPTIONIST, "giam-dinh", "review"),
        (Role.AUDITOR, "quan-tri", "manage"),
        (Role.ADMINISTRATOR, "giam-dinh", "review"),
        (Role.ADMINISTRATOR, "muc-huong", "check"),
    ],
)
def test_an_address_without_the_right_leads_home_with_a_word_and_is_logged(
    house: House, enter: Enter, role: Role, path: str, right: str
) -> None:
    actor = enter(house, role)
    for _ in range(2):
        ran = AppTest.from_file(MAIN, default_timeout=PATIENCE)
        ran._page_hash = calc_hash(path)
        ran.run()
        assert not ran.exception
        assert [toast.value for toast in ran.toast] == [CLOSED]
        assert path.replace("-", "_") not in ran.session_state["pages"]
    (refused,) = house.kiosk.written.events([EventKind.RIGHT_REFUSED], LONG_AGO)  # once a minute
    asked = f"page.{path.replace('-', '_')}"
    assert refused.codes == {"officer": actor.officer, "use_case": asked, "right": right}


def test_who_is_refused_goes_home_though_it_cannot_be_noted(
    house: House, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StoreBusy("đang bận", "busy")

    enter(house, Role.ADMINISTRATOR)
    monkeypatch.setattr(Kiosk, "note_refused", fail)
    ran = AppTest.from_file(MAIN, default_timeout=PATIENCE)
    ran._page_hash = calc_hash("giam-dinh")
    ran.run()
    assert not ran.exception
    assert not ran.error
    assert "Truy cập" in [tab.label for tab in ran.tabs]


def test_a_strip_that_the_store_cannot_fill_says_so_in_a_sentence(
    house: House, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StoreBusy("Kho đang bận", "busy")

    enter(house, Role.ADMINISTRATOR)
    monkeypatch.setattr(Kiosk, "doubt", fail)
    assert "Kho đang bận" in run().error[0].value


@pytest.mark.parametrize("role", list(Role))
def test_where_everybody_lands_is_no_refused_right(house: House, enter: Enter, role: Role) -> None:
    enter(house, role)
    assert not run().toast
    assert not house.kiosk.written.events([EventKind.RIGHT_REFUSED], LONG_AGO)


def test_a_refused_form_keeps_what_was_typed_but_no_secret_and_a_taken_one_is_empty(
    house: House, enter: Enter
) -> None:
    enter(house, Role.ADMINISTRATOR)
    ran = run()

    def shown() -> dict[str, str]:
        return {field.label: field.value for field in ran.text_input}

    def type_in(label: str, text: str) -> None:
        next(field for field in ran.text_input if field.label == label).set_value(text)

    typed = {
        "Tên tài khoản mới": "dung.lt",
        "Họ tên": "Lê Mẫu Dũng",
        "Số CCCD (cho cổng BHXH)": "079194003003",
    }
    for label, text in typed.items():
        type_in(label, text)
    type_in("Mật khẩu đầu tiên", "123")
    (roles,) = (group for group in ran.button_group if str(group.key).startswith("create "))
    roles.set_value([Role.RECEPTIONIST])
    ran = press(ran, "Tạo tài khoản")
    assert "8" in ran.error[0].value
    assert {label: shown()[label] for label in typed} == typed
    assert shown()["Mật khẩu đầu tiên"] == ""
    type_in("Mật khẩu đầu tiên", PASSWORD)
    ran = press(ran, "Tạo tài khoản")
    assert not ran.error
    account = house.kiosk.written.accounts.account("dung.lt")
    assert account
    assert account.roles == {Role.RECEPTIONIST}
    assert not any(shown()[label] for label in typed)


def test_an_act_on_an_account_asks_for_what_it_needs_and_begins_with_what_is_so(
    house: House, enter: Enter
) -> None:
    enter(house, Role.RECEPTIONIST)
    enter(house, Role.ADMINISTRATOR)
    ran = run()
    ran.selectbox(key="change_account").set_value("mau.receptionist").run()
    assert ran.button_group[0].value == [Role.RECEPTIONIST]
    assert "Đặt lại (bị sửa ngoài kiosk)" not in ran.radio(key="change_act").options
    ran.radio(key="change_act").set_value("disable").run()
    ran = press(ran, "Thực hiện") if labels(ran).count("Thực hiện") == 1 else ran
    account = house.kiosk.written.accounts.account("mau.receptionist")
    assert account
    assert account.disabled


def test_the_log_of_access_speaks_in_words(house: House, enter: Enter) -> None:
    kiosk = house.kiosk
    clerk = enter(house, Role.RECEPTIONIST)
    with pytest.raises(Forbidden):
        staff.list_accounts(clerk, kiosk)
    for name in ("page.giam_dinh", "/kiosk/truy-cap.csv", "review.cases.take", "/kiosk/frame"):
        kiosk.note_refused(clerk, name, Right.REVIEW)
    actor = enter(house, Role.ADMINISTRATOR)
    rows = [told(row) for row in access_log.access(actor, kiosk, LONG_AGO)]
    said = {(row["Việc đã làm"], row["Chi tiết"], row["Đối với"]) for row in rows}
    assert {
        ("bị từ chối quyền", "cần quyền quản trị", "tài khoản và phiên"),
        ("bị từ chối quyền", "cần quyền giám định", "trang Giám định"),
        ("bị từ chối quyền", "cần quyền giám định", "nhật ký truy cập"),
        ("bị từ chối quyền", "cần quyền giám định", "hồ sơ giám định"),
        ("bị từ chối quyền", "cần quyền giám định", "việc của quầy"),
        ("đăng nhập", "mật khẩu", ""),
        ("sửa tài khoản", "tạo mới, tiếp đón", "mau.receptionist"),
    } <= said


@each("use_case", sorted(USE_CASES))
def test_every_use_case_that_may_be_refused_has_words(use_case: str) -> None:
    name, right = use_case.removeprefix("verification."), USE_CASES[use_case]
    at = datetime(2026, 11, 22, 8, 12, tzinfo=VIETNAM)
    refused = Access(at, "an.nt", EventKind.RIGHT_REFUSED, right, name, "", "1", "", "")
    said = told(refused)
    assert said["Đối với"] != name
    assert said["Chi tiết"].startswith("cần ")
