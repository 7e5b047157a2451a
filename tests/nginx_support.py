"""A real nginx on loopback with what is shipped in `deploy/`, in front of one kiosk or of several."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.browser.running import ROOT, free_port, wait_for
from verification.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

NAME = "kiosk.localhost"  # a browser looks for it on this machine
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
_FRAME = """pid {folder}/pid; error_log {folder}/error.log; daemon off; {user}
events {{ worker_connections 256; }}
http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
fastcgi_temp_path {folder}/a; uwsgi_temp_path {folder}/b; scgi_temp_path {folder}/c;
include {folder}/kiosk.conf; {servers} }}
"""
_ONE, _SEVERAL = "http://127.0.0.1:8501;", "http://kiosk_servers;"
_NEVER, _NEXT = "proxy_next_upstream off;", "proxy_next_upstream error;"


def _shipped(tls: Path, https: int, http: int) -> str:
    """Return the shipped configuration with a test's name, ports and certificate."""
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    text = text.replace("kiosk.benhvien.lan", NAME).replace("/etc/kiosk/tls", str(tls))
    text = re.sub(r"listen 443 ", f"listen 127.0.0.1:{https} ", text)
    return text.replace("listen 80;", f"listen 127.0.0.1:{http};")


def _upstream(kiosks: Sequence[int], authority: Path) -> str:
    """Return the shipped list of several servers with a test's ports."""
    text = (ROOT / "deploy" / "nginx-servers.conf").read_text(encoding="utf-8")
    for shown, kiosk in zip(("10.0.0.11:8501", "10.0.0.12:8501"), kiosks, strict=True):
        assert shown in text
        text = text.replace(shown, f"127.0.0.1:{kiosk}")
    # on loopback the kiosks have no certificate: what checks theirs is read, and not used
    return text.replace("kiosk.benhvien.lan", NAME).replace("/etc/kiosk/tls/ca.pem", str(authority))


@contextmanager
def nginx(folder: Path, *kiosks: int) -> Iterator[tuple[int, int]]:
    """Run nginx in front of one kiosk, or of two; return its ports for https and http."""
    assert main(["certificate", "--name", NAME, "--out", str(folder / "tls")]) == 0
    https, http = free_port(), free_port()
    text, servers = _shipped(folder / "tls", https, http), ""
    if len(kiosks) == 1:
        text = text.replace(_ONE, f"http://127.0.0.1:{kiosks[0]};")
    else:
        assert text.count(_ONE) > 1
        assert _NEVER in text
        text = text.replace(_ONE, _SEVERAL).replace(_NEVER, _NEXT)
        (folder / "servers.conf").write_text(_upstream(kiosks, folder / "tls" / "ca.pem"))
        servers = f"include {folder}/servers.conf;"
    (folder / "kiosk.conf").write_text(text)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(_FRAME.format(folder=folder, user=user, servers=servers))
    running = subprocess.Popen([str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf")])
    try:
        wait_for(lambda: status(http, "/") or running.poll() is not None)
        assert running.poll() is None, (folder / "error.log").read_text()
        yield https, http
    finally:
        running.terminate()
        running.wait(60)


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
