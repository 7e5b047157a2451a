"""The finder's routes on a real server: as one types, and persons by those who may see them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.app_pages.knocking import Caller, RawSocket
from tests.browser.running import PASSWORD, Server

if TYPE_CHECKING:
    from collections.abc import Iterator

CARD, BHXH, CITIZEN = "DN4797900000011", "7900000011", "079194000011"
TYPED, PERSON, NUMBER = "/kiosk/tra-cuu", "/kiosk/tra-cuu/nguoi", "/kiosk/tra-cuu/so"


class Asking:
    """A session with the token of its page."""

    def __init__(self, server: Server, caller: Caller) -> None:
        self._caller = caller
        with RawSocket(caller) as page:
            self._headers = {"X_Kiosk_Token": page.page_token(), "Origin": server.url}

    def ask(self, path: str, text: str, **headers: str) -> tuple[int, dict[str, Any]]:
        given = self._headers | headers
        answer = self._caller.ask(path, text.encode(), "POST", **given)
        return answer.status, json.loads(answer.body)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("finder"), KIOSK_CAMERA="none").start()
    running.account("qt.qt", "administrator")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def desk(server: Server) -> Asking:
    return Asking(server, Caller(server).try_out())


@pytest.fixture(scope="module")
def manager(server: Server) -> Asking:
    caller = Caller(server)
    assert caller.sign_in("qt.qt", PASSWORD).status == 303
    return Asking(server, caller)


def looks(server: Server) -> int:
    ((count,),) = server.asked("SELECT count(*) FROM log WHERE kind = 'viewed'")
    return int(count)


def test_each_letter_is_answered_and_nothing_is_logged(server: Server, desk: Asking) -> None:
    before = looks(server)
    for text in ("", "0", "07", "079", "hà", "hà gi", "�", "x" * 1_000, CARD, CITIZEN):
        status, answer = desk.ask(TYPED, text)
        assert status == 200
        assert len(answer["rows"]) <= 20
    assert desk.ask(TYPED, "hà giang")[1]["rows"][0]["code"] == "02"
    assert desk.ask(TYPED, CARD)[1]["rows"] == []
    assert looks(server) == before


def test_a_person_is_found_masked_then_whole_and_each_is_logged(
    server: Server, desk: Asking
) -> None:
    before = looks(server)
    status, found = desk.ask(PERSON, f" {CARD} ")
    (person,) = found["people"]
    assert status == 200
    assert BHXH not in json.dumps(found)
    assert looks(server) == before + 1
    asked = json.dumps({"text": CARD, "mark": person["mark"]})
    status, whole = desk.ask(NUMBER, asked)
    assert [one["copied"] for one in whole["numbers"]] == [BHXH, CARD, CITIZEN]
    assert looks(server) == before + 2


@pytest.mark.parametrize(
    "body", ["", "[]", "{", '{"text": 5, "mark": null}', "[" * 1_900, r'{"mark": "\ud800"}']
)
def test_a_mark_that_names_nobody_shows_nobody(server: Server, desk: Asking, body: str) -> None:
    before = looks(server)
    status, answer = desk.ask(NUMBER, body)
    assert status in {200, 429}
    assert "numbers" not in answer
    assert looks(server) == before


def test_an_administrator_finds_places_and_nobody(server: Server, manager: Asking) -> None:
    before = looks(server)
    assert manager.ask(TYPED, "079")[1]["rows"]
    for path in (PERSON, NUMBER):
        status, answer = manager.ask(path, CARD)
        assert (status, answer) == (403, {"error": "không có quyền"})
    assert looks(server) == before


def test_without_the_token_of_this_start_nothing_is_answered(desk: Asking) -> None:
    for path in (TYPED, PERSON, NUMBER):
        assert desk.ask(path, "079", X_Kiosk_Token="guess")[0] == 403


def test_no_number_that_was_typed_stands_in_what_the_server_said(server: Server) -> None:
    said = server.log()
    assert not any(number in said for number in (CARD, BHXH, CITIZEN))
