"""Each fault of the practice portal as the caller meets it."""

from __future__ import annotations

import json
import re
import threading
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.support import ROOT
from verification.adapters.portal.practice.calls import Call
from verification.adapters.portal.practice.door import Account
from verification.adapters.portal.practice.faults import Fault, Faults, UnknownFault, faults_of
from verification.adapters.portal.practice.register import people
from verification.adapters.portal.practice.server import Pace

if TYPE_CHECKING:
    from tests.adapters.portal.practice.conftest import Asker
    from verification.adapters.portal.practice.asked import Entry

HERE = "DN4797900000201"
SIGNED = b"<CHUKYDONVI>x</CHUKYDONVI>"


def on(asker: Asker, *faults: Fault) -> None:
    """Take a token while all is well, then let something go wrong."""
    if not asker.key:
        asker.take()
    asker.practice.set(frozenset(faults))


# ---- names


def test_names_are_read_with_commas_between_them() -> None:
    assert faults_of(" slow,500, ,Upper-Keys") == {Fault.SLOW, Fault.HTTP_500, Fault.UPPER_KEYS}
    assert faults_of("") == frozenset()
    with pytest.raises(UnknownFault, match="nix"):
        faults_of("slow,nix")


def test_toggling_switches_one_on_and_off() -> None:
    faults = Faults({Fault.SLOW})
    assert faults.toggle(Fault.EMPTY)
    assert faults.on == {Fault.SLOW, Fault.EMPTY}
    assert not faults.toggle(Fault.SLOW)
    assert faults.on == {Fault.EMPTY}


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_is_named_in_the_docs(fault: Fault) -> None:
    assert re.search(rf"[ `]{fault.value}[,`]", (ROOT / "docs" / "commands.md").read_text("utf-8"))


# ---- account and token


@pytest.mark.parametrize("upper", [False, True])
def test_a_password_is_its_md5_in_either_case(asker: Asker, *, upper: bool) -> None:
    md5 = asker.md5.upper() if upper else asker.md5
    told = asker.take(password=md5)
    assert told["maKetQua"] == "200"
    assert told["APIKey"]["expires_in"] == "2026-11-26T02:40:00.0000001Z"


@pytest.mark.parametrize("fields", [{"password": "luyen-tap"}, {"username": "79015_BV"}])
def test_a_wrong_account_gets_no_token(asker: Asker, fields: dict[str, str]) -> None:
    assert asker.take(**fields) == {"maKetQua": "401", "APIKey": None}


@pytest.mark.parametrize("name", ["token", "id_token", "username", "password"])
def test_each_part_of_what_is_shown_must_be_right(asker: Asker, name: str) -> None:
    query = asker.query() | {name: "sai"}
    told = asker.post(Call.LOOK_UP, params=query, data={})
    assert (told.status_code, told.json()["maKetQua"]) == (200, "401")


def test_nobody_writes_the_password_of_the_account(asker: Asker) -> None:
    assert not Account(**people()["account"]).opens_with(asker.user, "")


@pytest.mark.parametrize("call", [Call.LOOK_UP, Call.HISTORY])
def test_once_a_good_token_is_refused_and_a_new_one_is_good(asker: Asker, call: Call) -> None:
    on(asker, Fault.ONCE_401)
    first = asker.ask(HERE, call)
    assert (first.status_code, first.json()["maKetQua"]) == (
        401 if call is Call.LOOK_UP else 200,
        "401",
    )
    assert asker.ask(HERE, call).json()["maKetQua"] == "401"  # the token is gone
    asker.take()
    assert asker.ask(HERE, call).json()["maKetQua"] == "000"


def test_without_the_right_every_new_token_is_refused(asker: Asker) -> None:
    on(asker, Fault.ALWAYS_401)
    for _ in range(3):
        assert asker.take()["maKetQua"] == "200"
        assert asker.ask(HERE).json()["maKetQua"] == "401"
    assert asker.co_payment(HERE).status_code == 401


def test_a_token_of_another_address_opens_nothing(asker: Asker) -> None:
    asker.practice.set(frozenset({Fault.TOKEN_ADDRESS}))
    told = asker.ask(HERE)
    assert (told.status_code, told.content) == (403, b"")
    assert asker.take()["maKetQua"] == "200"
    assert asker.co_payment(HERE).status_code == 401


def test_a_token_is_good_for_one_question(asker: Asker) -> None:
    on(asker, Fault.TOKEN_EXPIRED)
    assert asker.ask(HERE).json()["maKetQua"] == "000"
    assert asker.ask(HERE, Call.HISTORY).json()["maKetQua"] == "401"


# ---- answers that are none


