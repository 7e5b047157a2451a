"""XML1, the summary of a visit that a hospital sends to the portal.

QĐ 4750/QĐ-BYT and QĐ 3176/QĐ-BYT, table 1; `docs/commands.md` says which of its fields are taken.

A file is one visit's (`TONG_HOP`), or a batch: `GIAMDINHHS` with a `HOSO` a visit, in which each
`FILEHOSO` names its table and holds it as base64, or as it is. A folder, or a zip, of such files is
one list. Of the other tables of a batch nothing is kept.
"""

import base64
import binascii
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from xml.parsers import expat

from verification.adapters.imports.bounds import (
    LOCKED,
    MOST_BYTES,
    MOST_CHARS,
    PACKED,
    check_file,
    too_heavy,
)
from verification.adapters.imports.headings import Find, find_heading
from verification.adapters.imports.lines import Line, Sheet
from verification.adapters.imports.refused import Refused

# of XML1, in our words; NAM_NAM_LIEN_TUC is the day on which five years in a row are full
FIELDS = {
    "MA_THE_BHYT": "ma_the",
    "SO_CCCD": "so_cccd",
    "HO_TEN": "ho_ten",
    "NGAY_SINH": "ngay_sinh",
    "GIOI_TINH": "gioi_tinh",
    "DIA_CHI": "dia_chi",
    "MA_DKBD": "ma_dkbd",
    "GT_THE_TU": "gt_the_tu",
    "GT_THE_DEN": "gt_the_den",
    "MA_KHUVUC": "ma_kv",
    "NAM_NAM_LIEN_TUC": "ngay_du_5_nam",
    "NGAY_VAO": "ngay_vao",
}
_HEADING = tuple(FIELDS.values())
_NEEDED = frozenset({"MA_THE_BHYT", "HO_TEN", "NGAY_VAO"})
_TABLE, _CONTENT, _OURS = "LOAIHOSO", "NOIDUNGFILE", "XML1"
_DEEP = 60
_FILES = 200_000  # of a zip or folder: a year of a large hospital's visits
_BYTES = 1 << 16
_Record = tuple[tuple[str, ...], Refused | None]


class _Heavy(Exception):
    pass


class _Reader:
    """The visits of one document, as it comes in; what it holds is one element's text.

    Args:
        inner: Whether it is a table out of a batch, and holds no batch itself.
    """

    def __init__(self, *, inner: bool = False) -> None:
        self._inner = inner
        self._path: list[str] = []
        self._text: list[str] | None = None
        self._chars = 0
        self._visits: list[tuple[int, dict[str, str]]] = []  # begun, with their depth
        self._table = ""
        self.found: list[_Record] = []
        self.seen = 0  # those of people without a card counted
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._said
        parser.StartDoctypeDeclHandler = self._doctype
        self.parser = parser

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name.rpartition(":")[2].upper())
        if len(self._path) > _DEEP or sum(map(len, attributes.values())) > MOST_CHARS:
            raise _Heavy
        self._text, self._chars = [], 0
        if self._path[-1] == "FILEHOSO":
            self._table = ""

    def _said(self, text: str) -> None:
        if self._text is None:
            return
        self._chars += len(text)
        if self._path[-1] == _CONTENT and self._table not in {"", _OURS}:
            self._text = []  # of another table: nothing is kept
        elif self._chars > MOST_CHARS:
            raise _Heavy
        else:
            self._text.append(text)

    def _end(self, _name: str) -> None:
        name = self._path.pop()
        if self._visits and self._visits[-1][0] > len(self._path):
            self._take(self._visits.pop()[1])
        text, self._text = "".join(self._text or ()), None
        if name in FIELDS:
            self._field(name, text)
        elif name == _TABLE:
            self._table = text.strip().upper()
        elif name == _CONTENT and self._table in {"", _OURS} and text.strip():
            self._content(text)

    def _field(self, name: str, text: str) -> None:
        depth = len(self._path)
        if self._table not in {"", _OURS}:
            return  # another table of a batch that is not base64
        if not self._visits or self._visits[-1][0] < depth:
            self._visits.append((depth, {}))
        values = self._visits[-1][1]
        values[name] = text.strip() if name not in values else f"{values[name]}\0{text.strip()}"

    def _take(self, values: dict[str, str]) -> None:
        if not values.keys() >= _NEEDED:
            return  # no summary of a visit
        self.seen += 1
        if any("\0" in text for text in values.values()):
            cells = tuple(part for text in values.values() for part in text.split("\0"))
            self.found.append((cells, Refused("xml_twice")))
        elif values["MA_THE_BHYT"]:  # who has no card is nobody of ours
            cells = tuple(values.get(field, "") for field in FIELDS)
            self.found.append((cells, None))

    def _content(self, text: str) -> None:
        if self._inner:
            return
        try:
            table = base64.b64decode("".join(text.split()), validate=True)
            inner = _Reader(inner=True)
            inner.parser.Parse(table, True)  # noqa: FBT003  # its own word for the end
        except (binascii.Error, expat.ExpatError, ValueError, LookupError):
            self.found.append(((), Refused("xml_torn")))
            self.seen += 1
        else:
            self.found += inner.found
            self.seen += inner.seen

    def _doctype(self, *_: object) -> None:
        raise ValueError("DTD")  # no table; the caller has the sentence


