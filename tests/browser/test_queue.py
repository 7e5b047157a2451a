"""A queue at a desk: a real Chromium, a clip for its webcam, no click."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from fixtures.clip import write_clip
from fixtures.make import CLIP_SLUGS
from tests.browser.running import Server, Watched, browser, see

if TYPE_CHECKING:
    from pathlib import Path

GREEN = "ĐỦ ĐIỀU KIỆN HƯỞNG BHYT"
RED = "THẺ KHÔNG CÒN GIÁ TRỊ"
AMBER = "CHƯA XÁC ĐỊNH ĐƯỢC"
FOREIGN = "KHÔNG PHẢI THẺ"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "queue.mjpeg"
    write_clip(path, CLIP_SLUGS, seconds=10)
    return path


def events(server: Server, kind: str) -> int:
    return int(server.asked("SELECT count(*) FROM log WHERE kind = ?", kind)[0][0])


def scans(server: Server) -> list[tuple[str, str, str]]:
    """Return what was scanned; on a busy machine the clip begins anew before all was seen."""
    told = "codes ->> 'verdict', codes ->> 'kind', person_ref"
    return server.asked(f"SELECT {told} FROM log WHERE kind = 'presented' ORDER BY seq")


def test_a_queue_is_answered_green_red_amber_and_named_with_no_click(
    server: Server, clip: Path, shots: Path
) -> None:
    with browser(clip) as context:
        watched = Watched(context, server)
        page = watched.open()
        see(page, GREEN)
        assert "ĐẶNG THỊ THẲNG MẪU" in page.locator(".card").inner_text()
        page.screenshot(path=shots / "green.png")
        see(page, RED)
        page.screenshot(path=shots / "red.png")
        see(page, AMBER)
        page.screenshot(path=shots / "amber.png")
        see(page, FOREIGN)
        page.screenshot(path=shots / "foreign.png")
        page.close()
        assert watched.errors == []
        assert watched.outside == []
    assert len(set(scans(server))) == 4
    assert all(one != then for one, then in pairwise(scans(server)))  # none was told twice
    assert events(server, "received") == 1  # amber and red wait for their key
    assert server.command("verify-log").returncode == 0


@pytest.mark.long
def test_a_killed_server_loses_nothing_and_the_next_patient_is_scanned(
    server: Server, clip: Path
) -> None:
    with browser(clip) as context:
        page = Watched(context, server).open()
        see(page, GREEN)
        acknowledged = events(server, "presented")
        server.kill()
        server.start()
        see(page, RED)
        see(page, AMBER)
        page.close()
    assert acknowledged >= 1
    assert events(server, "presented") >= acknowledged + 2
    assert events(server, "received") == 1  # the first patient, once
    assert server.command("verify-log").returncode == 0
