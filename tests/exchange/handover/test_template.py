"""What F3 copies: a line of the hospital's own making, filled with a patient's facts."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.handover_support import JUDGED, VISIT
from tests.support import a_card, each
from verification.basics.dates import PartialDate
from verification.basics.errors import RequestError
from verification.exchange.handover.facts import NAMES, facts_of
from verification.exchange.handover.template import one_line, template_of
from verification.exchange.hospital import DEFAULT_TEMPLATE
from verification.log.visit import CancelReason, PortalWord, Visit

ANSWERED = replace(VISIT, portal=PortalWord.ANSWERED, portal_code="000")


def line(template: str, visit: Visit | None = ANSWERED, **facts: object) -> str:
    return template_of(template).filled(facts_of(a_card(**facts), JUDGED, visit))


def test_the_usual_line_has_seven_fields_with_tabs_between() -> None:
    assert line(DEFAULT_TEMPLATE) == (
        "DN4797900000011\tNguyễn Thị Mẫu\t05/03/1994\t2\t79014\t01/01/2026\t"
    )
    assert template_of(DEFAULT_TEMPLATE).names == (
        *("ma_the", "ho_ten", "ngay_sinh", "gioi_tinh", "ma_dkbd", "gt_the_tu", "gt_the_den"),
    )


@pytest.mark.parametrize("between", ["\t", r"\t", "{tab}"])
def test_a_tab_may_be_written_in_three_ways(between: str) -> None:
    assert line(between.join(["{ma_the}", "{ma_dkbd}"])) == "DN4797900000011\t79014"


@pytest.mark.parametrize("end", ["\n", "\r\n", r"\n", "{dong}"])
def test_a_line_end_may_be_written_in_four_ways(end: str) -> None:
    assert line("{ma_kv}" + end + "{ma_dkbd}") == "\n79014"


@each(
    ("template", "said"),
    [
        ("{ngay_sinh}", "05/03/1994"),
        ("{ngay_sinh:dmy}", "05/03/1994"),
        ("{ngay_sinh:iso}", "1994-03-05"),
        ("{ngay_sinh:so}", "19940305"),
        ("{gioi_tinh}", "2"),
        ("{gioi_tinh:so}", "2"),
        ("{gioi_tinh:chu}", "Nữ"),
        ("{ho_ten:hoa}", "NGUYỄN THỊ MẪU"),
        ("{rate_percent} % {ma_doituong_kcb}", "47.5 % 1.1"),
        ("{so_thu_tu} {visit_id} {verdict}", "12 visit-1 eligible"),
        ("{thoi_diem} {thoi_diem:iso}", "26/11/2026 08:30 2026-11-26T08:30:00"),
        ("{thoi_diem:so} {ngay:so}", "202611260830 20261126"),
        (r"{{{ma_dkbd}}} \\ 100 %", "{79014} \\ 100 %"),
        ("{cong} {cong:ma} {cong_ma}", "Cổng đã trả lời answered 000"),
    ],
)
def test_a_fact_is_written_as_the_template_says(template: str, said: str) -> None:
    assert line(template) == said


@pytest.mark.parametrize(
    ("born", "written"),
    [
        (PartialDate(1955), ("1955", "1955", "1955")),
        (PartialDate(1955, 7), ("07/1955", "1955-07", "195507")),
        (None, ("", "", "")),
    ],
)
def test_of_a_date_only_what_is_known_is_written(
    born: PartialDate | None, written: tuple[str, ...]
) -> None:
    template = "{ngay_sinh}|{ngay_sinh:iso}|{ngay_sinh:so}"
    assert tuple(line(template, ngay_sinh=born).split("|")) == written


def test_what_is_not_known_leaves_its_place_empty() -> None:
    known = {"gioi_tinh": None, "ma_dkbd": None, "gt_the_den": date(2026, 12, 31)}
    assert line(DEFAULT_TEMPLATE, **known).split("\t")[3:] == ["", "", "01/01/2026", "31/12/2026"]
    assert line("{gioi_tinh:chu}{visit_id}.", None, gioi_tinh=None) == "."


def test_an_unanswered_portal_is_said_last_unless_the_template_says_it() -> None:
    assert line("{ma_dkbd}", VISIT) == "79014\tChưa có trả lời của Cổng"
    assert line("{cong}|{ma_dkbd}", VISIT) == "Chưa có trả lời của Cổng|79014"
    assert line("{ma_dkbd}", None) == "79014"
    assert line("{ma_dkbd}", replace(VISIT, portal=PortalWord.ANSWERED)) == "79014"
    refused = replace(VISIT, portal=PortalWord.REJECTED)
    assert line("{ma_dkbd}", refused) == "79014\tCổng không nhận thẻ"
    assert line("{ma_dkbd}", replace(VISIT, cancelled=CancelReason.KHAC)) == "79014"


@each(
    ("template", "named"),
    [
        ("{ma_the}\t{ten}", "không có trường ten; các trường: ma_the"),
        ("{ma_the }", "không có trường ma_the ;"),
        ("{}", "không có trường ;"),
        ("{ma_the:so}", "không viết được ma_the:so"),
        ("{ngay_sinh:mdy}", "cách viết: dmy, iso, so"),
        ("{ngay_sinh:}", "cách viết: dmy, iso, so"),
        ("{ma_the", "ngoặc nhọn"),
        ("ma_the}", "ngoặc nhọn"),
        (r"{ma_the}\x", r"không hiểu \x"),
        ("{ma_the}\\", "không hiểu \\"),
        ("ma_the", "không có trường nào"),
        ("{tab}", "không có trường nào"),
        ("{ma_the}" * 300, "quá dài"),
    ],
)
def test_what_is_wrong_with_a_template_is_named(template: str, named: str) -> None:
    with pytest.raises(RequestError) as wrong:
        template_of(template)
    assert named in wrong.value.vi


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Nguyễn\tThị\r\nMẫu", "Nguyễn Thị Mẫu"),
        ("Mẫu\x00\x1b[31m", "Mẫu [31m"),
        ("Mẫu\u2028\u2029\x85A", "Mẫu A"),
        ("Mẫu\u202e\u200b", "Mẫu"),
        (unicodedata.normalize("NFD", "Nguyễn"), "Nguyễn"),
        ("{ma_the}", "{ma_the}"),
        (r"a\tb", r"a\tb"),
    ],
)
def test_no_value_takes_the_place_of_another(name: str, kept: str) -> None:
    assert line("{ho_ten}\t{ma_dkbd}", ho_ten=name) == f"{kept}\t79014"


@given(st.text(max_size=40))
def test_any_value_stays_one_line_without_signs_that_act(value: str) -> None:
    written = one_line(value)
    assert unicodedata.is_normalized("NFC", written)
    assert not {unicodedata.category(sign) for sign in written} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert one_line(written) == written


@given(st.lists(st.sampled_from(NAMES), min_size=1), st.text(max_size=30))
def test_each_field_has_a_place_of_its_own(names: list[str], name: str) -> None:
    template = "\t".join(f"{{{one}}}" for one in names)
    assert line(template, ho_ten=name, dia_chi=name).count("\t") == len(names) - 1
