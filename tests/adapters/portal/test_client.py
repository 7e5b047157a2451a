"""What is asked, how the token is taken and renewed, and what becomes of each kind of failure."""

from __future__ import annotations

import hashlib
import json
import logging
import socket
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.portal_support import (
    CARD,
    CO_PAYMENT,
    HISTORY,
    LOOK_UP,
    NUMBER,
    OFFICER,
    OTHER,
    PASSWORD,
    QUESTION,
    TAKE,
    Asked,
    LittlePortal,
    Says,
    certified,
    little_portal,
)
from tests.support import MORNING
from verification.adapters.portal.account import Body, Letters, PortalAccount
from verification.adapters.portal.client import PortalClient
from verification.adapters.portal.token import TokenKeeper
from verification.basics.dates import parse_partial
from verification.card.portal import Cause, CoPayment, PortalAnswer, PortalOfficer, PortalOutcome

if TYPE_CHECKING:
    from pathlib import Path

DENIED = Says({"maKetQua": "401", "ghiChu": "Lỗi xác thực tài khoản"})
MD5 = hashlib.md5(PASSWORD.encode(), usedforsecurity=False).hexdigest()


def client_of(account: PortalAccount) -> PortalClient:
    keeper = TokenKeeper(account, time.monotonic)
    return PortalClient(account, keeper, lambda: MORNING, time.monotonic)


def ask(account: PortalAccount, seconds: float = 5.0, **changes: Any) -> PortalAnswer:
    return client_of(account).ask(replace(QUESTION, **changes), time.monotonic() + seconds)


def refusing(code: str, numbers: set[str]) -> Any:
    """Return an answer that refuses the officers with these numbers."""

    def answer(asked: Asked) -> Says:
        refused = asked.words["cccdCb"] in numbers
        return Says({"maKetQua": code, "ghiChu": "cán bộ"} if refused else CARD)

    return answer


@pytest.mark.parametrize("body", Body)
@pytest.mark.parametrize("letters", Letters)
def test_a_look_up_carries_what_the_portal_asks_for(body: Body, letters: Letters) -> None:
    with little_portal() as portal:
        answer = ask(portal.account(body=body, letters=letters))
    assert answer.outcome is PortalOutcome.ANSWERED
    take, look_up, history = portal.asked
    password = MD5.upper() if letters is Letters.UPPER else MD5
    assert take.words == {"username": "79014_BV", "password": password}
    assert look_up.query == {
        "token": "tok-1",
        "id_token": "id-1",
        "username": "79014_BV",
        "password": password,
    }
    assert (
        look_up.words
        == history.words
        == {
            "maThe": NUMBER,
            "hoTen": "Nguyễn Thị Mẫu",
            "ngaySinh": "17/04/1994",
            "hoTenCb": OFFICER.ho_ten,
            "cccdCb": OFFICER.so_cccd,
        }
    )
    kind = "json" if body is Body.JSON else "form"
    assert all(kind in one.headers["Content-Type"] for one in portal.asked)


@pytest.mark.parametrize(
    ("birth", "look_up", "history"),
    [("1955", "1955", "1955"), ("07/1955", "07/1955", "1955"), ("01021955", "01/02/1955", None)],
)
def test_a_birth_date_is_sent_as_each_function_takes_it(
    birth: str, look_up: str, history: str | None
) -> None:
    with little_portal() as portal:
        ask(portal.account(), ngay_sinh=parse_partial(birth))
    assert portal.asked[1].words["ngaySinh"] == look_up
    assert portal.asked[2].words["ngaySinh"] == (history or look_up)


def test_a_token_is_taken_once_for_many_questions() -> None:
    with little_portal() as portal:
        client = client_of(portal.account())
        for _ in range(3):
            client.ask(QUESTION, time.monotonic() + 5)
    assert portal.paths().count("take") == 1


