"""The parts of a workbook: which sheets it has, and what their cells are read with."""

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import NamedTuple

from verification.adapters.imports.book_cells import Form, Reading, form_of
from verification.adapters.imports.book_scan import SheetReader, Strings, elements

# where they are unless a workbook says otherwise
_BOOK, _STRINGS, _STYLES = "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"
_TRUE = frozenset({"1", "true", "on"})
_Element = tuple[str, Mapping[str, str]]


class SheetPart(NamedTuple):
    """A sheet of a workbook.

    Args:
        name: As its tab says.
        hidden: Whether who opens the workbook does not see it.
        part: Where its rows are.
    """

    name: str
    hidden: bool
    part: str


class Book:
    """A workbook in Office Open XML.

    Args:
        archive: Its parts.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {name.lower(): name for name in archive.namelist()}
        self._book = self._target("", "/officeDocument") or _BOOK
        self._elements = self._read(self._book)

    @property
    def sheets(self) -> list[SheetPart]:
        """Return those of its sheets that have rows, in their order."""
        links = self._links(self._book)
        found = []
        for word, attributes in self._elements:
            if word != "sheet":
                continue
            link = next((v for k, v in attributes.items() if k.endswith(" id")), "")
            kind, part = links.get(link, ("", ""))
            if kind.endswith("/worksheet"):
                hidden = attributes.get("state", "visible") != "visible"
                found.append(SheetPart(attributes.get("name", ""), hidden, part))
        return found

    def reading(self) -> Reading:
        """Return what its cells are read with.

        Raises:
            Heavy: It would cost too much.
            ValueError: It is damaged.
        """
        strings = Strings()
        part = self._target(self._book, "/sharedStrings") or _STRINGS
        if part.lower() in self._names:
            with self._archive.open(self._named(part)) as source:
                strings.read(source)
        styles = self._target(self._book, "/styles") or _STYLES
        forms = _forms(self._read(styles)) if styles.lower() in self._names else []
        from_1904 = any(
            word == "workbookPr" and attributes.get("date1904", "").lower() in _TRUE
            for word, attributes in self._elements
        )
        return Reading(strings, forms, from_1904)

    @contextmanager
    def rows(self, sheet: SheetPart) -> Iterator[SheetReader]:
        """Open the rows of a sheet.

        Raises:
            ValueError: It is damaged.
        """
        with self._archive.open(self._named(sheet.part)) as source:
            yield SheetReader(source)

    def _named(self, part: str) -> str:
        name = self._names.get(part.lower())
        if name is None:
            raise ValueError(part)
        return name

    def _read(self, part: str) -> list[_Element]:
        with self._archive.open(self._named(part)) as source:
            return elements(source)

    def _target(self, part: str, kind: str) -> str | None:
        """Return the part of a kind that a part names; None where it names none."""
        found = self._links(part).values()
        return next((target for said, target in found if said.endswith(kind)), None)

    def _links(self, part: str) -> dict[str, tuple[str, str]]:
        """Return kind and target of what a part names, by its id."""
        place = PurePosixPath(part)
        links = str(place.parent / "_rels" / f"{place.name}.rels")
        if links.lower() not in self._names:
            return {}
        return {
            attributes.get("Id", ""): (
                attributes.get("Type", ""),
                _resolved(place.parent, attributes.get("Target", "")),
            )
            for word, attributes in self._read(links)
            if word == "Relationship" and attributes.get("TargetMode") != "External"
        }


def _resolved(folder: PurePosixPath, target: str) -> str:
    """Return the part that a link means, which is written relative or from the root."""
    parts: list[str] = [] if target.startswith("/") else [*folder.parts]
    for step in target.replace("\\", "/").split("/"):
        if step == ".." and parts:
            parts.pop()
        elif step not in {"", ".", ".."}:
            parts.append(step)
    return "/".join(parts)


def _forms(styles: Iterable[_Element]) -> list[Form]:
    """Return how each style of a cell shows a number."""
    codes: dict[int, str] = {}
    numbers: list[int] = []
    inside = False
    for word, attributes in styles:
        if word == "numFmt":
            codes[_int(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif word in {"cellXfs", "cellStyles", "dxfs"}:
            inside = word == "cellXfs"
        elif word == "xf" and inside:
            numbers.append(_int(attributes.get("numFmtId")))
    return [form_of(number, codes) for number in numbers]


def _int(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0
