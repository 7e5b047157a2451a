"""Heads that leave the machine, to a file and to a real HTTP server."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from tests.browser.running import wait_for
from tests.serving import serving
from tests.support import DESK, payload
from verification.adapters.store.heads import head_file, noted_heads
from verification.log import chain
from verification.operations.head_sink import send_heads, sending
from verification.reception import checkin
from verification.reception.answer import Scan

if TYPE_CHECKING:
    from pathlib import Path

    from verification.kiosk import Kiosk


@pytest.fixture
def db(kiosk: Kiosk, store_folder: Path) -> Path:
    checkin.check_in(DESK, kiosk, Scan((payload("patient-1"),)))
    return store_folder / "kiosk.db"


def test_the_newest_head_is_appended_to_a_file(db: Path, tmp_path: Path) -> None:
    sink = tmp_path / "heads.txt"
    sent = send_heads(head_file(db), str(sink))
    assert sink.read_text().splitlines() == sent
    assert chain.parse_head(sent[0]) == noted_heads(db)["1"][-1]


def test_the_newest_head_is_posted_to_a_web_address(db: Path) -> None:
    got: list[bytes] = []

    class Sink(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_words: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Sink) as server, serving(server):
        sent = send_heads(head_file(db), f"http://127.0.0.1:{server.server_port}/")
    assert got == [f"{sent[0]}\n".encode()]


def test_heads_are_sent_again_only_when_they_changed_and_at_the_end(
    db: Path, kiosk: Kiosk, tmp_path: Path
) -> None:
    sink = tmp_path / "heads.txt"
    with sending(head_file(db), str(sink), kiosk.clock, every=0.02):
        wait_for(sink.exists)
        checkin.check_in(DESK, kiosk, Scan((payload("patient-2"),)))
        wait_for(lambda: len(sink.read_text().splitlines()) == 2)
        checkin.check_in(DESK, kiosk, Scan((payload("patient-3"),)))
    assert sink.read_text().splitlines()[-1] == str(noted_heads(db)["1"][-1])


def test_a_sink_that_cannot_be_reached_stops_nobody_and_is_told_until_it_is(
    db: Path, kiosk: Kiosk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    away = tmp_path / "disk"  # one that is not mounted
    with sending(head_file(db), str(away / "heads.txt"), kiosk.clock, every=0.01) as state:
        wait_for(lambda: state.failing_since == kiosk.clock())
        away.mkdir()
        wait_for(lambda: state.failing_since is None)
    assert (away / "heads.txt").stat().st_mode & 0o777 == 0o600
    assert [record.message for record in caplog.records] == [
        "head sink: FileNotFoundError",
        "head sink: reached again",
    ]
    assert head_file(db).exists()


def test_nothing_is_failing_where_nothing_is_to_be_sent(db: Path, kiosk: Kiosk) -> None:
    with sending(head_file(db), None, kiosk.clock) as state:
        assert state.failing_since is None


def test_a_torn_line_of_the_head_file_is_left_out(db: Path) -> None:
    with head_file(db).open("a") as file:
        file.write("1:99")
    assert [head.count for head in noted_heads(db)["1"]] == [2]


def test_heads_are_sent_at_once_where_somebody_says_so(
    db: Path, kiosk: Kiosk, tmp_path: Path
) -> None:
    sink = tmp_path / "heads.txt"
    with sending(head_file(db), str(sink), kiosk.clock, every=3600) as state:
        state.send_now()
        wait_for(sink.exists)
        state.send_now()  # nothing changed: nothing is sent
        checkin.check_in(DESK, kiosk, Scan((payload("patient-2"),)))
        state.send_now()
        wait_for(lambda: sink.read_text().splitlines()[-1] == str(noted_heads(db)["1"][-1]))