@pytest.mark.parametrize("refusal", [DENIED, Says("", 401), Says("", 403), Says({"MAKETQUA": 401})])
def test_a_refused_token_is_renewed_once_and_the_question_asked_once_more(refusal: Says) -> None:
    with little_portal({LOOK_UP: [refusal, Says(CARD)]}) as portal:
        assert ask(portal.account()).code == "000"
    look_up = "KQNhanLichSuKCB2024"
    assert portal.paths() == ["take", look_up, "take", look_up, "Lskcb2025"]


@pytest.mark.parametrize("refusal", [DENIED, Says("", 401), Says("", 403)])
def test_the_same_refusal_again_is_a_missing_right_and_the_portal_is_let_be(refusal: Says) -> None:
    with little_portal({LOOK_UP: refusal}) as portal:
        client = client_of(portal.account())
        answers = [client.ask(QUESTION, time.monotonic() + 5) for _ in range(3)]
        assert {(a.outcome, a.cause) for a in answers} == {(PortalOutcome.REFUSED_US, Cause.RIGHT)}
        assert answers[0].code == ("401" if refusal is DENIED else None)
        assert len(portal.asked) == 4
        client.try_again()
        client.ask(QUESTION, time.monotonic() + 5)
        assert len(portal.asked) > 4


def test_a_wrong_password_is_tried_once_and_not_with_every_patient() -> None:
    with little_portal({TAKE: Says({"maKetQua": "401", "APIKey": None})}) as portal:
        client = client_of(portal.account())
        answers = [client.ask(QUESTION, time.monotonic() + 5) for _ in range(3)]
    assert {(a.outcome, a.cause) for a in answers} == {(PortalOutcome.REFUSED_US, Cause.ACCOUNT)}
    assert portal.paths() == ["take"]


@pytest.mark.parametrize("code", ["054", "055"])
def test_an_unregistered_officer_is_replaced_once_by_the_setting(code: str) -> None:
    with little_portal({LOOK_UP: refusing(code, {OFFICER.so_cccd})}) as portal:
        answer = ask(portal.account(officer=OTHER))
    assert (answer.outcome, answer.detail) == (
        PortalOutcome.ANSWERED,
        f"KIOSK_PORTAL_OFFICER {code}",
    )
    asked = [one.words["cccdCb"] for one in portal.asked if "cccdCb" in one.words]
    assert asked == [OFFICER.so_cccd, OTHER.so_cccd, OTHER.so_cccd]


def test_who_was_not_known_is_not_tried_with_every_patient() -> None:
    with little_portal({LOOK_UP: refusing("054", {OFFICER.so_cccd})}) as portal:
        client = client_of(portal.account(officer=OTHER))
        answers = [client.ask(QUESTION, time.monotonic() + 5, lambda: False) for _ in range(3)]
        assert {answer.detail for answer in answers} == {"KIOSK_PORTAL_OFFICER 054"}
        assert portal.paths().count("KQNhanLichSuKCB2024") == 4
        client.try_again()  # the officer was registered meanwhile
        client.ask(QUESTION, time.monotonic() + 5, lambda: False)
    assert portal.paths().count("KQNhanLichSuKCB2024") == 6


def test_a_connection_that_lay_idle_is_not_used_again() -> None:
    opened: list[object] = []
    passed = 0.0
    said = Says(CARD, before=lambda handler: opened.append(handler.client_address))
    with little_portal({LOOK_UP: said}) as portal:
        account = portal.account()
        keeper = TokenKeeper(account, lambda: passed)
        client = PortalClient(account, keeper, lambda: MORNING, lambda: passed)
        for wait in (0.0, 10.0, 30.0):
            passed += wait
            client.ask(QUESTION, passed + 5, lambda: False)
    assert len(opened) == 3
    assert len(set(opened)) == 2


@pytest.mark.parametrize("officer", [None, OTHER, OFFICER])
def test_without_a_registered_officer_the_outcome_names_the_setting(
    officer: PortalOfficer | None,
) -> None:
    with little_portal({LOOK_UP: Says({"maKetQua": "054"})}) as portal:
        answer = ask(portal.account(officer=officer))
    assert (answer.outcome, answer.cause) == (PortalOutcome.REFUSED_US, Cause.OFFICER)
    assert (answer.code, answer.detail) == ("054", "KIOSK_PORTAL_OFFICER")
    assert portal.paths().count("KQNhanLichSuKCB2024") == (2 if officer is OTHER else 1)


