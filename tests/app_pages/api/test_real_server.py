"""The addresses below `/api/` of a real server, knocked at by hand: paths, headers, processes."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import pytest

from tests.app_pages.knocking import Caller, RawSocket
from tests.browser.running import PATIENCE, Server, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("api"), KIOSK_CAMERA="none").start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def key(server: Server) -> str:
    """Return a key that another process made while the server runs."""
    done = server.command("api-key", "make", "his", "--right", "asks")
    return done.stdout.decode().strip()


def raw(server: Server, *lines: str, body: bytes = b"") -> tuple[int, str, bytes]:
    """Send bytes as they stand; return status, headers in lower case, and body."""
    head = "\r\n".join([*lines, "Connection: close", "", ""])
    with socket.create_connection(("localhost", server.port), timeout=PATIENCE) as line:
        line.sendall(head.encode("latin-1") + body)
        answer = b""
        while part := line.recv(65_536):
            answer += part
    top, _, rest = answer.partition(b"\r\n\r\n")
    return int(top.split()[1]), top.decode("latin-1").lower(), rest


def reason(answer: tuple[int, str, bytes]) -> tuple[int, str]:
    """Return status and reason code of a problem."""
    status, head, body = answer
    assert "application/problem+json" in head
    assert "set-cookie" not in head
    return status, str(json.loads(body)["reason"])


def test_paths_however_written_reach_the_api_by_key_or_nothing(server: Server, key: str) -> None:
    host, bearer = f"Host: localhost:{server.port}", f"Authorization: Bearer {key}"
    for path in ("/api/key", "/%61pi/key", "/api/%6bey", "/api/key?x=1"):
        assert raw(server, f"GET {path} HTTP/1.1", host, bearer)[0] == 200
        assert reason(raw(server, f"GET {path} HTTP/1.1", host)) == (401, "no_key")
    for path in ("/api/../kiosk/alive", "/api/..%2fkiosk/alive", "/api//key", "/api/./key", "/api"):
        found = reason(raw(server, f"GET {path} HTTP/1.1", host, bearer))
        assert found == (404, "not_found")
    for path in ("//api/key", "/API/key", "/kiosk/../api/key", "/x/api/key", "/quan-tri/api/key"):
        status, head, body = raw(server, f"GET {path} HTTP/1.1", host, bearer)
        assert (status, b"his" in body.lower() and b"asks" in body) == (401, False)
        assert "text/html" in head


def test_a_session_opens_nothing_of_the_api_and_a_key_nothing_else(
    server: Server, key: str
) -> None:
    officer, host = Caller(server).try_out(), f"Host: localhost:{server.port}"
    cookie = "Cookie: " + "; ".join(f"{k}={v}" for k, v in officer.cookies.items())
    own, bearer = f"Origin: {server.url}", f"Authorization: Bearer {key}"
    for more in ([], [own]):
        assert reason(raw(server, "GET /api/key HTTP/1.1", host, cookie, *more)) == (401, "no_key")
    for path in ("//api/key", "/kiosk/api/key"):
        assert raw(server, f"GET {path} HTTP/1.1", host, cookie)[0] == 404
    for path in ("/kiosk/alive", "/", "/quan-tri", "/_stcore/health"):
        assert raw(server, f"GET {path} HTTP/1.1", host, bearer)[0] == 401
    with RawSocket(officer, "/api/key", Authorization=f"Bearer {key}") as line:
        assert line.status == 403


def test_headers_that_play_tricks(server: Server, key: str) -> None:
    host, bearer = f"Host: localhost:{server.port}", f"Authorization: Bearer {key}"
    get = "GET /api/key HTTP/1.1"
    assert raw(server, get, host, bearer.replace("Bearer", "bEARER"))[0] == 200
    assert raw(server, get, host, bearer.replace("Auth", "aUTH"))[0] == 200
    assert reason(raw(server, get, host, bearer, bearer)) == (401, "no_key")
    assert reason(raw(server, get, host, bearer, "AUTHORIZATION: Bearer x")) == (401, "no_key")
    assert reason(raw(server, get, host, f"X-Authorization: {key}")) == (401, "no_key")
    assert reason(raw(server, get, "Host: evil.example", bearer)) == (421, "no_such_host")
    assert reason(raw(server, "GET /api/key HTTP/1.0", bearer)) == (421, "no_such_host")
    forwarded = ("X-Forwarded-Host: localhost", "X-Original-URL: /kiosk/alive")
    assert reason(raw(server, get, "Host: evil", *forwarded, bearer)) == (421, "no_such_host")
    assert raw(server, get, host, f"Authorization: Bearer {'x' * 40_000}")[0] in {400, 401, 431}
    post = ("POST /api/key HTTP/1.1", host, bearer, "X-HTTP-Method-Override: GET")
    assert reason(raw(server, *post, "Content-Length: 0")) == (405, "method")


def test_a_key_that_another_process_ends_is_refused_at_once(server: Server, key: str) -> None:
    get, host = "GET /api/key HTTP/1.1", f"Host: localhost:{server.port}"
    ask = (get, host, f"Authorization: Bearer {key}")
    assert raw(server, *ask)[0] == 200
    new = server.command("api-key", "rotate", "his", "--overlap", "0").stdout.decode().strip()
    assert reason(raw(server, *ask)) == (401, "key_ended")
    fresh = (get, host, f"Authorization: Bearer {new}")
    assert raw(server, *fresh)[0] == 200
    server.stop()
    server.start()
    fresh = (get, f"Host: localhost:{server.port}", f"Authorization: Bearer {new}")
    wait_for(lambda: raw(server, *fresh)[0] == 200)
    assert key[-43:] not in server.log()
    assert new[-43:] not in server.log()
