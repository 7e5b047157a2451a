"""Lists as text: what a file of bytes says, or the sentence why not."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.imports import heavy
from tests.adapters.imports.old_letters import as_latin, cp1258, tcvn3, viscii, vni
from verification.adapters.imports.tables import read_table
from verification.basics.errors import ImportFileError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAMES = ["Nguyễn Thị Hoa", "Trần Văn Đức", "Lê Hoàng Dũng", "Phạm Quỳnh Hương", "Đặng Thế"]
HEADING = "ma_the,ho_ten,ngay_sinh,gt_the_den\n"
ROWS = [f"DN47979000005{at:02},{name},1990-01-01,2026-12-31\n" for at, name in enumerate(NAMES)]
FIRST, SECOND, THIRD = (
    row.replace(name, "Tên") for row, name in zip(ROWS[:3], NAMES, strict=False)
)
WHOLE = ["DN4797900000500", "Tên", "1990-01-01", "2026-12-31"]
LIST = HEADING + "".join(ROWS)
ZERO, ONE, TWO = ("DN4797900000500", "DN4797900000501", "DN4797900000502")

MORE = "".join(
    f"DN4797900006{at:03},{family} {name},1990-01-01,2026-12-31\n"
    for at, (family, name) in enumerate(
        product(
            ["Huỳnh", "Vũ", "Võ", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý"],
            [
                *(
                    "Ngọc",
                    "Phúc",
                    "Hải",
                    "Thảo",
                    "Tuấn",
                    "Việt",
                    "Trường",
                    "Hằng",
                    "Hạnh",
                    "Nghĩa",
                    "Lộc",
                    "Mỹ",
                    "Yến",
                    "Kiều",
                ),
                *(
                    "Thủy",
                    "Đạt",
                    "Tú",
                    "Ái",
                    "Kỳ",
                    "Nhã",
                    "Bảo",
                    "Cúc",
                    "Hiếu",
                    "Tín",
                    "Toàn",
                    "Thắng",
                    "Khánh",
                    "Đông",
                    "Hậu",
                ),
            ],
        )
    )
)

Says = dict[int, list[str] | str]


@pytest.fixture(name="read")
def read_(tmp_path: Path) -> Callable[..., Says]:
    """Return what reads bytes: by the line where a row begins its cells, or why not."""

    def read(source: bytes | str, name: str = "the.csv") -> Says:
        path = tmp_path / name
        path.write_bytes(source.encode() if isinstance(source, str) else source)
        return rows(path)

    return read


def rows(path: Path) -> Says:
    with read_table(path) as table:
        return {row.at: str(row.why) if row.why else list(row.named.values()) for row in table.rows}


def numbers(says: Says) -> dict[int, str]:
    """Return the number of each row, or why it is refused."""
    return {at: row if isinstance(row, str) else row[0] for at, row in says.items()}


# Encodings


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(LIST.encode(), id="UTF-8"),
        pytest.param(LIST.encode("utf-8-sig"), id="UTF-8 with BOM"),
        pytest.param(b"\xff\xfe" + LIST.encode("utf-16-le"), id="UTF-16 LE"),
        pytest.param(b"\xfe\xff" + LIST.encode("utf-16-be"), id="UTF-16 BE"),
        pytest.param(LIST.encode("utf-16-le"), id="UTF-16 LE without BOM"),
        pytest.param(LIST.encode("utf-16-be"), id="UTF-16 BE without BOM"),
        pytest.param(LIST.encode("utf-32"), id="UTF-32"),
        pytest.param(tcvn3(LIST), id="TCVN3"),
        pytest.param(tcvn3(LIST.replace("\n", "\r\n").replace(",", ";")), id="TCVN3 of Excel"),
        pytest.param(cp1258(LIST), id="Windows-1258"),
        pytest.param(as_latin(tcvn3(LIST)).encode(), id="TCVN3 that was made UTF-8"),
        pytest.param(as_latin(tcvn3(LIST)).encode("utf-16"), id="TCVN3 that was made UTF-16"),
        pytest.param(as_latin(cp1258(LIST)).encode(), id="Windows-1258 that was made UTF-8"),
    ],
)
def test_the_same_list_is_read_in_each_encoding(read: Callable[..., Says], source: bytes) -> None:
    says = read(source)
    assert [row[1] for row in says.values()] == NAMES
    assert list(says) == [2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        pytest.param(b"", "trống", id="nothing"),
        pytest.param(b"\xef\xbb\xbf", "trống", id="a BOM alone"),
        pytest.param(b" \r\n\r\n", "trống", id="blanks"),
        pytest.param(viscii(LIST), "VISCII", id="VISCII"),
        pytest.param(vni(LIST).encode("cp1252"), "VNI", id="VNI"),
        pytest.param(vni(LIST).encode(), "VNI", id="VNI that was made UTF-8"),
        pytest.param(as_latin(viscii(LIST)).encode(), "VISCII", id="VISCII that was made UTF-8"),
        pytest.param(
            (HEADING + "DN1,Müller José,1,\nDN2,François,1,\n").encode("latin-1"),
            "không rõ dùng bảng mã",
            id="of the West",
        ),
        pytest.param(
            (HEADING + "DN1,Lý,1,\nDN2,Mã Sò,1,\n").encode("latin-1"), "không rõ", id="Lý or Lư"
        ),
        pytest.param(tcvn3(HEADING + ROWS[4].replace("Đặng ", "")), "không rõ", id="one word"),
        pytest.param(
            LIST.encode().replace("Dũng".encode(), b"D\xffng"), "ở dòng 4", id="a bad byte"
        ),
        pytest.param(LIST.encode()[:-20] + b"\xc3", "ở dòng 6", id="cut in a letter"),
        pytest.param(LIST.encode() + bytes(9), "NUL ở dòng 7", id="zeros at the end"),
        pytest.param(LIST.encode("utf-16")[:-1], "ở dòng", id="half a letter of UTF-16"),
        pytest.param(
            HEADING.encode() + b"DN1,NGUYEN VAN A,1,\n" * 60_000 + b"DN1,D\xd4,1,\n",
            "không rõ",
            id="the first letter late",
        ),
        pytest.param(LIST.encode() * 9_000 + b"\xff\n", "ở dòng 54001", id="a bad byte late"),
        pytest.param(
            tcvn3(LIST + MORE) + b"DN1,D\x90,1,2\n",
            f"ở dòng {7 + MORE.count(chr(10))}",
            id="no byte of TCVN3",
        ),
        pytest.param(b"%PDF-1.7\n", "PDF", id="a PDF"),
        pytest.param(b"{\\rtf1", "RTF", id="RTF"),
        pytest.param(b"<!DOCTYPE html><table>", "trang web", id="a page"),
        pytest.param("<html><body>".encode("utf-16"), "trang web", id="a page in UTF-16"),
        pytest.param(
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "Excel 2003",
            id="XML of Excel",
        ),
        pytest.param((HEADING + "a\n" * 2_000).encode(), "không phải bảng", id="no row is whole"),
        pytest.param((HEADING + '"a\n' * 2_000).encode(), "không phải bảng", id="nor with marks"),
        pytest.param(
            HEADING.replace("ngay_sinh", "ho_ten").encode(), "ho_ten", id="twice a column"
        ),
        pytest.param(
            HEADING.replace("ngay_sinh", "Họ và tên").encode(), "ho_ten", id="by two names"
        ),
    ],
)
def test_what_cannot_be_read_for_certain_is_one_sentence(
    read: Callable[..., Says], source: bytes, said: str
) -> None:
    with pytest.raises(ImportFileError) as told:
        read(source)
    assert said in told.value.vi
    assert "the.csv" in told.value.vi
    assert "the.csv" in told.value.en


def test_a_word_that_is_none_in_the_old_encoding_refuses_its_row(
    read: Callable[..., Says],
) -> None:
    odd = cp1258("DN4797900000599,Nguyễn Thể,1990-01-01,2026-12-31\n")
    says = read(tcvn3(LIST + MORE) + odd)
    assert "bảng mã" in str(says.pop(max(says)))
    assert all(isinstance(row, list) for row in says.values())


def test_names_that_are_no_syllables_are_read_in_an_old_encoding_too(
    read: Callable[..., Says],
) -> None:
    far = LIST + "DN4797900000509,Y Đắk Krông,1990-01-01,2026-12-31\n"
    assert read(tcvn3(far))[7][1] == "Y Đắk Krông"
    assert read(cp1258(far))[7][1] == "Y Đắk Krông"


def test_two_encodings_in_one_file_are_refused(read: Callable[..., Says]) -> None:
    with pytest.raises(ImportFileError):
        read(tcvn3(LIST + MORE) + cp1258(LIST + MORE))


def test_fonts_of_capitals_are_capitals(read: Callable[..., Says]) -> None:
    capitals = tcvn3(LIST).replace(b"Nguy\xd4n Th\xde", b"NGUY\xd4N TH\xde")
    assert read(capitals)[2][1] == "NGUYỄN THỊ Hoa"


@pytest.mark.parametrize(
    "encode",
    [str.encode, cp1258, lambda text: text.encode("utf-16")],
    ids=["UTF-8", "1258", "UTF-16"],
)
def test_a_list_in_capitals_is_read(
    read: Callable[..., Says], encode: Callable[[str], bytes]
) -> None:
    assert [row[1] for row in read(encode(LIST.replace("ma_the", "Mã thẻ").upper())).values()] == [
        name.upper() for name in NAMES
    ]


def test_foreign_names_in_utf8_stay_as_they_are(read: Callable[..., Says]) -> None:
    says = read(HEADING + "DN1,Müller José,1990,\nDN2,François Noël,1991,\nDN3,Zoë Hå,1992,\n")
    assert [row[1] for row in says.values()] == ["Müller José", "François Noël", "Zoë Hå"]


# What a file is


@pytest.mark.parametrize("name", ["the.xlsx", "the.xls", "the.xml", "the.txt", "the", "the.ZIP"])
def test_text_is_read_whatever_its_name(read: Callable[..., Says], name: str) -> None:
    assert read(HEADING + FIRST, name) == {2: WHOLE}


@pytest.mark.parametrize("name", ["the.csv", "the.xls", "the.txt"])
def test_a_workbook_is_read_whatever_its_name(read: Callable[..., Says], name: str) -> None:
    assert read(heavy.book(), name) == {2: ["DN4797900000501", "Nguyễn Thị Một"]}


def test_xml1_is_read_whatever_its_name(read: Callable[..., Says]) -> None:
    visit = "<MA_THE_BHYT>DN4797900000501</MA_THE_BHYT><HO_TEN>A</HO_TEN><NGAY_VAO>202601010000"
    says = read(f"<?xml version='1.0'?><TONG_HOP>{visit}</NGAY_VAO></TONG_HOP>")
    assert list(numbers(says).values()) == ["DN4797900000501"]


# Delimiters and lines


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(HEADING + FIRST, id="comma"),
        pytest.param((HEADING + FIRST).replace(",", ";"), id="semicolon"),
        pytest.param((HEADING + FIRST).replace(",", "\t"), id="tab"),
        pytest.param((HEADING + FIRST).replace("\n", "\r\n"), id="CR LF"),
        pytest.param((HEADING + FIRST).replace("\n", "\r"), id="CR"),
        pytest.param((HEADING + FIRST)[:-1], id="one row without its end"),
        pytest.param(HEADING.replace(",", ", ") + FIRST.replace(",", " , "), id="blanks"),
        pytest.param(
            HEADING.replace(",", ";").replace("ho_ten", "Họ, đệm, tên, chữ, lót;Họ tên")
            + FIRST.replace(",", ";").replace(";Tên", ";x;Tên"),
            id="commas in the heading of semicolons",
        ),
        pytest.param(
            HEADING + ",".join(f'"{cell}"' for cell in WHOLE) + "\n", id="all in quotation marks"
        ),
        pytest.param(HEADING + ", ".join(f'"{cell}"' for cell in WHOLE) + "\n", id="blank before"),
        pytest.param(HEADING + ",".join(f'="{cell}"' for cell in WHOLE) + "\n", id="formulas"),
        pytest.param(
            HEADING + ",".join(f'"=""{cell}"""' for cell in WHOLE) + "\n", id="formulas in marks"
        ),
    ],
)
def test_a_row_is_read_in_each_form(read: Callable[..., Says], source: str) -> None:
    (row,) = read(source).values()
    assert [cell for cell in row if cell != "x"] == WHOLE


