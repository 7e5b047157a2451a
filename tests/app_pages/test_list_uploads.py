"""Lists are sent to a real server: streamed to a private file, bounded, or refused."""

from __future__ import annotations

import http.client
import json
import re
import select
import socket
import stat
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import anyio
import pytest
from starlette.requests import ClientDisconnect

from app_pages.admin import uploads
from app_pages.server.door import Doing, Place
from app_pages.server.limits import LIMITS
from tests.app_pages.knocking import Answer, Caller, RawSocket
from tests.browser.running import PASSWORD, PATIENCE, Server, wait_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

LIST = "ma_the,ho_ten\nDN4797900000501,Người Mẫu\n".encode()
ROUTE = "/kiosk/the"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("uploads")).start()
    running.account("an.nt", "administrator")
    yield running
    running.stop()


class Sender:
    """A session with the token of its page."""

    def __init__(self, server: Server, caller: Caller) -> None:
        self.caller = caller
        with RawSocket(caller) as page:
            self.token = page.page_token()
        self._origin = server.url
        self._port = server.port

    def headers(self, **more: str) -> dict[str, str]:
        return {"X_Kiosk_Token": self.token, "Origin": self._origin, **more}

    def post(self, body: bytes, **more: str) -> Answer:
        return self.caller.ask(ROUTE, body, "POST", **self.headers(**more))

    def begin(self, size: int, sent: bytes, name: str = "the.csv") -> socket.socket:
        """Begin to send a list by hand."""
        lines = {
            "Host": f"localhost:{self._port}",
            "Cookie": "; ".join(f"{k}={v}" for k, v in self.caller.cookies.items()),
            "Content-Length": str(size),
            "X-Kiosk-Name": quote(name),
            **{name.replace("_", "-"): value for name, value in self.headers().items()},
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        opened = socket.create_connection(("localhost", self._port), timeout=PATIENCE)
        opened.sendall(f"POST {ROUTE} HTTP/1.1\r\n{head}\r\n".encode() + sent)
        return opened


@pytest.fixture(scope="module")
def admin(server: Server) -> Sender:
    caller = Caller(server)
    assert caller.sign_in("an.nt", PASSWORD).status == 303
    return Sender(server, caller)


@pytest.fixture(scope="module")
def desk(server: Server) -> Sender:
    return Sender(server, Caller(server).try_out())


@contextmanager
def half_sent(server: Server, admin: Sender) -> Iterator[Path]:
    """Have half of a list on the server; begin again where one that was cut off is still there."""

    def begun() -> Path | None:
        return next(server.db.parent.glob("lists/*.part/half.csv"), None)

    while True:
        with admin.begin(3_000_000, b"x" * 1_500_000, "half.csv") as sending:
            wait_for(lambda: begun() or select.select([sending], [], [], 0)[0])
            if half := begun():
                yield half
                return
        time.sleep(0.5)  # the server takes no more than two in a second


def kept(server: Server) -> list[Path]:
    folder = server.db.parent / "lists"
    return sorted(folder.iterdir()) if folder.is_dir() else []


@pytest.fixture(autouse=True)
def empty(server: Server) -> Iterator[None]:
    """See that what a test sent and did not get through is not there."""
    yield
    for folder in kept(server):
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()


def test_a_list_lies_beside_the_store_as_it_was_sent_for_its_owner_alone(
    server: Server, admin: Sender
) -> None:
    answer = admin.post(LIST, X_Kiosk_Name=quote("../danh sách 2026-11-20.csv"))
    assert answer.status == 200, answer.body
    (folder,) = kept(server)
    assert folder.name == json.loads(answer.body)["number"]
    file = folder / "danh sách 2026-11-20.csv"
    assert file.read_bytes() == LIST
    assert [stat.S_IMODE(p.stat().st_mode) for p in (folder.parent, folder, file)] == [
        0o700,
        0o700,
        0o600,
    ]
    assert json.loads((folder / "about.json").read_text())["asked"]["as_of"] == "2026-11-20"


def test_only_an_administrators_own_page_sends_lists(
    server: Server, admin: Sender, desk: Sender
) -> None:
    refused = [
        desk.post(LIST),
        admin.caller.ask(ROUTE, LIST, "POST", Origin=server.url),
        admin.caller.ask(ROUTE, LIST, "POST", Origin=server.url, X_Kiosk_Token="guess"),
        admin.caller.ask(ROUTE, LIST, "POST", X_Kiosk_Token=admin.token),
        admin.caller.ask(ROUTE, LIST, "POST", **admin.headers(Origin="http://elsewhere")),
    ]
    assert [answer.status for answer in refused] == [403] * 5
    assert Caller(server).ask(ROUTE, LIST, "POST", **admin.headers()).status == 401
    assert desk.caller.ask("/kiosk/the/tien-do").status == 403
    assert admin.caller.ask("/kiosk/the/tien-do").body == '{"number":null}'
    assert kept(server) == []


def test_refused_rows_are_fetched_with_a_ticket_or_not_at_all(admin: Sender, desk: Sender) -> None:
    path = "/kiosk/tu-choi.csv?so=0123456789abcdef&phieu=guess"
    assert [who.caller.ask(path).status for who in (admin, desk)] == [403, 403]


def test_what_is_too_large_is_refused_before_any_of_it_is_read(
    server: Server, admin: Sender
) -> None:
    with admin.begin(LIMITS.uploads.bytes + 1, b"x" * 1000) as sending:
        assert b" 413 " in sending.recv(1000)
    announced = admin.post(b"", X_Kiosk_Size=str(LIMITS.uploads.bytes + 1), X_Kiosk_Lang="en")
    assert (announced.status, "2000 MB" in announced.body) == (413, True)
    assert admin.post(b"", X_Kiosk_Size="1000").status == 200
    assert kept(server) == []


def test_an_empty_file_is_told_to_be_empty(server: Server, admin: Sender) -> None:
    told = admin.post(b"", X_Kiosk_Size="0")
    assert (told.status, "0 byte" in told.body) == (400, True)
    assert kept(server) == []


@pytest.mark.parametrize("sent", [0, 1, 100_000, 3_000_000])
def test_a_list_that_is_cut_off_leaves_nothing(server: Server, admin: Sender, sent: int) -> None:
    admin.begin(4_000_000, b"x" * sent).close()
    wait_for(lambda: kept(server) == [] and admin.post(b"", X_Kiosk_Size="1").status == 200)


def test_a_session_sends_one_list_at_a_time_and_its_files_are_private_from_the_first_byte(
    server: Server, admin: Sender
) -> None:
    answers: list[Answer] = []

    def tried_again() -> str:
        answers.append(admin.post(LIST))
        return answers[-1].body

    with half_sent(server, admin) as half:
        assert stat.S_IMODE(half.stat().st_mode) == 0o600
        # who asked too often before is told that first
        wait_for(lambda: "Một tệp khác" in json.loads(tried_again())["error"])
        assert {answer.status for answer in answers} == {429}
    wait_for(lambda: kept(server) == [])
    wait_for(lambda: admin.post(LIST).status == 200)


@pytest.mark.skipif(sys.platform != "linux", reason="what Linux tells of a process")
def test_a_large_list_takes_the_disk_and_not_the_memory(server: Server, admin: Sender) -> None:
    def most() -> int:
        told = Path(f"/proc/{server.pid}/status").read_text(encoding="ascii")
        found = re.search(r"VmHWM:\s+(\d+) kB", told)
        assert found
        return int(found[1]) // 1000

    size, piece = 150_000_000, b"x" * 1_000_000
    before = most()
    to = http.client.HTTPConnection("localhost", server.port, timeout=PATIENCE)
    lines = {k.replace("_", "-"): v for k, v in admin.headers().items()}
    cookie = "; ".join(f"{k}={v}" for k, v in admin.caller.cookies.items())
    lines |= {"Cookie": cookie, "Content-Length": str(size)}
    pieces = (piece for _ in range(size // len(piece)))
    to.request("POST", ROUTE, pieces, lines)
    answer = to.getresponse()
    assert answer.status == 200, answer.read()
    to.close()
    assert most() - before < 40  # MB
    (file,) = server.db.parent.glob("lists/*/danh-sach")
    assert file.stat().st_size == size


# ---- without a server: what would take minutes


class Request:
    """What comes, as the server's own request hands it out."""

    def __init__(self, *chunks: bytes | None) -> None:
        self._chunks = chunks

    async def stream(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            if chunk is None:
                await anyio.sleep_forever()
            else:
                yield chunk


async def pieces(request: Request) -> list[bytes]:
    house: Any = None
    return [piece async for piece in uploads._pieces(request, house, "")]  # type: ignore[arg-type]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    few = replace(LIMITS.uploads, bytes=100, stall=0.01, piece=40)
    monkeypatch.setattr(uploads, "LIMITS", replace(LIMITS, uploads=few))


def test_what_comes_in_drops_is_written_in_pieces(small: None) -> None:
    found = anyio.run(pieces, Request(*[b"x" * 9] * 10))
    assert [len(piece) for piece in found] == [45, 45]


def test_a_sender_that_falls_silent_is_not_waited_for(small: None) -> None:
    with pytest.raises(TimeoutError):
        anyio.run(pieces, Request(b"x", None))


def test_more_than_was_announced_is_not_taken(small: None) -> None:
    with pytest.raises(uploads.RequestError):
        anyio.run(pieces, Request(b"x" * 60, b"x" * 60))


def test_who_hangs_up_is_heard(small: None) -> None:
    class Gone(Request):
        async def stream(self) -> AsyncIterator[bytes]:
            yield b"x"
            raise ClientDisconnect

    with pytest.raises(ClientDisconnect):
        anyio.run(pieces, Gone())


def test_a_session_that_ended_sends_no_more(monkeypatch: pytest.MonkeyPatch, small: None) -> None:
    asked: list[str] = []

    def over(_house: object, who: str) -> None:
        asked.append(who)
        raise uploads._Over

    monkeypatch.setattr(uploads, "_TOUCH_EVERY", -1.0)
    monkeypatch.setattr(uploads, "_still_there", over)
    with pytest.raises(uploads._Over):
        anyio.run(pieces, Request(b"x"))
    assert asked == [""]


def test_a_large_body_may_take_long_at_its_pace_and_no_other_body_may() -> None:
    waiting, hour = LIMITS.waiting, 3600.0
    place = Place("10.0.0.1", 0.0, lambda: None)
    place.turns(Doing.BODY, 0.0)
    place.received = 100_000_000
    assert place.is_late(waiting, hour)
    place.body_at_most = LIMITS.uploads.at_most
    assert not place.is_late(waiting, hour)
    place.received = 1_000_000  # slower than any body may be
    assert place.is_late(waiting, hour)
    place.turns(Doing.ANSWER, hour)
    place.turns(Doing.BODY, hour)  # the next request of this connection
    place.received = 100_000_000
    assert place.is_late(waiting, 2 * hour)
