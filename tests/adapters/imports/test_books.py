"""Workbooks: which sheet, which size, which cells; whatever their parts say of themselves."""

from __future__ import annotations

import io
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.adapters.imports import heavy, old_office
from verification.adapters.imports import old_books
from verification.adapters.imports.book_cells import Form, digits, form_of
from verification.adapters.imports.books import opened
from verification.basics.errors import ImportFileError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from verification.adapters.imports.lines import Line

A, B = "DN4797900000501", "DN4797900000502"
HEAD = ["Mã thẻ", "Họ tên", "Ngày sinh", "Ngày vào"]
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
# styles 0 general, 1 day, 2 day and hour, 3 hour, 4 twelve zeros, 5 its own words around a day
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy hh:mm"/>'
    '<numFmt numFmtId="165" formatCode="000000000000"/>'
    '<numFmt numFmtId="166" formatCode="&quot;ngày&quot; dd/mm/yyyy;@"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>'
    '<xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="20"/><xf numFmtId="165"/>'
    '<xf numFmtId="166"/></cellXfs></styleSheet>'
)


def row(*cells: str, at: int | None = None) -> str:
    """Return a row of XML: cells that begin with `<` are XML already, others are text."""
    place = "" if at is None else f' r="{at}"'
    inside = "".join(cell if cell.startswith("<") else heavy.cells(cell) for cell in cells)
    return f"<row{place}>{inside}</row>"


def book(
    *sheets: str | tuple[str, str, str],
    strings: str | None = None,
    before: str = "",
    of_book: str = "",
    main: str = _MAIN,
) -> bytes:
    """Return a workbook: rows of each sheet, or its name, its state and its rows."""
    named = [s if isinstance(s, tuple) else (f"S{i}", "visible", s) for i, s in enumerate(sheets)]
    tabs = "".join(
        f'<sheet name="{name}" sheetId="{i + 1}" state="{state}" r:id="rId{i}"/>'
        for i, (name, state, _) in enumerate(named)
    )
    kinds = [(f"rId{i}", "worksheet", f"worksheets/s{i}.xml") for i in range(len(named))]
    kinds += [("rIdS", "sharedStrings", "/xl/strings.xml"), ("rIdF", "styles", "styles.xml")]
    links = "".join(
        f'<Relationship Id="{i}" Type="{_LINK}/{kind}" Target="{part}"/>' for i, kind, part in kinds
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{_LINK}">{of_book}<sheets>{tabs}</sheets>'
            "</workbook>",
        )
        parts.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}">{links}</Relationships>',
        )
        parts.writestr("xl/styles.xml", _STYLES)
        parts.writestr("xl/strings.xml", f'<sst xmlns="{main}">{strings or ""}</sst>')
        for i, (_, _, rows) in enumerate(named):
            parts.writestr(
                f"xl/worksheets/s{i}.xml",
                f'<worksheet xmlns="{main}">{before}<sheetData>{rows}</sheetData></worksheet>',
            )
    return out.getvalue()


@contextmanager
def reading(tmp_path: Path, whole: bytes) -> Iterator[tuple[list[str], list[Line]]]:
    """Yield heading and lines of a file that has any name."""
    path = tmp_path / "list.bin"
    path.write_bytes(whole)
    with opened(path) as sheet:
        yield list(sheet.heading), list(sheet.lines)


def lines_of(tmp_path: Path, whole: bytes) -> list[tuple[int, list[str]]]:
    """Return number and cells of the lines that are not refused."""
    with reading(tmp_path, whole) as (_, lines):
        return [(line.at, list(line.cells)) for line in lines if not line.why]


