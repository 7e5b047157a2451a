"""The desk of a session: chosen from the list, kept by the browser, never another's."""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import anyio
import pytest
from starlette.requests import Request
from starlette.responses import Response

from app_pages.desk.view import cameras, desk_trouble
from app_pages.entry.login import _posted, form_for
from app_pages.server.desks import NO_DESK
from app_pages.server.guarded import guarded
from app_pages.server.house import House, current, opened
from app_pages.server.line import Line
from tests.support import a_password, officer_account
from verification.log.events import EventKind
from verification.officers import signin, staff
from verification.operations.settings import read_settings
from verification.rights import Actor, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from starlette.types import Message

NAME = "an.nt"
SELECTED = re.compile(r'<option value="([^"]*)" selected')


@contextmanager
def housed(prepared: Path, folder: Path, **environ: str) -> Iterator[House]:
    """Open a house with the demo store, an officer in it."""
    shutil.copytree(prepared, folder, dirs_exist_ok=True)
    with opened(read_settings({"KIOSK_DB": str(folder / "kiosk.db"), **environ})) as house:
        if house.kiosk.written.accounts.account(NAME) is None:
            officer_account(house.kiosk, NAME, Role.RECEPTIONIST)
        yield house


@pytest.fixture
def many(prepared: Path, tmp_path: Path) -> Iterator[House]:
    """Return an open house with three desks, none of which is the usual one."""
    with housed(prepared, tmp_path, KIOSK_DESKS="1,2,3") as house:
        yield house


def request(cookies: Mapping[str, str], body: bytes = b"") -> Request:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    held = "; ".join(
        f"{name}={value}" for name, value in ({"kiosk_form": current().boot} | cookies).items()
    )
    headers = [(b"cookie", held.encode()), (b"content-length", str(len(body)).encode())]
    scope = {"type": "http", "method": "POST", "headers": headers, "query_string": b""}
    scope |= {"client": ("127.0.0.1", 1), "path": "/", "server": ("localhost", 8501)}
    return Request(scope, receive)


def post(
    house: House, act: str, cookies: Mapping[str, str], tie: str = "", **fields: str
) -> tuple[int, str, dict[str, str]]:
    """Send a form; return status, page and the cookies of the browser afterwards."""
    sent = {
        "ten": NAME,
        "mat_khau": a_password(NAME),
        "dau": house.signer.mark(act, tie or house.boot),
    }
    asked = request(cookies, urlencode(sent | fields).encode())
    answer = anyio.run(_posted, act, asked)
    return answer.status_code, bytes(answer.body).decode(), {**cookies, **given(answer)}


def given(answer: Response) -> dict[str, str]:
    lines = [value.decode() for name, value in answer.raw_headers if name == b"set-cookie"]
    return {k: v for k, _, v in (line.partition(";")[0].partition("=") for line in lines)}


def form(cookies: Mapping[str, str]) -> str:
    return bytes(anyio.run(form_for, request(cookies), "/").body).decode()


def session_of(house: House, cookies: Mapping[str, str]) -> Actor | None:
    digest = house.signer.session(cookies)
    return signin.actor(house.kiosk, digest) if digest else None


def desk_of(house: House, cookies: Mapping[str, str]) -> str | None:
    actor = session_of(house, cookies)
    return actor.desk if actor else None


def test_where_there_is_one_desk_nothing_is_asked_and_a_made_up_name_changes_nothing(
    house: House,
) -> None:
    officer_account(house.kiosk, NAME, Role.RECEPTIONIST)
    assert 'name="quay"' not in form({})
    status, _, cookies = post(house, "vao", {}, quay="7")
    assert (status, desk_of(house, cookies)) == (303, "1")
    assert house.signer.desk(cookies)[0] == "1"
    assert 'name="quay"' not in form({})


def test_the_desk_is_chosen_at_the_first_sign_in_and_stands_chosen_at_the_next(
    many: House,
) -> None:
    page = form({})
    assert 'value="" selected disabled' in page  # nobody is at the first one by oversight
    assert all(f">Quầy {name}<" in page for name in many.desks.names)
    status, page, cookies = post(many, "vao", {})
    assert (status, "Hãy chọn quầy" in page, session_of(many, cookies)) == (403, True, None)
    status, _, cookies = post(many, "vao", {}, quay="2")
    assert (status, desk_of(many, cookies)) == (303, "2")
    browser = many.signer.desk(cookies)
    left = {name: value for name, value in cookies.items() if name != "kiosk"}
    assert set(SELECTED.findall(form(left))) == {"2"}
    assert desk_of(many, post(many, "vao", left)[2]) == "2"
    moved = post(many, "vao", left, quay="3")[2]
    assert desk_of(many, moved) == "3"
    assert many.signer.desk(moved) == ("3", browser[1])  # the browser is the same one


def test_a_mistyped_password_leaves_the_desk_that_was_chosen(many: House) -> None:
    cookies = post(many, "vao", {}, quay="2")[2]
    status, page, _ = post(many, "vao", cookies, quay="3", mat_khau="sai mật khẩu rồi")
    assert (status, set(SELECTED.findall(page))) == (401, {"3"})


def test_the_setting_names_the_usual_desk(prepared: Path, tmp_path: Path) -> None:
    with housed(prepared, tmp_path, KIOSK_DESKS="1 2 3", KIOSK_DESK="2") as house:
        assert set(SELECTED.findall(form({}))) == {"2"}
        assert desk_of(house, post(house, "vao", {})[2]) == "2"
        assert desk_of(house, post(house, "thu", {}, vai="receptionist")[2]) == "2"


