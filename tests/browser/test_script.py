"""The script of a page comes from an address: it is asked for again where it did not come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app_pages.desk import component as desk
from tests.browser.running import Server, Watched, browser, present, see

if TYPE_CHECKING:
    from playwright.sync_api import Route

NUMBER = "DN4797900000011"
FAILS = 2


def test_a_desk_whose_script_did_not_come_asks_again_and_receives(without_camera: Server) -> None:
    asked: list[str] = []

    def fails_at_first(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) <= FAILS:
            route.abort()
        else:
            route.continue_()

    with browser() as context:
        context.route(f"**{desk.SCRIPT.kept.path}*", fails_at_first)
        page = Watched(context, without_camera).open()
        present(page, NUMBER)
        see(page, "ĐỦ ĐIỀU KIỆN")
        assert [url.partition("?")[2] for url in asked] == ["", *map(str, range(1, FAILS + 1))]
        count = "e => e.getRootNode().adoptedStyleSheets.length"
        held = page.locator(".band").first.evaluate(count)
        assert held == 1