@pytest.mark.parametrize("first", ["sep=;", "SEP=;", '"sep=;"', "sep=; "])
def test_the_first_line_of_excel_says_the_delimiter(read: Callable[..., Says], first: str) -> None:
    assert read(f"{first}\r\n" + (HEADING + FIRST).replace(",", ";")) == {3: WHOLE}


@pytest.mark.parametrize("sign", ["|", "\t", "^"])
def test_any_sign_that_excel_says_is_one(read: Callable[..., Says], sign: str) -> None:
    assert read(f"sep={sign}\n" + (HEADING + FIRST).replace(",", sign)) == {3: WHOLE}


def test_a_decimal_comma_is_one_where_semicolons_are_between(read: Callable[..., Says]) -> None:
    assert read("ma_cskcb;ten;vi_do\n79014;BV;10,77\n") == {2: ["79014", "BV", "10,77"]}
    assert list(read("ma_cskcb,ten,vi_do\n79014,BV,10,77\n").values()) == [TORN]


def test_files_put_one_behind_the_other_are_read(read: Callable[..., Says]) -> None:
    bom = "\ufeff"
    says = read(bom + HEADING + FIRST + bom + HEADING + SECOND + bom + THIRD)
    assert numbers(says) == {2: ZERO, 3: "dòng tiêu đề lặp lại", 4: ONE, 5: TWO}