def test_an_error_of_the_server_is_json_and_one_of_the_gateway_a_page(asker: Asker) -> None:
    on(asker, Fault.HTTP_500)
    told = asker.ask(HERE)
    assert (told.status_code, told.json()["maKetQua"]) == (500, "500")
    on(asker, Fault.HTTP_502)
    told = asker.ask(HERE)
    assert (told.status_code, told.text[:15]) == (502, "<!DOCTYPE html>")


@pytest.mark.parametrize("call", [Call.LOOK_UP, Call.HISTORY])
def test_an_answer_may_be_empty_or_half_and_http_says_nothing(asker: Asker, call: Call) -> None:
    on(asker, Fault.EMPTY)
    told = asker.ask(HERE, call)
    assert (told.status_code, told.content) == (200, b"")
    on(asker, Fault.TRUNCATED)
    told = asker.ask(HERE, call)
    assert told.status_code == 200
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        told.json()


def test_values_are_of_wrong_types(asker: Asker) -> None:
    on(asker, Fault.WRONG_TYPE)
    told = asker.ask(HERE).json()
    assert (told["maKetQua"], told["dsLichSuKT2018"]) == (["000"], "0")
    assert isinstance(asker.post(Call.TOKEN, data=_account(asker)).json()["APIKey"], list)


def test_a_code_may_be_in_no_table(asker: Asker) -> None:
    on(asker, Fault.UNKNOWN_CODE)
    assert asker.ask(HERE).json()["maKetQua"] == "977"
    assert asker.co_payment(HERE).json()["MaKetQua"] == "977"
    assert asker.post(Call.TOKEN, data=_account(asker)).json() == {
        "maKetQua": "977",
        "APIKey": None,
    }


def test_a_history_may_be_null_and_keys_in_capitals(asker: Asker) -> None:
    on(asker, Fault.NULL_HISTORY)
    assert asker.ask(HERE, Call.HISTORY).json()["dsLichSuKCB2025"] is None
    on(asker, Fault.UPPER_KEYS)
    (visit,) = asker.ask(HERE, Call.HISTORY).json()["DSLICHSUKCB2025"]
    assert visit["MACSKCB"] == "79027"


def test_who_asks_too_often_is_told_so(asker: Asker) -> None:
    on(asker, Fault.RATE_LIMIT)
    told = asker.ask(HERE)
    assert (told.status_code, told.headers["Retry-After"]) == (429, "30")
    told = asker.co_payment(HERE)
    assert (told.status_code, told.json()["GhiChu"]) == (
        500,
        "Có lỗi xảy ra trong quá trình tra cứu!",
    )
    assert asker.take()["maKetQua"] == "200"


def test_its_clock_may_be_behind(asker: Asker) -> None:
    on(asker, Fault.CLOCK_SKEW)
    assert asker.take()["APIKey"]["expires_in"].startswith("2026-11-25T00:40")
    told = asker.ask(HERE)
    assert told.json()["maKetQua"] == "000"
    assert told.headers["Date"].startswith("Wed, 25 Nov 2026")


# ---- connections


def test_a_connection_may_be_torn(asker: Asker) -> None:
    on(asker, Fault.RESET)
    with pytest.raises(requests.ConnectionError, match="reset by peer"):
        asker.ask(HERE)


def test_what_hangs_hangs_until_it_is_over(asker: Asker) -> None:
    on(asker, Fault.HANG)
    with pytest.raises(requests.ReadTimeout):
        asker.post(Call.TOKEN, timeout=0.1)
    ended: list[Exception] = []
    waiting = threading.Thread(target=_ask_and_keep, args=(asker, ended))
    waiting.start()
    asker.practice.set(frozenset())
    waiting.join(20)
    assert len(ended) <= 1  # dropped, or asked after it was over
    assert asker.ask(HERE).json()["maKetQua"] == "000"


def test_a_slow_answer_comes_whole_in_the_end(asker: Asker) -> None:
    on(asker, Fault.SLOW)
    assert asker.ask(HERE).json()["maKetQua"] == "000"


def test_who_dies_answers_half_and_is_gone_until_the_fault_is_over(asker: Asker) -> None:
    on(asker, Fault.DIES)
    with pytest.raises(requests.RequestException):
        asker.ask(HERE)
    with pytest.raises(requests.ConnectionError, match="refused"):
        asker.ask(HERE)
    on(asker)
    assert asker.ask(HERE).json()["maKetQua"] == "000"


def test_a_lost_answer_to_a_record_does_not_take_it_twice(asker: Asker) -> None:
    on(asker, Fault.RESET)
    with pytest.raises(requests.ConnectionError):
        asker.check_in(SIGNED)
    on(asker)
    assert asker.check_in(SIGNED).json()["maKetQua"] == "200"
    assert asker.practice.calls.records == 1


