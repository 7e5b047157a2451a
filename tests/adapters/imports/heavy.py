"""Small files for import that cost much, built when they are needed."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HEADING = "ma_the,ho_ten,ngay_sinh,gioi_tinh,gt_the_den\n"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/><Override '
    'PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sheet.main+xml"/>{strings}</Types>'
)
_STRINGS = (
    '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.'
    'openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
_BOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="the" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_LINKS = (
    f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" Type="{_OFFICE}/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>'
)
_ROOT = (
    f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>'
)


def cells(*texts: str) -> str:
    """Return cells of text."""
    return "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)


NAMES = f'<row r="1">{cells("ma_the", "ho_ten")}</row>'
CARD = f'<row r="2">{cells("DN4797900000501", "Nguyễn Thị Một")}</row>'


def book(
    rows: str = CARD,
    *,
    before: str = "",
    prolog: str = "",
    strings: bytes | None = None,
    packed: int = zipfile.ZIP_DEFLATED,
    more: int = 0,
) -> bytes:
    """Return a workbook of one sheet, written by hand."""
    sheet = (
        f'{prolog}<worksheet xmlns="{_MAIN}">{before}<sheetData>{NAMES}{rows}</sheetData>'
        "</worksheet>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        kinds = _TYPES.format(strings="" if strings is None else _STRINGS)
        parts.writestr("[Content_Types].xml", kinds)
        parts.writestr("_rels/.rels", _ROOT)
        parts.writestr("xl/workbook.xml", _BOOK)
        parts.writestr("xl/_rels/workbook.xml.rels", _LINKS)
        parts.writestr("xl/worksheets/sheet1.xml", sheet, packed)
        if strings is not None:
            parts.writestr("xl/sharedStrings.xml", strings)
        for number in range(more):
            parts.writestr(f"xl/media/{number}", b"")
    return out.getvalue()


def _lying(whole: bytes, name: bytes, size: int) -> bytes:
    """Return an archive whose directory says another size of a part."""
    at = whole.index(b"PK\x01\x02")
    while whole[at + 46 :][: len(name)] != name:
        at = whole.index(b"PK\x01\x02", at + 4)
    return whole[: at + 24] + struct.pack("<I", size) + whole[at + 28 :]


def _locked(whole: bytes) -> bytes:
    at = whole.index(b"PK\x01\x02")
    return whole[: at + 8] + b"\x01" + whole[at + 9 :]


def _nested() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as outer:
        outer.writestr("the.xlsx", book())
    return out.getvalue()


_SHEET = b"xl/worksheets/sheet1.xml"
_LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {name} '{f'&{of};' * 10}'>" for of, name in zip("abcdefgh", "bcdefghi", strict=True)
)

TOO_HEAVY, NO_TABLE, LOCKED, NOT_UTF8 = "quá lớn", "không phải bảng", "có mật khẩu", "UTF-8"

# By name: what the sentence says, and how it is built.
HEAVY: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a sheet of 300 MB.xlsx": (TOO_HEAVY, lambda: book(" " * 300_000_000)),
    "a sheet that says it is of 3 GB.xlsx": (
        TOO_HEAVY,
        lambda: _lying(book(), _SHEET, 3_000_000_000),
    ),
    "a sheet that says it is short.xlsx": (NO_TABLE, lambda: _lying(book(), _SHEET, 20)),
    "one row of three million cells.xlsx": (
        TOO_HEAVY,
        lambda: book(f"<row>{'<c/>' * 3_000_000}</row>"),
    ),
    "cells in cells.xlsx": (TOO_HEAVY, lambda: book("<row>" + "<c>" * 1_000_000)),
    "one cell of 50 MB.xlsx": (
        TOO_HEAVY,
        lambda: book(f"<row>{cells('a' * 50_000_000)}</row>"),
    ),
    "strings of 70 MB.xlsx": (TOO_HEAVY, lambda: book(strings=b" " * 70_000_000)),
    "settings of 20 MB.xlsx": (
        TOO_HEAVY,
        lambda: _lying(book(), b"xl/workbook.xml", 20_000_000),
    ),
    "a row of number ten billion.xlsx": (
        TOO_HEAVY,
        lambda: book(f'<row r="9999999999">{cells("DN4797900000501")}</row>'),
    ),
    "rows of nothing.xlsx": (TOO_HEAVY, lambda: book("<row/>" * 1_100_000)),
    "rows of another kind.xlsx": (
        TOO_HEAVY,
        lambda: book(before=f'<sheetData xmlns="x">{"<row/>" * 200_000}</sheetData>'),
    ),
    "three thousand parts.xlsx": (TOO_HEAVY, lambda: book(more=3_000)),
    "packed in another way.xlsx": (TOO_HEAVY, lambda: book(packed=zipfile.ZIP_BZIP2)),
    "a billion laughs.xlsx": (
        NO_TABLE,
        lambda: book(f"<row>{cells('&i;')}</row>", prolog=f"{_LAUGHS}]>"),
    ),
    "an outside entity.xlsx": (
        NO_TABLE,
        lambda: book(
            f"<row>{cells('&a;')}</row>",
            prolog="<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///dev/zero'>]>",
        ),
    ),
    "locked.xlsx": (LOCKED, lambda: _locked(book())),
    "locked by a program.xlsx": (LOCKED, lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(9_000)),
    "an archive in an archive.xlsx": (NO_TABLE, _nested),
    "no archive.xlsx": (NO_TABLE, lambda: b"PK\x03\x04ma_the,ho_ten\n"),
    "one line of 3 MB.csv": (TOO_HEAVY, lambda: b"a" * 3_000_000),
    "one row of a million columns.csv": (TOO_HEAVY, lambda: HEADING.encode() + b"," * 1_100_000),
    "a heading of ten thousand.csv": (TOO_HEAVY, lambda: b"a," * 10_000 + b"\n1\n"),
    "a row that does not end.csv": (TOO_HEAVY, lambda: HEADING.encode() + b'"a\n",' * 400_000),
    "an open quotation mark.csv": (NO_TABLE, lambda: HEADING.encode() + b'"' + b"a\n" * 100_000),
    "lines of nothing.csv": (TOO_HEAVY, lambda: HEADING.encode() + b"\n" * 1_100_000),
    "zeros.csv": (NO_TABLE, lambda: bytes(500_000)),
    "zeros in the middle.csv": (NO_TABLE, lambda: HEADING.encode() + b"DN4797900000501,\0,,\n"),
    "packed.csv": (NOT_UTF8, lambda: gzip.compress(HEADING.encode() * 100)),
}  # fmt: skip