def cell_of(tmp_path: Path, cell: str, column: int = 2, **more: str) -> str:
    """Return the text of one cell of a card's row."""
    cells = [A, "Người", "<c/>", "<c/>"]
    cells[column] = cell
    ((_, texts),) = lines_of(tmp_path, book(row(*HEAD) + row(*cells), **more))
    return texts[column]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c s="1"><v>46113</v></c>', "2026-04-01"),
        ('<c s="1"><v>46113.75</v></c>', "2026-04-01"),
        ('<c s="2"><v>46113.4375</v></c>', "2026-04-01"),  # in this column no hour counts
        ('<c s="5"><v>46113</v></c>', "2026-04-01"),
        ('<c s="1"><v>1</v></c>', "1900-01-01"),
        ('<c s="1"><v>59</v></c>', "1900-02-28"),
        ('<c s="1"><v>60</v></c>', "60"),  # a day that never was
        ('<c s="1"><v>61</v></c>', "1900-03-01"),
        ('<c s="1"><v>-3</v></c>', "-3"),
        ('<c s="1"><v>99999999</v></c>', "99999999"),
        ('<c s="3"><v>0.4375</v></c>', "10:30:00"),
        ('<c t="d"><v>2026-04-01T10:30:00Z</v></c>', "2026-04-01"),
        ('<c t="d"><v>2026-04-31</v></c>', "2026-04-31"),
        ('<c s="77"><v>46113</v></c>', "46113"),
        ("<c><v>46113</v></c>", "46113"),
        ("<c><v>46113.5</v></c>", "46113.5"),
        ("<c><v>46113.499999999999</v></c>", "46113.5"),
        ("<c><v>1990</v></c>", "1990"),
        ("<c><v>1990.0</v></c>", "1990"),
        ("<c><v>7.9200000001E10</v></c>", "79200000001"),
        ("<c><v>1.2E+11</v></c>", "120000000000"),
        ("<c><v>0.00001</v></c>", "0.00001"),
        ('<c s="4"><v>79200000001</v></c>', "079200000001"),
        ("<c><v>1234567890123456</v></c>", "1.23456789012346E+15"),
        ("<c><v>123456789012345</v></c>", "123456789012345"),
        ("<c><v>nan</v></c>", "nan"),
        ("<c><v>x</v></c>", "x"),
        ("<c><v></v></c>", ""),
        ("<c><v/></c>", ""),
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ('<c t="b"><v>0</v></c>', "FALSE"),
        ('<c t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c t="e"><f>A9</f><v>#REF!</v></c>', "#REF!"),
        ("<c><f>A1</f></c>", "="),
        ("<c><f>A1</f><v></v></c>", "="),
        ("<c><f>A1</f><v/></c>", "="),
        ('<c t="n"><f>A1</f><v/></c>', "="),
        ('<c><f t="shared" si="0"/></c>', "="),
        ("<c><f>1+1</f><v>1990</v></c>", "1990"),
        ('<c t="str"><f>A1</f><v>1990</v></c>', "1990"),
        ('<c t="str"><f>A1</f><v></v></c>', ""),
        ('<c t="inlineStr"><is><r><t>19</t></r><r><rPr/><t>90</t></r></is></c>', "1990"),
        ('<c t="inlineStr"><is><t>19</t><rPh sb="0" eb="1"><t>x</t></rPh></is></c>', "19"),
        ('<c t="inlineStr"><is><t>a_x000D_b_xD83D_</t></is></c>', "a\rb_xD83D_"),
        ('<c t="inlineStr"><is><t><![CDATA[<1990>]]></t></is></c>', "<1990>"),
        ('<c t="inlineStr"><is><t>a<!-- x -->b&amp;c</t></is></c>', "ab&c"),
    ],
)
def test_a_cell_is_what_a_person_reads_in_it_and_no_digit_more(
    tmp_path: Path, cell: str, text: str
) -> None:
    assert cell_of(tmp_path, cell) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c s="2"><v>46113.4375</v></c>', "2026-04-01T10:30:00"),
        ('<c s="2"><v>46113</v></c>', "2026-04-01T00:00:00"),
        ('<c s="1"><v>46113</v></c>', "2026-04-01"),
        ('<c s="1"><v>46113.4375</v></c>', "2026-04-01"),
        ('<c s="2"><v>46113.99998842593</v></c>', "2026-04-01T23:59:59"),
        ('<c t="d"><v>2026-04-01T10:30:00</v></c>', "2026-04-01T10:30:00"),
        ('<c t="d"><v>2026-04-01</v></c>', "2026-04-01"),
    ],
)
def test_an_hour_is_one_where_the_cell_shows_it(tmp_path: Path, cell: str, text: str) -> None:
    assert cell_of(tmp_path, cell, 3) == text


