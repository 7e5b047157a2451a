"""The patient's window: what it shows and when, who may look, and what never leaves."""

from __future__ import annotations

import http.client
import json
import threading
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

import cv2
import numpy as np
import pytest
import uvicorn
from starlette.applications import Starlette

from app_pages.guest import routes as guest_module
from app_pages.guest.routes import TEXTS, guest_routes
from app_pages.server import window as window_module
from app_pages.server.desks import DeskPlace, Desks
from app_pages.server.pairing import (
    CODE_SECONDS,
    COOKIE_SECONDS,
    TRIES_A_CODE,
    TRIES_A_MINUTE,
    Pairing,
)
from tests.browser.running import PATIENCE, free_port, wait_for
from tests.support import FIXTURES, ROOT, payload
from verification.adapters.scanning.live import LiveDecoder
from verification.adapters.scanning.reading import Reading
from verification.log.events import EventKind
from verification.operations.guide_folder import GuideFolder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app_pages.server.window import Guest
    from verification.adapters.store.sqlite.log import SqliteLog
    from verification.kiosk import Kiosk

HERE = "127.0.0.1"
CLERK = "an.nt"
OWN, OTHER = "2", "3"
CARD = Reading((payload("patient-1"),), "zxing")
FOREIGN = Reading((b"https://example.org",), "zxing")
NOTHING = Reading()


class Seconds:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def unread(hint: str | None = None) -> Any:
    return SimpleNamespace(payloads=(), unread=True, hint=hint)


def jpeg() -> bytes:
    picture = cv2.imread(str(FIXTURES / "qr" / "patient-1.png"))
    assert picture is not None
    return cv2.imencode(".jpg", picture)[1].tobytes()


def dark() -> bytes:
    return cv2.imencode(".jpg", np.zeros((72, 128), np.uint8))[1].tobytes()


def pass_frames(window: Guest, seconds: Seconds, reading: Any, *, lasting: float) -> None:
    """Hand in ten frames a second, the first at once."""
    for at in range(round(lasting * 10) + 1):
        if at:
            seconds.now += 0.1
        window.note_frame(b"", reading)


def test_an_empty_desk_invites(window: Guest, seconds: Seconds) -> None:
    assert window.sign() == "idle"
    pass_frames(window, seconds, NOTHING, lasting=3)
    window.note_frame(b"no picture", None)
    assert window.sign() == "idle"


@pytest.mark.parametrize(
    "hint",
    ["too_small", "blurred", "too_soft", "too_dark", "overexposed", "glare", "cut_off"],
)
def test_a_hint_is_shown_after_a_second_of_the_same_trouble(
    window: Guest, seconds: Seconds, hint: str
) -> None:
    pass_frames(window, seconds, unread(hint), lasting=0.8)
    assert window.sign() == "idle"
    pass_frames(window, seconds, unread(hint), lasting=0.2)
    assert window.sign() == hint


def test_a_single_frame_is_no_second_of_trouble_however_long_ago(
    window: Guest, seconds: Seconds
) -> None:
    window.note_frame(b"", unread("glare"))
    seconds.now += 1.1
    assert window.sign() == "idle"


def test_a_frame_without_a_code_does_not_start_the_second_over(
    window: Guest, seconds: Seconds
) -> None:
    pass_frames(window, seconds, unread("blurred"), lasting=0.5)
    pass_frames(window, seconds, NOTHING, lasting=0.2)
    pass_frames(window, seconds, unread("blurred"), lasting=0.4)
    assert window.sign() == "blurred"


def test_a_hint_leaves_with_the_code(window: Guest, seconds: Seconds) -> None:
    pass_frames(window, seconds, unread("too_dark"), lasting=1)
    seconds.now += 1.3
    assert window.sign() == "idle"
    window.note_frame(b"", unread("too_dark"))
    assert window.sign() == "idle"


