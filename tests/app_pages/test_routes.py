"""The HTTP routes of a real server on loopback."""

from __future__ import annotations

import base64
import json
import re
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest

from app_pages.desk.routes import MAX_FRAME_BYTES
from fixtures.strangers import boxed
from tests.app_pages.knocking import Caller, RawSocket
from tests.browser.running import PATIENCE, Server
from tests.support import FIXTURES, payload

if TYPE_CHECKING:
    from collections.abc import Iterator


SESSION: list[Caller] = []


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("routes")).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def token(server: Server) -> str:
    """Return the token of this start, as the page hands it to its own requests."""
    with RawSocket(Caller(server).try_out()) as page:
        return page.page_token()


@pytest.fixture(scope="module", autouse=True)
def caller(server: Server) -> Caller:
    """Return a receptionist's session."""
    SESSION.append(Caller(server).try_out())
    return SESSION[-1]


def ask(
    server: Server, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    cookie = "; ".join(f"{name}={value}" for name, value in SESSION[-1].cookies.items())
    own = {"Cookie": cookie, "Origin": server.url}
    names = own | {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(f"{server.url}{path}", data=body, headers=names)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


def test_the_manual_is_read_by_who_is_signed_in_and_by_its_list_alone(server: Server) -> None:
    page, more = "/kiosk/sach/le-tan", "/kiosk/sach/hinh/reception.png"
    assert [ask(server, path)[0] for path in (page, more)] == [200, 200]
    assert ask(server, more)[2].startswith(b"\x89PNG")
    for path in (
        "/kiosk/sach/..%2Fkiosk",
        "/kiosk/sach/hinh/..%2F..%2Fkiosk_app.py",
        "/kiosk/sach/x",
    ):
        assert ask(server, path)[0] == 404
    with pytest.raises(urllib.error.HTTPError) as stranger:
        urllib.request.urlopen(f"{server.url}{page}", timeout=PATIENCE)
    with stranger.value as answer:
        assert (answer.code, b"Shift+F3" in answer.read()) == (401, False)


@pytest.mark.parametrize("path", ["/kiosk/frame", "/kiosk/picture", "/kiosk/hint"])
def test_a_route_without_the_token_of_this_start_answers_nothing(server: Server, path: str) -> None:
    for headers in ({}, {"X_Kiosk_Token": "guess"}, {"X_Kiosk_Token": "ngoài"}):
        safe = {k: v.encode("utf-8").decode("latin-1") for k, v in headers.items()}
        status, _, body = ask(server, path, b"x", **safe)
        assert status == 403
        assert b"payloads" not in body


def test_the_server_says_which_start_it_is(server: Server) -> None:
    status, _, body = ask(server, "/kiosk/alive")
    assert status == 200
    assert re.fullmatch(r"[0-9a-f]{16}", json.loads(body)["boot"])


def test_streamlits_agent_interface_is_closed(server: Server) -> None:
    for path in ("/_stcore/agent/openapi.json", "/_stcore/agent/interact"):
        assert ask(server, path)[0] == 404


EACH_KIND = (  # a page, a script's and a letter's folder, the manual, refusals, programs that watch
    *("/", "/static/none.js", "/kiosk/sach/le-tan", "/kiosk/sach/x", "/kiosk/alive", "/huong-dan"),
    *("/kiosk/none", "/_stcore/agent/openapi.json", "/_stcore/health", "/healthz", "/metrics"),
    *("/api/v1/visits", "/khach", "/%00", "/favicon.ico"),
)
OWN = re.compile(r"'(?:none|self|unsafe-inline|sha256-[\w+/=]+)'|data:|blob:")


def test_every_answer_forbids_frames_and_sniffing_and_loads_nothing_from_elsewhere(
    server: Server,
) -> None:
    answers = [ask(server, path) for path in EACH_KIND]
    answers.append(ask(server, "/kiosk/frame", b"x"))  # without the token
    assert {200, 403, 404} <= {status for status, _, _ in answers}
    for _, headers, _ in answers:
        lower = {name.lower(): value for name, value in headers.items()}
        assert lower["x-frame-options"] == "DENY"
        assert lower["x-content-type-options"] == "nosniff"
        assert "camera=(self)" in lower["permissions-policy"]
        told = lower["content-security-policy"].split(";")
        policy = dict(part.split(maxsplit=1) for part in told)
        assert policy["frame-ancestors"] == "'none'"
        assert "default-src" in policy
        assert all(OWN.fullmatch(word) for words in policy.values() for word in words.split())


def test_an_uploaded_picture_gives_its_payload_and_a_strange_file_a_sentence(
    server: Server, token: str
) -> None:
    picture = (FIXTURES / "qr" / "patient-1.png").read_bytes()
    status, _, body = ask(server, "/kiosk/picture", picture, X_Kiosk_Token=token)
    read = json.loads(body)
    assert (status, read["text"]) == (200, "")
    assert [base64.b64decode(p) for p in read["payloads"]] == [payload("patient-1")]
    for lang, said in (("vi", "Ảnh HEIC của điện thoại"), ("en", "A phone's HEIC picture")):
        headers = {"X_Kiosk_Token": token, "X_Kiosk_Lang": lang}
        status, _, body = ask(server, "/kiosk/picture", boxed(b"heic"), **headers)
        told = json.loads(body)
        assert (status, told["payloads"]) == (200, [])
        assert told["text"].startswith(said)


def test_a_frame_of_a_card_gives_its_payload_and_too_large_a_one_is_refused(
    server: Server, token: str
) -> None:
    picture = (FIXTURES / "qr" / "patient-1.png").read_bytes()
    assert "kiosk_frame_decode_seconds_count 0.0" in server.metrics()
    status, _, body = ask(server, "/kiosk/frame", picture, X_Kiosk_Token=token)
    assert status == 200
    assert "kiosk_frame_decode_seconds_count 1.0" in server.metrics()
    read = json.loads(body)
    assert [base64.b64decode(p) for p in read["payloads"]] == [payload("patient-1")]
    assert isinstance(read["delayed"], int)  # milliseconds; what reading it took is none of them
    assert ask(server, "/kiosk/frame", b"no picture", X_Kiosk_Token=token)[0] == 415
    large = bytes(MAX_FRAME_BYTES + 1)
    assert ask(server, "/kiosk/frame", large, X_Kiosk_Token=token)[0] == 413
    foreign = {"X_Kiosk_Token": token, "Origin": "http://elsewhere.example"}
    assert ask(server, "/kiosk/frame", picture, **foreign)[0] == 403
    hint = ask(server, "/kiosk/hint", b"DN8", X_Kiosk_Token=token)[2]
    assert "phải là 1-5" in json.loads(hint)["text"]


def test_the_end_of_a_question_to_the_portal_is_told_to_its_own_desk_alone(
    server: Server, token: str
) -> None:
    assert ask(server, "/kiosk/portal/1-1")[0] == 403  # without the token of this start
    for nobodys in ("1-1", "1-99999", "..%2f..", "x" * 300):
        assert ask(server, f"/kiosk/portal/{nobodys}", X_Kiosk_Token=token)[0] == 404
    told = json.loads(ask(server, "/kiosk/alive")[2])
    assert told["portal"]["vi"] == "Cổng BHXH: chưa kết nối"
    assert told["late"] is None