def test_a_forged_a_foreign_and_a_removed_desk_lead_to_the_question_and_to_no_screen(
    many: House,
) -> None:
    own = post(many, "vao", {}, quay="2")[2]["kiosk_desk"]
    browser, mark, _ = own.split(".", 2)
    gone = Response()
    many.signer.keep_desk(gone, {}, "9")
    for value in (f"{browser}.{mark}.3", "3", "..3", f".{mark}.2", "x" * 4_000, "ư", gone):
        cookie = given(gone)["kiosk_desk"] if isinstance(value, Response) else value
        held = {"kiosk_desk": cookie.encode().decode("latin-1")}
        assert SELECTED.findall(form(held)) == ["", ""]
        assert post(many, "vao", held)[0] == 403
    for name in ("9", "1 ", "../1", "<b>", "1,2", "١"):
        status, page, cookies = post(many, "vao", {}, quay=name)
        assert (status, session_of(many, cookies), "<b>" in page) == (403, None, False)


def test_a_hundred_made_up_desks_leave_nothing_behind(many: House) -> None:
    for at in range(100):
        assert many.desks.place(f"la-{at}") is None
        assert many.desks.place(NO_DESK) is None
    for at in range(15):
        assert post(many, "vao", {}, quay=f"la-{at}")[0] == 403
    assert many.desks._places == {}
    for name in many.desks.names * 2:
        assert many.desks.place(name)
    assert len(many.desks._places) == 3


def test_two_desks_share_neither_decoder_nor_window(many: House) -> None:
    one, two = many.desks.place("1"), many.desks.place("2")
    assert one
    assert two
    assert one is many.desks.place("1")
    assert one.live is not two.live
    assert one.guest is not two.guest


def test_unlocking_and_changing_the_officer_stay_at_the_sessions_desk(many: House) -> None:
    cookies = post(many, "vao", {}, quay="3")[2]
    actor, digest = session_of(many, cookies), many.signer.session(cookies) or ""
    assert actor
    staff.set_pin(actor, many.kiosk, a_password(NAME), "271828")
    signin.lock(many.kiosk, digest)
    assert post(many, "mo-khoa", cookies, digest, mat_khau=a_password(NAME), quay="1")[0] == 303
    assert desk_of(many, cookies) == "3"
    status, _, changed = post(many, "doi", cookies, digest, mat_khau="271828", quay="1")
    assert (status, desk_of(many, changed)) == (303, "3")
    kinds = [EventKind.SIGNED_IN, EventKind.UNLOCKED, EventKind.OFFICER_CHANGED]
    found = many.kiosk.written.events(kinds, many.kiosk.clock().replace(year=2000))
    assert {event.desk for event in found} == {"3"}


def test_an_auditor_is_at_no_desk_and_takes_a_desks_browser_from_nobody(many: House) -> None:
    officer_account(many.kiosk, "binh.gd", Role.AUDITOR)
    login = {"ten": "binh.gd", "mat_khau": a_password("binh.gd"), "quay": NO_DESK}
    cookies = post(many, "vao", {}, **login)[2]
    assert (desk_of(many, cookies), many.signer.desk(cookies)[0]) == (NO_DESK, NO_DESK)
    desk = post(many, "vao", {}, quay="2")[2]
    assert many.signer.desk(post(many, "vao", desk, **login)[2])[0] == "2"


def test_nobody_is_received_at_no_desk_or_at_one_that_is_gone(many: House) -> None:
    said = {desk: desk_trouble(many, desk) for desk in ("1", NO_DESK, "9")}
    assert said["1"] is None
    assert said[NO_DESK]
    assert "chọn quầy" in said[NO_DESK].vi
    assert said["9"]
    assert "Quầy 9 không còn trong danh sách" in said["9"].vi
    assert cameras(many, "9") == {"camera": False, "server_camera": False}


def test_a_camera_of_the_server_belongs_to_one_desk_and_the_others_use_their_own(
    prepared: Path, tmp_path: Path
) -> None:
    source = str(tmp_path / "none.mjpeg")
    with housed(prepared, tmp_path, KIOSK_DESKS="1,2", KIOSK_DESK="2", KIOSK_CAMERA=source) as both:
        assert cameras(both, "2") == {"camera": False, "server_camera": True}
        assert cameras(both, "1") == {"camera": True, "server_camera": False}


def test_a_desk_says_where_it_is_open_twice_until_the_other_session_has_ended(many: House) -> None:
    place = many.desks.place("1")
    assert place
    assert not place.is_shared("a", frozenset("a"))
    assert place.is_shared("b", frozenset("ab"))
    assert place.is_shared("a", frozenset("ab"))
    assert not place.is_shared("a", frozenset("a"))


def test_what_a_desk_sends_takes_turns_whoever_sends_it_and_no_other_desk_waits(
    many: House,
) -> None:
    told: list[str] = []

    async def answer(asked: Request, _body: bytes) -> Response:
        told.append(asked.scope["actor"].desk)
        await over.wait()
        return Response()

    async def send(desk: str, session: str) -> None:
        asked = request({"kiosk": f"{session}.{many.signer.mark('session', session)}"})
        asked.scope["actor"] = Actor(NAME, frozenset({Role.RECEPTIONIST}), desk)
        asked.scope["headers"].append((b"x-kiosk-token", many.token.encode()))
        statuses.append((await route(asked)).status_code)

    async def run() -> None:
        async with anyio.create_task_group() as group:
            for desk, session in (("1", "a"), ("1", "b"), ("1", "c"), ("2", "d")):
                group.start_soon(send, desk, session)
            await anyio.wait_all_tasks_blocked()
            at_once[:] = told
            over.set()

    route = guarded(answer, 100, line=Line(each=2, most=9))
    statuses: list[int] = []
    at_once: list[str] = []
    over = anyio.Event()
    anyio.run(run)
    assert sorted(at_once) == ["1", "2"]
    assert sorted(statuses) == [200, 200, 200, 429]
