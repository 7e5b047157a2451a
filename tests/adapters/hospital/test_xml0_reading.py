"""A file of records from anybody is read with care, and what a signer changed is seen."""

from __future__ import annotations

import codecs
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import each
from verification.adapters.hospital.xml0 import reading
from verification.adapters.hospital.xml0.checking import check_file, check_records
from verification.adapters.hospital.xml0.reading import Refused, check_ins, read
from verification.adapters.hospital.xml0.writing import written
from verification.exchange.record.fields import NAMES, CheckIn, Level
from verification.rules.law.tables import shipped

ONE = CheckIn(
    ma_lk="LK1",
    stt="1",
    ma_bn="BN1",
    ho_ten="Nguyễn Thị Mẫu",
    ngay_sinh="199403050000",
    gioi_tinh="2",
    ma_the_bhyt="DN4797900000011",
    gt_the_tu="20260101",
    ma_doituong_kcb="1.1",
    ngay_vao="202611220812",
    ma_loai_kcb="01",
    ma_cskcb="79014",
    ma_dich_vu="02.1896",
    ten_dich_vu="Khám Nội",
    ngay_yl="202611220835",
)
PLAIN = written([ONE])


def refused(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        read(data)
    return caught.value.flaw.code


@each(
    ("data", "code"),
    [
        (codecs.BOM_UTF8 + PLAIN, "bom"),
        (PLAIN.decode().encode("utf-16"), "encoding"),
        (PLAIN.replace(b"UTF-8", b"windows-1258"), "encoding"),
        (PLAIN.decode().replace("Thị", "Th").encode("latin-1", "ignore") + b"\xe9", "encoding"),
        (PLAIN.replace(b"LK1", b"LK\x00"), "nul"),
        (b"<!DOCTYPE a SYSTEM 'file:///etc/hostname'>" + PLAIN[38:], "document_type"),
        (b"<!DOCTYPE a [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]><a>&b;</a>", "document_type"),
        (PLAIN[: len(PLAIN) // 2], "not_well_formed"),
        (b"", "not_well_formed"),
        (b"\x89PNG\r\n", "encoding"),
        (b"<a>" * 60 + b"</a>" * 60, "deep"),
        (b"<a>" * 100_000, "not_well_formed"),
    ],
)
def test_what_is_dangerous_or_no_xml_is_refused_by_name(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_what_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 100)
    assert refused(PLAIN) == "huge"


@given(st.binary(max_size=200))
def test_no_bytes_break_the_check(data: bytes) -> None:
    assert check_file(data, shipped()).flaws


@given(st.lists(st.text(max_size=20), min_size=len(NAMES), max_size=len(NAMES)))
def test_whatever_the_fields_hold_is_written_as_a_file_that_can_be_checked(
    values: list[str],
) -> None:
    record = CheckIn(**dict(zip(NAMES, values, strict=True)))
    assert len(check_ins(read(written([record])))) == 1
    assert all(flaw.words.vi for flaw in check_records([record], shipped()))


def codes(**changes: str) -> dict[str, str]:
    """Return what is said of a record with changes, by code, and how much it weighs."""
    flaws = check_records([replace(ONE, **changes)], shipped())
    return {flaw.code: flaw.level.value for flaw in flaws}


@each(
    ("changes", "expected"),
    [
        ({}, {}),
        ({"ngay_sinh": "195000000000"}, {}),
        ({"ngay_sinh": "199403000000"}, {"month_alone": "doubtful"}),
        ({"ngay_sinh": "199402300000"}, {"no_date": "wrong"}),
        ({"ngay_sinh": "202611230000"}, {"after_visit": "wrong"}),
        ({"ngay_sinh": "202611200000"}, {"newborn": "doubtful"}),
        ({"ngay_sinh": "202611200730"}, {}),
        ({"ngay_vao_noi_tru": "202611220812", "ly_do_vnt": "Sốt"}, {}),
        ({"ngay_vao_noi_tru": "202611220812"}, {"no_reason": "wrong"}),
        ({"ma_ly_do_vnt": "01"}, {"not_admitted": "doubtful"}),
        ({"ngay_yl": "202611220811"}, {"before_visit": "doubtful"}),
        ({"ngay_yl": "202611311200"}, {"no_date": "wrong"}),
        ({"ma_doituong_kcb": "2"}, {"emergency": "doubtful"}),
        ({"ma_doituong_kcb": "1.10"}, {"not_in_list": "wrong"}),
        ({"ma_loai_kcb": "16"}, {}),
        ({"ma_loai_kcb": "16", "ngay_vao": "202607311200"}, {"not_in_list": "wrong"}),
        ({"ma_thuoc": "40.1"}, {"no_name": "wrong"}),
        ({"ten_thuoc": "Vitamin"}, {"no_code": "wrong"}),
        ({"ma_thuoc": "40.1", "ten_thuoc": "x" * 1025}, {"maybe_long": "doubtful"}),
        ({"ma_thuoc": "40.1", "ten_thuoc": "x" * 2001}, {"too_long": "wrong"}),
        ({"gt_the_den": "20251231"}, {"ends_before": "wrong"}),
        ({"gt_the_den": "20260101;20260201"}, {"not_aligned": "wrong"}),
        ({"gt_the_tu": ""}, {"no_begin": "doubtful"}),
        ({"ma_dkbd": "79000"}, {"temporary": "doubtful"}),
        ({"ma_the_bhyt": "TE1797900000042", "ma_dkbd": "79000"}, {}),
        ({"ma_the_bhyt": "", "gt_the_tu": ""}, {"no_card": "doubtful"}),
        ({"ma_the_bhyt": "", "gt_the_tu": "", "ma_doituong_kcb": "9"}, {}),
        ({"ma_the_bhyt": "DN779AA12345678"}, {"old_number": "doubtful"}),
        ({"so_cccd": "123456789"}, {}),
        ({"so_cccd": "C1234567"}, {}),
        ({"so_cccd": "tai.khoan-1"}, {}),
        ({"so_cccd": "1234567890"}, {"form": "wrong"}),
        ({"gioi_tinh": "4"}, {"form": "wrong"}),
        ({"ho_ten": "  "}, {"empty": "wrong"}),
        ({"ma_lk": "x" * 101}, {"too_long": "wrong"}),
    ],
)
def test_each_rule_speaks_where_it_should(changes: dict[str, str], expected: object) -> None:
    assert codes(**changes) == expected


def test_wrong_weighs_more_than_doubtful_and_each_flaw_names_its_record() -> None:
    flaws = check_records([ONE, replace(ONE, ma_lk="LK2", stt="2", gioi_tinh="")], shipped())
    assert [(f.nth, f.name, f.level) for f in flaws] == [(2, "gioi_tinh", Level.WRONG)]
