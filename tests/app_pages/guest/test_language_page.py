"""The guide in a further language: the hospital's own text, for everybody, never markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app_pages.guest.language_page import FOLDER
from tests.app_pages.guest.test_guide_page import Visitor, seen
from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from app_pages.server.house import House

EXAMPLE = ROOT / "docs" / "examples" / "huong-dan" / "zh.toml"


@pytest.fixture
def folder(house: House) -> Path:
    """Return the folder of the house's languages, with the example in it."""
    made = house.settings.db.parent / "huong-dan"
    made.mkdir()
    (made / "zh.toml").write_bytes(EXAMPLE.read_bytes())
    return made


def test_a_language_of_the_folder_stands_on_the_public_page_and_opens(folder: Path) -> None:
    visitor = Visitor()
    assert folder.is_dir()
    index = visitor.get("/huong-dan").text
    assert '<a href="/huong-dan/ngon-ngu/zh" lang="zh" dir="auto">中文</a>' in index
    page = visitor.get(f"{FOLDER}/zh")
    assert page.status_code == 200
    assert '<html lang="zh" dir="ltr">' in page.text
    assert "1900 9068" in page.text
    assert "chưa được người bản ngữ kiểm tra" in seen(page.text)
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    assert "<script" not in page.text


def test_what_the_hospital_writes_is_text_and_may_run_from_right_to_left(folder: Path) -> None:
    evil = '"><script>alert(1)</script>'
    (folder / "ar.toml").write_text(
        f"lang = 'ar'\nname = '{evil}'\ndirection = 'rtl'\ntitle = '{evil}'\n"
        f"lines = ['{evil}']\nhotline = '{evil}'\nchecked_by = '{evil}'\ndate = '26/11/2026'\n",
        encoding="utf-8",
    )
    visitor = Visitor()
    for page in (visitor.get(f"{FOLDER}/ar").text, visitor.get("/huong-dan").text):
        assert "<script" not in page
        assert "&lt;script&gt;alert(1)" in page
    page = visitor.get(f"{FOLDER}/ar").text
    assert '<html lang="ar" dir="rtl">' in page
    assert "26/11/2026" in page
    sheet = visitor.get("/huong-dan/huong-dan.css").text  # the numbers of its lines are in sight
    assert not [line for line in sheet.splitlines() if ".short" in line and "-left" in line]


def test_a_wrong_file_is_not_there_and_takes_no_page_along(folder: Path) -> None:
    (folder / "km.toml").write_text("lang = 'lo'")
    visitor = Visitor()
    assert visitor.get("/huong-dan").status_code == 200
    gone = visitor.get(f"{FOLDER}/km")
    assert gone.status_code == 404
    assert "Chưa có hướng dẫn bằng tiếng này" in gone.text
    assert visitor.get(f"{FOLDER}/zh").status_code == 200


def test_without_any_language_the_page_has_no_row_of_them(house: House) -> None:
    assert house.guides.read().guides == {}
    assert "languages" not in Visitor().get("/huong-dan").text


def test_no_address_in_the_folder_leads_out_of_it(folder: Path) -> None:
    visitor = Visitor()
    assert folder.is_dir()
    for name in ("..", "../kiosk", "zh.toml", "ZH", "%2e%2e", "zh/zh"):
        assert visitor.get(f"{FOLDER}/{name}").status_code == 404
