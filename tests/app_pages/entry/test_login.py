"""What the forms do beside opening a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app_pages.entry.login import Sent, _make_first
from tests.app_pages.conftest import PASSWORD
from verification.log.account import Place, SessionState
from verification.officers import signin
from verification.rights import Role

if TYPE_CHECKING:
    from app_pages.server.house import House

HERE = Place("1", "127.0.0.1")


def test_making_the_first_administrator_ends_the_browsers_session(house: House) -> None:
    before = signin.try_out(house.kiosk, Role.RECEPTIONIST, HERE).session.digest
    code = signin.first_code(house.kiosk)
    assert code
    typed = {"ma": code, "ten": "chi.qt", "ho_ten": "Chị Mẫu"}
    secret = {"mat_khau": PASSWORD, "lai": PASSWORD}
    signed = _make_first(Sent(house, before, typed | secret, HERE, here=True))
    assert signin.state(house.kiosk, before) is SessionState.ENDED
    assert signin.state(house.kiosk, signed.session.digest) is SessionState.LIVE
