"""The portal's codes are data: the contract's list, each with words, and none that is invented."""

from __future__ import annotations

import re

import pytest

from tests.support import ROOT, each
from verification.card.facts import Status
from verification.card.portal import Cause, PortalOutcome
from verification.card.portal_codes import (
    LookAgain,
    code_of,
    outcome_of,
    portal_codes,
    says_locked,
)
from verification.card.reasons import Reason

# contracts.md, "A code of the portal becomes one of these"
CONTRACT = {
    "valid": "000",
    "managed_elsewhere": "001 002",
    "card_replaced": "003 004",
    "expired": "010",
    "not_in_store": "050",
    "bad_number": "051 052 053",
    "name_differs": "060 061",
    "birth_differs": "070",
    "facility_differs": "090",
    "withdrawn": "110",
    "reduced": "120 121 122 123 124",
    "temporary_number": "130",
    "portal_silent": "054 055 100 101 205 401 500",
}
PAGE = ROOT / "docs" / "portal-codes.md"


def test_the_codes_are_the_contracts() -> None:
    wanted = {code: reason for reason, codes in CONTRACT.items() for code in codes.split()}
    assert {code: said.reason.value for code, said in portal_codes().items()} == wanted
    assert set(map(Reason, CONTRACT)) == {c.reason for c in portal_codes().values()}


def test_the_docs_have_the_same_table() -> None:
    rows = [
        f"| `{said.code}` | {said.text.vi} | `{said.reason.value}` | `{said.outcome.value}` "
        f"| {said.next.vi} |"
        for said in portal_codes().values()
    ]
    written = [line for line in PAGE.read_text("utf-8").splitlines() if re.match(r"\| `\d", line)]
    assert written == rows


def test_a_code_of_ours_or_theirs_is_never_the_patients() -> None:
    technical = {code for code, said in portal_codes().items() if said.cause}
    assert technical == set(CONTRACT["portal_silent"].split())
    for code in technical:
        assert outcome_of(code) in {PortalOutcome.SILENT, PortalOutcome.REFUSED_US}
    assert {c for c, s in portal_codes().items() if s.cause is Cause.OFFICER} == {"054", "055"}


@pytest.mark.parametrize(("code", "status"), [("110", Status.THU_HOI), ("124", Status.BAO_GIAM)])
def test_what_bars_a_card_is_kept_with_it(code: str, status: Status) -> None:
    said = code_of(code)
    assert said is not None
    assert said.status is status


def test_what_is_looked_up_once_more_is_told() -> None:
    again = {code: said.again for code, said in portal_codes().items() if said.again}
    new, person = LookAgain.NEW_CARD, LookAgain.PERSON
    assert again == {"003": new, "004": new, "121": person, "122": person, "123": person}


@pytest.mark.parametrize("code", ["777", "00", "0000", "OK", "  "])
def test_a_code_of_no_table_is_unknown(code: str) -> None:
    assert code_of(code) is None
    assert outcome_of(code) is PortalOutcome.UNKNOWN_CODE


def test_no_code_is_silence() -> None:
    assert outcome_of(None) is PortalOutcome.SILENT
    assert outcome_of("") is PortalOutcome.SILENT


@pytest.mark.parametrize(
    "note",
    [
        "Thẻ đang bị tạm khóa",
        "Thẻ đang bị tạm khoá theo công văn",
        "THE DANG BI TAM KHOA",
        "Thẻ BHYT tạm giữ từ ngày 01/11/2026",
        "Thẻ này đã bị khóa",
    ],
)
def test_a_note_says_that_a_card_is_locked(note: str) -> None:
    assert says_locked(note)


@each(
    "note",
    [
        None,
        "",
        "Thẻ không bị tạm khóa",
        "Thẻ đã hết tạm khóa",
        "the chua bi khoa",
        "Họ tên: Nguyễn Tâm Khoa, thẻ không hợp lệ",
        "Bệnh nhân ở Tam Khoái",
        "<html>503</html>",
    ],
)
def test_other_notes_lock_nothing(note: str | None) -> None:
    assert not says_locked(note)


def test_a_persons_name_is_no_word_of_the_portal() -> None:
    assert says_locked("TRAN TAM KHOA, KHONG RO")  # without diacritics nothing tells them apart
    assert not says_locked("TRAN TAM KHOA, KHONG RO", "TRAN TAM KHOA")
