"""Who asks below `/api/`, how often, and why not; what is shown is written down before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from app_pages.api.keys import API_LIMITS
from app_pages.api.problems import CATALOGUE
from app_pages.server import house as houses
from tests.app_pages.api.conftest import ERRORS, SAID
from tests.support import a_card
from verification.basics.errors import StoreError
from verification.log.events import EventKind
from verification.officers import access_log, systems
from verification.rights import SystemRole, command_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.app_pages.api.conftest import Reply, Systems

    Logged = Callable[..., list[dict[str, Any]]]

ROOT = command_line("1")
CARD = a_card().ma_the


def is_problem(answer: Reply, status: int, code: str) -> bool:
    """Tell whether an answer is a problem detail of a code, and nothing that was sent is in it."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in answer.headers
    said = answer.json()
    assert {"type", "title", "status", "detail", "detail_en", "reason"} <= set(said)
    assert said["type"] == f"urn:kiosk:problem:{said['reason']}"
    assert said["status"] == answer.status_code
    assert SAID not in answer.text
    assert "Traceback" not in answer.text
    assert (answer.status_code, said["reason"]) == (status, code)
    return True


def test_a_right_key_is_answered_and_nothing_else_is(asking: Systems) -> None:
    key = asking.key()
    answer = asking.ask("/api/key", key)
    assert (answer.status_code, answer.json()) == (200, {"system": "his", "rights": ["asks"]})
    assert is_problem(asking.ask("/api/key"), 401, "no_key")
    assert asking.ask("/api/key").headers["www-authenticate"] == 'Bearer realm="kiosk"'
    for wrong in (key[:-1], key.swapcase(), key + "x", "x" * 9_000, "kiosk__", "\x00"):
        assert is_problem(asking.ask("/api/key", wrong), 401, "key_unknown")


HEADERS = {
    "lower case": ("bearer {}", 200),
    "many blanks": ("Bearer   {}  ", 200),
    "another scheme": ("Basic {}", 401),
    "no scheme": ("{}", 401),
    "two keys in one": ("Bearer {0}, Bearer {0}", 401),
    "a tab": ("Bearer\t{}", 401),
    "nothing": ("Bearer", 401),
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_holds_the_key_in_one_form(asking: Systems, name: str) -> None:
    form, status = HEADERS[name]
    headers = {"authorization": form.format(asking.key())}
    assert asking.ask("/api/key", headers=headers).status_code == status


def test_two_headers_are_none(asking: Systems) -> None:
    one = ("authorization", f"Bearer {asking.key()}")
    for other in (one, ("authorization", "Bearer x")):
        for headers in ([one, other], [other, one]):
            found = asking.ask("/api/key", headers=headers)
            assert is_problem(found, 401, "no_key")


def test_a_key_in_the_address_or_a_cookie_counts_for_nothing(asking: Systems) -> None:
    key = asking.key()
    for path in (f"/api/key?access_token={key}", f"/api/key?key={key}"):
        assert is_problem(asking.ask(path), 401, "no_key")
    for name in ("kiosk", "authorization"):
        answer = asking.ask("/api/key", headers={"cookie": f"{name}={key}"})
        assert is_problem(answer, 401, "no_key")


def test_a_route_sees_neither_cookies_nor_the_key(asking: Systems) -> None:
    answer = asking.ask(
        "/api/try/1-1", asking.key(), "POST", given={}, headers={"cookie": "kiosk=x.y"}
    )
    assert answer.json() == {"cookies": {}, "key": False}


def test_pages_of_other_sites_are_refused_with_the_right_key_too(asking: Systems) -> None:
    key = asking.key()
    for headers in (
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ):
        assert is_problem(asking.ask("/api/key", key, headers=headers), 403, "foreign_page")
    asked = {"origin": "http://evil.example", "access-control-request-method": "POST"}
    assert is_problem(asking.ask("/api/key", method="OPTIONS", headers=asked), 403, "foreign_page")
    assert is_problem(asking.ask("/api/key", key, headers={"host": "evil"}), 421, "no_such_host")
    for own in ({"origin": "http://localhost"}, {"sec-fetch-site": "none"}):
        assert asking.ask("/api/key", key, headers=own).status_code == 200


def test_what_is_not_there_is_said_only_to_who_has_a_key(asking: Systems) -> None:
    key = asking.key()
    for path in ("/api", "/api/", "/api/nope", "/api/key/", "/api/_stcore/health", "/api/try/a/b"):
        assert is_problem(asking.ask(path), 401, "no_key")
        assert is_problem(asking.ask(path, key), 404, "not_found")
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "FOO"):
        answer = asking.ask("/api/key", key, method, headers={"x-http-method-override": "GET"})
        assert is_problem(answer, 405, "method")
        assert answer.headers["allow"] == "GET, HEAD"
    assert asking.ask("/api/key", key, "HEAD").status_code == 200


