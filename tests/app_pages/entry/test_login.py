"""What the forms do beside opening a session."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import anyio
from starlette.requests import Request

from app_pages.entry.login import Sent, _first, _make_first
from tests.app_pages.conftest import PASSWORD
from tests.support import officer_account
from verification.log.account import Place, SessionState
from verification.officers import signin
from verification.rights import Role

if TYPE_CHECKING:
    from app_pages.server.house import House

HERE = Place("1", "127.0.0.1")


def page(house: House) -> str:
    assert house
    scope = {"type": "http", "method": "GET", "headers": [], "query_string": b"ma=x"}
    scope |= {"client": ("127.0.0.1", 1), "path": "/dang-nhap/moi", "server": ("localhost", 8501)}
    answer = anyio.run(_first, Request(scope))
    return bytes(answer.body).decode()


def test_the_first_administrators_form_says_where_only_the_command_line_makes_one(
    house: House,
) -> None:
    assert "accounts add" not in page(house)
    officer_account(house.kiosk, "chi.lt", Role.ADMINISTRATOR)
    assert "accounts add" not in page(house)  # to a stranger it says nothing of a house at work
    with closing(sqlite3.connect(house.settings.db)) as intruder, intruder:
        intruder.execute("DELETE FROM account")
    assert signin.first_code(house.kiosk) is None
    assert "accounts add" in page(house)


def test_making_the_first_administrator_ends_the_browsers_session(house: House) -> None:
    before = signin.try_out(house.kiosk, Role.RECEPTIONIST, HERE).session.digest
    code = signin.first_code(house.kiosk)
    assert code
    typed = {"ma": code, "ten": "chi.qt", "ho_ten": "Chị Mẫu"}
    secret = {"mat_khau": PASSWORD, "lai": PASSWORD}
    signed = _make_first(Sent(house, before, typed | secret, HERE, here=True))
    assert signin.standing(house.kiosk, before)[0] is SessionState.ENDED
    assert signin.standing(house.kiosk, signed.session.digest)[0] is SessionState.LIVE