def test_days_may_be_counted_from_1904(tmp_path: Path) -> None:
    cell = '<c s="1"><v>44651</v></c>'
    of_book = '<workbookPr date1904="1"/>'
    assert cell_of(tmp_path, cell, of_book=of_book) == "2026-04-01"
    assert cell_of(tmp_path, '<c s="3"><v>0.5</v></c>', of_book=of_book) == "12:00:00"


@pytest.mark.parametrize(
    ("code", "form"),
    [
        ("General", Form()),
        ("0.00", Form()),
        ("#,##0", Form()),
        ("@", Form()),
        ("d/m/yyyy", Form(day=True)),
        ("[$-42A]dd mmmm yyyy", Form(day=True)),
        ('"ngày "dd" tháng "mm', Form(day=True)),
        ("mmm-yy", Form(day=True)),
        ("m/d/yy h:mm AM/PM", Form(day=True, hour=True)),
        ("hh:mm:ss.000", Form(hour=True)),
        ("[h]:mm", Form(hour=True)),
        ("mm:ss", Form(hour=True)),
        ("[Red]0;-0", Form()),
        ('0 "đồng"', Form()),
        ('"ds"0', Form()),
        ("0000000000", Form(digits=10)),
        ("yyyy\\-mm\\-dd", Form(day=True)),
    ],
)
def test_the_form_of_a_number_tells_what_it_shows(code: str, form: Form) -> None:
    assert form_of(170, {170: code}) == form


@pytest.mark.parametrize(
    ("number", "text"), [("1e400", "1" + "." + "0" * 14 + "E+400"), ("-0.5", "-0.5"), ("", "")]
)
def test_a_number_that_is_no_card_is_told_as_it_is(number: str, text: str) -> None:
    assert digits(number) == text


def test_shared_strings_are_read_with_their_runs(tmp_path: Path) -> None:
    strings = (
        "<si><t>x</t></si><si><r><t>Nguyễn </t></r><r><t>Thị</t></r></si>"
        "<si><t>Mẫu</t><rPh><t>no</t></rPh></si><si/>"
    )
    for place, text in enumerate(("x", "Nguyễn Thị", "Mẫu", "")):
        assert cell_of(tmp_path, f'<c t="s"><v>{place}</v></c>', strings=strings) == text
    with pytest.raises(ValueError, match="9"):
        cell_of(tmp_path, '<c t="s"><v>9</v></c>', strings=strings)


@pytest.mark.parametrize(
    "before",
    [
        "",
        '<dimension ref="A1:B2"/>',
        '<dimension ref="A1"/>',
        '<dimension ref="C7:D9"/>',
        '<dimension ref="A1:XFD1048576"/>',
        '<dimension ref="x"/>',
    ],
)
def test_a_sheet_is_as_large_as_its_rows_whatever_it_says(tmp_path: Path, before: str) -> None:
    rows = "".join(row(f"DN47979{i:08}", "Tên", at=i) for i in range(3, 91))
    assert len(lines_of(tmp_path, book(row(*HEAD, at=1) + rows, before=before))) == 88


@pytest.mark.parametrize("main", [_MAIN, _STRICT])
def test_rows_are_where_they_say_and_none_is_left_out(tmp_path: Path, main: str) -> None:
    name = '<c t="inlineStr" r="B{0}"><is><t>Tên {0}</t></is></c>'
    card = '<c t="inlineStr" r="A{0}"><is><t>{1}</t></is></c>'
    rows = row(*HEAD, at=2)
    rows += row(card.format(9, A), name.format(9), at=9)  # a gap
    rows += row(name.format(5), card.format(5, B), at=5)  # rows and cells out of order
    rows += row('<c r="C1048576" s="1"><v>1</v></c>', at=1048576)
    said = lines_of(tmp_path, book(rows, main=main))
    assert [at for at, _ in said] == [9, 5, 1048576]
    assert [cells[:2] for _, cells in said[:2]] == [[A, "Tên 9"], [B, "Tên 5"]]


