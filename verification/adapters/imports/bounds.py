"""What a file for import may cost, and why so much; what is larger is refused in one sentence.

A million rows of cards are a CSV of some 200 MB. It is read row by row, so that its length costs no
memory; what is held at once is one row. An XLSX names its parts and their sizes first: what they
say is believed, since `zipfile` hands out no byte more of a part than that.
"""

import stat
import zipfile
from pathlib import Path

from verification.basics.errors import ImportFileError

MOST_BYTES = 2_000_000_000  # of a file: ten million rows
MOST_COLUMNS = 500  # ours are 16; an export of a hospital's system has some 150
MOST_CHARS = 1_000_000  # of a row, over all lines that it goes on for: an open quotation mark
MOST_ROWS = 1_048_576  # of a sheet, and rows of nothing one after the other

_PARTS = 2_000  # of a workbook; one of ten sheets with pictures has 60
_TABLE_BYTES = 1_000_000_000  # of a sheet as XML: a million rows of cards
_STRINGS_BYTES = 256_000_000  # of the strings that its cells name, which are all held at once
_OTHER_BYTES = 16_000_000  # of any other part: styles, names, settings
PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # others unpack without measure
LOCKED = 1  # bit of a part that has a password
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # XLS, and XLSX with a password


def too_heavy(path: Path) -> ImportFileError:
    """Return the error of a file that would cost too much."""
    return ImportFileError(
        f"Tệp {path.name} quá lớn hoặc quá phức tạp để nhập; hãy chia nhỏ hoặc lưu lại dạng CSV",
        f"{path.name} is too large or too complex to be imported; split it, or save it as CSV",
    )


def check_file(path: Path) -> None:
    """See that it is a file that ends.

    Raises:
        ImportFileError: It is a device, a pipe or a folder, or too large.
        OSError: It is not there.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise ImportFileError(
            f"Không mở được tệp {path.name}: không phải tệp thường",
            f"Cannot open {path.name}: it is no regular file",
        )
    if found.st_size > MOST_BYTES:
        raise too_heavy(path)


def check_book(path: Path) -> list[zipfile.ZipInfo]:
    """Return the parts of a workbook, once what it says of them is not too much.

    Raises:
        ImportFileError: It is locked, or would cost too much.
        zipfile.BadZipFile: It is no workbook.
    """
    with zipfile.ZipFile(path) as book:
        parts = book.infolist()
    if any(part.flag_bits & LOCKED for part in parts):
        raise locked(path)
    if len(parts) > _PARTS or any(_is_heavy(part) for part in parts):
        raise too_heavy(path)
    if sum(part.file_size for part in parts) > 2 * _TABLE_BYTES:
        raise too_heavy(path)
    return parts


def _is_heavy(part: zipfile.ZipInfo) -> bool:
    name = part.filename.lower()
    if "sharedstrings" in name:
        most = _STRINGS_BYTES
    else:
        most = _TABLE_BYTES if "sheet" in name and name.endswith(".xml") else _OTHER_BYTES
    return part.file_size > most or part.compress_type not in PACKED


def locked(path: Path) -> ImportFileError:
    """Return the error of a workbook that has a password."""
    return ImportFileError(
        f"Tệp {path.name} có mật khẩu; hãy lưu lại không khóa, dạng XLSX hoặc CSV",
        f"{path.name} has a password; save it without one, as XLSX or as CSV",
    )


def is_old_office(path: Path) -> bool:
    """Tell whether a file begins as XLS does, and a workbook with a password.

    Raises:
        OSError: It cannot be opened.
    """
    with path.open("rb") as file:
        return file.read(len(_OLD_OFFICE)) == _OLD_OFFICE
