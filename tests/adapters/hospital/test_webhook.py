"""A message that is posted: what each answer, and none, is taken for, and what never leaks."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from tests.portal_support import certified
from tests.serving import serving
from tests.support import each
from verification.adapters.hospital.webhook import Limits, WebhookCarrier
from verification.exchange.handover.message import Message

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from verification.exchange.sending import Sent

MESSAGE = Message("handover:1-3:2", "1-3", 2, '{"ho_ten":"Đặng Bí Mật"}'.encode())
HEADERS = {"webhook-id": "handover:1-3:2", "webhook-timestamp": "1", "webhook-signature": "v1,x"}
SHORT = Limits(connect=2, answer=0.4, retry_after=3600)


@contextmanager
def answering(
    answer: Callable[[BaseHTTPRequestHandler], None], tls: ssl.SSLContext | None = None
) -> Iterator[str]:
    """Run somebody who answers each POST in a way of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer(self)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        with serving(server):
            yield f"http://127.0.0.1:{server.server_port}/nhan?khoa=bi-mat"


def says(status: int, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(asked: BaseHTTPRequestHandler) -> None:
        asked.rfile.read(int(asked.headers["Content-Length"]))
        asked.send_response(status)
        for name, value in headers.items():
            asked.send_header(name.replace("_", "-"), value)
        asked.end_headers()

    return answer


def carried(address: str, limits: Limits | None = None) -> Sent:
    return WebhookCarrier(address, limits=limits or Limits.shipped()).carry(MESSAGE, HEADERS)


def test_the_exact_bytes_and_the_three_headers_are_posted_to_the_address() -> None:
    got: list[tuple[str, str, str, bytes]] = []

    def answer(asked: BaseHTTPRequestHandler) -> None:
        body = asked.rfile.read(int(asked.headers["Content-Length"]))
        marks = [asked.headers[name] for name in HEADERS]
        got.append((asked.path, asked.headers["Content-Type"], " ".join(marks), body))
        asked.send_response(204)
        asked.end_headers()

    with answering(answer) as address:
        sent = carried(address)
    assert (sent.ok, sent.to, sent.cause) == (True, "webhook", None)
    marks = " ".join(HEADERS.values())
    assert got == [("/nhan?khoa=bi-mat", "application/json", marks, MESSAGE.body)]


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        *((200, None), (201, None), (204, None), (409, None)),
        *((301, "his_moved"), (302, "his_moved"), (307, "his_moved")),
        *((400, "his_refused"), (422, "his_refused")),
        *((401, "his_denied"), (403, "his_denied"), (404, "his_denied")),
        *((410, "his_gone"), (408, "his_busy"), (429, "his_busy"), (503, "his_busy")),
        *((500, "his_down"), (502, "his_down"), (599, "his_down")),
    ],
)
def test_each_status_has_its_cause(status: int, cause: str | None) -> None:
    with answering(says(status, Location="http://127.0.0.1:1/khac")) as address:
        sent = carried(address)
    assert (sent.ok, sent.cause) == (cause is None, cause)
    assert sent.detail == (f"HTTP {status}" if cause else None)


@each(
    ("value", "after"),
    [
        *(("120", 120.0), ("0", 0.0), ("999999999999", 3600.0), ("-5", 0.0), ("x", 0.0)),
        *(("", 0.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)),
        ("Wed, 21 Oct 2099 07:28:00 GMT", 3600.0),
    ],
)
def test_a_busy_receiver_says_when_within_bounds(value: str, after: float) -> None:
    with answering(says(503, Retry_After=value)) as address:
        assert carried(address).after == after


def test_a_taken_message_is_taken_whatever_it_is_told_of_later_ones() -> None:
    beyond = "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"
    for status, cause in ((204, None), (503, "his_busy")):
        with answering(says(status, Retry_After=beyond)) as address:
            sent = carried(address)
        assert (sent.ok, sent.cause) == (cause is None, cause)


def test_a_cut_answer_is_taken_where_its_status_came_and_not_where_it_did_not() -> None:
    def half(asked: BaseHTTPRequestHandler) -> None:
        asked.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx")

    def none(asked: BaseHTTPRequestHandler) -> None:
        asked.wfile.write(b"HTTP/1.1 2")

    with answering(half) as address:
        assert carried(address).ok
    with answering(none) as address:
        assert carried(address).cause == "his_connection"


def test_rubbish_is_no_answer() -> None:
    with answering(lambda asked: asked.wfile.write(b"\x00\xff" * 100 + b"\r\n\r\n") and None) as to:
        assert carried(to).cause == "his_connection"


def test_who_drips_an_answer_for_ever_is_left_when_the_time_is_over() -> None:
    ended = threading.Event()

    def drip(asked: BaseHTTPRequestHandler) -> None:
        asked.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        while not ended.wait(0.02):
            asked.wfile.write(b"x")

    with answering(drip) as address:
        sent = carried(address, SHORT)
        ended.set()
    assert (sent.ok, sent.cause) == (False, "his_timeout")


def test_nobody_there_and_no_such_name_are_told_apart() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert carried(f"http://127.0.0.1:{port}/").cause == "his_connection"
    assert carried("https://his.khong-co.invalid/", SHORT).cause == "his_dns"


def test_who_speaks_no_tls_is_not_believed() -> None:
    with answering(says(200)) as address:
        sent = carried(address.replace("http:", "https:"))
    assert sent.cause == "his_tls"


def test_a_certificate_is_believed_only_where_its_authority_is_and_for_its_own_name(
    tmp_path: Path,
) -> None:
    with answering(says(204), certified(tmp_path)) as address:
        named = address.replace("http://127.0.0.1", "https://localhost")
        assert carried(named).cause == "his_tls"
        believed = tmp_path / "ca.pem"
        assert WebhookCarrier(named, believed).carry(MESSAGE, HEADERS).ok
        other = named.replace("localhost", "127.0.0.1")
        assert WebhookCarrier(other, believed).carry(MESSAGE, HEADERS).cause == "his_tls"


def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with answering(says(200)) as address:
        assert carried(address).ok


def test_address_and_content_are_in_nothing_that_is_printed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    carrier = WebhookCarrier("http://127.0.0.1:1/nhan?khoa=bi-mat")
    sent = carrier.carry(MESSAGE, HEADERS)
    said = f"{carrier} {sent} {MESSAGE} {caplog.text}"
    assert "bi-mat" not in said
    assert "Bí Mật" not in said
