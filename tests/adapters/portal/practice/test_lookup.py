"""Each code of the portal's table is answered to somebody, by what is asked and what is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.tables import card_of, table
from verification.adapters.portal.practice.register import people

if TYPE_CHECKING:
    from tests.adapters.portal.practice.conftest import Asker

CODES = {
    "DN4797900000201": "000",
    "QN5979700000259": "001",
    "CY5979700000261": "001",
    "CA5989800000260": "002",
    "DN4797900000266": "003",
    "GD4383800000268": "003",
    "SV4010100000267": "004",
    "TE1797900000235": "010",
    "TE1797900000236": "010",
    "TE1797900000237": "050",
    "GD4797900000902": "050",
    "DN4793900000201": "050",
    "DN9797900000201": "051",
    "DN4017900000201": "052",
    "DN3797900000201": "053",
    "CK2797900000238": "090",
    "TH4797900000228": "100",
    "TD4797900000229": "101",
    "DN4797900000262": "110",
    "CH4797900000204": "110",
    "DN4797900000263": "120",
    "TB4797900000209": "121",
    "MS4797900000215": "122",
    "HG4797900000221": "123",
    "TS2797900000246": "124",
    "HT3797900000264": "124",
    "TE1383800000234": "130",
    "DN4797900000276": "140",
    "BA4141400000231": "205",
    "TU4484800000230": "500",
    "GB4383800000225": "999",
}


def test_each_card_answers_its_code(asker: Asker) -> None:
    name_of_201 = {"hoTen": "Đặng Thị Thẳng Mẫu", "ngaySinh": "1987"}
    told = {n: asker.code(n, **(name_of_201 if n[5:] == "7900000201" else {})) for n in CODES}
    assert told == CODES


def test_every_code_of_the_notes_can_be_had(asker: Asker) -> None:
    elsewhere = {"054", "055", "060", "061", "070", "401"}  # by who asks and what is asked
    assert set(people()["notes"]) <= set(CODES.values()) | elsewhere


def test_whoever_the_data_name_is_somebody_of_the_tables() -> None:
    data, listed = people(), {row["ma_the"]: row for row in table("cards")}
    assert set(data["people"]) <= set(listed)
    assert {card["like"] for card in data["cards"]} <= set(listed)
    named = {row["of"] for kind in ("visits", "paid") for row in data[kind]}
    assert named | set(data["looked_up"]) <= {row["ma_so_bhxh"] for row in listed.values()}


def test_the_demos_cards_are_known_with_their_facts(asker: Asker) -> None:
    told = asker.ask("CB2797900000271").json()
    assert (told["maKetQua"], told["hoTen"], told["ngaySinh"], told["gioiTinh"]) == (
        *("000", "Nguyễn Song Ngữ Mẫu", "14/04/1978"),
        "Nam",
    )
    assert (told["maThe"], told["maSoBHXH"], told["maDKBD"]) == (
        *("CB2797900000271", "7900000271"),
        "79014",
    )
    assert (told["gtTheTu"], told["gtTheDen"], told["maKV"]) == ("01/01/2025", None, "")
    assert told["dsLichSuKCB2018"] is None
    assert "Nguyễn Song Ngữ Mẫu" in told["ghiChu"]


@pytest.mark.parametrize("number", ["7900000201", "079187000201", " dn4 79 790-000 0201 "])
def test_each_kind_of_number_finds_the_card(asker: Asker, number: str) -> None:
    told = asker.ask(number, hoTen="đặng thị thẳng mẫu", ngaySinh="18/06/1987").json()
    assert (told["maKetQua"], told["maThe"]) == ("000", "DN4797900000201")


def test_the_body_may_be_json(asker: Asker) -> None:
    assert asker.ask("DN4797900000201", as_json=True).json()["maKetQua"] == "000"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("ĐẶNG THỊ THẲNG MẪU", "000"),
        ("Dang Thi Thang Mau", "061"),
        ("Đặng Thị Khác", "061"),
        ("Tôn Người Khác Thử", "060"),
        ("", "205"),
    ],
)
def test_the_name_is_compared(asker: Asker, name: str, code: str) -> None:
    told = asker.ask("DN4797900000201", hoTen=name).json()
    assert told["maKetQua"] == code
    assert (told["hoTen"] is None) == (code != "000")


@pytest.mark.parametrize(
    ("birth", "code"),
    [
        *[("18/06/1987", "000"), ("06/1987", "000"), ("1987", "000"), ("1961", "070")],
        *[("18061987", "205"), ("31/02/1987", "205"), ("", "205"), ("1988-06-18", "205")],
    ],
)
def test_the_birth_date_is_compared_and_bare_digits_are_refused(
    asker: Asker, birth: str, code: str
) -> None:
    told = asker.ask("DN4797900000201", ngaySinh=birth).json()
    assert told["maKetQua"] == code
    if code == "070":
        assert told["ngaySinh"] == "18/06/1987"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"cccdCb": "079194000111"}, "054"),
        ({"cccdCb": ""}, "054"),
        ({"hoTenCb": "Người Khác"}, "055"),
        ({"hoTenCb": "NGUYỄN THỊ QUẦY MẪU", "cccdCb": "079194000298"}, "000"),
    ],
)
def test_only_registered_officers_ask(asker: Asker, fields: dict[str, str], code: str) -> None:
    assert asker.code("DN4797900000201", **fields) == code


def test_what_replaces_a_card_is_told_and_known(asker: Asker) -> None:
    told = asker.ask("DN4797900000266").json()
    assert (told["maTheMoi"], told["gtTheTuMoi"]) == ("HT3797900000266", "01/01/2026")
    assert asker.code("HT3797900000266") == "000"
    told = asker.ask("GD4383800000268").json()
    assert (told["maTheMoi"], told["gtTheTuMoi"], told["gtTheDenMoi"]) == (
        *("GD4383800000268", "01/05/2024"),
        "31/12/2039",
    )


def test_of_a_reduced_card_the_new_number_or_the_bhxh_number_leads_on(asker: Asker) -> None:
    who = {"hoTen": "Vũ Thị Phụng Mẫu", "ngaySinh": "1968"}
    assert asker.ask("TB4797900000209").json()["maTheMoi"] == "TB4487900000209"
    assert asker.code("TB4487900000209", **who) == "000"
    who = {"hoTen": "Trịnh Thị Lỡ Thử", "ngaySinh": "1964"}
    told = asker.ask("MS4797900000215").json()
    assert (told["maTheMoi"], told["maSoBHXH"]) == (None, "7900000215")
    assert asker.ask("7900000215", **who).json()["maThe"] == "HT3797900000215"
    who = {"hoTen": "Châu Hiến Mẫu", "ngaySinh": "1974"}
    assert asker.code("7900000221", **who) == "123"


def test_the_store_and_the_portal_differ_where_the_demo_says_so(asker: Asker) -> None:
    listed = {row["ma_the"] for row in table("cards")}
    assert card_of("DN4797900000202")["gt_the_den"] == "2025-06-30"
    told = asker.ask("DN4797900000202").json()
    assert (told["maKetQua"], told["gtTheTu"], told["gtTheDen"]) == ("000", "01/07/2025", None)
    assert "DN4797900000901" not in listed
    assert asker.code("DN4797900000901") == "000"
    assert card_of("CH4797900000204")["trang_thai"] == "hieu_luc"


def test_a_locked_card_says_so_in_its_note_alone(asker: Asker) -> None:
    told = asker.ask("DN4797900000276").json()
    assert "tạm khóa" in told["ghiChu"]


def test_our_own_account_stands_among_who_looked(asker: Asker) -> None:
    number = "HT3797900000253"
    asker.ask(number)
    told = asker.ask(number).json()["dsLichSuKT2018"]
    assert [row["userKT"] for row in told] == ["79014_BV", "79014_BV", "79027_BV", "79002_BV"]
    assert told[0]["thoiGianKT"] == "202611260930"
    assert all(row["thoiGianKT"].startswith("20261126") for row in told)
