"""A house with the demo store, as a server opens it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from app_pages.server.house import House, opened
from app_pages.shell import who
from tests.support import OFFICER, ROOT
from verification.log.account import Place
from verification.officers import signin, staff
from verification.operations.settings import read_settings
from verification.operations.wiring import prepare_store
from verification.rights import Actor, Role, command_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PASSWORD = "ba con cá bơi ngược"


@pytest.fixture(autouse=True)
def _quick_hashes(quick_hashes: None) -> None:
    """Hash quickly in the pages' own process: tests/officers shows what a real hash costs."""


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the store that a first start makes; copy it, never write into it."""
    folder = tmp_path_factory.mktemp("prepared")
    prepare_store(read_settings({"KIOSK_DB": str(folder / "kiosk.db")}), ROOT / "fixtures")
    return folder


@pytest.fixture
def house(prepared: Path, tmp_path: Path) -> Iterator[House]:
    """Return an open house."""
    for file in prepared.iterdir():
        shutil.copy(file, tmp_path)
    with opened(read_settings({"KIOSK_DB": str(tmp_path / "kiosk.db")})) as found:
        yield found


@pytest.fixture
def enter(monkeypatch: pytest.MonkeyPatch) -> Callable[[House, Role], Actor]:
    """Return what signs somebody in on the page that Streamlit's own test runner runs."""

    def sign_in(house: House, role: Role) -> Actor:
        name = f"mau.{role.value}"
        if house.kiosk.written.accounts.account(name) is None:
            staff.create(
                command_line("1"), house.kiosk, name, frozenset({role}), PASSWORD, **OFFICER
            )
        token = signin.sign_in(house.kiosk, name, PASSWORD, Place("1", "127.0.0.1")).token
        mark = house.signer.mark("session", token)
        monkeypatch.setattr(who, "cookies", lambda: {"kiosk": f"{token}.{mark}"})
        return Actor(name, frozenset({role}), "1")

    return sign_in
