"""The administrator's page says where the key lies, how old it is, and what a thief reads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from streamlit.testing.v1 import AppTest

from app_pages.server import house as houses
from tests.support import ROOT
from verification.log.house_events import KeysRotated
from verification.log.writing import write_alone
from verification.rights import Role, command_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from app_pages.server.house import House
    from verification.rights import Actor

MAIN = str(ROOT / "app_pages" / "main.py")


def drawn(house: House, enter: Callable[[House, Role], Actor]) -> AppTest:
    enter(house, Role.ADMINISTRATOR)
    page = AppTest.from_file(MAIN, default_timeout=60).run()
    assert not page.exception
    return page


def texts(page: AppTest) -> str:
    return "\n".join(e.value for kind in ("info", "caption", "error") for e in page.get(kind))


def test_a_key_beside_the_database_is_amber_and_says_what_it_means(
    house: House, enter: Callable[[House, Role], Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = replace(house, settings=replace(house.settings, facility="01001"))
    monkeypatch.setattr(houses, "_open", [real])
    page = drawn(real, enter)
    (amber,) = page.warning
    assert "ai lấy thư mục đó là lấy cả hai" in amber.value
    assert "Mất khóa" in texts(page)
    assert "không được mã hóa" in texts(page)


def test_the_demo_says_where_it_lies_and_is_not_amber(
    house: House, enter: Callable[[House, Role], Actor]
) -> None:
    page = drawn(house, enter)
    assert not page.warning
    assert str(house.settings.key_file) in page.table[0].value.iloc[0].tolist()


def test_a_key_elsewhere_is_not(
    house: House,
    enter: Callable[[House, Role], Actor],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    elsewhere = tmp_path.parent / f"{tmp_path.name}-other-disk" / "kiosk.key"
    elsewhere.parent.mkdir()
    house.settings.key_file.rename(elsewhere)
    settings = replace(house.settings, key_file=elsewhere, facility="01001")
    moved = replace(house, settings=settings)
    monkeypatch.setattr(houses, "_open", [moved])
    page = drawn(moved, enter)
    assert not page.warning
    assert str(elsewhere) in page.table[0].value.iloc[0].tolist()


def test_a_key_that_others_read_meanwhile_is_told_with_what_mends_it(
    house: House, enter: Callable[[House, Role], Actor]
) -> None:
    house.settings.key_file.chmod(0o644)
    page = drawn(house, enter)
    assert "chmod 600" in page.error[0].value


def test_a_rotation_is_listed(house: House, enter: Callable[[House, Role], Actor]) -> None:
    write_alone(house.kiosk.written, command_line("1"), KeysRotated(("data", "index", "master"), 2))
    page = drawn(house, enter)
    listed = next(frame.value for frame in page.dataframe if "Không đọc được" in frame.value)
    assert listed.iloc[0].tolist()[1:] == [
        "dong-lenh",
        "khóa dữ liệu, khóa chỉ mục, khóa chính",
        2,
    ]
