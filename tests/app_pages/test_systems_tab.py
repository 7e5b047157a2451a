"""The administrator makes, rotates, changes and ends keys of other systems, each shown once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from app_pages.server.accesses import Accessed
from tests.app_pages.conftest import PASSWORD
from tests.browser.running import PATIENCE
from tests.support import ROOT
from verification.log.account import Place
from verification.officers import signin, systems
from verification.rights import Role, SystemRole, command_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from app_pages.server.house import House
    from verification.rights import Actor

    Enter = Callable[[House, Role], Actor]

MAIN = str(ROOT / "app_pages" / "main.py")
ASKS = frozenset({SystemRole.ASKS})


def run(ran: AppTest | None = None) -> AppTest:
    ran = (ran or AppTest.from_file(MAIN, default_timeout=PATIENCE)).run()
    assert not ran.exception, ran.exception
    return ran


def said(ran: AppTest) -> str:
    errors = [error.value for error in ran.error]
    return " ".join([*(html.body for html in ran.get("html")), *errors])


def fill(ran: AppTest, form: str, secret: str, **fields: object) -> AppTest:
    """Fill a form of the tab and send it."""
    for box in [*ran.text_input, *ran.number_input]:
        name = str(box.key).removeprefix(f"{form} ").partition(" ")[0]
        if str(box.key).startswith(f"{form} ") and name in fields:
            box.set_value(fields[name])
        elif str(box.key).startswith(f"{form} password"):
            box.set_value(secret)
    for group in ran.button_group:
        if str(group.key).startswith(f"{form} rights") and "rights" in fields:
            group.set_value(fields["rights"])
    keys = [b for b in ran.button if b.label in {"Cấp khóa", "Thực hiện"} and form in b.form_id]
    keys[0].click()
    return run(ran)


def keys_shown(ran: AppTest) -> list[str]:
    return [code.value for code in ran.code if code.value.startswith("kiosk_")]


def test_a_key_is_made_with_the_password_again_and_shown_once(house: House, enter: Enter) -> None:
    enter(house, Role.ADMINISTRATOR)
    ran = run()
    assert "Chưa hệ thống nào có khóa" in " ".join(c.value for c in ran.caption)
    form = "systems_make"
    ran = fill(ran, form, "sai mật khẩu", name="his", rights=[SystemRole.ASKS])
    assert not keys_shown(ran)
    assert not house.kiosk.written.api_keys.known()
    assert [box.value for box in ran.text_input if str(box.key).startswith(f"{form} name")] == [
        "his"
    ]
    ran = fill(ran, form, PASSWORD, name="his", rights=[SystemRole.ASKS])
    (text,) = keys_shown(ran)
    known = systems.key_of(house.kiosk, text)
    assert known
    assert (known.system, known.rights) == ("his", ASKS)
    told = said(ran)
    assert "hỏi thẻ" in told
    assert "đang dùng" in told
    assert keys_shown(run(ran)) == [text]  # a page that is drawn anew takes it from nobody
    ran.button("systems_copied").click()
    assert keys_shown(run(ran)) == []
    assert text[-43:] not in said(ran)


def test_a_key_that_was_shown_is_nobody_elses(house: House, enter: Enter) -> None:
    enter(house, Role.ADMINISTRATOR)
    ran = fill(run(), "systems_make", PASSWORD, name="his", rights=[SystemRole.ASKS])
    assert keys_shown(ran)
    name, text, _, at = ran.session_state["system key shown"]
    ran.session_state["system key shown"] = (name, text, "binh.qt", at)
    assert keys_shown(run(ran)) == []
    ran.session_state["system key shown"] = (name, text, "mau.administrator", at.replace(year=2020))
    assert keys_shown(run(ran)) == []


def test_a_key_is_rotated_changed_and_ended_there(house: House, enter: Enter) -> None:
    actor = enter(house, Role.ADMINISTRATOR)
    first = systems.make_key(actor, house.kiosk, "his", ASKS)
    ran = fill(run(), "systems_change", PASSWORD, overlap=2)
    (second,) = keys_shown(ran)
    assert "khóa cũ, sắp hết" in said(ran)
    ran.radio("systems_act").set_value("change")
    ran = fill(run(ran), "systems_change", PASSWORD, pace=7)
    assert {key.per_minute for key in house.kiosk.written.api_keys.known()} == {7}
    ran.radio("systems_act").set_value("end")
    ran = fill(run(ran), "systems_change", "")
    for text in (first.text, second):
        known = systems.key_of(house.kiosk, text)
        assert known
        assert not known.lives(house.kiosk.clock())
    assert "đã hết" in said(ran)


def test_the_last_requests_are_listed_with_what_came_of_them(house: House, enter: Enter) -> None:
    actor = enter(house, Role.ADMINISTRATOR)
    made = systems.make_key(actor, house.kiosk, "his", ASKS)
    at = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
    person = "0123456789abcdef"
    for status, result in ((200, "valid"), (429, "too_many")):
        seen = (person,) if status == 200 else ()
        one = Accessed(at, "his", made.key.key_id, "/api/check", status, result, seen, 4)
        house.accesses.note(one)
    told = said(run())
    for words in ("22/11/2026 08:02:03", "/api/check", "valid", "01234567…", "429", "too_many"):
        assert words in told
    assert person not in told


def test_a_row_that_somebody_changed_is_named(house: House, enter: Enter) -> None:
    actor = enter(house, Role.ADMINISTRATOR)
    key = systems.make_key(actor, house.kiosk, "his", ASKS).key
    reader = house.kiosk.written
    reader._writer._connection.execute("UPDATE api_key SET per_minute = 6000")  # type: ignore[attr-defined]
    assert f"his {key.key_id}" in said(run())


@pytest.mark.usefixtures("enter")
def test_who_tries_out_sees_the_tab_and_makes_no_key(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    systems.make_key(command_line("1"), house.kiosk, "his", ASKS)
    token = signin.try_out(house.kiosk, Role.ADMINISTRATOR, Place("1", "127.0.0.1")).token
    mark = house.signer.mark("session", token)
    monkeypatch.setattr("app_pages.shell.who.cookies", lambda: {"kiosk": f"{token}.{mark}"})
    ran = run()
    assert "đang dùng" in said(ran)
    assert not [b for b in ran.button if b.label == "Cấp khóa"]
