"""What leaves on paper or as a list."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from openpyxl import load_workbook

from tests.case_support import AN, BINH, a_flag, arrive, only_case
from tests.support import MORNING
from verification.adapters.papers.case_lists import list_rows
from verification.adapters.papers.case_pdf import case_pdf
from verification.adapters.papers.sheets import as_csv, as_xlsx
from verification.basics.texts import of_room
from verification.log.case import CaseOutcome, Proposed
from verification.review import case_file, cases, figures, four_eyes

if TYPE_CHECKING:
    from verification.kiosk import Kiosk
    from verification.review.evidence import CaseFile


LONG_AGO = MORNING - timedelta(days=400)


def text_of(kiosk: Kiosk, file: CaseFile, lang: str = "vi") -> str:
    """Return the words of a case on paper."""
    paper = pypdfium2.PdfDocument(io.BytesIO(case_pdf(file, AN, kiosk, lang)))
    return "\n".join(page.get_textpage().get_text_bounded() for page in paper)


def confirmed(kiosk: Kiosk) -> str:
    """Return the number of a case that two people confirmed."""
    arrive(kiosk, "patient-1", a_flag("M08", 50, numbers={"case": "other"}))
    case = cases.take_next(AN, kiosk)
    assert case is not None
    proposal = four_eyes.propose(AN, kiosk, case.number, Proposed.CONFIRMED).proposal
    assert proposal is not None
    four_eyes.approve(BINH, kiosk, case.number, proposal)
    return case.number


def test_a_flag_is_dated_and_a_level_is_in_words(kiosk: Kiosk) -> None:
    case = confirmed(kiosk)
    text = text_of(kiosk, case_file.print_inside(AN, kiosk, case))
    assert "M08 (v1) 22/11/2026: " in text
    assert "(cần xem lại)" in text
    rows = list_rows(kiosk, figures.case_list(AN, kiosk, LONG_AGO, "csv"), "vi")
    assert "cần xem lại" in rows[1]


def test_what_a_print_leaves_out_is_counted(kiosk: Kiosk) -> None:
    file = case_file.print_inside(AN, kiosk, confirmed(kiosk))
    row = file.rows[0]
    many = tuple(replace(row, ma_cskcb=f"790{n:02}", desk="") for n in range(43))
    text = text_of(kiosk, replace(file, rows=many))
    assert "… và 3 nữa" in text
    assert "… và 37 cơ sở nữa" in text


def test_a_working_print_says_that_it_is_internal_and_masks_the_number(kiosk: Kiosk) -> None:
    file = case_file.print_inside(AN, kiosk, confirmed(kiosk))
    text = text_of(kiosk, file)
    for said in (
        "NỘI BỘ",
        "2026-0001",
        "Xác nhận sai phạm",
        "an, binh",
        "le-tan",
        "chưa có",
        "+50",
    ):
        assert said in text
    assert "DN 4 79 ••• ••• 0201" in text
    assert "790000020" not in text


def test_a_report_names_both_people_and_is_not_internal(kiosk: Kiosk) -> None:
    number = confirmed(kiosk)
    proposal = four_eyes.propose(AN, kiosk, number, Proposed.REPORT).proposal
    assert proposal is not None
    four_eyes.approve(BINH, kiosk, number, proposal)
    text = text_of(kiosk, case_file.report(AN, kiosk, number))
    assert "NỘI BỘ" not in text
    assert "người thứ hai duyệt: binh" in text


def test_the_english_paper_is_english(kiosk: Kiosk) -> None:
    file = case_file.print_inside(AN, kiosk, confirmed(kiosk))
    assert "INTERNAL" in text_of(kiosk, file, "en")


def test_every_letter_of_the_page_is_in_the_shipped_font() -> None:
    from fontTools.ttLib import TTFont  # noqa: PLC0415  # beside its only use

    said = {char for text in of_room("verification.review").values() for char in text.vi + text.en}
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        with TTFont(f"verification/adapters/papers/fonts/{name}") as font:
            assert {char for char in said if ord(char) not in font.getBestCmap()} == set()


@pytest.mark.parametrize("first", "=+-@\t\r\n")
def test_a_cell_of_a_workbook_that_begins_like_a_formula_is_text(first: str) -> None:
    book = load_workbook(io.BytesIO(as_xlsx([["a"], [f"{first}cmd|calc"]])))
    assert book.active is not None
    assert book.active["A2"].data_type == "s"


def test_a_list_has_one_row_a_case_with_masked_numbers(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1")
    arrive(kiosk, "patient-2", a_flag("M13"), desk=True)
    case = only_case_of_person(kiosk)
    cases.take(AN, kiosk, case)
    cases.close(AN, kiosk, case, CaseOutcome.FALSE)
    found = figures.case_list(AN, kiosk, kiosk.clock().replace(hour=0), "csv")
    table = list(
        csv.DictReader(io.StringIO(as_csv(list_rows(kiosk, found, "vi")).decode("utf-8-sig")))
    )
    assert [row["Thẻ hoặc quầy"] for row in table] == ["Quầy 1", "DN479••••••0201"]
    assert table[1]["Kết quả"] == "Cảnh báo không đúng"


def only_case_of_person(kiosk: Kiosk) -> str:
    """Return the number of the one case that is about a person."""
    return next(c.number for c in kiosk.written.cases.queue() if c.person_ref)


def test_an_empty_kiosk_gives_an_empty_list(kiosk: Kiosk) -> None:
    assert len(list_rows(kiosk, [], "en")) == 1
    with pytest.raises(ValueError, match="not enough values"):
        only_case(kiosk)
