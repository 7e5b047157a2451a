"""The gate of a real server: without a session nothing but the form, and no socket outlives one."""

from __future__ import annotations

import json
import sqlite3
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from app_pages.desk import component as desk
from app_pages.entry.forms import came_from
from app_pages.routes import routes
from app_pages.shell.fonts import font_paths
from tests.app_pages.knocking import Answer, Caller, RawSocket
from tests.browser.running import PASSWORD, Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ADDRESSES = (
    "/",
    "/muc-huong",
    "/quan-tri",
    "/giam-dinh",
    "/index.html",
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/stream",
    "/kiosk/alive",
    "/kiosk/frame",
    "/kiosk/quy-tac?on=2026-11-22",
    "/kiosk/truy-cap.csv",
    "/kiosk/check-in.xml",
    "/media/0123456789abcdef.csv",
    "/static/js/index.js",
    "/component/kiosk/index.html",
    "/khach/",
    "/khach/x",
    "/khachx",
    "/huong-dan/",
    "/huong-dan/ngon-ngu/",
    "/huong-dan/ngon-ngu/zh/x",
    "/dang-nhap",
    "/dang-nhap/vao",
    "/favicon.png",
)
OFFICER = "an.nt"
OTHER = "binh.qt"
PIN = "2957"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("gate"), KIOSK_CAMERA="none").start()
    running.account(OFFICER, "receptionist")
    running.account(OTHER, "administrator", "receptionist")
    yield running
    running.stop()


@pytest.fixture
def stranger(server: Server) -> Caller:
    return Caller(server)


@pytest.fixture(scope="module")
def officer(server: Server) -> Caller:
    return Caller(server).try_out()


def is_form(answer: Answer) -> bool:
    """Tell whether an answer is the form: no script, nothing kept, nothing of the kiosk."""
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "script" not in answer.body
    assert "79014" not in answer.body
    return answer.status == 401 and "<h1>Đăng nhập" in answer.body


def test_the_letters_are_served_to_everybody_and_kept_by_the_browser(stranger: Caller) -> None:
    look = stranger.ask("/").body
    paths = sorted(font_paths())
    assert len(paths) == 2
    for path in paths:
        assert f'url("{path}")' in look
        answer = stranger.ask(path)
        assert answer.status == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"] == "font/ttf"
    assert stranger.ask("/kiosk/kept/0123456789abcdef.ttf").status == 401
    assert "font-src 'self'" in stranger.ask("/").headers["content-security-policy"]


def test_a_components_script_is_for_who_is_signed_in_and_kept_by_the_browser(
    stranger: Caller,
) -> None:
    (path,) = (route.path for route in routes() if route.path == desk.SCRIPT.kept.path)
    assert is_form(stranger.ask(path))
    assert stranger.sign_in(OFFICER, PASSWORD).status == 303
    answer = stranger.ask(path)
    assert answer.status == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.body.startswith(desk.SCRIPT.text)
    assert "export const STYLE = " in answer.body


@pytest.mark.parametrize("path", ADDRESSES)
def test_every_address_without_a_cookie_is_the_form(stranger: Caller, path: str) -> None:
    assert is_form(stranger.ask(path))


@pytest.mark.parametrize("path", ["/", "/kiosk/frame", "/_stcore/health", "/khachx"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "HEAD"])
def test_everything_but_a_get_without_a_cookie_is_nothing(
    stranger: Caller, path: str, method: str
) -> None:
    answer = stranger.ask(path, method=method, Origin=stranger.server.url)
    assert (answer.status, answer.body) == (401, "")


HIDDEN = (
    ("PUT", "/_stcore/upload_file/a/b"),
    ("DELETE", "/_stcore/upload_file/a/b"),
    ("PUT", "//_stcore/%75pload_file/a/b"),
    ("GET", "/_stcore/metrics"),
    ("GET", "/_stcore/script-health-check"),
    ("GET", "/giam-dinh/_STCORE/metrics"),
    ("GET", "/_stcore/agent/openapi.json"),
    ("POST", "/_stcore/agent/mcp"),
)


