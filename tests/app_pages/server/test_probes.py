"""Signs of life: for this machine and listed ones, never through a proxy, naming nobody."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from anyio import run
from starlette.requests import HTTPConnection

from app_pages.server import house as the_house
from app_pages.server.probes import may_watch, probed
from verification.basics.errors import SettingsError, StoreError
from verification.basics.texts import Text
from verification.operations.health.line import Line, Tone
from verification.operations.settings import read_settings

if TYPE_CHECKING:
    from app_pages.server.house import House

LISTED = {"KIOSK_WATCH_FROM": "10.0.0.5, 10.1.0.0/16 fd00::/16"}


def asked(path: str, client: str = "127.0.0.1", **headers: str) -> HTTPConnection:
    """Return a request as the server gets it."""
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "path": path, "headers": named, "client": (client, 5000)}
    return HTTPConnection(scope | {"scheme": "http", "server": ("x", 1), "query_string": b""})


@pytest.mark.parametrize(
    ("client", "may"),
    [
        *(("127.0.0.1", True), ("::1", True), ("10.0.0.5", True), ("10.1.200.9", True)),
        *(("fd00::7", True), ("10.0.0.6", False), ("192.168.1.1", False), ("testclient", False)),
    ],
)
def test_this_machine_and_listed_ones_may_watch(client: str, may: bool) -> None:  # of the table
    settings = read_settings(LISTED)
    assert may_watch(settings, asked("/healthz", client)) is may
    for header in ("x_forwarded_for", "forwarded", "via", "x_real_ip"):
        assert not may_watch(settings, asked("/healthz", client, **{header: "127.0.0.1"}))


@pytest.mark.parametrize("given", ["10.0.0", "0.0.0.0/0", "10.0.0.5/16", "::/0", "kiosk"])
def test_a_network_that_is_none_or_too_wide_is_named(given: str) -> None:
    with pytest.raises(SettingsError, match="KIOSK_WATCH_FROM"):
        read_settings({"KIOSK_WATCH_FROM": given})


def answer(path: str, client: str = "127.0.0.1") -> tuple[int, dict[str, object]]:
    """Return status and words of a probe's answer."""
    found = run(probed, asked(path, client))
    return found.status_code, json.loads(bytes(found.body) or b"{}")


def test_the_server_says_that_it_lives_and_that_desks_could_work(house: House) -> None:
    house.health.look()
    assert answer("/healthz") == (200, {"status": "ok"})
    status, told = answer("/readyz")
    assert status == 200
    assert told["status"] == "ready"
    assert answer("/readyz", "10.9.9.9") == (404, {})


def test_a_log_that_stops_the_desks_makes_it_not_ready_and_any_red_line_is_named(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = Text("x", "x")

    def red(*keys: str) -> None:
        lines = [Line(key, Tone.BAD, words, words) for key in keys]
        monkeypatch.setattr(house.health, "red", lambda: lines)

    every = ["backup", "certificate", "disk", "failed", "files", "key"]
    red(*every)
    assert answer("/readyz") == (200, {"status": "ready", "red": every})
    red()

    def lost() -> None:
        raise StoreError("mất", "lost")

    broken = replace(house, kiosk=replace(house.kiosk, log=_Lost(lost)))  # type: ignore[arg-type]  # a log that fails
    unwritable = replace(house, settings=replace(house.settings, db=Path("/proc/kiosk.db")))
    for stopped in (broken, unwritable):
        monkeypatch.setattr(the_house, "_open", [stopped])
        assert answer("/readyz") == (503, {"status": "not_ready", "red": ["log"]})


class _Lost:
    """A log that cannot be read."""

    def __init__(self, lost: object) -> None:
        self.newest_scans = lost
