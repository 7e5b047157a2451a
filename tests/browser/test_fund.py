"""The desk of a once central hospital: a good card of which the fund pays nothing, or perhaps."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.browser.accessible import findings
from tests.browser.running import (
    DESKTOP,
    Server,
    Watched,
    browser,
    listens,
    present,
    real_house,
    wait_for,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

CLERK = "an.nt"
EMPLOYEE, LONG_NAME = "DN4797900000011", "DN4797900000201"


@pytest.fixture(scope="module")
def central(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return the server of a hospital where who comes by himself pays for himself.

    It is a real house: it has lists of its own and an officer, no invented cards.
    """
    running = real_house(tmp_path_factory.mktemp("central"), CLERK)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def page(central: Server) -> Iterator[Page]:
    with browser() as context:
        found = Watched(context, central)
        desk = found.sign_in(CLERK)
        listens(desk)
        yield desk
        assert found.errors == []
        assert found.outside == []


def word(page: Page) -> str:
    return " ".join(page.locator(".band .word").all_inner_texts())


def received(server: Server) -> int:
    return int(server.asked("SELECT count(*) FROM log WHERE kind = 'received'")[0][0])


def tone(page: Page) -> str:
    return str(page.locator(".band").get_attribute("class"))


def shoot(page: Page, shots: Path, name: str) -> None:
    """Take it at a desk's size, at twice the letters, and on a phone; nothing is cut off."""
    for label, size in (
        ("", {"width": 1366, "height": 657}),
        ("-200", {"width": 683, "height": 328}),
        ("-390", {"width": 390, "height": 844}),
    ):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        wide = page.evaluate("document.documentElement.scrollWidth")
        page.screenshot(path=shots / f"{name}{label}.png")
        assert wide <= size["width"], (name, label)
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]


@pytest.mark.long
def test_a_question_between_nothing_and_something_stands_in_the_band(
    page: Page, central: Server, shots: Path
) -> None:
    present(page, EMPLOYEE)
    wait_for(lambda: word(page) == "CẦN HỎI")
    assert "wait" in tone(page)
    assert "phòng khám" not in page.locator(".todo").inner_text()
    assert page.locator(".band .choice").count() == 6
    assert received(central) == 0
    assert findings(page, "a question") == []
    shoot(page, shots, "fund-open")
    page.keyboard.press("Alt+Digit1")  # by himself, no bed
    wait_for(lambda: "Phụ lục I" in page.locator(".band").inner_text())
    page.locator(".band .choice").first.click()  # none of these diseases
    wait_for(lambda: word(page) == "THẺ ĐÚNG, LƯỢT NÀY QUỸ KHÔNG TRẢ")
    assert "wait" in tone(page)
    assert "phòng khám" not in page.locator(".todo").inner_text()
    assert received(central) == 0
    assert findings(page, "the fund pays nothing") == []
    shoot(page, shots, "fund-nothing")
    page.keyboard.press("F2")
    wait_for(lambda: received(central) == 1)
    wait_for(lambda: "0 %" in page.locator(".recent").inner_text())
    assert page.locator(".recent .dot.wait").count() == 1


def test_the_answer_that_makes_the_fund_pay_turns_green_and_receives(
    page: Page, central: Server, shots: Path
) -> None:
    before = received(central)
    present(page, LONG_NAME)
    wait_for(lambda: word(page) == "CẦN HỎI")
    page.keyboard.press("Alt+Digit4")  # a referral slip; its day goes into the menu's field at once
    page.keyboard.type(f"{datetime.now(UTC):%d/%m}", delay=60)
    page.screenshot(path=shots / "fund-paper.png")
    assert findings(page, "a paper's day") == []
    page.keyboard.press("Enter")
    wait_for(lambda: word(page) == "ĐỦ ĐIỀU KIỆN HƯỞNG BHYT")
    assert "ok" in tone(page)
    wait_for(lambda: received(central) == before + 1)
    page.screenshot(path=shots / "fund-answered.png")


def test_on_a_small_page_the_question_is_brought_into_sight(page: Page, shots: Path) -> None:
    page.set_viewport_size({"width": 683, "height": 328})  # a desk's page at 200 %
    present(page, "HT3898900000055")
    wait_for(lambda: word(page) == "CẦN HỎI")
    wait_for(page.locator(".band .choice").last.is_visible)
    box = page.locator(".band .choice").last.bounding_box()
    page.screenshot(path=shots / "fund-open-sight.png")
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    assert box is not None
    assert box["y"] + box["height"] <= 328