@pytest.mark.parametrize(
    "cells",
    [
        '<c r="A7"><v>1</v></c>',
        '<c r="A22"><v>1</v></c>',
        '<c r="A"><v>1</v></c>',
        '<c r="A2"><v>1</v></c><c r="A2"><v>2</v></c>',
        '<c r="B2"><v>1</v></c><c r="A2"><v>2</v></c><c><v>3</v></c>',
    ],
)
def test_a_cell_that_is_not_where_it_says_refuses_its_row(tmp_path: Path, cells: str) -> None:
    whole = book(row(*HEAD, at=1) + row(cells, at=2) + row(A, "Tên", at=3))
    with reading(tmp_path, whole) as (_, lines):
        assert [bool(line.why) for line in lines] == [True, False]


@pytest.mark.parametrize("place", ["1", "a2", "ABCD2", "XFE2", "Ả2"])
def test_a_place_that_is_none_is_no_workbook(tmp_path: Path, place: str) -> None:
    whole = book(row(*HEAD, at=1) + row(f'<c r="{place}"><v>1</v></c>', at=2))
    with pytest.raises(ValueError, match=r".*"):
        lines_of(tmp_path, whole)


def test_a_cell_far_away_counts_only_where_it_is_filled(tmp_path: Path) -> None:
    empty = row(A, "Tên", '<c r="XFD2" s="1"/>', at=2)
    assert len(lines_of(tmp_path, book(row(*HEAD) + empty))) == 1
    far = row(A, "Tên", '<c r="XFD2"><v>1</v></c>', at=2)
    with pytest.raises(ImportFileError, match="quá lớn"):
        lines_of(tmp_path, book(row(*HEAD) + far))


def test_a_sheet_that_ends_too_soon_is_no_list(tmp_path: Path) -> None:
    whole = book(row(*HEAD) + row(A, "Tên"))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data[:-30] if name.endswith("s0.xml") else data)
    with pytest.raises(ValueError, match=r".*"):
        lines_of(tmp_path, out.getvalue())


CARDS = row(*HEAD) + row(A, "Tên")
MORE = row(*HEAD) + row(B, "Khác")
OTHER = row("Họ tên", "Số thẻ", "Lớp") + row("Khác", B, "1A")
COVER = row("Bệnh viện Mẫu") + row("Danh sách tháng 4")


@pytest.mark.parametrize(
    ("sheets", "found"),
    [
        ([COVER, CARDS], [A]),
        ([CARDS, COVER], [A]),
        (["", CARDS, row(*HEAD)], [A]),
        ([("Cũ", "hidden", MORE), CARDS], [A]),
        ([("Cũ", "veryHidden", OTHER), CARDS], [A]),
        ([CARDS, MORE], [A, B]),  # a class of a school each
        ([CARDS, row("Tiêu đề") + MORE], [A, B]),
        ([CARDS, row("Họ tên", "Số thẻ", "Lớp")], [A]),  # an empty form
        ([row(*HEAD)], []),
    ],
)
def test_the_sheet_with_the_list_is_read_and_all_of_one_heading(
    tmp_path: Path, sheets: list[str], found: list[str]
) -> None:
    assert [cells[0] for _, cells in lines_of(tmp_path, book(*sheets))] == found


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        ([CARDS, OTHER], "tiêu đề khác nhau"),
        ([("Thẻ", "hidden", CARDS), COVER], "trang tính ẩn"),
        ([("Thẻ", "hidden", CARDS)], "trang tính ẩn"),
        ([CARDS, row("x", B)], "không có dòng tiêu đề"),
        ([row(A, "Tên") + CARDS], "trên dòng tiêu đề"),
        ([row("Mã thẻ", "Số thẻ", "Họ tên") + row(A, B, "x")], "hơn một cột"),
    ],
)
def test_where_it_is_not_certain_which_is_the_list_it_is_one_sentence(
    tmp_path: Path, sheets: list[str], said: str
) -> None:
    with pytest.raises(ImportFileError, match=said) as told:
        lines_of(tmp_path, book(*sheets))
    assert "nothing was changed" in told.value.en


