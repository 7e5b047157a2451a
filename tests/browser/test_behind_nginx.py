"""https by the hospital's nginx, with the shipped configuration: a desk signs in and works."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.browser.running import PASSWORD, Server, browser, listens, present, see, wait_for
from tests.nginx_support import NAME, NGINX, nginx, status

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed: the shipped file is not tried")
@pytest.mark.skipif(sys.platform == "win32", reason="nginx of a Linux server")
def test_a_desk_behind_nginx_signs_in_scans_and_receives_over_https(
    tmp_path: Path, shots: Path
) -> None:
    place = {"KIOSK_HOSTS": NAME, "KIOSK_TRUSTED_PROXY": "127.0.0.1"}
    server = Server(tmp_path, KIOSK_CAMERA="none", **place)
    server.account("an.nt", "receptionist")
    server.start()
    errors: list[str] = []
    try:
        with (
            nginx(tmp_path, server.port) as (https, http),
            browser(ignore_https_errors=True) as context,
        ):
            assert status(http, "/x?y=1") == f"301 https://{NAME}/x?y=1"
            page = context.new_page()
            page.goto(f"https://{NAME}:{https}/")
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.get_by_label("Tài khoản").fill("an.nt")
            page.get_by_label("Mật khẩu").fill(PASSWORD)
            page.get_by_role("button", name="Đăng nhập").click()
            listens(page)
            present(page, "DN4797900000011")
            see(page, "ĐỦ ĐIỀU KIỆN")
            wait_for(lambda: server.asked("SELECT 1 FROM log WHERE kind = 'received'"))
            page.screenshot(path=shots / "behind-nginx.png")
            ours = [one for one in context.cookies() if "kiosk" in str(one.get("name"))]
            assert ours
            assert all(str(one.get("name")).startswith("__Host-kiosk") for one in ours)
            assert all(one.get("secure") and one.get("httpOnly") for one in ours)
            for path in ("/healthz", "/readyz", "/metrics"):
                reply = page.goto(f"https://{NAME}:{https}{path}")
                assert reply is not None
                assert reply.status == 404
    finally:
        server.stop()
    assert errors == []
