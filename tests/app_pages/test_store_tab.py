"""The tab "dữ liệu": what cannot be read is counted, and a foreign card file is amber."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from tests.support import ROOT, payload
from verification.adapters.store.sqlite.card_folder import newest_file
from verification.basics.errors import RequestError, SignInError
from verification.log.account import Place
from verification.log.card_files import Fit
from verification.officers import signin, staff
from verification.officers.store_state import store_state
from verification.reception import lookup
from verification.reception.answer import Scan
from verification.reception.checkin import check_in
from verification.rights import Actor, Role, command_line, desk_officer

if TYPE_CHECKING:
    from collections.abc import Callable

    from app_pages.server.house import House

PASSWORD = "ba con cá bơi ngược"
MAIN = str(ROOT / "app_pages" / "main.py")
ROOM = command_line("1")


def run() -> AppTest:
    ran = AppTest.from_file(MAIN, default_timeout=120).run()
    assert not ran.exception, ran.exception
    return ran


def warnings(ran: AppTest) -> str:
    return " ".join(warning.value for warning in ran.warning)


def ready(house: House) -> Fit | None:
    """Return whose the card file is, once it has been reckoned."""
    store_state(ROOM, house.kiosk)
    for thread in threading.enumerate():
        if thread.name.startswith("cards-digest"):
            thread.join()
    return store_state(ROOM, house.kiosk).cards


def test_what_cannot_be_read_is_counted_as_it_is_met_and_all_at_once(
    house: House, enter: Callable[[House, Role], Actor]
) -> None:
    for slug in ("patient-1", "s2"):
        check_in(desk_officer("1"), house.kiosk, Scan((payload(slug),)))
    with closing(sqlite3.connect(house.settings.db)) as db, db:
        db.execute("DELETE FROM content WHERE event_id = '1-1'")
    enter(house, Role.ADMINISTRATOR)
    ran = run()
    assert "không đọc được" not in warnings(ran)  # nobody has met it
    button = next(b for b in ran.button if b.label == "Đọc toàn bộ nhật ký")
    ran = button.click().run()
    assert not ran.exception
    assert "1 nội dung không đọc được" in warnings(run())
    table = next(d.value for d in ran.dataframe if "Nguyên nhân" in d.value.columns)
    assert table.to_numpy().tolist() == [["1-1", "bị xóa ngoài nhật ký"]]
    assert len(lookup.recent_visits(desk_officer("1"), house.kiosk)) == 2


def test_a_card_file_that_no_note_names_is_amber_and_the_desk_goes_on(
    house: House, enter: Callable[[House, Role], Actor]
) -> None:
    folder = house.settings.db.parent
    assert ready(house) is Fit.FITS
    current = newest_file(folder)
    assert current
    (folder / "cards-9.db").write_bytes(current.read_bytes())
    assert ready(house) is Fit.UNKNOWN
    enter(house, Role.ADMINISTRATOR)
    assert "cards-9.db không do kiosk nhập" in warnings(run())
    (folder / "cards-9.db").unlink()
    with closing(sqlite3.connect(current)) as db, db:
        db.execute("UPDATE card SET ho_ten = 'Ai Đó'")
    assert ready(house) is Fit.OTHER
    assert "đã bị thay đổi" in warnings(run())
    assert check_in(desk_officer("1"), house.kiosk, Scan((payload("patient-1"),))).visit


def test_one_account_that_cannot_be_read_is_marked_and_lets_nobody_in(
    house: House, enter: Callable[[House, Role], Actor]
) -> None:
    enter(house, Role.RECEPTIONIST)
    admin = enter(house, Role.ADMINISTRATOR)
    name, place = f"mau.{Role.RECEPTIONIST.value}", Place("1", "127.0.0.1")
    with closing(sqlite3.connect(house.settings.db)) as db, db:
        db.execute("UPDATE account SET sealed = zeroblob(40) WHERE name = ?", (name,))
        before = db.execute("SELECT * FROM account WHERE name = ?", (name,)).fetchone()
    ran = run()
    table = next(d.value for d in ran.dataframe if "Trạng thái" in d.value.columns)
    states = dict(zip(table["Tài khoản"], table["Trạng thái"], strict=True))
    assert (states[name], states[admin.officer]) == ("BỊ SỬA NGOÀI KIOSK", "")
    with pytest.raises(SignInError, match="sửa ngoài kiosk"):
        signin.sign_in(house.kiosk, name, PASSWORD, place)
    with pytest.raises(RequestError, match="sửa ngoài kiosk"):
        staff.enable(ROOM, house.kiosk, name)
    with closing(sqlite3.connect(house.settings.db)) as db:
        assert db.execute("SELECT * FROM account WHERE name = ?", (name,)).fetchone() == before
    assert signin.sign_in(house.kiosk, admin.officer, PASSWORD, place)
    assert "1 nội dung không đọc được" in warnings(run())
