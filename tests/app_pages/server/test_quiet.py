"""What Streamlit would do beside, and does not."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from streamlit.watcher.polling_path_watcher import PollingPathWatcher

from app_pages.server.quiet import watch_no_settings
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
