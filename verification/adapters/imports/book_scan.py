"""Go through a workbook's XML once, holding nothing, before openpyxl holds what it holds.

openpyxl keeps a row until it ends, a string until it ends, and any other part whole; so those are
measured. What it would take minutes and gigabytes for is refused after some thousand elements.
"""

import zipfile
from pathlib import Path
from xml.parsers import expat

from verification.adapters.imports.bounds import MOST_CHARS, MOST_ROWS, too_heavy

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
_CONTAINERS = frozenset({_MAIN + "sheetData", _MAIN + "sst"})  # whose children are let go
_ROW = _MAIN + "row"
_HELD = 100_000  # elements held at once: a row of 500 columns has 2,000; styles 20,000
_DEEP = 60
_STRINGS = 1_500_000  # children of a container: strings; rows have a limit of their own
_BYTES = 1 << 16  # read at once


class _Heavy(Exception):
    pass


class _Scan:
    def __init__(self) -> None:
        self._depth = self._held = self._chars = self._children = 0
        self._container: int | None = None  # its depth
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        self.parser = parser

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._container is not None and self._depth == self._container + 1:
            self._held = self._chars = 0
            self._children += 1
            number = attributes.get("r", "") if name == _ROW else ""
            if self._children > (MOST_ROWS if name == _ROW else _STRINGS) or _is_far(number):
                raise _Heavy
        elif self._container is None and name in _CONTAINERS:
            self._container = self._depth
        self._held += 1
        self._chars += sum(map(len, attributes.values()))
        if self._held > _HELD or self._depth > _DEEP or self._chars > MOST_CHARS:
            raise _Heavy

    def _end(self, _name: str) -> None:
        if self._container == self._depth:
            self._container = None
        self._depth -= 1

    def _text(self, text: str) -> None:
        self._chars += len(text)
        if self._chars > MOST_CHARS:
            raise _Heavy

    def _doctype(self, *_: object) -> None:
        raise ValueError("DTD")  # no table; the caller has the sentence


def _is_far(number: str) -> bool:
    return len(number) > 7 or (number.isdigit() and int(number) > MOST_ROWS)  # noqa: PLR2004  # digits


def scan(path: Path, parts: list[zipfile.ZipInfo]) -> None:
    """See what openpyxl would have to hold of a workbook.

    Raises:
        ImportFileError: It would cost too much.
        ValueError: It is no XML of a workbook.
        zipfile.BadZipFile: It is none at all.
    """
    with zipfile.ZipFile(path) as book:
        for part in parts:
            if not part.filename.lower().endswith((".xml", ".rels")):
                continue
            parser = _Scan().parser
            try:
                with book.open(part) as source:
                    while piece := source.read(_BYTES):
                        parser.Parse(piece)
                    parser.Parse(b"", True)  # noqa: FBT003  # its own word for the end
            except _Heavy:
                raise too_heavy(path) from None
            except (expat.ExpatError, OSError) as error:
                raise ValueError(part.filename) from error