@pytest.mark.parametrize(("method", "path"), HIDDEN)
def test_streamlits_own_routes_are_not_there_with_or_without_a_session(
    stranger: Caller, officer: Caller, method: str, path: str
) -> None:
    for caller in (stranger, officer):
        answer = caller.ask(path, b"x" * 9, method, Origin=caller.server.url)
        assert (answer.status, answer.body) == (404, "")
        assert answer.headers["cache-control"] == "no-store"


def test_a_program_on_this_machine_may_ask_whether_the_kiosk_lives_and_no_proxy_may(
    stranger: Caller,
) -> None:
    for path, word in (("/healthz", "ok"), ("/readyz", "ready")):
        answer = stranger.ask(path)
        assert (answer.status, f'"{word}"' in answer.body) == (200, True)
        through = {"X-Forwarded-For": "127.0.0.1"}
        assert stranger.ask(path, **through).status == 404
        posted = stranger.ask(path, b"x", "POST", Origin=stranger.server.url)
        assert posted.status == 401


@pytest.mark.parametrize("path", ["/media/x.csv", "/component/x/index.html", "/abc", "/index.html"])
def test_what_no_page_needs_is_not_there_with_a_session(officer: Caller, path: str) -> None:
    assert officer.ask(path).status == 404


@pytest.mark.parametrize("path", ["/_stcore/health", "/_stcore/host-config", "/favicon.png"])
def test_what_the_browser_needs_is_there_with_a_session_alone(
    stranger: Caller, officer: Caller, path: str
) -> None:
    assert is_form(stranger.ask(path))
    assert officer.ask(path).status == 200


@pytest.mark.parametrize(
    "cookie", ["x", "x.y", "=", ".", "a.b.c", "ngoài".encode().decode("latin-1")]
)
def test_a_cookie_that_nobody_signed_is_none(stranger: Caller, cookie: str) -> None:
    stranger.cookies["kiosk"] = cookie
    assert is_form(stranger.ask("/"))
    with RawSocket(stranger) as raw:
        assert raw.status == 403


def test_a_session_opens_pages_routes_and_the_socket(stranger: Caller) -> None:
    stranger.try_out()
    assert "root" in stranger.ask("/").body
    assert len(json.loads(stranger.ask("/kiosk/alive").body)["boot"]) == 16
    with RawSocket(stranger) as raw:
        assert raw.status == 101


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Origin": ""}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://elsewhere.example"}, False),
        ({"Host": "elsewhere.example", "Origin": "http://elsewhere.example"}, False),
    ],
)
def test_a_socket_needs_its_own_origin_and_host(
    stranger: Caller, headers: dict[str, str], allowed: bool
) -> None:
    with RawSocket(stranger.try_out(), **headers) as raw:
        assert raw.status == (101 if allowed else 403)


def test_a_request_by_another_name_of_the_server_is_refused(stranger: Caller) -> None:
    answer = stranger.try_out().ask("/", Host="kiosk.attacker.example")
    assert (answer.status, answer.body) == (421, "")


def test_the_log_of_access_needs_a_ticket_of_the_own_session(stranger: Caller) -> None:
    assert stranger.sign_in(OTHER, PASSWORD).status == 303
    for asked in ("ngay=7", "ngay=7&phieu=", "ngay=7&phieu=x", "ngay=7&phieu=%C3%A1"):
        answer = stranger.ask(f"/kiosk/truy-cap.csv?{asked}")
        assert (answer.status, "officer" in answer.body) == (403, False)


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "null", "http://localhost"])
def test_a_form_from_another_origin_is_refused(stranger: Caller, origin: str) -> None:
    fields = stranger.form()
    answer = stranger.post("vao", origin, **fields, ten=OFFICER, mat_khau=PASSWORD)
    assert (answer.status, answer.body) == (403, "")
    route = stranger.try_out().ask("/kiosk/hint", b"DN4", Origin=origin)
    assert route.status == 403


