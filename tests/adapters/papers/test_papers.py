"""What leaves on paper or as a list."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from openpyxl import load_workbook

from tests.case_support import AN, BINH, WHY, a_flag, arrive, only_case
from tests.support import MORNING, Clock
from verification.adapters.papers.case_lists import list_rows
from verification.adapters.papers.case_pdf import case_pdf
from verification.adapters.papers.sheets import as_csv, as_xlsx
from verification.basics.texts import of_room
from verification.log.case import CaseOutcome, Proposed
from verification.review import case_file, cases, figures, four_eyes
from verification.review.grounds import ground_text

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
    proposal = four_eyes.propose(AN, kiosk, case.number, Proposed.CONFIRMED, WHY).proposal
    assert proposal is not None
    four_eyes.approve(BINH, kiosk, case.number, proposal)
    settle(kiosk)
    return case.number


def settle(kiosk: Kiosk) -> None:
    """Let the seconds pass in which a decision may still be taken back."""
    assert isinstance(kiosk.clock, Clock)
    kiosk.clock.forward(minutes=1)


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
    cases.close(AN, kiosk, case, CaseOutcome.FALSE, WHY)
    settle(kiosk)
    found = figures.case_list(AN, kiosk, kiosk.clock().replace(hour=0), "csv")
    table = list(
        csv.DictReader(io.StringIO(as_csv(list_rows(kiosk, found, "vi")).decode("utf-8-sig")))
    )
    assert [row["Thẻ hoặc quầy"] for row in table] == ["Quầy 1", "DN479••••••0201"]
    assert table[1]["Kết quả"] == "Cảnh báo không đúng"


def test_a_paper_says_what_was_decided_why_and_has_two_places_to_sign(kiosk: Kiosk) -> None:
    text = text_of(kiosk, case_file.print_inside(AN, kiosk, confirmed(kiosk)))
    decision = text[text.rindex("Quyết định") :]
    for said in (
        "Kết quả",
        "Xác nhận sai phạm",
        "Lý do",
        ground_text("confirmed", WHY.code).vi,
        WHY.words,
        "08:12 22/11/2026",
        "Giám định viên quyết định",
        "Mẫu an (an)",
        "Người thứ hai duyệt",
        "Mẫu binh (binh)",
    ):
        assert said in decision
    assert decision.count("(ký, ghi rõ họ tên, ngày)") == 2


def test_what_one_person_decides_says_so_in_the_second_place(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1")
    number = only_case_of_person(kiosk)
    cases.take(AN, kiosk, number)
    open_paper = text_of(kiosk, case_file.print_inside(AN, kiosk, number))
    assert "chưa có" in open_paper
    assert open_paper.count("(ký, ghi rõ họ tên, ngày)") == 2
    cases.close(AN, kiosk, number, CaseOutcome.VALUABLE, WHY)
    settle(kiosk)
    text = text_of(kiosk, case_file.print_inside(AN, kiosk, number))
    assert "Kết quả này một người quyết định" in text


def test_a_sheet_has_typed_cells_a_heading_that_stays_a_filter_and_a_name(kiosk: Kiosk) -> None:
    number = confirmed(kiosk)
    rows = list_rows(kiosk, figures.case_list(AN, kiosk, LONG_AGO, "xlsx"), "vi")
    sheet = load_workbook(io.BytesIO(as_xlsx(rows, "Hồ sơ: giám định"))).active
    assert sheet is not None
    heads, row = (list(line) for line in sheet.iter_rows())
    by_head = dict(zip((cell.value for cell in heads), row, strict=True))
    assert sheet.title == "Hồ sơ  giám định"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", sheet.dimensions)
    assert all(cell.font.b for cell in heads)
    assert by_head["Điểm"].value == 50
    assert by_head["Hồ sơ"].value == number
    assert by_head["Mở lúc"].value == datetime(2026, 11, 22, 8, 12)  # noqa: DTZ001  # a sheet's
    assert by_head["Mở lúc"].number_format == "dd/mm/yyyy hh:mm"
    assert by_head["Hạn"].value == datetime(2026, 11, 29)  # noqa: DTZ001
    assert by_head["Hạn"].number_format == "dd/mm/yyyy"
    assert by_head["Đóng lúc"].is_date
    assert by_head["Lý do"].value == ground_text("confirmed", WHY.code).vi
    assert by_head["Người giữ"].value is None
    widths = sheet.column_dimensions
    assert all(8 <= widths[cell.column_letter].width <= 46 for cell in heads)


def test_digits_stay_text_and_days_are_read_as_they_are_said() -> None:
    sheet = load_workbook(io.BytesIO(as_xlsx([["số"], ["0790000011"], [date(2026, 11, 12)]])))
    assert sheet.active is not None
    assert [sheet.active[f"A{n}"].data_type for n in (2, 3)] == ["s", "d"]
    assert as_csv([["0790000011", date(2026, 11, 12), 5, None]]) == (
        "\ufeff0790000011,12/11/2026,5,\r\n".encode()
    )


def only_case_of_person(kiosk: Kiosk) -> str:
    """Return the number of the one case that is about a person."""
    return next(c.number for c in kiosk.written.cases.queue() if c.person_ref)


def test_an_empty_kiosk_gives_an_empty_list(kiosk: Kiosk) -> None:
    assert len(list_rows(kiosk, [], "en")) == 1
    with pytest.raises(ValueError, match="not enough values"):
        only_case(kiosk)