def test_without_any_officer_nobody_is_asked() -> None:
    with little_portal() as portal:
        answer = ask(portal.account(officer=None), officer=None)
        assert (answer.outcome, answer.cause) == (PortalOutcome.REFUSED_US, Cause.NO_OFFICER)
        assert not portal.asked


@pytest.mark.parametrize(
    ("first", "asked"),
    [
        ({"maKetQua": "003", "maTheMoi": "HT3797936000001"}, "HT3797936000001"),
        ({"maKetQua": "004", "maTheMoi": "HT3797936000001"}, "HT3797936000001"),
        ({"maKetQua": "003", "maTheMoi": NUMBER, "gtTheTuMoi": "01/01/2027"}, None),
        ({"maKetQua": "003", "maTheMoi": None}, None),
        ({"maKetQua": "121", "maTheMoi": "HT3797936000001"}, "HT3797936000001"),
        ({"maKetQua": "122", "maTheMoi": None}, "7936000001"),
        ({"maKetQua": "123", "maSoBHXH": None}, None),
        ({"maKetQua": "110", "maTheMoi": "HT3797936000001"}, None),
    ],
)
def test_the_card_that_replaces_it_is_looked_up_once(
    first: dict[str, Any], asked: str | None
) -> None:
    circle = {**CARD, **first}  # the second one, too, names a third
    again = {**CARD, "maKetQua": "003", "maTheMoi": "GD4797936000001"}
    with little_portal({LOOK_UP: [Says(circle), Says(again)]}) as portal:
        answer = ask(portal.account())
    looked_up = [one.words["maThe"] for one in portal.asked if one.path == LOOK_UP]
    assert looked_up == ([NUMBER, asked] if asked else [NUMBER])
    assert (answer.then.code if answer.then else None) == ("003" if asked else None)
    assert answer.code == first["maKetQua"]


def test_the_history_is_asked_after_the_card_and_its_failure_leaves_the_answer() -> None:
    rows = [{"MAHOSO": "1", "maCSKCB": "79034", "ngayVao": "202611200800", "ngayRa": None}]
    good = Says({"maKetQua": "000", "DSLICHSUKCB2025": rows})
    for said in (Says("", 500), Says("<html>"), DENIED, Says({"maKetQua": "100"}), Says([1])):
        with little_portal({HISTORY: said}) as portal:
            answer = ask(portal.account())
        assert (answer.outcome, answer.code, answer.visits) == (PortalOutcome.ANSWERED, "000", None)
    with little_portal({HISTORY: good}) as portal:
        visits = ask(portal.account()).visits
    assert visits
    assert [visit.ma_cskcb for visit in visits] == ["79034"]
    with little_portal() as portal:
        assert ask(portal.account()).visits == ()


@pytest.mark.parametrize("code", ["050", "060", "070", "999"])
def test_of_a_card_that_is_not_this_persons_no_history_is_asked(code: str) -> None:
    with little_portal({LOOK_UP: Says({"maKetQua": code})}) as portal:
        ask(portal.account())
    assert portal.paths() == ["take", "KQNhanLichSuKCB2024"]


def torn(handler: Any) -> bool:
    handler.connection.shutdown(socket.SHUT_RDWR)
    return False


