"""A report is drawn as CSV, XLSX and PDF, and reads back as what it is."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import openpyxl
import pypdfium2
import pytest

from verification.adapters.papers.report_papers import printed
from verification.adapters.papers.report_table import fitted, laid
from verification.adapters.papers.report_words import cell_read
from verification.adapters.papers.sheets import as_csv
from verification.basics.errors import RequestError
from verification.basics.texts import Text
from verification.exchange.reports.report import Period, Report, ReportKind, Share, Sheet, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

MADE = datetime(2026, 11, 26, 15, tzinfo=UTC)
FULL = Period(date(2026, 11, 21), date(2026, 11, 27))


def text(words: str) -> Text:
    return Text(words, f"{words} (en)")


COUNTED = Table(
    "counted",
    text("Kết quả thực hiện"),
    (text("Nội dung"), text("Số lượng"), text("Tỷ lệ"), text("Ngày")),
    (
        (text("Đã cài đặt"), 27_656, Share(27_656, 94_288), date(2026, 11, 21)),
        (text("Chưa cài đặt"), 66_632, Share(66_632, 94_288), None),
        ("=1+2", 0, Share(0, 0), MADE),
    ),
    1,
    (text("Mỗi người được đếm một lần."),),
)
LATER = Table("counted", text("Đổi sau"), (text("Việc"),), ((text("Hủy lượt"),),))
SHEET = Sheet(
    text("Quầy 1"),
    (COUNTED,),
    facts=((text("Người trực"), "le-tan"), (text("Tổng số"), 94_288)),
    below=(LATER,),
    notes=(text("Ghi chú cuối."),),
    signatures=(text("Người lập"), text("Thủ trưởng đơn vị")),
)


def a_report(*sheets: Sheet, period: Period = FULL) -> Report:
    return Report(
        ReportKind.WEEK,
        text("Báo cáo tuần VssID"),
        "79014",
        "Bệnh viện Mẫu",
        period,
        MADE,
        "an.nt",
        sheets or (SHEET,),
        text("Bảo hiểm xã hội"),
    )


def pages(file: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(file)
    try:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]
    finally:
        document.close()


def test_the_csv_has_a_mark_plain_numbers_and_each_share_exact_and_in_percent() -> None:
    file = printed(a_report(), "csv")
    assert file.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(file.decode("utf-8-sig")))
    assert head[:4] == ["sheet", "table", "line", "cell_1"]
    assert {len(row) for row in rows} == {len(head)}
    of_table = [row[2:9] for row in rows if row[1] == "counted"]
    assert of_table == [
        ["head", "Nội dung", "Số lượng", "Tỷ lệ (phần)", "Tỷ lệ (trên)", "Tỷ lệ (%)", "Ngày"],
        ["row", "Đã cài đặt", "27656", "27656", "94288", "29.33", "21/11/2026"],
        ["row", "Chưa cài đặt", "66632", "66632", "94288", "70.67", ""],
        ["row", "'=1+2", "0", "0", "0", "", "26/11/2026 22:00"],
        ["note", "Mỗi người được đếm một lần.", "", "", "", "", ""],
        ["head_later", "Việc", "", "", "", "", ""],
        ["row_later", "Hủy lượt", "", "", "", "", ""],
    ]
    facts = [row[3:5] for row in rows if row[2] == "fact" and row[0] == "1"]
    assert facts == [["Quầy 1", ""], ["Người trực", "le-tan"], ["Tổng số", "94288"]]


def test_a_number_below_nothing_is_a_number_in_the_csv_and_a_text_no_formula() -> None:
    assert as_csv([[-63, "-63", "=1", 0]]).decode("utf-8-sig") == "-63,'-63,'=1,0\r\n"


def test_the_workbook_has_a_sheet_a_table_with_real_numbers_days_and_percents() -> None:
    book = openpyxl.load_workbook(io.BytesIO(printed(a_report(), "xlsx")))
    assert book.sheetnames == ["Báo cáo", "Kết quả thực hiện", "Sau Đổi sau"]
    sheet = book["Kết quả thực hiện"]
    assert (sheet["B2"].value, sheet["B2"].number_format) == (27_656, "#,##0")
    assert sheet["C2"].value == pytest.approx(27_656 / 94_288)
    assert sheet["C2"].number_format == "0.00%"
    assert (sheet["D2"].value, sheet["D2"].number_format) == (datetime(2026, 11, 21), "dd/mm/yyyy")  # noqa: DTZ001  # as the sheet keeps a day
    assert (sheet["A4"].value, sheet["A4"].data_type, sheet["C4"].value) == ("'=1+2", "s", None)
    assert sheet["A6"].value == "Mỗi người được đếm một lần."
    assert sheet.freeze_panes == "A2"
    cover = {row[0]: row[1:] for row in book["Báo cáo"].iter_rows(values_only=True)}
    assert cover["Tổng số"] == (94_288,)
    assert cover["Cơ sở KCB"] == ("Bệnh viện Mẫu · 79014",)
    assert cover["Sau Đổi sau"] == ("Sau: Đổi sau",)


def test_the_pdf_reads_as_an_official_report_and_ends_with_places_to_sign() -> None:
    [page] = pages(printed(a_report(), "pdf"))
    lines = page.split("\n")
    assert lines[:2] == ["BỆNH VIỆN MẪU", "Mã cơ sở KCB: 79014"]
    for said in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Kính gửi: Bảo hiểm xã hội",
        "Kỳ báo cáo: từ ngày 21/11/2026 đến ngày 27/11/2026",
        "Ngày 26 tháng 11 năm 2026",
        "27.656 29,33 %",
        "66.632 70,67 %",
        "Thay đổi sau khi lập, tính đến 22:00 26/11/2026",
        "Thủ trưởng đơn vị",
        "- Lưu: VT.",
        "Lập lúc 22:00 26/11/2026 · người lập: an.nt",
        "Trang 1/1",
    ):
        assert said in page, said
    assert page.index("Đổi sau") > page.index("Thay đổi sau")


def test_what_is_not_over_says_so_and_up_to_when() -> None:
    [page] = pages(printed(a_report(period=Period(FULL.first, FULL.last, MADE)), "pdf"))
    assert "đến hết 22:00 26/11/2026" in page.replace("\n", " ")
    assert "số liệu chưa đủ" in page.replace("\n", " ")


def test_each_sheet_begins_a_page_and_every_page_of_a_table_has_its_heading() -> None:
    rows = tuple((text(f"Nội dung thứ {n} của bảng dài"), n) for n in range(120))
    long = Table("long", text("Bảng dài"), (text("Cột chữ"), text("Cột số")), rows)
    found = pages(printed(a_report(Sheet(Text("", ""), (long,)), SHEET), "pdf"))
    assert len(found) == 4
    assert all("Cột chữ" in page for page in found[:3])
    assert "Quầy 1" in found[3]
    for n, page in enumerate(found, start=1):
        assert f"Trang{n}/4" in "".join(page.split())  # the reader parts it at will
    shown = [n for page in found[:3] for n in range(120) if f"thứ {n} của" in page]
    assert shown == list(range(120))


def test_a_row_longer_than_a_page_goes_on_and_loses_no_word() -> None:
    words = [f"chữ{n}" for n in range(2_500)]
    long = Table("long", text("Dài"), (text("Lời"), text("Số")), ((" ".join(words), 1),))
    found = " ".join(pages(printed(a_report(Sheet(Text("", ""), (long,))), "pdf")))
    assert [word for word in found.split() if word.startswith("chữ")] == words


def test_the_english_paper_is_english() -> None:
    [page] = pages(printed(a_report(), "pdf", "en"))
    assert "SOCIALIST REPUBLIC OF VIETNAM" in page
    assert "Page 1/1" in page
    assert "Đã cài đặt (en)" in page


def test_another_form_is_refused_in_words() -> None:
    with pytest.raises(RequestError, match="csv, xlsx"):
        printed(a_report(), "docx")


def wide(words: str) -> float:
    """Return how wide a text is where each letter is."""
    return float(len(words))


@pytest.mark.parametrize(
    "cells",
    [
        [["Nội dung", "Số lượng", "Tỷ lệ"], ["một hai ba bốn năm sáu bảy tám", "1", "2"]],
        [["a" * 30, "b" * 30, "c" * 30], ["x", "y", "z"]],
        [["a b c d e f g h i j"] * 8],
    ],
)
def test_no_word_is_cut_where_the_page_has_room_for_it(cells: Sequence[Sequence[str]]) -> None:
    found = fitted(cells, 200.0, (2.0, 1.5, 1.0), wide)
    assert sum(found.widths) == pytest.approx(200.0)
    for row in cells:
        for words, room in zip(row, found.widths, strict=True):
            lines = laid(words, room, lambda text: wide(text) * found.size)
            assert " ".join(lines).split() == words.split()


def test_a_word_wider_than_the_page_is_cut_and_nothing_of_it_lost() -> None:
    assert laid("a" * 25, 12.4, wide) == ["a" * 10, "a" * 10, "a" * 5]


@pytest.mark.parametrize("columns", [2, 8])
def test_an_endless_word_in_one_cell_cuts_no_word_of_the_other_columns(columns: int) -> None:
    cells = [["Thời điểm"] * columns, ["trả lời"] * (columns - 1) + ["x" * 1_000]]
    found = fitted(cells, 200.0, (2.0, 1.5, 1.0), wide)
    assert sum(found.widths) == pytest.approx(200.0)
    for words, room in zip(cells[1][:-1], found.widths, strict=False):
        assert " ".join(laid(words, room, lambda text: wide(text) * found.size)) == words
    assert found.widths[-1] >= 100.0


def test_characters_that_nobody_can_see_are_not_printed() -> None:
    assert cell_read("a\x00\x1b\u202e b\u00a0c\nd\ufffe", "vi") == "a b\u00a0c\nd"
