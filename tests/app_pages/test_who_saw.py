"""The administrator asks who saw whom: masked, by form, and as a file for a password."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from app_pages.admin.who_saw import asked_by, who_saw_file, window_of
from app_pages.server import house as houses
from tests.app_pages.conftest import PASSWORD
from tests.browser.running import PATIENCE
from tests.support import DESK, ROOT, payload
from verification.officers.who_saw import Window
from verification.reception.answer import scan_of
from verification.reception.checkin import check_in
from verification.rights import Actor, Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from app_pages.server.house import House

MAIN = str(ROOT / "app_pages" / "main.py")
NUMBER = payload("number-15").decode()


@pytest.fixture
def admin(
    house: House, enter: Callable[[House, Role], Actor], monkeypatch: pytest.MonkeyPatch
) -> Actor:
    actor = enter(house, Role.ADMINISTRATOR)
    monkeypatch.setattr(houses, "_open", [house])
    check_in(DESK, house.kiosk, scan_of((NUMBER.encode(),), house.kiosk.today(), quet=True))
    return actor


def run(ran: AppTest) -> AppTest:
    ran.run()
    assert not ran.exception, ran.exception
    return ran


def test_a_number_shows_who_saw_that_person_masked_and_is_kept_nowhere(
    house: House, admin: Actor
) -> None:
    ran = run(AppTest.from_file(MAIN, default_timeout=PATIENCE))
    box = next(one for one in ran.text_input if str(one.key).startswith("saw number"))
    box.input("rác")
    ran.button("saw_show").click()
    run(ran)
    assert any("Đây không phải số thẻ" in one.value for one in ran.error)
    box = next(one for one in ran.text_input if str(one.key).startswith("saw number"))
    box.input(NUMBER)
    ran.button("saw_show").click()
    run(ran)
    told = next(one.value for one in ran.caption if "người có số" in one.value)
    assert f"{NUMBER[:5]}••••••{NUMBER[-4:]}" in told
    assert NUMBER not in told
    table = next(one.value for one in ran.dataframe if "tiếp nhận" in str(one.value))
    assert "đọc thẻ ở quầy" in str(table)
    assert NUMBER not in table.to_string()
    assert not any(NUMBER in str(one.value) for one in ran.text_input)
    secret = next(one for one in ran.text_input if "saw_export" in str(one.key))
    secret.input(PASSWORD)
    ran.button("saw_take").click()
    run(ran)
    (link,) = ran.get("link_button")
    assert link.proto.url.startswith("/kiosk/ai-xem-ai.csv?tu=")
    assert NUMBER not in link.proto.url
    window = window_of(dict(parse_qsl(link.proto.url.partition("?")[2])))
    made = who_saw_file(house, admin, window, "csv").decode("utf-8-sig")
    assert "received" in made
    assert NUMBER not in made


def test_what_an_address_asks_is_the_same_window(house: House) -> None:
    now = house.kiosk.clock()
    asked = Window(now - timedelta(days=3), now, ("a" * 32, "b" * 32), "an.nt")
    assert window_of(dict(parse_qsl(asked_by(asked), keep_blank_values=True))) == asked
    for wrong in ({}, {"tu": "x", "den": "y"}, {"tu": "2026-01-01", "den": "2026-01-02"}):
        with pytest.raises(ValueError, match=r"tu|Invalid"):
            window_of(wrong)
