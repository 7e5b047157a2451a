"""A province's answer about a visit: taken where it is one, told in a sentence where it is none."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from tests.serving import serving
from verification.adapters.hospital.flags import Flagged, Province
from verification.basics.errors import RequestError
from verification.exchange.handover.signing import is_signed

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = b"khoa-ky-cua-co-so-79014-rieng"
DAY = date(2026, 11, 26)
NOW = 1_764_000_000
ONE = {"rule": "M02", "version": 2, "level": "info", "count": 2}


@contextmanager
def saying(status: int, body: bytes, asked: list[tuple[str, bool, bytes]]) -> Iterator[Province]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            given = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked.append((self.path, is_signed(headers, given, [SECRET], NOW), given))
            self.send_response(status)
            self.send_header("Location", "/khac")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server, serving(server):
        yield Province(f"http://127.0.0.1:{server.server_port}/79014/messages?a=b/c", [SECRET])


def answer(status: int, body: bytes) -> list[Flagged] | None:
    asked: list[tuple[str, bool, bytes]] = []
    with saying(status, body, asked) as province:
        try:
            return province.flags("1-3", DAY, NOW)
        finally:
            assert asked == [
                ("/79014/flags?a=b/c", True, b'{"visit_id": "1-3", "ngay": "2026-11-26"}')
            ]


def test_flags_are_taken_and_a_visit_that_is_not_there_yet_is_none() -> None:
    assert answer(200, json.dumps({"flags": [ONE]}).encode()) == [Flagged("M02", 2, "info", 2)]
    assert answer(200, b'{"flags": []}') == []
    assert answer(404, b"") is None


@pytest.mark.parametrize(
    ("status", "body"),
    [
        *((401, b""), (503, b""), (302, b""), (204, b""), (200, b""), (200, b"[]")),
        *((200, b'{"flags": {}'), (200, b"[" * 90_000), (200, b'{"flags": [1]}')),
        (200, json.dumps({"flags": [ONE | {"count": "2"}]}).encode()),
        (200, json.dumps({"flags": [ONE | {"rule": "M" * 99}]}).encode()),
        (200, json.dumps({"flags": [ONE | {"ho_ten": "Mẫu"}]}).encode()),
        (200, json.dumps({"flags": [ONE] * 5_000}).encode()),
    ],
)
def test_what_is_no_answer_of_a_province_is_told_in_a_sentence(status: int, body: bytes) -> None:
    with pytest.raises(RequestError, match="KIOSK_HANDOVER_TO") as told:
        answer(status, body)
    assert "Mẫu" not in str(told.value)


def test_a_province_that_is_away_is_told_without_its_address() -> None:
    with pytest.raises(RequestError) as told:
        Province("http://127.0.0.1:9/bi-mat/messages", [SECRET]).flags("1-3", DAY, NOW)
    assert "bi-mat" not in str(told.value)
    assert "ConnectionError" in str(told.value)