def test_a_key_of_one_right_does_not_do_another(asking: Systems, logged: Logged) -> None:
    asks, tells = asking.key(), asking.key("bhyt", SystemRole.TELLS)
    assert is_problem(asking.ask("/api/told", asks, "POST", given={}), 403, "no_right")
    assert is_problem(asking.ask("/api/try/1-1", tells, "POST", given={}), 403, "no_right")
    assert asking.ask("/api/told", tells, "POST", given={}).status_code == 200
    refused = [(e["officer"], e["use_case"]) for e in logged(EventKind.RIGHT_REFUSED)]
    assert refused == [("his:his", "/api/told"), ("his:bhyt", "/api/try/{visit_id}")]


def test_an_ended_key_is_refused_at_once_and_told_so(asking: Systems, logged: Logged) -> None:
    key, kiosk = asking.key(), asking.house.kiosk
    assert asking.ask("/api/key", key).status_code == 200
    second = systems.rotate_key(ROOT, kiosk, "his", timedelta()).text
    assert is_problem(asking.ask("/api/key", key), 401, "key_ended")
    assert asking.ask("/api/key", second).status_code == 200
    systems.end_key(ROOT, kiosk, "his")
    assert is_problem(asking.ask("/api/key", second), 401, "key_ended")
    failed = [(e["officer"], e["how"]) for e in logged(EventKind.SIGN_IN_FAILED)]
    assert failed == [("his:his", "api_key")] * 2  # of each key once a minute


def test_a_system_keeps_to_its_pace_and_the_other_does_not_wait(asking: Systems) -> None:
    key, other = asking.key(per_minute=3), asking.key("lis", per_minute=3)
    second = systems.rotate_key(ROOT, asking.house.kiosk, "his").text
    for one in (key, second, key):
        assert asking.ask("/api/key", one).status_code == 200
    for one in (key, second):
        answer = asking.ask("/api/key", one)
        assert is_problem(answer, 429, "too_many")
        assert answer.headers["retry-after"] == "60"
    assert asking.ask("/api/key", other).status_code == 200
    asking.steady.now += 60
    assert asking.ask("/api/key", key).status_code == 200


