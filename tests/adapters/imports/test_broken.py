"""A file with many kinds of broken rows: each has its reason, and the good rows are in."""

from __future__ import annotations

import csv
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support import FIXTURES, MORNING
from verification.adapters.imports.importing import IMPORTABLE, ImportReport, import_file
from verification.adapters.store.sqlite.cards import SqliteCards

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = FIXTURES / "broken.csv"
REASONS = {
    3: "thiếu ma_the",
    4: "ma_the “xyz”: ký tự thứ 3 là “Z”, phải là một số từ 1 đến 5",
    5: "ma_the “DN879••••••0703”: ký tự thứ 3 là “8”, phải là một số từ 1 đến 5",
    6: "ma_the “DN479••••••07O4”: ký tự thứ 14 là chữ “O”, phải là chữ số (số 0?)",
    7: "ma_the “••••••••••0070”: có 14 ký tự; thẻ có 15, mã số BHXH có 10",
    9: "ma_the “1.23457E+14”: bảng tính đã làm tròn số này, mất chữ số; hãy để cột ở dạng văn bản",
    10: "ma_the “••••••••0707”: là số căn cước, không phải số thẻ",
    11: "ma_the “#N/A”: ô là lỗi hay công thức của bảng tính",
    12: "ma_so_bhxh khác 10 số cuối của ma_the",
    13: "ma_so_bhxh “79000”: không phải 10 chữ số",
    15: "thiếu ho_ten",
    16: "ho_ten “0123456”: không phải họ tên",
    17: "ho_ten “chưa có tên”: không phải họ tên",
    18: "ho_ten “Người Mẫu Rất Dài Rất Dài Rất Dài Rất Dà…”: dài 569 ký tự, quá 255",
    19: "ho_ten “=A2”: ô là lỗi hay công thức của bảng tính",
    21: "ngay_sinh “31/02/1990”: tháng 02/1990 không có ngày 31",
    22: "ngay_sinh “01/13/1990”: tháng 13 không có (ngày phải viết trước tháng)",
    23: "ngay_sinh “5/3/94”: năm chỉ có hai chữ số (94), không rõ thế kỷ nào",
    24: "ngay_sinh “2041-05-01”: ở tương lai",
    25: "ngay_sinh “1850”: hơn 125 tuổi",
    27: "ngay_sinh “mùa xuân”: không phải ngày tháng đọc được",
    28: "gt_the_tu “2026”: phải ghi đủ ngày, tháng và năm",
    29: "gt_the_tu “2026-01-01 25:00”: giờ 25 không có",
    30: "gt_the_tu 2026-07-01 sau gt_the_den 2026-06-30",
    31: "gt_the_tu “1989-01-01”: trước khi có bảo hiểm y tế (năm 1992)",
    33: "gt_the_tu 2026-01-01 trước ngay_sinh 2026-05-01",
    34: "gt_the_den “2126-12-31”: còn hơn 50 năm nữa",
    35: "gt_the_den “20261301”: tháng 13 không có",
    36: "gt_the_den “2,02612E+07”: bảng tính đã làm tròn số này, mất chữ số",
    37: "ma_dkbd “7901”: có 4 chữ số; thêm số 0 cũng không ra mã tỉnh nào",
    39: "ma_dkbd “Bệnh viện Mẫu”: không phải mã cơ sở 5 ký tự",
    40: "trang_thai “đang xem xét”: không phải trạng thái nào trong danh mục",
    41: "trang_thai “hết hạn”: nói đã hết hạn, nhưng gt_the_den không phải ngày đã qua",
    42: "trang_thai “the_moi”: the_moi phải có số thẻ mới, và chỉ nó",
    43: "trang_thai “the_moi:xyz”: số thẻ mới không đúng dạng",
    44: "số ô khác dòng tiêu đề",
    45: "số ô khác dòng tiêu đề",
    46: "ma_the lặp lại trong tệp",
}
GOOD = {
    "DN4797900000801": {"ngay_sinh": "1990-01-01", "trang_thai": "hieu_luc"},
    "DN4797900000802": {"ngay_sinh": "1994-03-05", "gioi_tinh": "2", "so_cccd": "079194000801"},
    "DN4797900000803": {"gioi_tinh": "None", "so_cccd": "None"},
    "DN4797900000804": {"ma_dkbd": "01028", "gt_the_tu": "2026-01-01", "gt_the_den": "2039-12-31"},
    "DN4797900000805": {"ngay_sinh": "1950", "gt_the_tu": "2026-01-01"},
    "DN4797900000806": {"ma_kv": "None", "ngay_du_5_nam": "None", "so_cccd": "None"},
    "DN4797900000807": {"trang_thai": "thu_hoi"},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("broken") / "cards"


@pytest.fixture(scope="module")
def report(folder: Path) -> ImportReport:
    return import_file(folder, IMPORTABLE["cards"], SOURCE, MORNING)


def rows_of(path: str | None) -> list[list[str]]:
    assert path is not None
    with open(path, encoding="utf-8-sig", newline="") as file:  # noqa: PTH123
        return list(csv.reader(file))[1:]


def test_more_than_thirty_kinds_are_refused_and_every_other_row_is_in(
    report: ImportReport,
) -> None:
    assert len({why.split("“")[0] + why.split("”")[-1] for why in REASONS.values()}) > 30
    assert (report.read, report.added, report.noted) == (45, len(GOOD), 1)
    assert report.rejected == len(REASONS)


def test_each_row_has_its_reason_in_both_languages_and_stands_as_it_came(
    report: ImportReport,
) -> None:
    with SOURCE.open(encoding="utf-8", newline="") as file:
        came = dict(enumerate(csv.reader(file), 1))
    refused = {int(at): (vi, en, cells) for at, vi, en, *cells in rows_of(report.rejects_file)}
    assert {at: vi for at, (vi, _, _) in refused.items()} == REASONS
    for at, (vi, en, cells) in refused.items():
        assert en != vi
        assert [cell.removeprefix("'") for cell in cells] == came[at]


def test_no_reason_speaks_the_words_of_a_library(report: ImportReport) -> None:
    for _, vi, en, *_ in rows_of(report.rejects_file):
        for word in ("invalid", "literal", "isoformat", "ValueError", "month must", "{", "None"):
            assert word not in vi + en


@pytest.mark.parametrize("number", GOOD)
def test_a_good_row_between_them_is_in(report: ImportReport, folder: Path, number: str) -> None:
    assert report.added
    with closing(SqliteCards(folder)) as cards:
        (record,) = cards.by_card(number)
    card = record.card
    born = card.ngay_sinh.iso if card.ngay_sinh else "None"
    held = {name: str(value) for name, value in vars(card).items()}
    held |= {"ngay_sinh": born, "trang_thai": record.trang_thai.value}
    assert held | GOOD[number] == held


def test_what_a_row_went_without_is_said(report: ImportReport) -> None:
    ((at, vi, en, *_),) = rows_of(report.notes_file)
    assert at == "32"
    assert vi == (
        "so_cccd “12345”: không phải số căn cước 12 chữ số; ma_kv “K9”: không có trong danh mục; "
        "ngay_du_5_nam “sắp đủ”: không phải ngày tháng đọc được (dòng vẫn được nhận, trừ ô này)"
    )
    assert en.endswith("(the row was taken without this)")
