"""Whatever the portal answers becomes a value: right where it is right, never an exception."""

from __future__ import annotations

import contextlib
import json
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.portal_support import CARD, NUMBER, QUESTION
from tests.support import MORNING, each
from verification.adapters.portal.codes import code_of
from verification.adapters.portal.reading import (
    Fields,
    read_fields,
    read_moment,
    read_partial,
)
from verification.adapters.portal.replies import card_answer, co_payment_answer, history_answer
from verification.basics.dates import VIETNAM
from verification.card.portal import Cause, PortalAnswer, PortalOutcome

NAMES = (*CARD, "maTheMoi", "gtTheTuMoi", "MaKetQua", "DataCCT", "dsLichSuKCB2025", "ngayVao")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=12,
)


def fields_of(said: object) -> Fields:
    found = read_fields(json.dumps(said).encode())
    assert found is not None
    return found


def answered(**changes: Any) -> PortalAnswer:
    return card_answer(fields_of({**CARD, **changes}), QUESTION, "79014_BV", MORNING)


def test_a_card_is_read_under_the_portals_names() -> None:
    answer = answered()
    assert (answer.outcome, answer.code, answer.cause) == (PortalOutcome.ANSWERED, "000", None)
    card = answer.card
    assert card
    assert (card.ma_the, card.ma_so_bhxh, card.gioi_tinh) == (NUMBER, "7936000001", "2")
    assert (card.gt_the_tu, card.gt_the_den) == (date(2026, 1, 1), date(2026, 12, 31))
    assert (card.ma_dkbd, card.ma_kv, card.ngay_du_5_nam) == ("79014", None, date(2020, 1, 1))
    assert (answer.issuer, answer.visits) == ("BHXH TP. Hồ Chí Minh", None)


def test_numbers_get_back_the_zeros_that_they_lost() -> None:
    answer = answered(maKetQua=0, maDKBD=1014, ngaySinh=5031994, gtTheTu=1012026)
    assert answer.code == "000"
    assert answer.card
    assert (answer.card.ma_dkbd, answer.card.gt_the_tu) == ("01014", date(2026, 1, 1))
    assert answer.card.ngay_sinh
    assert answer.card.ngay_sinh.iso == "1994-03-05"


@each("code", [None, "", "null", [], {}, True, "0" * 40, "Lỗi hệ thống", "<b>"])
def test_without_a_code_nothing_was_answered(code: object) -> None:
    answer = answered(maKetQua=code)
    assert (answer.outcome, answer.cause) == (PortalOutcome.SILENT, Cause.NOT_READABLE)
    assert answer.card is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('{"maKetQua": "000", "MAKETQUA": "110"}', None),
        ('{"maKetQua": "000", "maketqua": "000"}', "000"),
        ('{"maKetQua": null, "maKetQua": "110"}', "110"),
        ('{"maKetQua": "000", "maKetQua": ""}', "000"),
        ('{" maKetQua ": "004"}', "004"),
    ],
)
def test_a_key_that_stands_twice_counts_where_it_says_one_thing(
    body: str, code: str | None
) -> None:
    fields = read_fields(body.encode())
    assert fields
    assert code_of(fields) == code


def test_what_nobody_sees_is_no_part_of_a_code_or_a_note() -> None:
    answer = answered(maKetQua="\u00a0110\u200b", ghiChu="Thẻ \u202eđã thu hồi\u2066")
    assert (answer.outcome, answer.code) == (PortalOutcome.REJECTED, "110")
    assert answer.note == "Thẻ đã thu hồi"


def test_the_answer_of_another_person_answers_nobody() -> None:
    other = answered(maThe="DN4797936000009", maSoBHXH="7936000009")
    assert (other.outcome, other.cause, other.detail) == (
        PortalOutcome.SILENT,
        Cause.NOT_READABLE,
        "maThe",
    )
    assert other.card is None
    same = answered(maThe="HT3797936000001")  # of the same person
    assert same.outcome is PortalOutcome.ANSWERED


def test_an_unknown_code_is_shown_as_it_is_with_its_note() -> None:
    answer = answered(maKetQua="777", ghiChu="Thẻ tạm khóa\r\n từ hôm nay")
    assert (answer.outcome, answer.code) == (PortalOutcome.UNKNOWN_CODE, "777")
    assert answer.note == "Thẻ tạm khóa từ hôm nay"


