"""What Streamlit would do beside, and does not."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from streamlit import net_util
from streamlit.config import set_option
from streamlit.watcher.polling_path_watcher import PollingPathWatcher
from streamlit.web.server.server_util import is_url_from_allowed_origins

from app_pages.server.quiet import ask_nobody_outside, watch_no_settings
from tests.browser.running import wait_for

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_change_of_streamlits_settings_is_not_looked_for_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = PollingPathWatcher._schedule
    monkeypatch.setattr(PollingPathWatcher, "_schedule", usual)  # given back after the test
    changes: list[str] = []
    looked: list[float] = []
    path = tmp_path / "config.toml"
    path.write_text("[server]\n", encoding="utf-8")
    look = PollingPathWatcher._check_if_path_changed
    monkeypatch.setattr(
        PollingPathWatcher,
        "_check_if_path_changed",
        lambda self: (looked.append(time.monotonic()), look(self)),
    )
    PollingPathWatcher(str(path), changes.append)
    watch_no_settings()
    wait_for(lambda: looked, 10)
    os.utime(path, (2_000_000_000, 2_000_000_000))
    PollingPathWatcher(str(path), changes.append)
    time.sleep(0.5)
    assert len(looked) == 1
    assert changes == []


def test_no_host_outside_is_asked_for_an_address_and_each_name_of_the_house_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(net_util, "_make_blocking_http_get", lambda url, **_: asked.append(url))
    monkeypatch.setattr(net_util, "get_external_ip", net_util.get_external_ip)  # given back
    ask_nobody_outside()
    set_option("server.corsAllowedOrigins", ["https://kiosk.lan", "https://kiosk2.lan"])
    try:
        assert is_url_from_allowed_origins("https://kiosk2.lan:8501")
        assert not is_url_from_allowed_origins("https://else.lan")
    finally:
        set_option("server.corsAllowedOrigins", [])
    assert asked == []