def test_a_heading_alone_has_no_rows(read: Callable[..., Says]) -> None:
    assert read(HEADING) == {}
    assert read(HEADING[:-1]) == {}


# Rows

TORN = "số ô khác dòng tiêu đề"
OPEN, INSIDE = "dấu ngoặc kép mở ra mà không đóng", "dấu ngoặc kép đặt sai chỗ"
TOOK = "một dấu ngoặc kép gộp {} dòng làm một"
CUT = "dòng cuối bị cắt: tệp không kết thúc bằng dấu xuống dòng"


def opened(row: str) -> str:
    return row.replace("Tên", '"Tên')


def closed(row: str) -> str:
    return row.replace("Tên", 'Tên"')


@pytest.mark.parametrize(
    ("below", "says"),
    [
        ([opened(FIRST), SECOND, THIRD], {2: OPEN, 3: ONE, 4: TWO}),
        ([FIRST, SECOND, opened(THIRD)], {2: ZERO, 3: ONE, 4: INSIDE}),
        ([opened(FIRST), SECOND, closed(opened(THIRD))], {2: OPEN, 3: ONE, 4: TWO}),
        ([opened(FIRST), SECOND, THIRD.replace("Tên", '""')], {2: OPEN, 3: ONE, 4: TWO}),
        ([opened(FIRST), opened(SECOND), THIRD], {2: OPEN, 3: OPEN, 4: TWO}),
        ([opened(FIRST), SECOND, closed(THIRD)], {2: TOOK.format(3)}),
        ([opened(FIRST), closed(SECOND), THIRD], {2: TOOK.format(2), 4: TWO}),
        ([FIRST.replace("Tên", 'Tê"n'), SECOND], {2: INSIDE, 3: ONE}),
        ([FIRST.replace("Tên", '"Tê" n'), SECOND], {2: INSIDE, 3: ONE}),
        ([FIRST.replace("Tên,1990", 'Tên "A,B" 1990'), SECOND], {2: INSIDE, 3: ONE}),
        ([FIRST.replace("Tên", "Tê, n"), SECOND], {2: TORN, 3: ONE}),
        ([FIRST.replace("\n", ",\n"), SECOND], {2: TORN, 3: ONE}),
        ([f"{FIRST[:-1]} {SECOND}", THIRD], {2: TORN, 3: TWO}),
        ([FIRST, HEADING, SECOND], {2: ZERO, 3: "dòng tiêu đề lặp lại", 4: ONE}),
        ([FIRST, "\n", ",,,\n", "\n", SECOND], {2: ZERO, 6: ONE}),
        ([FIRST.replace("Tên", '"Tên\nhai\nba"'), SECOND], {2: ZERO, 5: ONE}),
        ([FIRST.replace("Tên", '"' + "x" * 200_000 + '"'), SECOND], {2: INSIDE, 3: ONE}),
        ([FIRST.replace("Tên", "x" * 200_000), SECOND], {2: "một ô quá dài", 3: ONE}),
        ([FIRST, SECOND[:-1]], {2: ZERO, 3: ONE}),
        ([FIRST, SECOND[:-2]], {2: ZERO, 3: CUT}),
        ([FIRST, SECOND[:-12]], {2: ZERO, 3: CUT}),
        ([FIRST, "DN47"], {2: ZERO, 3: CUT}),
    ],
)
def test_a_broken_row_says_what_is_wrong_and_the_others_are_read(
    read: Callable[..., Says], below: list[str], says: dict[int, str]
) -> None:
    assert numbers(read(HEADING + "".join(below))) == says


