"""No scan is lost: no network, a reload in the middle, a server that dies with a card in view."""

from __future__ import annotations

import time
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error

from fixtures.clip import write_clip
from tests.browser.running import Server, Watched, browser, listens, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

LOADED_ANEW = 45.0  # seconds until a page that met another start is loaded anew, at most
# Whoever was received today is not received once more: each test takes its own, tried again too.
CARDS = iter(
    (
        *("DN4797900000201", "DN4797900000277", "DN4797900000011", "DN4797900000271"),
        *("DN4797900000276", "DN4797900000077", "HT3898900000055", "DT2040400000022"),
        *("CH4797900000204", "TB4797900000209", "CS4797900000214", "HS4797900000223"),
        *("CK2797900000238", "TS2797900000246", "CT2797900000248", "CN2797900000249"),
    )
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return one kiosk without a camera."""
    running = Server(tmp_path_factory.mktemp("lost"), KIOSK_CAMERA="none").start()
    yield running
    running.stop()


def not_received(count: int) -> list[str]:
    """Return cards of people whom nobody has received yet."""
    return list(islice(CARDS, count))


def visits(server: Server) -> int:
    return int(server.asked("SELECT count(*) FROM visit")[0][0])


def presented(server: Server) -> int:
    return int(server.asked("SELECT count(*) FROM log WHERE kind = 'presented'")[0][0])


@pytest.mark.long
def test_scans_made_without_a_network_are_logged_once_each_when_it_is_back(server: Server) -> None:
    cards = not_received(3)
    received, seen = visits(server), presented(server)
    with browser() as context:
        page = Watched(context, server).open()
        context.set_offline(True)
        page.get_by_text("Mất kết nối máy chủ").wait_for()
        for number in cards:
            page.keyboard.type(number, delay=90)
            page.keyboard.press("Enter")
        page.wait_for_timeout(10_000)  # the ten seconds that the desk is without a network
        assert visits(server) == received
        context.set_offline(False)
        wait_for(lambda: visits(server) == received + len(cards))
        page.close()
    assert presented(server) == seen + len(cards)


def test_a_reload_in_the_middle_of_a_scan_loses_nothing_and_doubles_nothing(server: Server) -> None:
    cards = not_received(3)
    received, seen = visits(server), presented(server)
    with browser() as context:
        page = Watched(context, server).open()
        for number in cards:
            page.keyboard.type(number, delay=90)
            page.keyboard.press("Enter")
            page.reload()
            listens(page)
        wait_for(lambda: visits(server) == received + len(cards))
        page.close()
    assert presented(server) == seen + len(cards)


def was_loaded(page: Page) -> float:
    """Return when the page was loaded, 0 while it is being loaded anew."""
    try:
        return float(page.evaluate("performance.timeOrigin")) / 1000
    except Error:
        return 0.0


@pytest.mark.long
def test_a_server_told_to_end_in_the_middle_of_scans_loses_none_and_doubles_none(
    server: Server,
) -> None:
    cards = not_received(2)
    received, seen = visits(server), presented(server)
    with browser() as context:
        page = Watched(context, server).open()
        for number in cards:
            page.keyboard.type(number, delay=90)
            page.keyboard.press("Enter")
            server.stop()  # the scan is on its way, in work, or written
            stopped = time.time()
            server.start()
            # a start so quick that the page never missed the server is not loaded anew
            with suppress(TimeoutError):
                wait_for(lambda since=stopped: was_loaded(page) > since, LOADED_ANEW)
            listens(page)
        wait_for(lambda: visits(server) == received + len(cards))
        page.close()
    assert presented(server) == seen + len(cards)
    assert server.command("verify-log").returncode == 0


def test_a_card_in_view_while_the_server_dies_is_logged_exactly_once(
    tmp_path: Path,
) -> None:
    server = Server(tmp_path)
    clip = tmp_path / "held.mjpeg"
    write_clip(clip, ("patient-1",), seconds=3)
    pieces = clip.read_bytes().split(b"\xff\xd8\xff")[1:]
    held = b"".join(b"\xff\xd8\xff" + piece for piece in pieces[25:45])  # the phone at rest
    clip.write_bytes(held * 3)
    try:
        with browser(clip) as context:
            server.start()
            page = Watched(context, server).open()
            wait_for(lambda: visits(server) == 1)
            server.kill()
            server.start()
            page.get_by_text("ĐẶNG THỊ THẲNG MẪU").first.wait_for()
            page.close()
    finally:
        server.stop()
    assert visits(server) == 1
    assert server.command("verify-log").returncode == 0
