"""Reads a file of check-in records that anybody may have made: nothing of it is followed or grown.

No document type, no entities, nothing from elsewhere, one encoding, a bounded size and depth; what
is not so is refused by name before or instead of being understood.
"""

import re
from dataclasses import dataclass

from lxml import etree

from verification.adapters.hospital.xml0.writing import LIST, ONE, SIGNATURE, TAGS
from verification.basics.texts import Texts
from verification.exchange.record.fields import CheckIn, Flaw, Level

MOST_BYTES = 32_000_000
_MOST_DEEP = 40  # a signature of its own form lies deeper than a record
_BOM = b"\xef\xbb\xbf"
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']{0,40})[\"']")
_UTF8 = frozenset({"utf-8", "utf8"})
_TYPE = (b"<!doctype", b"<!entity")
_TEXTS = Texts("verification.adapters.hospital.xml0")


class Refused(ValueError):
    """A file that is not read on; its flaw says why."""

    def __init__(self, code: str, line: int | None = None, **params: object) -> None:
        self.flaw = Flaw(code, Level.WRONG, _TEXTS(f"file.{code}", **params), line=line)
        super().__init__(code)


@dataclass(frozen=True)
class Document:
    """A file that could be read.

    Args:
        root: Its outermost element; whether it is the right one is not known yet.
        rows: The elements of the single records.
    """

    root: "etree._Element"
    rows: tuple["etree._Element", ...]

    @property
    def signature(self) -> bytes:
        """Return what stands in the signature, as it is written; empty where nothing does.

        Elements without a word in them are none: a digest and a value are words.
        """
        found = self.root.find(SIGNATURE)
        if found is None or not "".join(found.itertext()).strip():
            return b""
        inside = (found.text or "").strip().encode()
        for part in found:
            inside += etree.tostring(part, with_tail=True)
        return inside.strip()

    @property
    def content(self) -> bytes:
        """Return the records in canonical form: files that say the same are equal here.

        Blanks between elements and the Id that a signature refers to are no content.

        Raises:
            Refused: It has none: a namespace has no whole name.
        """
        found = self.root.find(LIST)
        if found is None:
            return b""
        copy = etree.fromstring(etree.tostring(found, with_tail=False), _parser())
        copy.attrib.pop("Id", None)
        for part in copy.iter():
            if len(part) and not (part.text or "").strip():
                part.text = None
            part.tail = part.tail if (part.tail or "").strip() else None
        try:
            made: bytes = etree.tostring(copy, method="c14n", exclusive=True, with_comments=False)
        except etree.LxmlError:
            raise Refused("not_well_formed") from None
        return made


def read(data: bytes) -> Document:
    """Read a file.

    Raises:
        Refused: It cannot be, or must not be, read.
    """
    _refuse_by_bytes(data)
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        raise Refused("not_well_formed", error.lineno or None) from None
    except (ValueError, LookupError):
        raise Refused("not_well_formed") from None
    if _is_deep(root):
        raise Refused("deep")
    return Document(root, tuple(root.iterfind(f"{LIST}/{ONE}")))


def check_ins(document: Document) -> tuple[CheckIn, ...]:
    """Return the records as they stand; a field that is not there is empty."""
    return tuple(CheckIn(**{tag.lower(): _text(row, tag) for tag in TAGS}) for row in document.rows)


def _text(row: "etree._Element", tag: str) -> str:
    found = row.find(tag)
    return "" if found is None else found.text or ""


def _refuse_by_bytes(data: bytes) -> None:
    if len(data) > MOST_BYTES:
        raise Refused("huge", most=MOST_BYTES // 1_000_000)
    if data.startswith(_BOM):
        raise Refused("bom")
    if data.startswith(_WIDE):
        raise Refused("encoding")
    if b"\x00" in data:
        raise Refused("nul")
    if (found := _DECLARED.match(data)) and found[1].decode("latin-1").lower() not in _UTF8:
        raise Refused("encoding")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("encoding", data[: error.start].count(b"\n") + 1) from None
    small = data.lower()
    if any(mark in small for mark in _TYPE):
        raise Refused("document_type")


def _parser() -> "etree.XMLParser":
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )


def _is_deep(root: "etree._Element") -> bool:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _MOST_DEEP:
            return True
    return False
