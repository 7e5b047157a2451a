"""Two cameras at one desk: the choice is kept over a reload; one that is gone is passed over."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from tests.browser import running
from tests.browser.accessible import findings
from tests.browser.running import Server, Watched, browser, wait_for

if TYPE_CHECKING:
    import pytest
    from playwright.sync_api import Page


def in_use(page: Page) -> str:
    """Return the name of the camera that the page shows."""
    button = page.locator(".next-camera")
    button.wait_for()
    return str(button.get_attribute("title"))


def test_the_choice_among_cameras_is_kept_and_falls_back_when_it_is_gone(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = [a for a in running._ARGUMENTS if a != "--use-fake-device-for-media-stream"]
    two = (*plain, "--use-fake-device-for-media-stream=device-count=2")
    monkeypatch.setattr(running, "_ARGUMENTS", two)
    chromium = running._launched()  # its own: the one that is shared has other cameras
    monkeypatch.setattr(running, "_without_clip", lambda: chromium)
    with closing(chromium), browser(permissions=["camera"]) as context:
        watched = Watched(context, server)
        page = watched.open()
        first = in_use(page)
        page.locator(".next-camera").click()
        wait_for(lambda: in_use(page) not in {"", first})
        second = in_use(page)
        page.reload()
        wait_for(lambda: in_use(page) == second)
        size = page.locator("video").evaluate("video => [video.videoWidth, video.videoHeight]")
        assert size == [1280, 720]
        assert findings(page, "a camera") == []
        gone = '{"deviceId": "gone", "label": "gone"}'
        page.evaluate(f"localStorage.setItem('desk.chosen_camera', '{gone}')")
        page.reload()
        wait_for(lambda: in_use(page) in {first, second})
        assert watched.errors == []