@pytest.mark.parametrize("times", [1, 2_000])
def test_an_open_mark_far_from_the_end_costs_its_line_alone(
    read: Callable[..., Says], times: int
) -> None:
    says = numbers(read(HEADING + FIRST * times + opened(SECOND) + THIRD * 40_000))
    assert says.pop(times + 2) == OPEN
    assert len(says) == times + 40_000
    assert set(says.values()) == {ZERO, TWO}


def test_empty_cells_behind_every_row_and_the_heading_are_none(read: Callable[..., Says]) -> None:
    says = read((HEADING + FIRST + SECOND).replace("\n", ",,,\n"))
    assert numbers(says) == {2: ZERO, 3: ONE}
    more = read(
        (HEADING + FIRST + SECOND[:-1] + ",x\n").replace("31\n", "31,\n").replace("den\n", "den,\n")
    )
    assert numbers(more) == {2: ZERO, 3: "có ô ở cột không có tiêu đề"}


@pytest.mark.parametrize("left", range(1, len(SECOND) + 1))
def test_wherever_a_file_is_cut_its_last_row_is_whole_or_refused(
    read: Callable[..., Says], left: int
) -> None:
    says = read(HEADING + FIRST + THIRD + SECOND[:left])
    whole = left >= len(SECOND) - 1
    assert says[4] == (["DN4797900000501", *WHOLE[1:]] if whole else CUT)