def test_who_guesses_waits_and_the_right_system_behind_the_address_does_not(
    asking: Systems, logged: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("app_pages.api.keys.sleep", sleep)
    key = asking.key()
    guess = f"{key[:-1]}{'A' if key[-1] != 'A' else 'B'}"
    for _ in range(API_LIMITS.wrong_a_minute):
        assert is_problem(asking.ask("/api/key", guess), 401, "key_unknown")
    assert not slept
    for _ in range(30):
        answer = asking.ask("/api/key", guess)
        assert is_problem(answer, 429, "too_many_wrong")
        assert int(answer.headers["retry-after"]) > 0
    assert slept == [API_LIMITS.wrong_waits] * 30
    assert asking.ask("/api/key", key).status_code == 200
    assert len(logged(EventKind.SIGN_IN_FAILED)) == 1  # not one for each


def test_what_is_sent_is_json_and_no_larger_than_the_route_takes(asking: Systems) -> None:
    key = asking.key()

    def sent(body: bytes, kind: str | None = "application/json", **headers: str) -> Reply:
        named = {"content-type": kind} if kind else {}
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return asking.ask("/api/try/1-1", key, "POST", content=[body], headers=named | more)

    assert sent(b"{}").status_code == 200
    assert sent(b"{}", "Application/JSON; charset=UTF-8").status_code == 200
    for kind in (None, "text/plain", "application/x-www-form-urlencoded", "application/jsonx"):
        assert is_problem(sent(b"{}", kind), 415, "no_json")
    assert is_problem(sent(b"{}", "application/json; charset=utf-16"), 415, "no_json")
    assert is_problem(sent(b"{}", content_encoding="gzip"), 415, "no_json")
    assert is_problem(sent(b"{" + b" " * 300 + b"}"), 413, "too_large")
    bad = [b"", b"x", b"[]", b"1", b"null", b'{"a":NaN}', b'{"a":1,"a":2}', b"\xff", b'"\\ud800"']
    for body in [*bad, b'{"a":"\\ud800"}', b"\xef\xbb\xbf{}", b"[" * 150, SAID.encode()]:
        answer = sent(body)
        assert is_problem(answer, 400, answer.json()["reason"])


def test_a_body_that_comes_in_pieces_ends_where_it_is_too_large(asking: Systems) -> None:
    pieces = (b" " * 100 for _ in range(10))
    answer = asking.ask(
        "/api/try/1-1",
        asking.key(),
        "POST",
        content=pieces,
        headers={"content-type": "application/json"},
    )
    assert is_problem(answer, 413, "too_large")


@pytest.mark.parametrize("how", ERRORS)
def test_whatever_fails_is_a_problem_without_what_was_sent(asking: Systems, how: str) -> None:
    status = 409 if how == "own" else CATALOGUE[how][0]
    answer = asking.ask("/api/fail", asking.key(), "POST", given={"how": how, "name": SAID})
    assert is_problem(answer, status, how)
    if how == "own":
        assert answer.json()["field"] == "ma_bn"
    if how == "store":
        assert answer.headers["retry-after"]


def test_whom_an_answer_shows_is_written_down_by_reference(asking: Systems, logged: Logged) -> None:
    key = asking.key()
    asking.ask("/api/try/1-1", key, "POST", given={"cards": [CARD]})
    asking.ask("/api/try/1-1", key, "POST", given={"cards": [CARD, "DN4797900000012", CARD]})
    one, two = logged(EventKind.VIEWED)
    assert one.pop("person")
    assert one == {
        "what": "api",
        "why": "/api/try/{visit_id}",
        "result": "valid",
        "key": key.split("_")[1],
        "officer": "his:his",
    }
    assert (two["rows"], len(two["persons"])) == (2, 2)
    assert "7900000011" not in f"{one}{two}"
    kiosk = asking.house.kiosk
    rows = access_log.access(ROOT, kiosk, kiosk.clock().replace(year=2000))
    assert ("his:his", "api valid") in {(row.officer, row.what) for row in rows}
    last = asking.house.accesses.last()
    assert [(a.system, a.status, a.result, len(a.persons)) for a in last] == [
        ("his", 200, "valid", 2),
        ("his", 200, "valid", 1),
    ]
    assert asking.house.accesses.used(key.split("_")[1])


def test_answers_that_show_nobody_are_one_line_a_minute(asking: Systems, logged: Logged) -> None:
    key = asking.key()
    for _ in range(5):
        asking.ask("/api/nope", key)
    asking.steady.now += 61
    asking.ask("/api/nope", key)
    counted = [(e["why"], e["result"], e["rows"]) for e in logged(EventKind.VIEWED)]
    assert counted == [("?", "not_found", 1), ("?", "not_found", 5)]
    for path in ("/api/nope", "/api/nope", "/api/key"):
        asking.ask(path, key)
    assert len(logged(EventKind.VIEWED)) == 3
    for _ in range(2):  # a server that ends leaves nothing uncounted, and counts nothing twice
        asking.app.ends(asking.house)
    last = logged(EventKind.VIEWED)[-1]
    assert (last["officer"], last["why"], last["result"], last["rows"]) == (
        *("his:his", "?", "not_found", 2),
    )
    assert len(logged(EventKind.VIEWED)) == 4


def test_what_cannot_be_written_down_does_not_leave(
    asking: Systems, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, house = asking.key(), asking.house

    class Full:
        """A log that reads and cannot be written."""

        def __getattr__(self, name: str) -> Any:  # whatever the log has
            return getattr(house.kiosk.written, name)

        def write(self, _work: object) -> None:
            raise StoreError("đầy", "full")

    full = replace(house, kiosk=replace(house.kiosk, log=Full()))  # type: ignore[arg-type]  # as much as is asked for
    monkeypatch.setattr(houses, "_open", [full])
    answer = asking.ask("/api/try/1-1", key, "POST", given={"cards": [CARD]})
    assert is_problem(answer, 503, "store")
    assert CARD
    assert CARD not in answer.text