@pytest.mark.parametrize("mark", ["", "x", None])
def test_a_form_without_its_own_mark_does_nothing(stranger: Caller, mark: str | None) -> None:
    other = Caller(stranger.server).form()["dau"]  # of another browser
    stranger.form()
    sent = {"ten": OFFICER, "mat_khau": PASSWORD, "dau": other if mark is None else mark}
    assert stranger.post("vao", **sent).status == 403
    assert "kiosk" not in stranger.cookies


def test_the_cookie_is_for_this_server_alone_and_no_script_reads_it(stranger: Caller) -> None:
    answer = stranger.sign_in(OFFICER, PASSWORD)
    assert answer.status == 303
    flags = answer.headers["set-cookie"].lower()
    assert "httponly" in flags
    assert "samesite=strict" in flags
    assert "path=/" in flags


def test_a_wrong_password_is_told_in_words_and_opens_nothing(stranger: Caller) -> None:
    answer = stranger.sign_in("ai.do", "không phải")
    assert answer.status == 401
    assert 'role="alert"' in answer.body
    assert is_form(stranger.ask("/"))


def test_a_browser_that_tries_too_often_keeps_no_other_at_its_address_out(
    server: Server, officer: Caller
) -> None:
    junk, busy = Caller(server), Caller(server)
    for _ in range(70):  # more than any pace allows
        assert junk.post("vao", dau="x", ten="ai.do", mat_khau="x").status == 403
    fields = busy.form() | {"ten": "ai.do", "mat_khau": "không phải"}
    with ThreadPoolExecutor(26) as many:  # at once: the pace lets one more in each second
        answers = list(many.map(lambda _: busy.post("vao", **fields), range(26)))
    assert any("Thử quá nhiều lần" in answer.body for answer in answers)
    other = Caller(server)
    assert other.post("vao", **other.form(), ten=OFFICER, mat_khau=PASSWORD).status == 303
    assert officer.ask("/kiosk/alive").status == 200


def test_no_header_says_where_a_request_comes_from(stranger: Caller) -> None:
    fields = stranger.form() | {"ten": "ai.do", "mat_khau": "không phải"}
    data = urllib.parse.urlencode(fields).encode()
    said = {"Origin": stranger.server.url, "X_Forwarded_For": "10.9.9.9"}
    assert stranger.ask("/dang-nhap/vao", data, **said).status == 401
    with closing(sqlite3.connect(stranger.server.db)) as log:
        codes = log.execute("SELECT codes FROM log WHERE kind = 'sign_in_failed'").fetchall()
    assert codes
    assert "10.9.9.9" not in str(codes)
    proxied = {"X_Forwarded_Proto": "https", "Origin": stranger.server.url}
    assert stranger.ask("/dang-nhap/vao", data, **proxied).status == 401


def test_an_oversized_form_is_refused(stranger: Caller) -> None:
    answer = stranger.post("vao", **stranger.form(), ten="x" * 10_000, mat_khau="x")
    assert answer.status == 403
    many = {f"f{number}": "x" for number in range(200)}
    assert stranger.post("vao", **stranger.form(), **many).status == 403


