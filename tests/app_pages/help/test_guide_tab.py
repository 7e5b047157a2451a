"""The tab "Hướng dẫn VssID": a branch, ticks, what is counted, and whose ticks stand there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from streamlit.navigation.page import calc_hash
from streamlit.testing.v1 import AppTest

from tests.browser.running import PATIENCE
from tests.support import ROOT
from verification.basics.errors import StoreBusy
from verification.exchange.helping import helped_between
from verification.log.events import EventKind
from verification.log.help_events import HelpedToInstall
from verification.reception.guide.guide import GUIDES
from verification.rights import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from app_pages.server.house import House
    from verification.rights import Actor

    Enter = Callable[[House, Role], Actor]

MAIN = str(ROOT / "app_pages" / "main.py")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
CHILD = GUIDES["tre-em"]


def opened() -> AppTest:
    ran = AppTest.from_file(MAIN, default_timeout=PATIENCE)
    return on_page(ran, "tro-giup")


def on_page(ran: AppTest, page: str) -> AppTest:
    ran._page_hash = calc_hash(page)
    return checked(ran.run())


def checked(ran: AppTest) -> AppTest:
    assert not ran.exception, ran.exception
    return ran


def press(ran: AppTest, key: str) -> AppTest:
    return checked(ran.button(key).click().run())


def tick(ran: AppTest, guide: str, step: str) -> AppTest:
    box = ran.checkbox(f"guide_do_{guide}_{step}")
    return checked(box.set_value(not box.value).run())


def ticked(ran: AppTest) -> list[str]:
    return [box.key for box in ran.checkbox if str(box.key).startswith("guide_do_") and box.value]


def given(house: House) -> list[HelpedToInstall]:
    events = house.kiosk.written.events([EventKind.HELPED_TO_INSTALL], LONG_AGO)
    return [HelpedToInstall.of(event.codes) for event in events]


def test_every_branch_is_one_button_and_shows_its_steps_with_what_else_and_sources(
    house: House, enter: Enter
) -> None:
    enter(house, Role.RECEPTIONIST)
    ran = opened()
    keys = [str(b.key) for b in ran.button if str(b.key).startswith("guide_go_")]
    assert keys == [f"guide_go_{key}" for key in GUIDES]
    ran = press(ran, "guide_go_co-quan")
    said = "\n".join(block.value for block in [*ran.markdown, *ran.caption])
    for number, step in enumerate(GUIDES["co-quan"].steps, 1):
        assert ran.checkbox(f"guide_do_co-quan_{step.key}").label == f"{number}. {step.do.vi}"
        assert step.sees.vi in said
        assert step.missing.vi in said
        assert step.do.en in said
        assert all(source.cited.vi in said for source in step.sources)
    assert "Hết từ sau ngày" in ran.dataframe[0].value.columns
    assert [link.proto.url for link in ran.get("link_button")][:2] == [
        "/huong-dan/co-quan",
        "/huong-dan/co-quan?in=1",
    ]


def test_what_was_ticked_is_counted_with_its_branch_and_is_forgotten_then(
    house: House, enter: Enter
) -> None:
    actor = enter(house, Role.RECEPTIONIST)
    ran = press(opened(), "guide_go_tre-em")
    for step in ("vao-muc-con", "chuan-bi-con"):
        ran = tick(ran, "tre-em", step)
    ran = press(ran, "guide_back")
    assert any("✓ 2" in button.label for button in ran.button)
    ran = press(press(ran, "guide_go_tre-em"), "guide_end_begun")
    assert given(house) == [HelpedToInstall("tre-em", ("chuan-bi-con", "vao-muc-con"), "begun")]
    assert ran.success[0].value == "Đã ghi: Mới bắt đầu."
    assert "guide_end_done" not in {button.key for button in ran.button}  # none counts twice
    ran = press(press(ran, "guide_next"), "guide_go_tre-em")
    assert ticked(ran) == []
    (event,) = house.kiosk.written.events([EventKind.HELPED_TO_INSTALL], LONG_AGO)
    assert event.officer == actor.officer


def test_who_did_not_want_it_is_counted_without_a_branch(house: House, enter: Enter) -> None:
    enter(house, Role.RECEPTIONIST)
    press(opened(), "guide_end_declined")
    assert given(house) == [HelpedToInstall("", (), "declined")]


def test_a_count_by_mistake_is_taken_back(house: House, enter: Enter) -> None:
    enter(house, Role.RECEPTIONIST)
    ran = press(press(opened(), "guide_end_done"), "guide_take_back")
    assert [toast.value for toast in ran.toast] == ["Đã bỏ lượt vừa ghi."]
    assert helped_between(house.kiosk.written, LONG_AGO).offered == 0
    assert ran.button("guide_end_done")


def test_ticks_stand_while_the_officer_looks_into_other_branches(
    house: House, enter: Enter
) -> None:
    enter(house, Role.RECEPTIONIST)
    ran = tick(press(opened(), "guide_go_otp"), "otp", "mot-may")
    ran = press(press(ran, "guide_back"), "guide_go_quen-mat-khau")
    assert ticked(ran) == []
    ran = press(press(ran, "guide_back"), "guide_go_otp")
    assert ticked(ran) == ["guide_do_otp_mot-may"]
    ran = tick(ran, "otp", "mot-may")
    assert ticked(ran) == []


@pytest.mark.parametrize("away", ["left", "pressed"])
def test_another_persons_ticks_do_not_stand_there(house: House, enter: Enter, away: str) -> None:
    enter(house, Role.RECEPTIONIST)
    ran = tick(press(opened(), "guide_go_otp"), "otp", "mot-may")
    if away == "left":
        ran = on_page(on_page(ran, "muc-huong"), "tro-giup")
    else:
        ran = press(ran, "guide_other")
    assert ticked(press(ran, "guide_go_otp")) == []
    assert given(house) == []


def test_another_session_finds_no_ticks(house: House, enter: Enter) -> None:
    enter(house, Role.RECEPTIONIST)
    ran = tick(press(opened(), "guide_go_otp"), "otp", "mot-may")
    enter(house, Role.AUDITOR)
    ran = checked(ran.run())
    assert ticked(press(ran, "guide_go_otp")) == []


def test_what_cannot_be_counted_is_said_and_the_ticks_stay(
    house: House, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StoreBusy("Kho đang bận", "The store is busy")

    enter(house, Role.RECEPTIONIST)
    ran = tick(press(opened(), "guide_go_otp"), "otp", "mot-may")
    monkeypatch.setattr("app_pages.help.guide_tab.help_given", fail)
    ran = press(ran, "guide_end_done")
    assert [error.value for error in ran.error] == ["Kho đang bận"]
    assert ticked(ran) == ["guide_do_otp_mot-may"]