def test_a_heading_of_two_lines_below_titles_is_found_and_rows_keep_their_numbers(
    tmp_path: Path,
) -> None:
    rows = row("DANH SÁCH", at=1) + row("STT", "Họ và tên", "Thẻ BHYT", "<c/>", "<c/>", at=3)
    rows += row("<c/>", "<c/>", "Số thẻ", "Từ ngày", "Đến ngày", at=4)
    rows += row("(1)", "(2)", "(3)", "(4)", "(5)", at=5)
    rows += row("1", "Tên", A, '<c s="1"><v>46113</v></c>', '<c s="1"><v>46114</v></c>', at=6)
    with reading(tmp_path, book(rows)) as (heading, lines):
        assert heading == ["STT", "ho_ten", "ma_the", "gt_the_tu", "gt_the_den"]
        assert [(line.at, list(line.cells)) for line in lines] == [
            (6, ["1", "Tên", A, "2026-04-01", "2026-04-02"])
        ]


def test_an_xls_is_read_from_the_sheet_that_has_the_list(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["DANH SÁCH"],
        [None],
        ["Mã thẻ", "Họ tên", "gt_the_den", "Ngày vào"],
        [A, "Tên", (46113.0, 1), (46113.4375, 2)],
        [B, 7920000001.0, 46113.5, 1.2e17],
    ]
    whole = old_office.xls(
        ("Bìa", [["Bệnh viện"]], False),
        ("Thẻ", rows, False),
        ("Ẩn", [["Mã thẻ", "Họ tên"], [A, "x"]], True),
    )
    assert lines_of(tmp_path, whole) == [
        (4, [A, "Tên", "2026-04-01", "2026-04-01T10:30:00"]),
        (5, [B, "7920000001", "46113.5", "1.20000000000000E+17"]),
    ]


def test_an_ods_is_read(tmp_path: Path) -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = "".join(
        f"<table:table-row>{''.join(map(cell.format, line))}</table:table-row>"
        for line in (["Mã thẻ", "Họ tên"], [A, "Tên"])
    )
    assert lines_of(tmp_path, old_office.ods(rows)) == [(2, [A, "Tên"])]


_SMALL = old_office.xls(("S", [["Mã thẻ", "Họ tên"], [A, "Tên"]], False))


@pytest.mark.parametrize(
    ("whole", "said"),
    [
        (_SMALL[:1500], "bị hỏng"),
        (_SMALL[:512] + b"\xff" * 4096, "bị hỏng"),
        (old_office.compound("EncryptedPackage", b"x" * 5000), "có mật khẩu"),
        (old_office.compound("Workbook", b"\xff" * 5000), "bị hỏng"),
    ],
)
def test_an_old_workbook_that_is_none_is_one_sentence(
    tmp_path: Path, whole: bytes, said: str
) -> None:
    with pytest.raises(ImportFileError, match=said):
        lines_of(tmp_path, whole)


def test_an_old_workbook_without_a_sheet_is_no_list(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="sheets"):
        lines_of(tmp_path, old_office.xls())


def test_a_sheet_that_would_take_all_memory_ends_its_reader_and_not_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old_books, "_MEMORY", 400 << 20)
    whole = old_office.xls(
        ("S", [["Mã thẻ", "Họ tên"], [A, "Tên"]], False), extra=old_office.cell(65535, 255, 1.0)
    )
    with pytest.raises(ImportFileError, match="quá lớn"):
        lines_of(tmp_path, whole)