@pytest.mark.parametrize(
    ("said", "cause", "detail"),
    [
        (Says("", 500), Cause.PORTAL_ERROR, "HTTP 500"),
        (Says("<html>Bad gateway</html>", 502), Cause.PORTAL_ERROR, "HTTP 502"),
        (Says("", 429), Cause.PORTAL_ERROR, "HTTP 429"),
        (Says("", 404), Cause.NOT_READABLE, "HTTP 404"),
        (Says(""), Cause.NOT_READABLE, None),
        (Says("<html>maintenance</html>"), Cause.NOT_READABLE, None),
        (Says({"Message": "An error has occurred."}), Cause.NOT_READABLE, "maKetQua"),
        (Says(json.dumps(CARD)[:200]), Cause.NOT_READABLE, None),
        (Says("[" * 100_000), Cause.NOT_READABLE, None),
        (Says(b"x" * 2_100_000), Cause.NOT_READABLE, "size"),
        (Says(CARD, headers={"Content-Length": "99999"}, before=None), Cause.TIMEOUT, None),
        (Says(before=torn), Cause.CONNECTION, None),
        (Says({"maKetQua": "100"}), Cause.PORTAL_ERROR, None),
        (Says("", 302, {"Location": "https://elsewhere.example/"}), Cause.NOT_READABLE, "HTTP 302"),
    ],
)
def test_what_is_no_answer_has_a_cause(said: Says, cause: Cause, detail: str | None) -> None:
    with little_portal({LOOK_UP: said}) as portal:
        answer = ask(portal.account(), seconds=1.0 if cause is Cause.TIMEOUT else 10.0)
        assert portal.paths() == ["take", "KQNhanLichSuKCB2024"]
    assert (answer.outcome, answer.cause) == (PortalOutcome.SILENT, cause)
    assert detail is None or answer.detail == detail


def test_a_bom_and_keys_in_capitals_are_read() -> None:
    capitals = {name.upper(): value for name, value in CARD.items()}
    body = b"\xef\xbb\xbf" + json.dumps(capitals, ensure_ascii=False).encode()
    with little_portal({LOOK_UP: Says(body)}) as portal:
        answer = ask(portal.account())
    assert answer.card
    assert (answer.card.ma_the, answer.card.ho_ten) == (NUMBER, "Nguyễn Thị Mẫu")


def test_nobody_listens_and_no_such_host() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        nobody = PortalAccount(f"http://127.0.0.1:{held.getsockname()[1]}", "u_BV", PASSWORD, OTHER)
        assert ask(nobody).cause is Cause.CONNECTION
    unknown = PortalAccount("http://portal.invalid", "u_BV", PASSWORD, OTHER)
    assert ask(unknown).cause is Cause.DNS


def test_a_proxy_that_is_not_there_is_named_and_the_environments_is_not_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with little_portal() as portal:
        assert ask(portal.account()).outcome is PortalOutcome.ANSWERED
        answer = ask(portal.account(proxy="http://user:geheim@127.0.0.1:9"))
    assert (answer.cause, answer.detail) == (Cause.CONNECTION, "KIOSK_PORTAL_PROXY")


def test_a_certificate_is_believed_only_where_its_authority_is(tmp_path: Path) -> None:
    with little_portal(tls=certified(tmp_path)) as portal:
        assert ask(portal.account(ca=tmp_path / "ca.pem")).outcome is PortalOutcome.ANSWERED
        assert ask(portal.account()).cause is Cause.TLS


def drip(handler: Any) -> bool:
    """Send a header a letter at a time: no time-out of a socket ever sees it."""
    for letter in "HTTP/1.1 200 OK\r\nX: " + "x" * 1000:
        handler.wfile.write(letter.encode())
        handler.wfile.flush()
        time.sleep(0.05)
    return False


def test_what_is_under_way_can_be_ended_from_outside() -> None:
    with little_portal({LOOK_UP: Says(before=drip)}) as portal:
        client = client_of(portal.account())
        found: list[PortalAnswer] = []
        until = time.monotonic() + 20
        asking = threading.Thread(target=lambda: found.append(client.ask(QUESTION, until)))
        asking.start()
        while len(portal.asked) < 2:
            time.sleep(0.01)
        client.abort()
        asking.join(10)
    assert [answer.outcome for answer in found] == [PortalOutcome.SILENT]


def paid(portal: LittlePortal) -> CoPayment:
    return client_of(portal.account()).co_payment(QUESTION, time.monotonic() + 5)


