"""Headings of lists as hospitals, insurers, companies and schools write them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.support import ROOT, each
from verification.adapters.imports.headings import (
    REST_OF_NAME,
    find_heading,
    heading_of,
    is_heading,
    is_numbers,
    our_words,
    twice,
)
from verification.basics.errors import ImportFileError
from verification.basics.names import search_key

PERSON = "1|Người Mẫu Một|DN4797900000501|01/01/1990"


def lines(*rows: str) -> list[list[str]]:
    """Return rows of cells."""
    return [row.split("|") if row else [] for row in rows]


@each(
    ("theirs", "ours"),
    [
        ("Mã thẻ", "ma_the"),
        ("MÃ THẺ BHYT (*)", "ma_the"),
        ("Mã thẻ\nBHYT *", "ma_the"),
        ("  số   thẻ :", "ma_the"),
        ("MA_THE_BHYT", "ma_the"),
        ("maThe", "ma_the"),
        ("So the BHYT (15 ký tự)", "ma_the"),
        ("3. Số thẻ BHYT", "ma_the"),
        ("Số thẻ BHYT [3]", "ma_the"),
        ("Số thẻ\u00a0BHYT", "ma_the"),
        ("Số sổ BHXH", "ma_so_bhxh"),
        ("Mã số BHXH (nếu có)", "ma_so_bhxh"),
        ("MÃ SỐ BẢO HIỂM XÃ HỘI", "ma_so_bhxh"),
        ("Số CMND/CCCD/Hộ chiếu", "so_cccd"),
        ("Số định danh cá nhân", "so_cccd"),
        ("Ðịnh danh", "Ðịnh danh"),
        ("Ngày, tháng, năm sinh", "ngay_sinh"),
        ("Ngày sinh (dd/mm/yyyy)", "ngay_sinh"),
        ("Ngày sinh (dd-MM-yyyy HH:mm)", "ngay_sinh"),
        ("NGAY SINH (ngày/tháng/năm)", "ngay_sinh"),
        ("NGAY_SINH", "ngay_sinh"),
        ("Nam/Nữ", "gioi_tinh"),
        ("Giới tính (1: Nam, 2: Nữ)", "gioi_tinh"),
        ("Phái", "gioi_tinh"),
        ("Nơi ĐK KCB BĐ", "ma_dkbd"),
        ("Nơi ÐK KCB BÐ", "ma_dkbd"),
        ("MA_DKBD", "ma_dkbd"),
        ("Mã nơi đăng ký KCB ban đầu", "ma_dkbd"),
        ("Hạn sử dụng", "gt_the_den"),
        ("Hạn sử dụng từ ngày", "gt_the_tu"),
        ("GT_THE_TU", "gt_the_tu"),
        ("gtTheDen", "gt_the_den"),
        ("Có giá trị đến", "gt_the_den"),
        ("MA_KHUVUC", "ma_kv"),
        ("ngayDu5Nam", "ngay_du_5_nam"),
        ("NAM_NAM_LIEN_TUC", "ngay_du_5_nam"),
        ("Thời điểm đủ 05 năm liên tục", "ngay_du_5_nam"),
        ("NGAY_VAO", "ngay_vao"),
        ("STT", "STT"),
        ("Họ tên (mẹ)", "Họ tên (mẹ)"),
        ("Họ tên mẹ", "Họ tên mẹ"),
        ("Mã thẻ (cũ)", "Mã thẻ (cũ)"),
        ("Ngày sinh con", "Ngày sinh con"),
        ("Ghi\n  chú", "Ghi chú"),
        ("(*)", "(*)"),
        ("", ""),
    ],
)
def test_a_word_for_a_column_is_known_however_it_is_written(theirs: str, ours: str) -> None:
    assert our_words([theirs]) == [ours]


@each(
    ("heading", "names"),
    [
        ("Mã ĐKBĐ|Nơi ĐKBĐ", ["ma_dkbd", "Nơi ĐKBĐ"]),
        ("Nơi ĐKBĐ|Ghi chú", ["ma_dkbd", "Ghi chú"]),
        ("CMND|Số CCCD", ["CMND", "so_cccd"]),
        ("CMND|Họ tên", ["so_cccd", "ho_ten"]),
        ("Từ ngày|GT thẻ từ", ["Từ ngày", "gt_the_tu"]),
        ("HKTT|Địa chỉ thường trú", ["HKTT", "dia_chi"]),
        ("Năm sinh|Ngày sinh", ["Năm sinh", "ngay_sinh"]),
        ("Họ và tên đệm|Tên", ["ho_ten", REST_OF_NAME]),
        ("Họ và tên đệm|Lớp|Tên", ["ho_dem", "Lớp", "ten"]),
    ],
)
def test_a_word_less_certain_counts_where_no_other_names_the_column(
    heading: str, names: list[str]
) -> None:
    assert our_words(heading.split("|")) == names


@each(
    ("rows", "at", "names"),
    [
        (["ma_the|ho_ten"], 0, ["ma_the", "ho_ten"]),
        (
            ["BỆNH VIỆN MẪU||CỘNG HÒA XÃ HỘI", "", "DANH SÁCH THẺ BHYT", "Mã thẻ|Họ tên|Ghi chú"],
            3,
            ["ma_the", "ho_ten", "Ghi chú"],
        ),
        (["Thẻ BHYT", "Mã thẻ|Họ tên"], 1, ["ma_the", "ho_ten"]),
        (["", "", "|Họ tên|Mã thẻ"], 2, ["", "ho_ten", "ma_the"]),
        (["STT|Họ tên|Mã thẻ", "(1)|(2)|(3)"], 1, ["STT", "ho_ten", "ma_the"]),
        (["STT|Họ tên|Mã thẻ", "A|B|1"], 1, ["STT", "ho_ten", "ma_the"]),
        (
            ["STT|Họ tên|Mã thẻ|Số", "A|B|1|(2)=(1)x3"],
            1,
            ["STT", "ho_ten", "ma_the", "Số"],
        ),
        (
            ["Họ tên|Mã thẻ|Ngày sinh", "(in hoa)|(15 ký tự)|(dd/mm/yyyy)"],
            1,
            ["ho_ten", "ma_the", "ngay_sinh"],
        ),
        (
            ["STT|Họ và tên|Thẻ BHYT||", "||Số thẻ|Từ ngày|Đến ngày", "1|2|3|4|5"],
            2,
            ["STT", "ho_ten", "ma_the", "gt_the_tu", "gt_the_den"],
        ),
        (
            ["Họ tên|Mã thẻ|Giá trị thẻ||Nơi ĐK KCB BĐ", "||Từ|Đến|"],
            1,
            ["ho_ten", "ma_the", "gt_the_tu", "gt_the_den", "ma_dkbd"],
        ),
        (
            ["Họ tên|Mã thẻ|Giá trị thẻ|Giá trị thẻ", "Họ tên|Mã thẻ|Từ|Đến"],  # merged, unrolled
            1,
            ["ho_ten", "ma_the", "gt_the_tu", "gt_the_den"],
        ),
        (
            ["STT|Thẻ BHYT||||Họ tên", "|Số thẻ|Giá trị||Nơi ĐK KCB|", "||Từ|Đến||"],
            2,
            ["STT", "ma_the", "gt_the_tu", "gt_the_den", "ma_dkbd", "ho_ten"],
        ),
        (
            ["Họ tên|Mã thẻ|Điều trị|", "||Từ ngày|Đến ngày"],
            1,
            ["ho_ten", "ma_the", "Điều trị Từ ngày", "Điều trị Đến ngày"],
        ),
        (
            ["Họ tên|Mã thẻ|Năm sinh|", "||Nam|Nữ"],
            1,
            ["ho_ten", "ma_the", "Năm sinh Nam", "Năm sinh Nữ"],
        ),
        (
            ["Học sinh|||Mẹ|", "Họ tên|Số thẻ|Ngày sinh|Họ tên|Số CCCD"],
            1,
            ["ho_ten", "ma_the", "ngay_sinh", "Mẹ Họ tên", "Mẹ Số CCCD"],
        ),
        (
            ["Lớp 1A|||Mẹ|", "Họ tên|Số thẻ|Ngày sinh|Tên|Số CCCD"],
            1,
            ["ho_ten", "ma_the", "ngay_sinh", "Mẹ Tên", "Mẹ Số CCCD"],
        ),
        (["Họ và tên||Mã thẻ", "Họ đệm|Tên|"], 1, ["ho_ten", REST_OF_NAME, "ma_the"]),
        (
            [
                "Mã thẻ:|Tất cả|Họ tên:|",
                "",
                "STT|Mã thẻ|Họ tên|Ngày sinh",
            ],  # a form of search above
            2,
            ["STT", "ma_the", "ho_ten", "ngay_sinh"],
        ),
        (["Mã cơ sở KCB|Tên cơ sở KCB"], 0, ["ma_cskcb", "ten"]),
        (["so|ten"], 0, ["so", "ten"]),
        (["x", "Mã thẻ|Lớp"], 1, ["ma_the", "Lớp"]),  # what is missing can be told
        ([""], 0, []),
        ([], 0, []),
    ],
)
def test_the_heading_is_found_among_titles_and_in_several_lines(
    rows: list[str], at: int, names: list[str]
) -> None:
    assert find_heading(lines(*rows)) == (at, names)
    with_rows = find_heading(lines(*rows, PERSON, PERSON, "2|Người||"))
    assert with_rows.at == at
    assert with_rows.names[: len(names)] == names


@pytest.mark.parametrize(
    "row",
    [
        "|Nguyễn Thị Từ||",
        "||xyz|",
        "|Tên|Mã|",
        "2|||Nam",
        "|||Lớp 1A",
        "Khoa Nội|||",
        "|||01/01/1990",
    ],
)
def test_a_row_below_a_heading_stays_a_row_however_little_it_has(row: str) -> None:
    heading = "STT|Họ và tên|Mã thẻ|Ngày sinh"
    assert find_heading(lines(heading, row, PERSON)).at == 0


def test_a_second_heading_below_cards_is_not_taken_for_the_first() -> None:
    rows = lines("Mã thẻ|Họ tên", "DN4797900000501|Tên", "Mã thẻ|Họ tên|Ngày sinh")
    assert find_heading(rows).at == 0


@each(
    ("cells", "again"),
    [
        ("STT|Họ và tên|Mã thẻ|Ngày sinh", True),
        ("STT|HỌ VÀ TÊN (*)|Mã thẻ|Ngày sinh|", True),
        ("(1)|(2)|(3)|(4)", True),
        ("|Họ tên|Mã thẻ|", True),
        ("STT|Mã thẻ|Họ và tên|Ngày sinh", False),
        (PERSON, False),
        ("|||", False),
        ("|Họ và tên||", False),
    ],
)
def test_a_heading_that_comes_again_is_known(cells: str, *, again: bool) -> None:
    names = ["STT", "ho_ten", "ma_the", "ngay_sinh"]
    assert is_heading(cells.split("|"), names) is again


@pytest.mark.parametrize("cells", ["1|1|1", "1|2", "DN4797900000501|2|3", "A|B|c"])
def test_few_or_other_cells_are_no_numbers_of_columns(cells: str) -> None:
    assert not is_numbers(cells.split("|"))


@pytest.mark.parametrize(
    "heading",
    ["Mã thẻ|Họ tên|Mã thẻ", "Số thẻ|MA_THE_BHYT|Họ tên", "Mã thẻ|Họ tên|Từ ngày|Từ ngày",
     "Mã thẻ|Họ tên|Đến ngày|Hạn sử dụng", "Mã thẻ|Họ tên|Giới tính|Phái"],
)  # fmt: skip
def test_a_column_that_is_there_twice_is_one_sentence(heading: str) -> None:
    with pytest.raises(ImportFileError, match="hơn một cột"):
        heading_of(Path("the.csv"), lines(heading, PERSON))


def test_a_column_that_is_not_ours_may_be_there_twice() -> None:
    assert twice(["ma_the", "Ghi chú", "Ghi chú", "", ""]) == []


def test_cards_above_the_heading_are_one_sentence() -> None:
    with pytest.raises(ImportFileError, match="trên dòng tiêu đề"):
        heading_of(Path("the.csv"), lines(PERSON, "STT|Họ tên|Mã thẻ", PERSON))


def test_no_word_stands_for_two_columns() -> None:
    known = tomllib.loads((ROOT / "verification/adapters/imports/headings.toml").read_text("utf-8"))
    seen: dict[str, str] = {}
    for table in ("heading", "else", "first"):
        for name, aliases in known[table].items():
            for alias in aliases:
                key = "".join(c for c in search_key(alias) if c.isalnum())
                assert seen.setdefault(key, name) == name, alias