def test_nothing_counts_as_signed(asker: Asker) -> None:
    on(asker, Fault.UNSIGNED)
    assert asker.check_in(SIGNED).json()["maKetQua"] == "205"
    assert asker.practice.calls.records == 0


def test_a_fault_may_be_one_of_some_calls_alone(asker: Asker) -> None:
    asker.practice.set({Fault.UPPER_KEYS, Fault.ALWAYS_401}, {Call.HISTORY})
    assert asker.ask(HERE).json()["maKetQua"] == "000"
    assert asker.ask(HERE, Call.HISTORY).json()["MAKETQUA"] == "401"


def test_several_faults_add_up(asker: Asker) -> None:
    on(asker, Fault.SLOW, Fault.UPPER_KEYS, Fault.UNKNOWN_CODE)
    assert asker.ask(HERE).json()["MAKETQUA"] == "977"


# ---- the server itself


def test_it_listens_on_loopback_alone(asker: Asker) -> None:
    assert asker.practice.url.startswith("http://127.0.0.1:")


def test_faults_are_switched_by_post_with_a_header_that_no_page_sends(asker: Asker) -> None:
    told = asker.post("/practice", data="slow, 500", headers={"X-Practice": "1"})
    assert told.json()["faults"] == ["500", "slow"]
    assert asker.post("/practice", data="").status_code == 403
    wrong = asker.post("/practice", data="nix", headers={"X-Practice": "1"})
    assert (wrong.status_code, wrong.json()) == (400, {"message": "nix"})
    assert asker.practice.faults.on == {Fault.SLOW, Fault.HTTP_500}


def test_it_counts_what_it_was_asked(asker: Asker) -> None:
    for number in (HERE, HERE, "7900000250"):
        asker.ask(number)
    assert asker.practice.asked.times(Call.LOOK_UP) == 3
    assert asker.practice.asked.times(Call.LOOK_UP, HERE) == 2
    assert asker.practice.asked.twice(Call.LOOK_UP) == 1
    told = requests.get(f"{asker.practice.url}/practice", timeout=20).json()
    assert told["asked"]["KQNhanLichSuKCB2024"] == 3
    assert told["asked"]["take"] == 1


def test_it_tells_masked_numbers_and_no_name_and_no_token(
    asker: Asker, entries: list[Entry]
) -> None:
    asker.ask(HERE)
    asker.ask("Đặng Thị Thẳng Mẫu", hoTen="x", ngaySinh="1")
    assert [entry.line for entry in entries] == [
        "09:30:00  take                  200",
        "09:30:00  KQNhanLichSuKCB2024   DN479••••••0201  000",
        "09:30:00  KQNhanLichSuKCB2024   ?  205",
    ]


def test_what_is_not_answered_is_not_told_as_answered(asker: Asker, entries: list[Entry]) -> None:
    on(asker, Fault.RESET, Fault.UPPER_KEYS)
    with pytest.raises(requests.ConnectionError):
        asker.ask(HERE)
    assert entries[-1].came_of_it == "[reset] [upper-keys]"


def test_a_look_up_may_take_its_time(asker: Asker) -> None:
    asker.practice.pace = Pace(usual=0.05)
    assert asker.ask(HERE).json()["maKetQua"] == "000"


def test_what_it_does_not_know_it_says(asker: Asker) -> None:
    url = asker.practice.url
    retired = requests.post(f"{url}/api/egw/NhanLichSuKCB2018", timeout=20)
    assert retired.status_code == 404
    assert requests.get(f"{url}{Call.LOOK_UP}", timeout=20).status_code == 405
    large = requests.post(f"{url}{Call.TOKEN}", data=b"x" * 1_000_001, timeout=20)
    assert large.status_code == 413
    unmeasured = requests.post(f"{url}{Call.TOKEN}", data=iter([b"x"]), timeout=20)
    assert unmeasured.status_code == 413


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff\xfe", json.dumps({"maThe": [1]}).encode()])
def test_a_body_that_is_none_is_wrong_parameters(asker: Asker, body: bytes) -> None:
    kind = {"Content-Type": "application/json"}
    told = asker.post(Call.LOOK_UP, params=asker.query(), data=body, headers=kind)
    assert told.json()["maKetQua"] == "205"


def test_the_practice_portal_stands_on_the_demos_tables(asker: Asker) -> None:
    listed = (ROOT / "fixtures" / "cards.csv").read_text(encoding="utf-8").count("\n") - 1
    assert asker.practice.calls.cards == listed - 1 + 2 + 2  # temporary, beside, replacing


def _account(asker: Asker) -> dict[str, Any]:
    return {"username": asker.user, "password": asker.md5}


def _ask_and_keep(asker: Asker, ended: list[Exception]) -> None:
    try:
        asker.ask(HERE)
    except requests.RequestException as error:
        ended.append(error)