def test_the_co_payment_is_asked_with_headers_and_its_greatest_sum_counts() -> None:
    rows = [
        {"maCskcb": "79014", "ngayVao": "01/03/2026", "ngayRa": "05/03/2026", "tBNCCTLuyKe": 200},
        {"maCskcb": "79034", "ngayVao": "01/05/2026", "ngayRa": None, "tBNCCTLuyKe": "350000.0"},
    ]
    said = {"MaKetQua": "200", "GhiChu": "Dữ liệu đến 20/11/2026", "DataCCT": rows}
    with little_portal({CO_PAYMENT: Says(said)}) as portal:
        found = paid(portal)
    assert (found.outcome, max(row.luy_ke for row in found.rows), found.note) == (
        PortalOutcome.ANSWERED,
        350_000,
        "Dữ liệu đến 20/11/2026",
    )
    asked = portal.asked[-1]
    assert not asked.query
    assert (asked.headers["accessToken"], asked.headers["tokenId"]) == ("tok-1", "id-1")
    assert asked.headers["passwordHash"] == MD5.upper()
    assert set(asked.words) == {"username", "maThe", "hoTen", "ngaySinh"}


@pytest.mark.parametrize(
    ("said", "outcome", "cause"),
    [
        (Says({"MaKetQua": 204, "GhiChu": "Không có"}), PortalOutcome.ANSWERED, None),
        (Says({"MaKetQua": "400"}, 400), PortalOutcome.REFUSED_US, Cause.PARAMETERS),
        (Says("", 401), PortalOutcome.REFUSED_US, Cause.RIGHT),
        (
            Says({"MaKetQua": "500", "GhiChu": "Có lỗi xảy ra trong quá trình tra cứu!"}, 500),
            PortalOutcome.REFUSED_US,
            Cause.RIGHT,
        ),
        (Says({"MaKetQua": "500", "GhiChu": "Lỗi"}), PortalOutcome.SILENT, Cause.PORTAL_ERROR),
        (Says("", 500), PortalOutcome.SILENT, Cause.PORTAL_ERROR),
        (Says({"MaKetQua": "777"}), PortalOutcome.UNKNOWN_CODE, None),
        (Says({"MaKetQua": "200", "DataCCT": "x"}), PortalOutcome.SILENT, Cause.NOT_READABLE),
        (
            Says({"MaKetQua": "200", "DataCCT": [{"tBNCCTLuyKe": 1}, {"tBNCCTLuyKe": "?"}]}),
            PortalOutcome.SILENT,
            Cause.NOT_READABLE,
        ),
        (
            Says({"MaKetQua": "200", "ThongTinSoThe": {"hoTen": "Người Khác"}}),
            PortalOutcome.SILENT,
            Cause.NOT_READABLE,
        ),
    ],
)
def test_a_co_payment_that_is_not_known_is_never_zero(
    said: Says, outcome: PortalOutcome, cause: Cause | None
) -> None:
    with little_portal({CO_PAYMENT: said}) as portal:
        found = paid(portal)
    assert (found.outcome, found.cause, found.rows) == (outcome, cause, ())


def test_no_secret_and_no_name_is_in_any_text_that_leaves(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("urllib3").setLevel(logging.DEBUG)
    bad = b"x"
    faults = [
        Says(CARD),
        Says("", 500),
        Says(before=torn),
        Says(bad, headers={"Transfer-Encoding": "chunked"}),
        DENIED,
    ]
    said = []
    with little_portal() as portal:
        for fault in faults:
            portal.script[LOOK_UP] = fault
            account = portal.account()
            client = client_of(account)
            answer = client.ask(QUESTION, time.monotonic() + 1)
            token = client._keeper.token(client._transport, time.monotonic() + 1)
            said += [repr(account), str(account), repr(token), repr(client), str(answer.detail)]
    said += [caplog.text, *capfd.readouterr()]
    for secret in (PASSWORD, MD5, MD5.upper(), "tok-1", "id-1", "Mẫu", NUMBER, OFFICER.so_cccd):
        assert not [text for text in said if secret in text], secret
    assert "Starting new HTTP connection" in caplog.text  # what has no secret is logged
