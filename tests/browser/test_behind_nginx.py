"""https by the hospital's nginx, with the shipped configuration: a desk signs in and works."""

from __future__ import annotations

import re
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.browser.running import (
    PASSWORD,
    ROOT,
    Server,
    browser,
    free_port,
    listens,
    present,
    see,
    wait_for,
)
from tests.nginx_support import run_nginx
from verification.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "kiosk.localhost"  # a browser looks for it on this machine


def shipped(tls: Path, kiosk: int, https: int, http: int) -> str:
    """Return the shipped configuration with this test's name, ports and certificate."""
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    text = text.replace("kiosk.benhvien.lan", NAME).replace("/etc/kiosk/tls", str(tls))
    text = re.sub(r"listen 443 ", f"listen 127.0.0.1:{https} ", text)
    return text.replace("listen 80;", f"listen 127.0.0.1:{http};").replace(":8501", f":{kiosk}")


@contextmanager
def nginx(folder: Path, kiosk: int) -> Iterator[tuple[int, int]]:
    """Run nginx in front of a kiosk; return its ports for https and http."""
    assert main(["certificate", "--name", NAME, "--out", str(folder / "tls")]) == 0
    https, http = free_port(), free_port()
    configuration = shipped(folder / "tls", kiosk, https, http)
    with run_nginx(folder, configuration, lambda: status(http, "/")):
        yield https, http


class _Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def status(port: int, path: str) -> str:
    """Ask over http; return status and where it leads, nothing while nobody answers."""
    try:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": NAME})
        with urllib.request.build_opener(_Stays).open(request, timeout=20) as reply:
            return str(reply.status)
    except urllib.error.HTTPError as error:
        with error:
            return f"{error.code} {error.headers.get('location')}"
    except OSError:
        return ""


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