@pytest.mark.parametrize(
    ("asked", "back"),
    [
        ("/muc-huong", "/muc-huong"),
        ("/", "/"),
        ("//elsewhere.example", "/"),
        ("https://elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("/\t/elsewhere.example", "/"),
        ("/kiosk/alive", "/"),
        ("/no-such-page", "/"),
        ("/dang-nhap/ra", "/"),
        ("", "/"),
    ],
)
def test_only_a_page_of_this_server_is_come_back_to(
    stranger: Caller, asked: str, back: str
) -> None:
    assert came_from(asked) == back
    fields = stranger.form() | {"ve": asked, "ten": OFFICER, "mat_khau": PASSWORD}
    if asked.startswith("//"):
        assert stranger.post("vao", **fields).headers["location"] == back


def ended_by_lock(caller: Caller, raw: RawSocket) -> None:
    leave(caller, raw, "khoa")


def ended_by_sign_out(caller: Caller, raw: RawSocket) -> None:
    leave(caller, raw, "ra")


def leave(caller: Caller, raw: RawSocket, how: str) -> None:
    headers = {"Origin": caller.server.url, "X_Kiosk_Token": raw.page_token()}
    assert caller.ask(f"/kiosk/{how}", b"", **headers).status == 200


def ended_by_password(caller: Caller, _raw: RawSocket) -> None:
    new = f"{PASSWORD}\n".encode()
    assert caller.server.command("accounts", "password", OFFICER, "-", stdin=new).returncode == 0


def ended_by_disabling(caller: Caller, _raw: RawSocket) -> None:
    assert caller.server.command("accounts", "disable", OFFICER).returncode == 0


@pytest.mark.parametrize(
    "end", [ended_by_lock, ended_by_sign_out, ended_by_password, ended_by_disabling]
)
def test_a_raw_socket_is_closed_within_two_seconds(
    stranger: Caller, end: Callable[[Caller, RawSocket], None]
) -> None:
    assert stranger.sign_in(OFFICER, PASSWORD).status == 303
    try:
        with RawSocket(stranger) as raw:
            assert raw.status == 101
            end(stranger, raw)
            began = time.monotonic()
            assert raw.close_code() == 4401
            closed = time.monotonic()
            stranger.ask("/kiosk/alive")  # what this machine, busy or not, takes for one answer
            assert closed - began < 2 + 20 * (time.monotonic() - closed)
    finally:
        stranger.server.command("accounts", "enable", OFFICER)
    with RawSocket(stranger) as again:
        assert again.status == 403


@pytest.mark.parametrize(
    ("roles", "desk"),
    [(("auditor",), 403), (("receptionist", "auditor"), 200)],
    ids=["one is taken away", "one is given"],
)
def test_a_change_of_roles_closes_the_socket_and_the_session_goes_on_with_the_new_ones(
    stranger: Caller, roles: tuple[str, ...], desk: int
) -> None:
    assert stranger.sign_in(OFFICER, PASSWORD).status == 303
    try:
        with RawSocket(stranger) as raw:
            headers = {"Origin": stranger.server.url, "X_Kiosk_Token": raw.page_token()}
            assert stranger.ask("/kiosk/hint", b"DN4", **headers).status == 200
            stranger.server.change_roles(OFFICER, *roles)
            assert raw.close_code() == 4401
        assert json.loads(stranger.ask("/kiosk/alive").body)["roles"] == " ".join(sorted(roles))
        assert stranger.ask("/kiosk/hint", b"DN4", **headers).status == desk
        with RawSocket(stranger) as again:
            assert again.status == 101
    finally:
        stranger.server.change_roles(OFFICER, "receptionist")


def test_strangers_who_try_a_name_shut_its_officer_out_of_no_browser_that_is_known(
    server: Server, stranger: Caller
) -> None:
    own = Caller(server)
    assert own.sign_in(OTHER, PASSWORD).status == 303
    for number in range(7):
        stranger.cookies.clear()
        assert stranger.sign_in(OTHER, f"doan-mo-{number}").status == 401
    stranger.cookies.clear()
    assert "thử lại sau" in stranger.sign_in(OTHER, PASSWORD).body
    known = {name: value for name, value in own.cookies.items() if name == "kiosk_known"}
    assert Caller(server, known).sign_in(OTHER, PASSWORD).status == 303
    assert server.command("accounts", "unlock", OTHER).returncode == 0
    stranger.cookies.clear()
    assert stranger.sign_in(OTHER, PASSWORD).status == 303
