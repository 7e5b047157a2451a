"""Go through the XML of a workbook from front to back, holding one row at a time.

A part is as long as its maker liked, and a cell of it too: what does not come to an end is left
after some megabytes, before it is held.
"""

import zlib
from array import array
from collections.abc import Iterator, Mapping
from typing import IO, Protocol
from xml.parsers import expat

from verification.adapters.imports.bounds import MOST_CHARS, MOST_COLUMNS, MOST_ROWS

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"  # the same words in the strict form

_BYTES = 1 << 16  # read at once
_LONGEST = 8_000_000  # bytes of XML in which no row and no string comes to its end
_HELD = 100_000  # elements between two rows, or of a small part
_STRINGS = 4_000_000  # of a workbook
_DIGITS = 7  # of a row's number
_ONE = 2  # pieces of a text: an empty one where it begins, and what it says

Attributes = dict[str, str]


class Heavy(Exception):
    """It would cost too much."""


class Cell:
    """A cell as the XML says it.

    Args:
        column: From 0.
        kind: The attribute `t`: of what its text is.
        style: The attribute `s`: the place of its style.
        text: What stands in `v`, or in `is`; None where there is neither.
        formula: Whether it is reckoned.
    """

    __slots__ = ("column", "formula", "kind", "style", "text")

    def __init__(self, column: int, kind: str, style: str) -> None:
        self.column, self.kind, self.style = column, kind, style
        self.text: str | None = None
        self.formula = False


class RawRow:
    """A row as the XML says it.

    Args:
        at: Its number.
        cells: Those that are there, in any order.
        displaced: Whether a cell says that it stands in another row, or two stand in one place.
    """

    __slots__ = ("at", "cells", "displaced")

    def __init__(self, at: int) -> None:
        self.at = at
        self.cells: list[Cell] = []
        self.displaced = False


class _Counts(Protocol):
    count: int


def read_through(source: IO[bytes], parser: expat.XMLParserType, ends: _Counts) -> Iterator[None]:
    """Feed a part to a parser, a piece at a time.

    Args:
        source: The part.
        parser: Its handlers do the work.
        ends: Counts the rows or strings that have come to their end.

    Raises:
        Heavy: Nothing comes to an end.
        ValueError: It is no XML.
    """
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.buffer_text = True
    since, seen = 0, 0
    try:
        while piece := source.read(_BYTES):
            parser.Parse(piece)
            since = since + len(piece) if ends.count == seen else 0
            seen = ends.count
            if since > _LONGEST:
                raise Heavy
            yield
        parser.Parse(b"", True)  # noqa: FBT003  # its own word for the end
    except (expat.ExpatError, OSError, EOFError, zlib.error) as error:
        raise ValueError(str(error)) from error
    yield


def _no_doctype(*_: object) -> None:
    raise ValueError("DTD")  # no table; the caller has the sentence


