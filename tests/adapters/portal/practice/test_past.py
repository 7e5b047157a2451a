"""History and co-payment of the practice portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from verification.adapters.portal.practice.calls import Call

if TYPE_CHECKING:
    from tests.adapters.portal.practice.conftest import Asker


def test_visits_elsewhere_are_told_from_today(asker: Asker) -> None:
    told = asker.ask("CN3797900000250", Call.HISTORY).json()
    (stay,) = told["dsLichSuKCB2025"]
    assert (stay["maCSKCB"], stay["ngayVao"], stay["ngayRa"]) == ("79002", "202611210930", None)
    (death,) = asker.ask("CC1797900000232", Call.HISTORY).json()["dsLichSuKCB2025"]
    assert (death["kqDieuTri"], death["ngayRa"]) == ("5", "202611082315")
    (sent_on,) = asker.ask("NN4797900000205", Call.HISTORY).json()["dsLichSuKCB2025"]
    assert sent_on["tinhTrang"] == "2"
    (today,) = asker.ask("HT3797900000253", Call.HISTORY).json()["dsLichSuKCB2025"]
    assert today["ngayVao"] == "202611260005"


def test_nobody_with_a_past_is_null_and_no_error(asker: Asker) -> None:
    told = asker.ask("CB2797900000271", Call.HISTORY).json()
    assert (told["maKetQua"], told["dsLichSuKCB2025"]) == ("000", None)


def test_who_asks_under_another_name_is_told_nothing(asker: Asker) -> None:
    told = asker.ask("CN3797900000250", Call.HISTORY, hoTen="Người Khác Thử").json()
    assert told["dsLichSuKCB2025"] is None


@pytest.mark.parametrize(("birth", "code"), [("13/09/1986", "000"), ("09/1986", "205")])
def test_the_history_wants_a_day_or_a_year(asker: Asker, birth: str, code: str) -> None:
    told = asker.ask("CN3797900000250", Call.HISTORY, ngaySinh=birth).json()
    assert told["maKetQua"] == code


def test_co_payment_is_cumulative_newest_first_and_says_up_to_when(asker: Asker) -> None:
    told = asker.co_payment("NN4797900000205").json()
    assert told["MaKetQua"] == "200"
    assert "25/11/2026" in told["GhiChu"]
    assert [row["tBNCCTLuyKe"] for row in told["DataCCT"]] == [16400000, 15180000]
    assert [row["ngayRa"] for row in told["DataCCT"]] == ["27/10/2026", "10/05/2026"]
    assert told["ThongTinSoThe"]["maBhxh"] == "7900000205"


@pytest.mark.parametrize("number", ["CB2797900000271", "GD4797900000902"])
def test_no_card_and_no_co_payment_are_one_answer(asker: Asker, number: str) -> None:
    told = asker.co_payment(number)
    assert (told.status_code, told.json()["MaKetQua"]) == (200, "204")
    assert told.json()["DataCCT"] is None


def test_a_co_payment_without_a_name_or_in_a_form_is_bad_input(asker: Asker) -> None:
    assert asker.co_payment("NN4797900000205", hoTen="").json()["MaKetQua"] == "400"
    body = {"username": asker.user, "maThe": "NN4797900000205", "hoTen": "x", "ngaySinh": "1991"}
    told = asker.post(Call.CO_PAYMENT, headers=asker.headers(), data=body)
    assert told.json()["MaKetQua"] == "400"


def test_a_co_payment_with_a_bad_token_has_no_body(asker: Asker) -> None:
    headers = asker.headers() | {"tokenId": "khac"}
    told = asker.post(Call.CO_PAYMENT, headers=headers, json={"username": asker.user})
    assert (told.status_code, told.content) == (401, b"")


@pytest.mark.parametrize("signature", [b"abc", b"\n <Signature/>\n"])
def test_a_signed_record_is_taken_once_however_often_it_comes(
    asker: Asker, signature: bytes
) -> None:
    record = b"<CHECKIN><CHUKYDONVI>" + signature + b"</CHUKYDONVI></CHECKIN>"
    first, again = (asker.check_in(record).json() for _ in range(2))
    assert (first["maKetQua"], first["thoiGianTiepNhan"]) == ("200", "20261126093000")
    assert first["maGiaoDich"] == again["maGiaoDich"]
    assert asker.practice.calls.records == 1


@pytest.mark.parametrize("record", [b"<CHECKIN/>", b"<CHUKYDONVI> </CHUKYDONVI>", b""])
def test_an_unsigned_record_is_refused(asker: Asker, record: bytes) -> None:
    told = asker.check_in(record).json()
    assert (told["maKetQua"], told["maGiaoDich"]) == ("205", None)
    assert asker.practice.calls.records == 0
