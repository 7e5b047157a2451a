"""The manual as it is read in the house: every part, its links and pictures, the key card."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from app_pages.help import key_card, manual, manual_page
from app_pages.help.manual import ADDRESS, KEY_CARD, PARTS
from app_pages.help.manual_routes import drawn
from app_pages.review.case_view import _KEYS
from tests.browser.running import PATIENCE
from tests.support import ROOT, each
from verification.reception.key_menus import keys, more
from verification.reception.screen import Screen
from verification.rights import Role, desk_officer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app_pages.server.house import House
    from verification.rights import Actor

LINK = re.compile(r'<a [^>]*href="([^"]*)"')
BOTH = ("vi", "en")
NAMES = [*PARTS, KEY_CARD, *manual.pages()]


def page_of(name: str, lang: str = "vi") -> str:
    found = drawn(name, lang)
    assert found is not None, name
    return found


def leads_somewhere(link: str, here: str) -> bool:
    """Tell whether the page of a link is served, and has the place that it names."""
    address, _, place = link.partition("#")
    if address:
        assert address.startswith(f"{ADDRESS}/"), link
        name, _, asked = address.removeprefix(f"{ADDRESS}/").partition("?")
        there = drawn(name, "en" if asked == "lang=en" else "vi")
    else:
        there = here
    return there is not None and (not place or f'id="{place}"' in there)


@each("lang", BOTH)
@each("name", NAMES)
def test_every_link_and_picture_of_a_page_is_served_in_the_house(name: str, lang: str) -> None:
    page = page_of(name, lang)
    assert [link for link in LINK.findall(page) if not leads_somewhere(link, page)] == []
    shown = re.findall(r'<img [^>]*src="([^"]*)"', page)
    assert {one.removeprefix(f"{ADDRESS}/hinh/") for one in shown} <= set(manual.pictures())
    assert "http:" not in "".join(LINK.findall(page))


@pytest.mark.parametrize("name", PARTS)
def test_a_part_is_in_vietnamese_and_has_a_short_form_in_english(name: str) -> None:
    vietnamese, english = page_of(name), page_of(name, "en")
    assert '<html lang="vi">' in vietnamese
    assert '<html lang="en">' in english
    assert f'href="{ADDRESS}/{name}?lang=en"' in vietnamese
    assert len((ROOT / "docs" / PARTS[name].en).read_text("utf-8").splitlines()) <= 60


@pytest.mark.parametrize("name", ["", "..", "../kiosk_app", "x", "le-tan.md", "en/desk", "hinh"])
def test_a_name_that_is_in_no_list_is_no_page(name: str) -> None:
    assert drawn(name, "vi") is None


def test_html_in_the_text_is_shown_as_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "# A & B\n\n<script>x</script> [a](javascript:x) [b](//x.vn) ![c](../kiosk.png)\n"
    (tmp_path / "x.md").write_text(text, encoding="utf-8")
    monkeypatch.setattr(manual_page, "DOCS", tmp_path)
    page = manual_page.manual_page("x.md", "x", "vi")
    body = page[page.index("<main") :]
    assert "<script" not in body
    assert "&lt;script&gt;" in body
    assert LINK.findall(body) == []
    assert "<img" not in body
    assert "<title>A &amp; B</title>" in page


def test_it_is_read_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "Tiếp đón BHYT" in manual_page.manual_page("le-tan.md", "le-tan", "vi")


def test_the_key_card_has_every_key_and_entry_of_the_desks_menus_in_both_languages() -> None:
    page = key_card.key_card("vi")
    desk = page[: page.index("Phím của trang giám định")]
    for line in keys().lines:
        assert f"<kbd>{line.key}</kbd>" in desk
        assert line.text.vi in desk
        assert line.text.en.replace("'", "&#x27;") in desk
    for item in more(desk_officer("1"), Screen()).items:
        assert item.text.vi in desk
    assert desk.count("<kbd>F9 ") == len(more(desk_officer("1"), Screen()).items)


def test_the_key_card_has_every_key_of_the_auditors_page() -> None:
    page = key_card.key_card("vi")
    audit = page[page.index("Phím của trang giám định") :]
    script = (ROOT / "app_pages" / "review" / "browser" / "main.js").read_text("utf-8")
    told = re.findall(r'"([A-Z]{2,})"', script)
    letters = {*_KEYS.values(), *"".join(told), *"UF"}
    assert {f"Alt+{letter}" for letter in letters} <= set(re.findall(r"Alt\+[A-Z]", audit))
    assert audit.count("<small") == audit.count('<small lang="en">')
    assert '<small lang="en"></small>' not in audit


def draw() -> None:
    """Draw the tab alone; Streamlit's runner takes a function without imports of its own."""
    from app_pages.help import manual_tab  # noqa: PLC0415
    from app_pages.server import house  # noqa: PLC0415
    from app_pages.shell import who  # noqa: PLC0415

    found = house.current()
    actor = who.entered(found)
    assert actor
    manual_tab.draw(found, actor)


def test_the_tab_lists_every_part(house: House, enter: Callable[[House, Role], Actor]) -> None:
    enter(house, Role.RECEPTIONIST)
    page = AppTest.from_function(draw, default_timeout=PATIENCE).run()
    assert not page.exception
    links = [one.proto.url for one in page.get("link_button")]
    assert links == [f"{ADDRESS}/{name}?lang=vi" for name in (*PARTS, KEY_CARD)]