def test_troubles_that_change_all_the_time_name_none(window: Guest, seconds: Seconds) -> None:
    for hint in ("blurred", "glare", "too_dark") * 8:
        window.note_frame(b"", unread(hint))
        seconds.now += 0.1
    assert window.sign() == "unread"


@pytest.mark.parametrize("hint", [None, "tilted"])
def test_a_trouble_without_a_known_cause_asks_to_keep_the_code_in_the_frame(
    window: Guest, seconds: Seconds, hint: str | None
) -> None:
    pass_frames(window, seconds, unread(hint), lasting=1.5)
    assert window.sign() == "idle"
    pass_frames(window, seconds, unread(hint), lasting=0.6)
    assert window.sign() == "unread"


def test_a_card_clears_the_hint_at_once_and_shows_the_tick(window: Guest, seconds: Seconds) -> None:
    pass_frames(window, seconds, unread("blurred"), lasting=2)
    window.note_frame(b"", CARD)
    assert window.sign() == "read"
    seconds.now += 6.1
    assert window.sign() == "idle"


def test_an_expired_card_gets_the_same_tick_as_a_valid_one(window: Guest) -> None:
    for slug in ("patient-1", "patient-2", "patient-3"):
        window.note_frame(b"", Reading((payload(slug),), "zxing"))
        assert window.sign() == "read"


def test_what_is_no_card_sends_to_the_desk(window: Guest) -> None:
    window.note_frame(b"", FOREIGN)
    assert window.sign() == "desk"


def test_two_cards_of_two_people_send_to_the_desk(window: Guest) -> None:
    window.note_frame(b"", Reading((payload("patient-1"), payload("patient-2")), "zxing"))
    assert window.sign() == "desk"


def test_the_desk_may_ask_for_the_patient_though_a_card_stays_in_view(
    window: Guest, seconds: Seconds
) -> None:
    window.note_frame(b"", CARD)
    window.note_answer(read_as_card=False)
    pass_frames(window, seconds, CARD, lasting=1)
    assert window.sign() == "desk"
    window.note_answer(read_as_card=True)
    assert window.sign() == "read"


def test_a_poster_in_view_does_not_send_everybody_to_the_desk(
    window: Guest, seconds: Seconds
) -> None:
    pass_frames(window, seconds, FOREIGN, lasting=30)
    assert window.sign() == "idle"
    window.note_frame(b"", Reading((*FOREIGN.payloads, *CARD.payloads), "zxing"))
    assert window.sign() == "read"


def test_no_sign_says_a_verdict() -> None:
    signs = [TEXTS(f"sign.{sign}") for sign in TEXTS.group("sign")]
    said = " ".join(text.vi + text.en for text in signs).lower()
    for word in ("đủ điều kiện", "giá trị", "hết hạn", "eligible", "valid", "expired"):
        assert word not in said


def test_the_picture_is_kept_for_three_seconds_at_most(window: Guest, seconds: Seconds) -> None:
    window.watch()
    window.note_frame(jpeg(), NOTHING)
    seconds.now += 2.9
    assert window.picture() == jpeg()
    assert window.watch() == 1
    seconds.now += 0.1
    assert window.picture() is None
    assert window.watch() is None


def test_the_picture_leaves_the_memory_though_nobody_asks(
    monkeypatch: pytest.MonkeyPatch, window: Guest, seconds: Seconds
) -> None:
    monkeypatch.setattr(window_module, "KEEP_SECONDS", 0.2)
    window.watch()
    window.note_frame(jpeg(), NOTHING)
    seconds.now += 0.3
    wait_for(lambda: window._picture.jpeg is None)


def test_no_picture_is_kept_while_no_screen_looks(window: Guest, seconds: Seconds) -> None:
    window.note_frame(jpeg(), CARD)
    assert window.picture() is None
    window.watch()
    seconds.now += 5.1
    window.note_frame(jpeg(), CARD)
    assert window.picture() is None


def test_only_a_jpeg_is_passed_on(window: Guest) -> None:
    window.watch()
    window.note_frame((FIXTURES / "qr" / "patient-1.png").read_bytes(), CARD)
    assert window.picture() is None


