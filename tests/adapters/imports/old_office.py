"""Small XLS and ODS files, written by hand."""

from __future__ import annotations

import io
import struct
import zipfile

_SECTOR = 512
_LEAST = 4096  # bytes below which a stream stands among the small ones
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def cell(row: int, column: int, value: object) -> bytes:
    """Return the record of a cell."""
    if isinstance(value, str):
        text = value.encode("utf-16-le")
        said = struct.pack("<HHHHB", row, column, 0, len(value), 1) + text
        return _record(0x0204, said)
    style = 0
    if isinstance(value, tuple):
        value, style = value
    return _record(0x0203, struct.pack("<HHHd", row, column, style, value))


def xls(*sheets: tuple[str, list[list[object]], bool], extra: bytes = b"") -> bytes:
    """Return an XLS of sheets: name, rows of texts and numbers, whether it is hidden.

    A number in a pair with 1 is a day, with 2 a day with its hour.

    Args:
        sheets: Of the workbook.
        extra: Records after the cells of the first sheet.
    """
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    styles = b"".join(
        _record(0x00E0, struct.pack("<HH", 0, number) + bytes(16)) for number in (0, 14, 22)
    )
    bodies = []
    for at, (_, rows, _) in enumerate(sheets):
        cells = b"".join(
            cell(row, column, value)
            for row, line in enumerate(rows)
            for column, value in enumerate(line)
            if value is not None
        )
        of_sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
        bodies.append(of_sheet + cells + (extra if at == 0 else b"") + _record(0x000A, b""))

    def named(offsets: list[int]) -> bytes:
        return b"".join(
            _record(
                0x0085,
                struct.pack("<IBBBB", offset, hidden, 0, len(name), 1) + name.encode("utf-16-le"),
            )
            for offset, (name, _, hidden) in zip(offsets, sheets, strict=True)
        )

    end = _record(0x000A, b"")
    head = len(begin + styles + named([0] * len(sheets)) + end)
    offsets = [head + sum(map(len, bodies[:at])) for at in range(len(bodies))]
    return compound("Workbook", begin + styles + named(offsets) + end + b"".join(bodies))


def compound(name: str, stream: bytes) -> bytes:
    """Return an OLE file of one stream."""
    stream = stream.ljust(_LEAST, b"\0")
    stream += bytes(-len(stream) % _SECTOR)
    sectors = len(stream) // _SECTOR
    fat = [_FAT, _END, *range(3, sectors + 2), _END]
    table = struct.pack(f"<{len(fat)}I", *fat)
    if len(table) > _SECTOR:
        raise ValueError("one sector of places is enough for a test")
    table = table.ljust(_SECTOR, b"\xff")
    entries = _entry("Root Entry", 5, 1, _END, 0) + _entry(name, 2, _FREE, 2, len(stream))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, _LEAST, _END, 0, _END, 0)
    head += struct.pack("<I", 0) + b"\xff" * 432
    return head + table + entries.ljust(_SECTOR, b"\0") + stream


def _entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    said = text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2, kind, 1)
    said += struct.pack("<III", _FREE, _FREE, child) + bytes(36)
    return said + struct.pack("<IQ", first, size)


def ods(rows: str) -> bytes:
    """Return an ODS of one sheet, whose rows are XML."""
    spaces = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{spaces}:office:1.0" '
        f'xmlns:table="{spaces}:table:1.0" xmlns:text="{spaces}:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="the">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("META-INF/manifest.xml", _MANIFEST)
        parts.writestr("content.xml", content)
    return out.getvalue()


_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" '
    'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
)
