"""A proxy that is named says for whom it asks, and nobody else does: five who try to be another."""

from __future__ import annotations

import json
import urllib.parse
from http.client import HTTPConnection as Connection
from ipaddress import ip_network
from typing import TYPE_CHECKING

import pytest
from starlette.datastructures import Headers

from app_pages.entry.proxied import client_of
from tests.app_pages.knocking import FIELD, Answer
from tests.browser.running import PATIENCE, Server
from tests.support import each

if TYPE_CHECKING:
    from collections.abc import Iterator

PROXY, STRANGER, NAME = "127.0.0.3", "127.0.0.2", "kiosk.localhost"
DESK = "10.20.30.40"
BY_HTTPS = (("X-Forwarded-For", DESK), ("X-Forwarded-Proto", "https"))
NETWORKS = (ip_network("10.0.0.5"), ip_network("10.1.0.0/16"), ip_network("fd00::/16"))


@each(
    ("said", "client"),
    [
        (["10.9.9.9"], "10.9.9.9"),
        (["1.2.3.4, 10.9.9.9"], "10.9.9.9"),  # the first was written by the browser itself
        (["1.2.3.4, 10.9.9.9,10.1.2.3 , 10.0.0.5"], "10.9.9.9"),
        (["10.1.2.3, 10.0.0.5"], "10.1.2.3"),
        (["::ffff:10.9.9.9"], "10.9.9.9"),
        (["fd01::7, fd00::1"], "fd01::7"),
        ([], None),
        ([""], None),
        (["10.9.9.9", "10.9.9.8"], None),
        (["10.9.9.9, unknown"], None),
        (["10.9.9.9:4711"], None),
        (["10.9.9.9,"], None),
        ([", ".join(["10.9.9.9"] * 100)], None),
    ],
)
def test_the_last_one_that_is_no_proxy_of_the_house_asks(
    said: list[str], client: str | None
) -> None:
    lines = [(b"x-forwarded-for", one.encode()) for one in said]
    https = (b"x-forwarded-proto", b"https")
    assert client_of(Headers(raw=[*lines, https]), NETWORKS) == client
    for others in ([], [(https[0], b"http")], [https, https], [(https[0], b"https, http")]):
        assert client_of(Headers(raw=[*lines, *others]), NETWORKS) is None


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    place = {"KIOSK_ADDRESS": "0.0.0.0", "KIOSK_HOSTS": NAME, "KIOSK_TRUSTED_PROXY": PROXY}  # noqa: S104
    running = Server(tmp_path_factory.mktemp("proxied"), KIOSK_CAMERA="none", **place)
    running.account("an.nt", "receptionist")
    yield running.start()
    running.stop()


def asked(
    server: Server,
    path: str,
    *lines: tuple[str, str],
    peer: str = PROXY,
    host: str = NAME,
    body: bytes | None = None,
) -> Answer:
    """Ask from one of this machine's addresses, with header lines as they are given."""
    connection = Connection("127.0.0.1", server.port, PATIENCE, source_address=(peer, 0))
    connection.putrequest("GET" if body is None else "POST", path, skip_host=True)
    for name, value in (("Host", host), *lines):
        connection.putheader(name, value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    reply = connection.getresponse()
    headers = {name.lower(): value for name, value in reply.getheaders()}
    text = reply.read().decode()
    connection.close()
    return Answer(reply.status, headers, text)


def failed(
    server: Server, *lines: tuple[str, str], peer: str = PROXY, origin: str = f"https://{NAME}"
) -> tuple[int, str]:
    """Give a wrong password; return the answer's status and the address that was written down."""
    host = origin.partition("//")[2]
    form = asked(server, "/", *lines, peer=peer, host=host)
    cookie = form.headers["set-cookie"].partition(";")[0]
    fields = dict(FIELD.findall(form.body.partition("</form>")[0]))
    sent = urllib.parse.urlencode(fields | {"ten": "an.nt", "mat_khau": "sai"}).encode()
    more = (("Cookie", cookie), ("Origin", origin))
    answer = asked(server, "/dang-nhap/vao", *lines, *more, peer=peer, host=host, body=sent)
    rows = server.asked("SELECT codes FROM log WHERE kind = 'sign_in_failed' ORDER BY seq DESC")
    return answer.status, json.loads(rows[0][0])["address"] if rows else ""


def test_a_named_proxy_is_believed_and_cookies_go_by_https_alone(server: Server) -> None:
    form = asked(server, "/", *BY_HTTPS)
    assert form.status == 401
    assert form.headers["strict-transport-security"] == "max-age=31536000"
    cookie = form.headers["set-cookie"]
    assert cookie.startswith("__Host-kiosk_form=")
    assert "; secure" in cookie.lower()
    assert "Vào thử" not in form.body
    assert failed(server, *BY_HTTPS) == (401, DESK)
    assert f"https://{NAME} " in server.log().replace("\n", " ")


def test_what_a_browser_writes_in_front_of_the_proxy_is_not_its_address(server: Server) -> None:
    spoofed = (("X-Forwarded-For", f"10.66.6.6, {DESK}"), ("X-Forwarded-Proto", "https"))
    other = (("Forwarded", "for=10.66.6.6;proto=https"), ("X-Real-IP", "10.66.6.6"))
    assert failed(server, *spoofed, *other, ("X-Forwarded-Host", "else.lan")) == (401, DESK)


def test_a_stranger_who_says_that_he_is_a_proxy_stays_what_he_is(server: Server) -> None:
    assert "strict-transport-security" not in asked(server, "/", *BY_HTTPS, peer=STRANGER).headers
    assert failed(server, *BY_HTTPS, peer=STRANGER, origin=f"http://{NAME}")[1] == STRANGER
    own = f"http://localhost:{server.port}"
    assert failed(server, peer=STRANGER, origin=own) == (401, STRANGER)


@pytest.mark.parametrize(
    "lines",
    [
        (("X-Forwarded-For", DESK), ("X-Forwarded-Proto", "http")),
        (("X-Forwarded-For", DESK),),
        (("Via", "1.1 proxy"),),
        (("Forwarded", f"for={DESK};proto=https"),),
        (*BY_HTTPS, ("X-Forwarded-For", "10.66.6.6")),
    ],
)
def test_what_is_not_clear_or_came_without_https_is_refused_in_one_sentence(
    server: Server, lines: tuple[tuple[str, str], ...]
) -> None:
    answer = asked(server, "/", *lines)
    assert answer.status == 400
    assert "X-Forwarded-Proto: https" in answer.body
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("host", ["else.lan", "localhost", "127.0.0.1", f"{NAME}.else.lan", ""])
def test_through_the_proxy_the_kiosk_has_its_listed_names_alone(server: Server, host: str) -> None:
    assert asked(server, "/", *BY_HTTPS, host=host).status == 421


def test_what_a_page_of_another_scheme_or_site_sends_is_refused(server: Server) -> None:
    for origin in (f"http://{NAME}", "https://else.lan", "null"):
        lines = (*BY_HTTPS, ("Origin", origin))
        assert asked(server, "/dang-nhap/vao", *lines, body=b"x=1").status == 403


def test_nobody_behind_the_proxy_watches(server: Server) -> None:
    for path in ("/healthz", "/readyz"):
        for address in (DESK, "127.0.0.1", PROXY):
            lines = (("X-Forwarded-For", address), BY_HTTPS[1])
            assert asked(server, path, *lines).status == 404
        assert asked(server, path, peer="127.0.0.1", host="localhost").status == 200
