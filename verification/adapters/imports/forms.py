"""What a file is, by how it begins: its ending may say anything."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from verification.adapters.imports import books, csv_text, xml1
from verification.adapters.imports.bounds import check_file
from verification.adapters.imports.headings import Find
from verification.adapters.imports.lines import Sheet
from verification.adapters.imports.refused import file_refused

_BEGIN = 4_096
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OPEN_OFFICE = b"application/vnd.oasis.opendocument"  # its first part says what it is
_NO_TABLES = (
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!", "RAR"),
    (b"%PDF", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"SQLite format 3\0", "SQLite"),
)
_HTML = re.compile(rb"<(?:!doctype html|html|head|meta|style|table|body|div)[\s>]", re.IGNORECASE)
_XML_SHEET = b"urn:schemas-microsoft-com:office:spreadsheet"
_Reader = Callable[[Path, Find], AbstractContextManager[Sheet]]


def reader_of(path: Path) -> _Reader:
    """Return what reads a file.

    Raises:
        ImportFileError: It is no list, or cannot be one.
        OSError: It cannot be read.
        zipfile.BadZipFile: It is a broken archive.
    """
    if path.is_dir():
        return xml1.opened
    check_file(path)
    with path.open("rb") as file:
        begin = file.read(_BEGIN)
    if begin.startswith(_OLD_OFFICE):
        return books.opened
    if begin.startswith(_ZIP):
        of_xml = _OPEN_OFFICE not in begin and xml1.is_zip_of_xml(path)
        return xml1.opened if of_xml else books.opened
    for mark, what in _NO_TABLES:
        if begin.startswith(mark):
            raise file_refused(path, "other", what=what)
    return _of_marked_text(path, begin) or csv_text.opened


def _of_marked_text(path: Path, begin: bytes) -> _Reader | None:
    """Return what reads a file of tags, None where it has none."""
    text = begin.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")  # of UTF-16 too
    if not text.startswith(b"<"):
        return None
    if _HTML.search(text):
        raise file_refused(path, "html")
    if _XML_SHEET in text:
        raise file_refused(path, "xml_sheet")
    return xml1.opened
