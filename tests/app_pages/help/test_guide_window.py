"""The patient's window, moved from the tab of the guide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from tests.browser.running import PATIENCE
from tests.support import ROOT
from verification.reception.guide.guide import GUIDES
from verification.rights import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from app_pages.server.house import House
    from app_pages.server.window import Guest
    from verification.rights import Actor

    Enter = Callable[[House, Role], Actor]

ADULT = GUIDES["nguoi-lon"]


SCRIPT = """
from dataclasses import replace
from app_pages.help import guide_window
from app_pages.server.house import current
from app_pages.shell.who import entered
from verification.reception.guide.guide import GUIDES

house = current()
actor = replace(entered(house), desk={desk!r})
guide_window.draw(house, actor, GUIDES.get({branch!r}), {step})
"""


def page(step: int = 1, branch: str = "nguoi-lon", desk: str = "1") -> AppTest:
    """Draw the part alone, as the tab does."""
    script = SCRIPT.format(step=step, branch=branch, desk=desk)
    return AppTest.from_string(script, default_timeout=PATIENCE)


def press(ran: AppTest, key: str) -> AppTest:
    ran.button(key=key).click()
    ran.run()
    assert not ran.exception
    return ran


def keys(ran: AppTest) -> list[str | None]:
    return [button.key for button in ran.button]


@pytest.fixture
def guest(house: House, enter: Enter) -> Guest:
    """Return the window of desk 1, a screen paired with it."""
    enter(house, Role.RECEPTIONIST)
    place = house.desks.place("1")
    assert place
    assert house.pairing.pair(house.pairing.new_code("1", "lan.nt"), "127.0.0.1")
    return place.guest


def test_the_desk_shows_a_step_moves_it_and_takes_it_away(house: House, guest: Guest) -> None:
    assert house.kiosk.facility
    ran = page(step=2).run()
    assert keys(ran) == ["window_show"]
    press(ran, "window_show")
    shown = guest.guided()
    assert shown
    assert (shown.key, shown.step, bool(shown.session)) == (ADULT.key, 2, True)
    assert f"Người lớn có căn cước, bước 2/{len(ADULT.steps)}" in ran.text[0].value
    press(ran, "window_next")
    press(ran, "window_next")
    press(ran, "window_back")
    shown = guest.guided()
    assert shown
    assert shown.step == 3
    press(ran, "window_end")
    assert guest.guided() is None
    assert keys(ran) == ["window_show"]


def test_there_is_no_step_before_the_first_nor_behind_the_last(guest: Guest) -> None:
    ran = press(page().run(), "window_show")
    assert ran.button(key="window_back").disabled
    guest.show_guide(ADULT.key, len(ADULT.steps))
    ran.run()
    assert ran.button(key="window_next").disabled


def test_a_scan_at_the_desk_is_seen_here(guest: Guest) -> None:
    ran = press(page().run(), "window_show")
    guest.note_answer(read_as_card=True)
    ran.run()
    assert "window_end" not in keys(ran)
    assert "Không chiếu hướng dẫn" in ran.text[0].value


def test_the_window_goes_along_with_the_ticks_and_not_back_for_the_next_person(
    guest: Guest,
) -> None:
    ran = page(step=4).run()
    for before, expected in ((3, 4), (9, 1)):  # the step that was next at the last drawing
        guest.show_guide(ADULT.key, 1)
        ran.session_state["guide_window_at"] = (ADULT.key, before)
        ran.run()
        shown = guest.guided()
        assert shown
        assert shown.step == expected


def test_another_branch_than_the_one_that_is_shown_begins_by_its_own_key(guest: Guest) -> None:
    press(page().run(), "window_show")
    ran = page(branch="tre-em").run()
    assert keys(ran) == ["window_show", "window_end"]
    shown = guest.guided()
    assert shown
    assert shown.key == ADULT.key
    chosen = page(branch="").run()
    assert keys(chosen) == ["window_end"]  # no branch is open: it can be taken away all the same


def test_a_language_of_the_house_is_shown_by_its_own_name(house: House, guest: Guest) -> None:
    folder = house.settings.db.parent / "huong-dan"
    folder.mkdir()
    example = ROOT / "docs" / "examples" / "huong-dan" / "zh.toml"
    (folder / "zh.toml").write_bytes(example.read_bytes())
    ran = page().run()
    assert ran.button(key="window_in_zh").label == "中文 (zh)"
    press(ran, "window_in_zh")
    shown = guest.guided()
    assert shown
    assert (shown.key, shown.short) == ("zh", True)
    assert "中文 (zh)" in ran.text[0].value


def test_where_no_screen_is_paired_it_says_how(house: House, enter: Enter) -> None:
    enter(house, Role.RECEPTIONIST)
    ran = page().run()
    assert ran.button == []
    assert "F9, Alt+0, Alt+1" in ran.caption[0].value
    assert "/khach" in ran.caption[0].value


def test_a_window_that_follows_another_browser_is_left_to_it(guest: Guest) -> None:
    guest.follow("beside the screen")
    ran = page().run()
    assert ran.button == []
    assert "trình duyệt khác" in ran.caption[0].value


def test_who_is_at_no_desk_has_no_window(house: House, enter: Enter) -> None:
    enter(house, Role.AUDITOR)
    assert "không ngồi ở quầy nào" in page(desk="giam-dinh").run().caption[0].value