class SheetReader:
    """The handlers of a sheet.

    They are called some forty times a row, so that they look nothing up that they need not.

    Args:
        source: The part of the sheet.
    """

    def __init__(self, source: IO[bytes]) -> None:
        self.count = 0
        self.merged: list[str] = []  # complete once all rows were read
        self._source = source
        self._rows: list[RawRow] = []
        self._row: RawRow | None = None
        self._cell: Cell | None = None
        self._at, self._suffix, self._column = 0, "", 0
        self._texts: list[str] = []
        self._chars = self._others = self._phonetic = 0
        self._columns: dict[str, int] = {}
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._root

    def __iter__(self) -> Iterator[RawRow]:
        """Iterate over the rows as they stand in the part, whatever their numbers.

        Raises:
            Heavy: It would cost too much.
            ValueError: It is no sheet.
        """
        for _ in read_through(self._source, self._parser, self):
            yield from self._rows
            self._rows.clear()

    def _root(self, name: str, _: Attributes) -> None:
        space = STRICT if name.startswith(STRICT) else MAIN
        parser, start_cell, end_cell = self._parser, self._cell_starts, self._cell_ends
        the_cell, texts = f"{space} c", {f"{space} v", f"{space} t"}
        starts = {
            f"{space} row": self._row_starts,
            f"{space} f": self._formula_starts,
            f"{space} mergeCell": self._merged_starts,
            f"{space} rPh": self._phonetic_starts,
        }
        ends = {f"{space} row": self._row_ends, f"{space} rPh": self._phonetic_ends}

        def start(name: str, attributes: Attributes) -> None:
            if name == the_cell:
                start_cell(attributes)
            elif name in texts:
                if self._cell is not None and not self._phonetic:
                    self._texts.append("")
                    parser.CharacterDataHandler = self._text
            else:
                starts.get(name, self._other_starts)(attributes)

        def end(name: str) -> None:
            if name == the_cell:
                end_cell()
            elif name in texts:
                parser.CharacterDataHandler = None
            elif name in ends:
                ends[name]()

        parser.StartElementHandler, parser.EndElementHandler = start, end

    def _row_starts(self, attributes: Attributes) -> None:
        if self._row is not None:
            raise ValueError("row")
        number = attributes.get("r")
        if number is None:
            self._at += 1
        elif not (number.isascii() and number.isdigit()):
            raise ValueError("r")
        else:
            self._at = int(number) if len(number) <= _DIGITS else MOST_ROWS + 1
        if self._at > MOST_ROWS or self.count > MOST_ROWS:
            raise Heavy
        self._suffix = str(self._at)
        self._row, self._column = RawRow(self._at), 0

    def _row_ends(self) -> None:
        if self._row is not None:
            self._rows.append(self._row)
        self._row = None
        self.count += 1
        self._chars = self._others = 0

    def _cell_starts(self, attributes: Attributes) -> None:
        if self._row is None:
            raise ValueError("c")
        if self._cell is not None:
            raise Heavy  # a cell in a cell
        place = attributes.get("r")
        if place is not None:
            # all columns of a row end alike, so that of one row are remembered for the next
            column = self._columns.get(place.removesuffix(self._suffix))
            self._column = self._placed(place) if column is None else column
        self._cell = Cell(self._column, attributes.get("t", "n"), attributes.get("s", ""))
        self._column += 1
        self._texts.clear()
        self._others += 1
        if self._others > _HELD:
            raise Heavy

    def _placed(self, place: str) -> int:
        """Return the column of a place such as `AB12`, which is the first one or displaced."""
        letters = place.rstrip("0123456789")
        column = _column(letters)
        if place == f"{letters}{self._suffix}":
            self._columns[letters] = column
        elif self._row is not None:
            self._row.displaced = True
        return column

    def _cell_ends(self) -> None:
        cell, row = self._cell, self._row
        self._cell = None
        if cell is None or row is None:
            return
        texts = self._texts
        if texts:
            cell.text = texts[1] if len(texts) == _ONE else "".join(texts)
        elif not cell.formula:
            return  # nothing but a style
        if cell.column >= MOST_COLUMNS:
            raise Heavy
        row.cells.append(cell)

    def _other_starts(self, _: Attributes) -> None:
        self._others += 1
        if self._others > _HELD:
            raise Heavy

    def _merged_starts(self, attributes: Attributes) -> None:
        self._other_starts(attributes)
        self.merged.append(attributes.get("ref", ""))

    def _formula_starts(self, _: Attributes) -> None:
        if self._cell is not None:
            self._cell.formula = True

    def _text(self, text: str) -> None:
        self._chars += len(text)
        if self._chars > MOST_CHARS:
            raise Heavy
        self._texts.append(text)

    def _phonetic_starts(self, _: Attributes) -> None:
        self._phonetic += 1

    def _phonetic_ends(self) -> None:
        self._phonetic -= 1


def _column(letters: str) -> int:
    """Return the column of letters, from 0.

    Raises:
        ValueError: They are none.
    """
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            raise ValueError(letters)
        number = number * 26 + ord(letter) - 64
        if number > 1 << 14:
            raise ValueError(letters)
    if not number:
        raise ValueError(letters)
    return number - 1


class Strings:
    """The strings that cells name by their place, held as bytes.

    A million of them as objects would take three times as much.
    """

    def __init__(self) -> None:
        self.count = 0
        self._bytes = bytearray()
        self._from = array("Q", [0])
        self._chars = self._phonetic = self._others = 0

    def read(self, source: IO[bytes]) -> None:
        """Take them from their part.

        Raises:
            Heavy: It would cost too much.
            ValueError: It is none.
        """
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        for _ in read_through(source, self._parser, self):
            pass

    def __getitem__(self, place: int) -> str:
        """Return a string.

        Raises:
            IndexError: There is none at that place.
        """
        if not 0 <= place < self.count:
            raise IndexError(place)
        return self._bytes[self._from[place] : self._from[place + 1]].decode()

    def _start(self, name: str, _: Attributes) -> None:
        word = name.rpartition(" ")[2]
        self._others += 1
        if self._others > _HELD:
            raise Heavy
        if word == "rPh":
            self._phonetic += 1
        elif word == "t" and not self._phonetic:
            self._parser.CharacterDataHandler = self._text

    def _text(self, text: str) -> None:
        self._chars += len(text)
        if self._chars > MOST_CHARS:
            raise Heavy
        self._bytes += text.encode()

    def _end(self, name: str) -> None:
        word = name.rpartition(" ")[2]
        if word == "t":
            self._parser.CharacterDataHandler = None
        elif word == "rPh":
            self._phonetic -= 1
        elif word == "si":
            self._from.append(len(self._bytes))
            self.count += 1
            self._chars = self._others = 0
            if self.count > _STRINGS:
                raise Heavy


class _Elements:
    def __init__(self) -> None:
        self.count = 0
        self.found: list[tuple[str, Mapping[str, str]]] = []

    def start(self, name: str, attributes: Attributes) -> None:
        self.count += 1
        if self.count > _HELD or sum(map(len, attributes.values())) > MOST_CHARS:
            raise Heavy
        self.found.append((name.rpartition(" ")[2], attributes))


def elements(source: IO[bytes]) -> list[tuple[str, Mapping[str, str]]]:
    """Return the elements of a small part in their order: name and attributes.

    Raises:
        Heavy: It would cost too much.
        ValueError: It is no XML.
    """
    held = _Elements()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = held.start
    for _ in read_through(source, parser, held):
        pass
    return held.found
