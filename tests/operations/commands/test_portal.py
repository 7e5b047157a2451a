"""`portal-check` prints five lines and says by its status whether one failed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.portal_support import LOOK_UP, OTHER, PASSWORD, Says, little_portal
from verification.__main__ import main

if TYPE_CHECKING:
    import pytest


def test_the_five_lines_of_a_portal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with little_portal({LOOK_UP: Says({"maKetQua": "050"})}) as portal:
        monkeypatch.setenv("KIOSK_PORTAL_URL", portal.url)
        monkeypatch.setenv("KIOSK_PORTAL_USER", "79014_BV")
        monkeypatch.setenv("KIOSK_PORTAL_PASSWORD", PASSWORD)
        monkeypatch.setenv("KIOSK_PORTAL_OFFICER", f"{OTHER.ho_ten}|{OTHER.so_cccd}")
        assert main(["portal-check"]) == 0
        assert "✓ 4. Đăng nhập: được" in capsys.readouterr().out
        portal.script[LOOK_UP] = Says("", 403)
        assert main(["portal-check", "--json"]) == 3
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["step"], line["state"], line["cause"]) for line in lines] == [
        ("dns", "ok", None),
        ("tcp", "ok", None),
        ("tls", "not_tried", None),
        ("login", "ok", None),
        ("rights", "failed", "right"),
    ]
    assert "01/dk-ip-ctn" in lines[-1]["vi"]


def test_without_a_portal_the_settings_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("KIOSK_PORTAL_URL", raising=False)
    assert main(["portal-check"]) == 1
    assert "KIOSK_PORTAL_URL" in capsys.readouterr().err