@contextmanager
def opened(path: Path, _find: Find = find_heading) -> Iterator[Sheet]:
    """Open a file, a folder or a zip of XML1, whose columns always have their names.

    Raises:
        ImportFileError: It would cost too much.
        ValueError: It is none, as are the other errors of `zipfile`.
    """
    lines = (Line(at, *record) for at, record in enumerate(_visits(path), 1))
    yield Sheet(_HEADING, lines, own_days=True)


def is_zip_of_xml(path: Path) -> bool:
    """Tell whether a zip holds files of XML and is no workbook.

    Raises:
        zipfile.BadZipFile: It is none.
    """
    with zipfile.ZipFile(path) as held:
        names = [name.lower() for name in held.namelist()]
    return "[content_types].xml" not in names and any(n.endswith(".xml") for n in names)


def _visits(path: Path) -> Iterator[_Record]:
    seen = 0
    try:
        for document in _documents(path):
            reader = _Reader()
            while piece := document.read(_BYTES):
                reader.parser.Parse(piece)
                yield from reader.found
                reader.found.clear()
            reader.parser.Parse(b"", True)  # noqa: FBT003  # its own word for the end
            yield from reader.found
            seen += reader.seen
    except _Heavy:
        raise too_heavy(path) from None
    except (expat.ExpatError, zlib.error, EOFError) as error:
        raise ValueError(str(error)) from error
    if not seen:
        raise ValueError("no XML1")  # no table; the caller has the sentence


def files_of(folder: Path) -> list[Path]:
    """Return the XML files of a folder, in the order of their names.

    Raises:
        ImportFileError: There are too many, or one is none.
    """
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() == ".xml")
    if len(files) > _FILES:
        raise too_heavy(folder)
    for file in files:
        check_file(file)
    if not files:
        raise ValueError("no XML")  # no table; the caller has the sentence
    return files


def _documents(path: Path) -> Iterator[IO[bytes]]:
    if path.is_dir():
        for file in files_of(path):
            with file.open("rb") as source:
                yield source
    elif zipfile.is_zipfile(path):
        yield from _of_zip(path)
    else:
        with path.open("rb") as source:
            yield source


def _of_zip(path: Path) -> Iterator[IO[bytes]]:
    with zipfile.ZipFile(path) as held:
        parts = [part for part in held.infolist() if part.filename.lower().endswith(".xml")]
        if len(parts) > _FILES or sum(part.file_size for part in parts) > MOST_BYTES:
            raise _Heavy
        if any(part.flag_bits & LOCKED or part.compress_type not in PACKED for part in parts):
            raise ValueError("locked")  # no table; the caller has the sentence
        for part in parts:
            with held.open(part) as source:
                yield source