def test_nothing_of_a_read_card_is_kept(window: Guest) -> None:
    window.note_frame(b"", CARD)
    held = repr((vars(window), vars(window._answered), vars(window._unread)))
    assert "MẪU" not in held
    assert "4797900000201" not in held


def test_a_code_has_six_digits_and_a_newer_one_replaces_it(seconds: Seconds) -> None:
    pairing = Pairing(seconds)
    old = pairing.new_code(OWN, CLERK)
    new = pairing.new_code(OWN, CLERK)
    assert len(old) == len(new) == 6
    assert old.isdecimal()
    assert old == new or pairing.pair(old, HERE) is None
    assert pairing.pair(new, HERE)


def test_a_code_pairs_once_and_for_five_minutes(seconds: Seconds) -> None:
    pairing = Pairing(seconds)
    code = pairing.new_code(OWN, CLERK)
    assert pairing.pair(code, HERE)
    assert pairing.pair(code, HERE) is None
    late = pairing.new_code(OWN, CLERK)
    seconds.now += CODE_SECONDS
    assert pairing.pair(late, HERE) is None


def test_no_code_and_no_digits_pair_nothing(seconds: Seconds) -> None:
    pairing = Pairing(seconds)
    assert pairing.pair("", HERE) is None
    pairing.new_code(OWN, CLERK)
    assert pairing.pair("", HERE) is None
    assert pairing.pair("mã số", HERE) is None


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_five_wrong_tries_a_minute_make_an_address_wait_and_no_other(seconds: Seconds) -> None:
    pairing = Pairing(seconds)
    code = pairing.new_code(OWN, CLERK)
    for _ in range(TRIES_A_MINUTE):
        assert not pairing.throttled(HERE)
        assert pairing.pair(wrong(code), HERE) is None
    assert pairing.throttled(HERE)
    assert pairing.pair(code, HERE) is None  # right, but too soon
    assert not pairing.throttled("127.0.0.2")
    seconds.now += 61
    assert not pairing.throttled(HERE)
    assert pairing.pair(code, HERE)


def test_twenty_wrong_tries_in_all_end_a_code(seconds: Seconds) -> None:
    pairing = Pairing(seconds)
    code = pairing.new_code(OWN, CLERK)
    for at in range(TRIES_A_CODE):
        assert pairing.pair(wrong(code), f"10.0.0.{at}") is None
    assert pairing.pair(code, HERE) is None
    assert pairing.pair(pairing.new_code(OWN, CLERK), HERE)


def test_many_addresses_do_not_fill_the_memory(seconds: Seconds) -> None:
    pairing = Pairing(seconds)
    for at in range(3_000):
        seconds.now += 0.1
        pairing.pair("000000", f"10.0.{at // 250}.{at % 250}")
    assert len(pairing._wrong) < 1_100


def test_a_cookie_lives_for_twelve_hours(seconds: Seconds) -> None:
    pairing = Pairing(seconds)
    paired = pairing.pair(pairing.new_code(OWN, CLERK), HERE)
    assert paired
    cookie = paired.cookie
    assert pairing.desk_of(cookie) == OWN
    assert pairing.desk_of(cookie[:-1]) is None
    assert pairing.desk_of("") is None
    seconds.now += COOKIE_SECONDS
    assert pairing.desk_of(cookie) is None


def test_screens_are_counted_and_ended_together_with_a_code_that_is_still_out(
    seconds: Seconds,
) -> None:
    pairing = Pairing(seconds)
    cookies = [pairing.pair(pairing.new_code(OWN, CLERK), HERE) for _ in range(2)]
    out = pairing.new_code(OWN, CLERK)
    assert pairing.screens(OWN) == 2
    assert pairing.end(OWN) == 2
    assert (pairing.screens(OWN), pairing.end(OWN)) == (0, 0)
    assert not [one for one in cookies if one and pairing.desk_of(one.cookie)]
    assert pairing.pair(out, HERE) is None