@each(
    ("text", "iso"),
    [
        ("17/04/1994", "1994-04-17"),
        ("7/4/1994", "1994-04-07"),
        ("04/1994", "1994-04"),
        ("1994", "1994"),
        ("19940417", "1994-04-17"),
        ("05031994", "1994-03-05"),
        ("199404170830", "1994-04-17"),
        ("1994-04-17T00:00:00", "1994-04-17"),
        ("17/04/1994 00:00:00", "1994-04-17"),
        ("31/02/1994", None),
        ("00/00/1994", None),
        ("19941317", None),
        ("0001-01-01T00:00:00", None),
        ("1994041", None),
        ("hôm qua", None),
        ("", None),
    ],
)
def test_a_date_is_read_in_each_of_its_forms(text: str, iso: str | None) -> None:
    found = read_partial(text)
    assert (found.iso if found else None) == iso


@pytest.mark.parametrize(
    ("text", "at", "timed"),
    [
        ("202611200805", datetime(2026, 11, 20, 8, 5, tzinfo=VIETNAM), True),
        ("20261120080559", datetime(2026, 11, 20, 8, 5, tzinfo=VIETNAM), True),
        ("20/11/2026 08:05", datetime(2026, 11, 20, 8, 5, tzinfo=VIETNAM), True),
        ("20261120", datetime(2026, 11, 20, tzinfo=VIETNAM), False),
        ("202611202561", None, False),
        ("11/2026", None, False),
    ],
)
def test_a_time_is_read_with_or_without_its_hour(
    text: str, at: datetime | None, timed: bool
) -> None:
    found = read_moment(text)
    assert (found.at if found else None) == at
    assert not found or found.timed is timed


def test_the_history_comes_newest_first_and_marks_our_own_looks() -> None:
    said = {
        "maKetQua": "000",
        "dsLichSuKCB2025": [
            {"maCSKCB": "79034", "ngayVao": "202601050800", "ngayRa": "202601051000"},
            "no row",
            {"maCSKCB": None, "ngayVao": "?"},
            {"maCSKCB": "01001", "ngayVao": "20261101", "tinhTrang": 1, "kqDieuTri": "5"},
            {"maCSKCB": "04021", "ngayVao": "20250101", "ngayRa": "20259999"},
        ],
        "dsLichSuKT2018": [
            {"userKT": "79014_bv", "thoiGianKT": "202611220800", "maLoi": "000"},
            {"userKT": "79034_BV", "thoiGianKT": "x"},
        ],
    }
    visits, looks = history_answer(fields_of(said), "79014_BV")
    assert [(v.ma_cskcb, v.timed, v.ket_qua, v.ended) for v in visits] == [
        ("01001", False, "5", False),
        ("79034", True, "", False),
        ("04021", False, "", True),
    ]
    assert [(one.user, one.own, one.at is None) for one in looks] == [
        ("79014_bv", True, False),
        ("79034_BV", False, True),
    ]


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"000"', b"\xff\xfe", b"{", b"[" * 99_999])
def test_what_is_no_object_is_none(body: bytes) -> None:
    assert read_fields(body) is None


@given(
    st.dictionaries(st.sampled_from(NAMES), VALUES), st.sampled_from(["000", "003", "110", None])
)
def test_no_json_is_an_exception(said: dict[str, Any], code: str | None) -> None:
    fields = fields_of({**said, "maKetQua": code} if code else said)
    answer = card_answer(fields, QUESTION, "79014_BV", MORNING)
    assert (answer.cause is None) == (
        answer.outcome
        in {PortalOutcome.ANSWERED, PortalOutcome.REJECTED, PortalOutcome.UNKNOWN_CODE}
    )
    co_payment_answer(fields, QUESTION, MORNING)
    with contextlib.suppress(ValueError):  # which says that there is no history
        history_answer(fields, "79014_BV")


@given(st.binary(max_size=200))
def test_no_bytes_are_an_exception(body: bytes) -> None:
    read_fields(body)


@given(st.text(max_size=30))
def test_no_text_is_an_exception_as_a_date(text: str) -> None:
    read_partial(text)
    read_moment(text)