def test_a_row_begins_in_the_line_that_it_says_after_cells_of_several_lines(
    read: Callable[..., Says],
) -> None:
    tall = FIRST.replace("Tên", '"Tên\r\nhai"')
    says = read(HEADING + (tall + SECOND) * 5_000)
    assert list(says)[-2:] == [3 * 5_000 - 1, 3 * 5_000 + 1]


_WORD = st.text(
    st.sampled_from("aBÀệđĐ 19,;\t'=-/\"")
    | st.characters(min_codepoint=0x250, max_codepoint=0x1FFF, categories=["L"]),
    max_size=8,
)
_CELL = _WORD.filter(lambda cell: not cell.startswith('="'))


@given(
    st.lists(st.lists(_CELL, min_size=3, max_size=3), max_size=6),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_what_csv_writes_reads_back_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    cells: list[list[str]],
    delimiter: str,
    end: str,
    quoting: int,
    encoding: str,
) -> None:
    text = io.StringIO(newline="")
    below = [[f"DN47979000005{at:02}", *row] for at, row in enumerate(cells)]
    out = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]  # of its stubs
    out.writerows([["ma_the", "ho_ten", "dia_chi", "ghi_chu"], *below])
    path = tmp_path_factory.mktemp("any") / "the.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    assert list(rows(path).values()) == [[cell.strip() for cell in row] for row in below]


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_whatever_the_bytes_are_it_is_rows_or_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "the.csv"
    for source in (raw, HEADING.encode() + raw):
        path.write_bytes(source)
        with suppress(ImportFileError):
            rows(path)