def test_a_screen_whose_time_is_over_is_counted_no_more(seconds: Seconds) -> None:
    pairing = Pairing(seconds)
    pairing.pair(pairing.new_code(OWN, CLERK), HERE)
    seconds.now += COOKIE_SECONDS
    assert pairing.screens(OWN) == 0


def test_two_desks_never_show_one_code_and_each_code_opens_its_own_desk(seconds: Seconds) -> None:
    pairing = Pairing(seconds)
    with pytest.MonkeyPatch.context() as patch:  # the same number is drawn twice
        drawn = iter([7, 7, 8])
        patch.setattr("app_pages.server.pairing.secrets.randbelow", lambda _most: next(drawn))
        codes = {desk: pairing.new_code(desk, CLERK) for desk in (OWN, OTHER)}
    assert codes == {OWN: "000007", OTHER: "000008"}
    for desk, code in codes.items():
        paired = pairing.pair(code, HERE)
        assert paired
        assert (paired.desk, pairing.desk_of(paired.cookie)) == (desk, desk)


def test_ending_one_desks_screens_leaves_the_others_and_its_code(seconds: Seconds) -> None:
    pairing = Pairing(seconds)
    own, other = (pairing.pair(pairing.new_code(desk, CLERK), HERE) for desk in (OWN, OTHER))
    out = pairing.new_code(OTHER, CLERK)
    assert own
    assert other
    assert (pairing.end(OWN), pairing.screens(OTHER)) == (1, 1)
    assert (pairing.desk_of(own.cookie), pairing.desk_of(other.cookie)) == (None, OTHER)
    assert pairing.pair(out, HERE)


def test_a_wrong_try_counts_against_the_codes_of_all_desks(seconds: Seconds) -> None:
    pairing = Pairing(seconds)
    codes = [pairing.new_code(desk, CLERK) for desk in (OWN, OTHER)]
    tried = next(f"{n:06}" for n in range(3) if f"{n:06}" not in codes)
    for at in range(TRIES_A_CODE):
        assert pairing.pair(tried, f"10.0.0.{at}") is None
    assert [pairing.pair(code, HERE) for code in codes] == [None, None]


def test_a_window_shows_the_browser_that_asked_for_its_code_and_no_other_of_the_desk(
    window: Guest,
) -> None:
    window.note_frame(b"", CARD, "beside")
    assert window.sign() == "read"  # nobody looks yet
    window.follow("beside")
    window.watch()
    window.note_frame(jpeg(), CARD, "elsewhere")
    window.note_answer(read_as_card=False, browser="elsewhere")
    assert (window.sign(), window.picture()) == ("idle", None)
    window.note_frame(jpeg(), CARD, "beside")
    assert (window.sign(), window.picture()) == ("read", jpeg())
    window.follow("elsewhere")
    assert (window.sign(), window.picture()) == ("idle", None)  # nothing of before is left
    window.note_frame(jpeg(), CARD)  # the server's camera is the desk's
    assert window.sign() == "read"
    window.end()
    assert (window.sign(), window.picture()) == ("idle", None)


