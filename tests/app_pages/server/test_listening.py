"""Where the server may listen: refused beyond the machine without https, served over it."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest
from starlette.requests import HTTPConnection
from streamlit import config

from app_pages.server import listening
from tests.browser.running import PATIENCE, ROOT, Server, free_port, wait_for
from verification.__main__ import main
from verification.basics.errors import SettingsError
from verification.operations.settings import read_settings

if TYPE_CHECKING:
    from pathlib import Path


EVERYWHERE = "0.0.0.0"  # noqa: S104  # it is refused


@pytest.fixture
def options(monkeypatch: pytest.MonkeyPatch) -> dict[str, str | None]:
    """Return what Streamlit is told; a test changes it."""
    told: dict[str, str | None] = {"server.address": "localhost", "server.port": "8501"}
    monkeypatch.setattr(config, "get_option", told.get)
    return told


def asked(
    host: str, scheme: str = "http", client: str = "127.0.0.1", **more: str
) -> HTTPConnection:
    headers = {"host": host, **more}
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return HTTPConnection(
        {"type": "http", "scheme": scheme, "headers": raw, "client": (client, 1), "path": "/"}
    )


@pytest.mark.parametrize("address", [None, "", EVERYWHERE, "::", "10.0.0.5", "kiosk.lan"])
def test_the_network_is_refused_without_https(
    options: dict[str, str | None], address: str | None
) -> None:
    options["server.address"] = address
    with pytest.raises(SettingsError, match="KIOSK_ALLOW_PLAIN_HTTP_ON_NETWORK"):
        listening.checked(read_settings({}))


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "::1"])
def test_the_machine_itself_needs_no_https(options: dict[str, str | None], address: str) -> None:
    options["server.address"] = address
    listening.checked(read_settings({}))


def test_an_open_network_needs_names_too(options: dict[str, str | None]) -> None:
    options["server.address"] = EVERYWHERE
    plain = {"KIOSK_ALLOW_PLAIN_HTTP_ON_NETWORK": "yes"}
    with pytest.raises(SettingsError, match="KIOSK_HOSTS"):
        listening.checked(read_settings(plain))
    options["browser.serverAddress"] = "kiosk.lan"
    named = read_settings(plain | {"KIOSK_HOSTS": "kiosk.lan, 10.0.0.5"})
    listening.checked(named)
    assert listening.knows_host(named, asked("KIOSK.lan:8501"))
    assert listening.knows_host(named, asked("10.0.0.5"))
    assert not listening.knows_host(named, asked("elsewhere.lan:8501"))
    assert not listening.is_here(read_settings({}), asked("localhost"))


def test_a_named_proxy_takes_the_place_of_https_and_then_nobody_else_may_connect(
    options: dict[str, str | None],
) -> None:
    proxy = {"KIOSK_TRUSTED_PROXY": "10.0.0.5 fd00::/16"}
    with pytest.raises(SettingsError, match="KIOSK_HOSTS"):
        listening.checked(read_settings(proxy))
    options |= {"server.address": EVERYWHERE, "browser.serverAddress": "kiosk.lan"}
    named = read_settings(proxy | {"KIOSK_HOSTS": "kiosk.lan"})
    listening.checked(named)
    assert listening.url(named) == "https://kiosk.lan"
    ours = ("10.0.0.5", "::ffff:10.0.0.5", "fd00::9", "127.0.0.1", "::1")
    strangers = ("10.0.0.6", "::ffff:10.0.0.6", "fe80::1", "", "unknown")
    assert [one for one in (*ours, *strangers) if listening.admits(named, one)] == [*ours]
    assert listening.admits(read_settings({}), "10.0.0.6")
    options["server.sslCertFile"] = "cert.pem"
    assert listening.admits(named, "10.0.0.6"), "it speaks https by itself"


@pytest.mark.parametrize("name", ["KIOSK_ADDRESS", "KIOSK_HOSTS", "KIOSK_TLS_CERT"])
def test_what_streamlit_was_not_told_is_refused_by_name(
    options: dict[str, str | None], name: str, tmp_path: Path
) -> None:
    (tmp_path / "pem").touch()
    given = {name: "10.0.0.5"}
    if name == "KIOSK_TLS_CERT":
        given = {"KIOSK_TLS_CERT": "pem", "KIOSK_TLS_KEY": "pem"}
    with pytest.raises(SettingsError, match=rf"{name}.* không có tác dụng") as told:
        listening.checked(read_settings(given, tmp_path))
    assert "python -m verification serve" in told.value.en


def test_streamlits_own_command_refuses_an_address_in_one_sentence(tmp_path: Path) -> None:
    environ = {**os.environ, "KIOSK_DB": str(tmp_path / "kiosk.db"), "KIOSK_ADDRESS": "10.0.0.5"}
    words = ["streamlit", "run", str(ROOT / "kiosk_app.py"), "--server.port", str(free_port())]
    ended = subprocess.run(
        [
            sys.executable,
            "-m",
            *words,
            "--server.headless",
            "true",
            "--server.address",
            "localhost",
        ],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.returncode == 1
    told = [line for line in ended.stderr.splitlines() if "KIOSK_ADDRESS" in line]
    assert len(told) == 1
    assert "Traceback" not in ended.stderr
    assert not [*tmp_path.iterdir()], "no store is made"


def test_only_this_machine_without_a_proxy_is_here(options: dict[str, str | None]) -> None:
    assert options["server.address"] == "localhost"
    assert listening.is_here(read_settings({}), asked("localhost"))
    assert not listening.is_here(read_settings({}), asked("localhost", client="10.0.0.9"))


@pytest.mark.parametrize(
    "header",
    [
        "forwarded",
        "via",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-forwarded-server",
        "x-real-ip",
        "x-client-ip",
        "x-cluster-client-ip",
        "x-original-forwarded-for",
        "x-original-host",
        "x-proxy-user",
        "x-remote-addr",
        "x-envoy-external-address",
        "x-azure-clientip",
        "x-arr-ssl",
        "x-amzn-trace-id",
        "proxy-connection",
        "true-client-ip",
        "cf-connecting-ip",
        "cf-ray",
        "cdn-loop",
        "fastly-client-ip",
        "fly-client-ip",
        "ali-cdn-real-ip",
    ],
)
def test_whatever_a_proxy_says_nobody_behind_it_is_here(
    options: dict[str, str | None], header: str
) -> None:
    assert options["server.address"] == "localhost"
    for value in ("10.0.0.9", "127.0.0.1", ""):
        assert not listening.is_here(read_settings({}), asked("localhost", **{header: value}))


def test_what_browsers_themselves_send_is_no_proxy(options: dict[str, str | None]) -> None:
    assert options["server.address"] == "localhost"
    own = dict.fromkeys(
        [
            "accept",
            "cookie",
            "sec-fetch-site",
            "sec-ch-ua",
            "x-kiosk-token",
            "x-requested-with",
            "upgrade-insecure-requests",
            "cache-control",
            "origin",
            "priority",
            "dnt",
        ],
        "x",
    )
    assert listening.is_here(read_settings({}), asked("localhost", **own))


@pytest.mark.parametrize(
    ("origin", "own"),
    [
        ("https://kiosk.lan", True),
        ("http://kiosk.lan", False),
        ("https://kiosk.lan.attacker.example", False),
        ("https://kiosk.lan:8502", False),
    ],
)
def test_an_origin_is_scheme_name_and_port(origin: str, own: bool) -> None:
    assert listening.is_own_origin(asked("kiosk.lan", "https", origin=origin)) is own


def test_a_server_told_to_listen_on_the_network_says_why_not_and_ends(tmp_path: Path) -> None:
    running = Server(tmp_path, KIOSK_ADDRESS=EVERYWHERE, KIOSK_CAMERA="none")
    words = [sys.executable, "-m", "verification", "serve", "--port", str(running.port)]
    ended = subprocess.run(
        words, cwd=ROOT, env=running.environ, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "KIOSK_TLS_CERT" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_over_https_the_cookie_is_bound_to_the_host_and_never_sent_in_the_clear(
    tmp_path: Path,
) -> None:
    tls = tmp_path / "tls"
    assert main(["certificate", "--name", "localhost", "--out", str(tls)]) == 0
    certificate = {"KIOSK_TLS_CERT": str(tls / "cert.pem"), "KIOSK_TLS_KEY": str(tls / "key.pem")}
    trusted = ssl.create_default_context(cafile=tls / "ca.pem")
    running = Server(tmp_path, KIOSK_CAMERA="none", **certificate)
    url = running.url.replace("http:", "https:")

    def form() -> str:
        try:
            urllib.request.urlopen(url, timeout=PATIENCE, context=trusted)
        except urllib.error.HTTPError as error:
            with error:  # it holds the connection open
                cookies, hsts = error.headers.get_all("set-cookie"), "strict-transport-security"
                return "; ".join([str(error.code), *(cookies or []), error.headers[hsts]])
        except (urllib.error.URLError, OSError):
            return ""
        return ""

    try:
        running.launch()
        wait_for(form)
        cookie = form()
    finally:
        running.stop()
    assert cookie.startswith("401; __Host-kiosk_form=")
    assert "; secure" in cookie.lower()
    assert cookie.endswith("; max-age=31536000")
