"""No scan is lost: no network, a reload in the middle, a server that dies with a card in view."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from fixtures.clip import write_clip
from tests.browser.running import Server, Watched, browser, wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

NUMBERS = ("DN4797900000201", "DN4797900000277", "DN4797900000011")


def visits(server: Server) -> int:
    return int(server.asked("SELECT count(*) FROM visit")[0][0])


def presented(server: Server) -> int:
    return int(server.asked("SELECT count(*) FROM log WHERE kind = 'presented'")[0][0])


def test_scans_made_without_a_network_are_logged_once_each_when_it_is_back(server: Server) -> None:
    with browser() as context:
        page = Watched(context, server).open()
        context.set_offline(True)
        page.get_by_text("Mất kết nối máy chủ").wait_for()
        for number in NUMBERS:
            page.keyboard.type(number, delay=90)
            page.keyboard.press("Enter")
        page.wait_for_timeout(10_000)  # the ten seconds that the desk is without a network
        assert visits(server) == 0
        context.set_offline(False)
        wait_for(lambda: visits(server) == len(NUMBERS))
        page.close()
    assert presented(server) == len(NUMBERS)


def test_a_reload_in_the_middle_of_a_scan_loses_nothing_and_doubles_nothing(server: Server) -> None:
    with browser() as context:
        page = Watched(context, server).open()
        for number in NUMBERS:
            page.keyboard.type(number, delay=90)
            page.keyboard.press("Enter")
            page.reload()
            page.locator("input[type=text]").first.wait_for()
        wait_for(lambda: visits(server) == len(NUMBERS))
        page.close()
    assert presented(server) == len(NUMBERS)


def was_loaded(page: Page) -> float:
    """Return when the page was loaded, 0 while it is being loaded anew."""
    try:
        return float(page.evaluate("performance.timeOrigin")) / 1000
    except Error:
        return 0.0


def test_a_server_told_to_end_in_the_middle_of_scans_loses_none_and_doubles_none(
    server: Server,
) -> None:
    with browser() as context:
        page = Watched(context, server).open()
        for number in NUMBERS[:2]:
            page.keyboard.type(number, delay=90)
            page.keyboard.press("Enter")
            server.stop()  # the scan is on its way, in work, or written
            stopped = time.time()
            server.start()
            wait_for(lambda since=stopped: was_loaded(page) > since)  # it is another start
            page.locator("input[type=text]").first.wait_for()
        wait_for(lambda: visits(server) == 2)
        page.close()
    assert presented(server) == 2
    assert server.command("verify-log").returncode == 0


def test_a_card_in_view_while_the_server_dies_is_logged_exactly_once(
    server: Server, tmp_path: Path
) -> None:
    clip = tmp_path / "held.mjpeg"
    write_clip(clip, ("patient-1",), seconds=3)
    pieces = clip.read_bytes().split(b"\xff\xd8\xff")[1:]
    held = b"".join(b"\xff\xd8\xff" + piece for piece in pieces[25:45])  # the phone at rest
    clip.write_bytes(held * 3)
    server.kill()
    with browser(clip) as context:
        server.start()
        page = Watched(context, server).open()
        wait_for(lambda: visits(server) == 1)
        server.kill()
        server.start()
        page.get_by_text("ĐẶNG THỊ THẲNG MẪU").first.wait_for()
        page.close()
    assert visits(server) == 1
    assert server.command("verify-log").returncode == 0
