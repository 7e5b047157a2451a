"""What costs much is posted to a real server while a phone is scanned."""

from __future__ import annotations

import base64
import json
import threading
from typing import TYPE_CHECKING

import pytest

from tests.adapters.scanning import bombs
from tests.app_pages.knocking import Answer, Caller, RawSocket
from tests.browser.running import Server, wait_for
from tests.support import FIXTURES, payload

if TYPE_CHECKING:
    from collections.abc import Iterator

SENT = (
    "a PDF of drawings in drawings",
    "a picture of nothing but corners",
    "a PDF of a picture packed twice",
    "a PNG that says it is huge",
    "a PNG with a profile of gigabytes",
    "a bitmap that says it is huge",
    "an AVIF as large as is taken",
)
AS_LARGE = (  # each is looked at as long as that AVIF, which every run sends
    "a PNG that is as large as is taken",
    "a JPEG 2000 as large as is taken",
    "a TIFF of large pages",
)
CODE = (FIXTURES / "qr" / "patient-1.png").read_bytes()


class Desk:
    """A session with the token of its page."""

    def __init__(self, server: Server) -> None:
        self._caller = Caller(server).try_out()
        with RawSocket(self._caller) as page:
            self._token = page.page_token()
        self._origin = server.url

    def post(self, path: str, body: bytes) -> Answer:
        """Post as the page does."""
        return self._caller.ask(path, body, X_Kiosk_Token=self._token, Origin=self._origin)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("bombs")).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def desk(server: Server) -> Desk:
    return Desk(server)


def payloads(answer: Answer) -> list[bytes]:
    return [base64.b64decode(text) for text in json.loads(answer.body)["payloads"]]


@pytest.mark.parametrize("sent", [SENT, pytest.param(AS_LARGE, marks=pytest.mark.long)])
def test_bombs_are_told_in_a_sentence_while_every_frame_is_read(
    server: Server, desk: Desk, sent: tuple[str, ...]
) -> None:
    stranger, colleague = Desk(server), Desk(server)
    for name in sent:
        bombs.upload(name)
    happened: list[str] = []
    answers: list[Answer] = []
    bad = [bombs.frame(name) for name in bombs.FRAMES]  # made before: it takes seconds

    def send() -> None:
        for name in sent:
            happened.append(f"sent {name}")
            answers.append(stranger.post("/kiosk/picture", bombs.upload(name)))
            happened.append(f"answered {name}")

    sending = threading.Thread(target=send)
    sending.start()
    while sending.is_alive():
        seen = desk.post("/kiosk/frame", CODE)
        assert (seen.status, payloads(seen)) == (200, [payload("patient-1")])
        happened.append("frame")
        if bad:
            assert colleague.post("/kiosk/frame", bad.pop()).status in {413, 415}
        sending.join(0.1)  # as often as the page looks
    assert [answer.status for answer in answers] == [200] * len(sent)
    assert all(payloads(answer) == [] for answer in answers)
    for name in {*sent} & {"a picture of nothing but corners", "a PDF of drawings in drawings"}:
        told = json.loads(answers[sent.index(name)].body)["text"]
        assert told.startswith(("Tệp này quá lớn hoặc quá phức tạp", "Ảnh quá khó"))
        began, ended = happened.index(f"sent {name}"), happened.index(f"answered {name}")
        assert "frame" in happened[began:ended]
    read = colleague.post("/kiosk/picture", CODE)
    assert payloads(read) == [payload("patient-1")]


def test_who_sends_many_waits_alone(server: Server, desk: Desk) -> None:
    stranger = Desk(server)
    answers: list[int] = []

    def send() -> None:
        answers.append(stranger.post("/kiosk/picture", bombs.upload(SENT[0])).status)

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    wait_for(lambda: len(answers) == 4)  # two are read, or wait for it
    assert answers == [429] * 4
    assert payloads(desk.post("/kiosk/picture", CODE)) == [payload("patient-1")]
    assert len(answers) == 4
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 200, 429, 429, 429, 429]


def test_a_picture_too_long_is_refused_unread(desk: Desk) -> None:
    assert desk.post("/kiosk/picture", bytes(10_000_001)).status == 413