class Reply(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Site:
    """A real server on loopback that holds the window's routes only."""

    def __init__(self, window: Guest, pairing: Pairing, port: int, names: list[str]) -> None:
        self.window = window
        self.pairing = pairing
        self.port = port
        self.names = names
        self.cookie = ""

    def ask(self, path: str, form: dict[str, str] | None = None, **headers: str) -> Reply:
        """Ask as a browser does that follows nothing."""
        connection = http.client.HTTPConnection(HERE, self.port, timeout=PATIENCE)
        own = {"Cookie": self.cookie, "Origin": f"http://{HERE}:{self.port}"} | headers
        body = None if form is None else urlencode(form)
        connection.request("GET" if form is None else "POST", path, body, own)
        answer = connection.getresponse()
        lower = {name.lower(): value for name, value in answer.getheaders()}
        reply = Reply(answer.status, lower, answer.read())
        connection.close()
        return reply

    def new_code(self) -> str:
        return self.pairing.new_code(OWN, CLERK)

    def try_code(self, code: str, **headers: str) -> Reply:
        return self.ask("/khach/pair", {"code": code}, **headers)

    def pair(self) -> Reply:
        reply = self.try_code(self.new_code())
        self.cookie = reply.headers["set-cookie"].split(";")[0]
        return reply

    def state(self) -> dict[str, Any]:
        return dict(json.loads(self.ask("/khach/state").body))


@contextmanager
def serving(window: Guest, kiosk: Kiosk) -> Iterator[Site]:
    """Serve a window's routes on a port of their own."""
    config = uvicorn.Config(
        Starlette(routes=guest_routes()),
        host=HERE,
        port=free_port(),
        log_level="error",
        ws="none",
        lifespan="off",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    with pytest.MonkeyPatch.context() as patch:
        pairing, names = Pairing(window._clock), [OWN]
        desks = Desks(lambda: tuple(names), None, lambda: DeskPlace(LiveDecoder(), window))
        guides = GuideFolder(ROOT / "docs" / "examples" / "huong-dan")
        parts = {"desks": desks, "pairing": pairing, "kiosk": kiosk, "guides": guides}
        house = SimpleNamespace(boot="b00t", **parts)
        patch.setattr(guest_module, "current", lambda: house)
        thread.start()
        wait_for(lambda: server.started)
        yield Site(window, pairing, config.port, names)
        server.should_exit = True
        thread.join()


def test_without_a_cookie_there_is_the_form_and_nothing_else(site: Site) -> None:
    page = site.ask("/khach")
    assert page.status == 200
    assert b'action="/khach/pair"' in page.body
    assert b"khach.js" not in page.body
    page = site.ask("/khach", Cookie="kiosk_khach=guess")  # a proxy asks the next server
    assert (page.status, b'action="/khach/pair"' in page.body) == (403, True)
    site.window.watch()
    site.window.note_frame(jpeg(), CARD)
    for path in ("/khach/state", "/khach/picture"):
        for cookie in ("", "kiosk_khach=", "kiosk_khach=guess"):
            reply = site.ask(path, Cookie=cookie)
            assert (reply.status, reply.body) == (403, b"")


def test_the_right_code_opens_the_page_with_a_cookie_for_this_window_only(site: Site) -> None:
    reply = site.pair()
    assert (reply.status, reply.headers["location"]) == (303, "/khach")
    cookie = reply.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/khach;" in f"{cookie};"
    assert f"max-age={COOKIE_SECONDS};" in cookie
    assert b"khach.js" in site.ask("/khach").body
    expected = {"boot": "b00t", "sign": "idle", "picture_number": None}
    text = TEXTS("sign.idle")
    assert site.state() == expected | {"text_vi": text.vi, "text_en": text.en}
    assert site.ask("/khach/picture").status == 404


def test_a_pairing_is_logged_with_desk_address_and_whose_code_it_was(
    site: Site, kiosk: Kiosk
) -> None:
    site.try_code("000000")
    site.pair()
    found = kiosk.written.events([EventKind.SCREEN_PAIRED], kiosk.clock() - timedelta(days=1))
    assert [(e.desk, e.officer, e.codes["address"]) for e in found] == [("2", CLERK, HERE)]


def test_a_screen_that_cannot_be_logged_is_not_paired(site: Site, log: SqliteLog) -> None:
    log._writer._connection.execute("PRAGMA query_only = ON")
    reply = site.try_code(site.new_code())
    assert (reply.status, "set-cookie" in reply.headers) == (503, False)
    assert "Chưa ghi được vào nhật ký" in reply.body.decode()
    assert site.pairing.screens(OWN) == 0


def test_an_ended_screen_sees_nothing_more(site: Site) -> None:
    site.pair()
    site.state()
    site.window.note_frame(jpeg(), NOTHING)
    assert site.pairing.end(OWN) == 1
    assert [site.ask(f"/khach/{what}").status for what in ("state", "picture")] == [403, 403]
    assert b'action="/khach/pair"' in site.ask("/khach").body


def test_a_screen_whose_desk_was_taken_out_of_the_list_sees_no_other_desk(site: Site) -> None:
    site.pair()
    site.names[:] = ["another"]
    assert [site.ask(f"/khach/{what}").status for what in ("state", "picture")] == [403, 403]
    assert b'id="code"' in site.ask("/khach").body
    site.names[:] = ["another", OWN]
    assert site.ask("/khach/state").status == 200


def test_blanks_in_a_typed_code_do_not_matter(site: Site) -> None:
    code = site.new_code()
    assert site.try_code(f" {code[:3]} {code[3:]} ").status == 303


def test_a_wrong_a_used_and_an_expired_code_open_nothing(site: Site, seconds: Seconds) -> None:
    code = site.new_code()
    for tried in (wrong(code), "", "<b>"):
        reply = site.try_code(tried)
        assert reply.status == 403
        assert "set-cookie" not in reply.headers
        assert "Mã không đúng" in reply.body.decode()
        assert b"<b>" not in reply.body
    assert site.try_code(code).status == 303
    assert site.try_code(code).status == 403
    late = site.new_code()
    seconds.now += CODE_SECONDS + 1
    assert site.try_code(late).status == 403


def test_a_sixth_wrong_try_has_to_wait(site: Site, seconds: Seconds) -> None:
    code = site.new_code()
    for _ in range(TRIES_A_MINUTE):
        assert site.try_code(wrong(code)).status == 403
    assert site.try_code(code).status == 429
    seconds.now += 61
    assert site.try_code(code).status == 303


def test_a_form_of_another_site_and_one_too_large_are_refused(site: Site) -> None:
    code = site.new_code()
    for origin in ("http://elsewhere.example", "null", ""):
        assert site.try_code(code, Origin=origin).status == 403
    assert site.try_code(code + " " * 300).status == 403
    assert site.try_code(code).status == 303


def test_the_picture_is_the_posted_one_and_gone_after_three_seconds(
    site: Site, seconds: Seconds
) -> None:
    site.pair()
    site.state()
    site.window.note_frame(jpeg(), NOTHING)
    assert site.state()["picture_number"] == 1
    reply = site.ask("/khach/picture")
    assert (reply.headers["content-type"], reply.body) == ("image/jpeg", jpeg())
    site.window.note_frame(dark(), NOTHING)
    assert site.state()["picture_number"] == 2
    seconds.now += 3
    assert site.ask("/khach/picture").status == 404
    assert site.state()["picture_number"] is None


def test_the_state_never_says_whose_card_it_was(site: Site) -> None:
    site.pair()
    site.window.note_frame(jpeg(), CARD)
    state = site.state()
    assert state["sign"] == "read"
    assert set(state) == {"boot", "sign", "text_vi", "text_en", "picture_number"}
    assert not any(digit in state["text_vi"] + state["text_en"] for digit in "0123456789")


@pytest.mark.parametrize(
    "path", ["/khach", "/khach/state", "/khach/picture", "/khach/khach.js", "/khach/khach.css"]
)
@pytest.mark.parametrize("paired", [False, True])
def test_every_answer_is_kept_by_nobody_and_framed_by_nobody(
    site: Site, path: str, paired: bool
) -> None:
    if paired:
        site.pair()
    headers = site.ask(path).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_the_pages_hold_no_script_and_no_style_of_their_own(site: Site) -> None:
    form = site.ask("/khach").body.decode()
    site.pair()
    page = site.ask("/khach").body.decode()
    for html in (form, page):
        assert "style=" not in html
        assert "<style" not in html
        assert " on" not in html.replace(" on the", "")
        assert html.count("<script") == html.count('<script defer src="/khach/khach.js">')
    assert "text/javascript" in site.ask("/khach/khach.js").headers["content-type"]
    assert "text/css" in site.ask("/khach/khach.css").headers["content-type"]
