"""The administrator sees the way to the portal step by step, and tries it again with a button."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from app_pages.server.house import House, opened
from tests.browser.running import wait_for
from tests.portal_support import LOOK_UP, OTHER, PASSWORD, LittlePortal, Says, little_portal
from tests.support import ROOT
from verification.operations.settings import read_settings
from verification.rights import Actor, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MAIN = str(ROOT / "app_pages" / "main.py")
NOBODYS = Says({"maKetQua": "050"})


@pytest.fixture
def portal() -> Iterator[LittlePortal]:
    with little_portal({LOOK_UP: NOBODYS}) as found:
        yield found


@pytest.fixture
def asking(prepared: Path, tmp_path: Path, portal: LittlePortal) -> Iterator[House]:
    """Return an open house that asks a portal."""
    for file in prepared.iterdir():
        shutil.copy(file, tmp_path)
    given = {
        "KIOSK_DB": str(tmp_path / "kiosk.db"),
        "KIOSK_PORTAL_URL": portal.url,
        "KIOSK_PORTAL_USER": "79014_BV",
        "KIOSK_PORTAL_PASSWORD": PASSWORD,
        "KIOSK_PORTAL_OFFICER": f"{OTHER.ho_ten}|{OTHER.so_cccd}",
    }
    with opened(read_settings(given)) as found:
        yield found


def shown(ran: AppTest) -> str:
    return " ".join(one.proto.body for one in ran.get("html"))


def run() -> AppTest:
    ran = AppTest.from_file(MAIN, default_timeout=120).run()
    assert not ran.exception, ran.exception
    return ran


def checked(house: House) -> None:
    """Wait until a check has ended."""
    checks = house.portal_checks
    assert checks
    wait_for(lambda: checks.at is not None and not checks.running)


def test_the_way_is_looked_at_at_the_start_and_again_by_a_button(
    asking: House, portal: LittlePortal, enter: Callable[[House, Role], Actor]
) -> None:
    assert asking.kiosk.asks_portal
    checked(asking)
    enter(asking, Role.ADMINISTRATOR)
    ran = run()
    assert "✓ 5. Quyền tra cứu" in shown(ran)
    assert "trả lời tốt" in shown(ran)
    assert PASSWORD not in shown(ran)
    portal.script[LOOK_UP] = Says("", 403)
    next(b for b in ran.button if b.label == "Kiểm tra Cổng BHXH").click().run()
    checked(asking)
    said = shown(run())
    assert "✕ 5. Quyền tra cứu" in said
    assert "từ chối đơn vị" in said
    assert "79…_BV" in said
    assert not asking.health.for_the_desk()  # whose strip says it by itself


def test_without_a_portal_there_are_no_steps(
    house: House, enter: Callable[[House, Role], Actor]
) -> None:
    assert not house.kiosk.asks_portal
    enter(house, Role.ADMINISTRATOR)
    ran = run()
    assert "chưa đặt (KIOSK_PORTAL_URL)" in shown(ran)
    assert not [b for b in ran.button if b.label == "Kiểm tra Cổng BHXH"]
