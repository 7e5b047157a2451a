"""Checks files of check-in records: can it be read, has it the form, do its fields agree."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from lxml import etree

from verification.adapters.hospital.xml0.reading import Document, Refused, check_ins, read
from verification.adapters.hospital.xml0.rules import flaws_of
from verification.adapters.hospital.xml0.writing import LIST, ROOT, TAGS, written
from verification.basics.texts import Texts
from verification.exchange.record.fields import (
    NAMES,
    REQUIRED,
    CheckIn,
    Flaw,
    Level,
    words_of,
)
from verification.rules.law.tables import Law

_ROW = re.compile(rf"/{ROOT}/{LIST}/TRANG_THAI_KCB(?:\[(\d+)\])?(?:/([^/\[\]]+)(?:\[\d+\])?)?")
_TEXTS = Texts("verification.adapters.hospital.xml0")
_TOO_LONG = "SCHEMAV_CVC_MAXLENGTH_VALID"


@dataclass(frozen=True)
class Checked:
    """What a file of records is.

    Args:
        flaws: What is wrong with it, in the order of the file.
        records: How many visits it holds.
        signed: Whether the facility's signature is there; whether it is true nobody looked.
    """

    flaws: tuple[Flaw, ...]
    records: int = 0
    signed: bool = False


def check_file(data: bytes, law: Law) -> Checked:
    """Check a file that anybody may have made.

    Args:
        data: The file.
        law: Knows which codes hold on a day.
    """
    try:
        document = read(data)
    except Refused as refused:
        return Checked((refused.flaw,))
    form = list(_form(document))
    records = check_ins(document)
    known = {(flaw.nth, flaw.name) for flaw in form}
    rules = [one for one in flaws_of(records, law) if (one.nth, one.name) not in known]
    flaws = sorted([*form, *rules], key=_place)
    return Checked(tuple(flaws), len(records), bool(document.signature))


def has_frame(document: Document) -> bool:
    """Tell whether a file is a list of records and a signature beside it, and nothing else."""
    return all(flaw.name is not None for flaw in _form(document))


def check_records(records: Sequence[CheckIn], law: Law) -> Sequence[Flaw]:
    """Check records that are about to be written, as the file that they become."""
    return check_file(written(records), law).flaws


def _place(flaw: Flaw) -> tuple[int, int]:
    return flaw.nth or 0, NAMES.index(flaw.name) if flaw.name else -1


def _form(document: Document) -> Iterator[Flaw]:
    """Find what the schema does not allow, each field once."""
    schema = _schema()
    if schema.validate(document.root):
        return
    told: set[tuple[int | None, str | None]] = set()
    for error in schema.error_log:
        for flaw in _flaws(document, error):
            if (flaw.nth, flaw.name) not in told:
                told.add((flaw.nth, flaw.name))
                yield flaw


def _flaws(document: Document, error: "etree._LogEntry") -> Iterator[Flaw]:
    found = _ROW.fullmatch(error.path or "")
    if found is None:
        yield Flaw("structure", Level.WRONG, _TEXTS("file.structure"), line=error.line or None)
        return
    nth = int(found[1] or 1)
    row = document.rows[nth - 1]
    name = (found[2] or "").lower()
    if [part.tag for part in row] != list(TAGS):
        yield from _order(row, nth)
    elif name in NAMES:
        yield _of_field(row, nth, name, error)


def _of_field(row: "etree._Element", nth: int, name: str, error: "etree._LogEntry") -> Flaw:
    text = row.findtext(name.upper()) or ""
    if not text.strip() and name in REQUIRED:
        code = "empty"
    elif error.type_name == _TOO_LONG:
        code = "too_long"
    else:
        code = "form"
    words = _TEXTS(f"rule.{code}", field=words_of(name))
    return Flaw(code, Level.WRONG, words, nth, name, error.line or None)


def _order(row: "etree._Element", nth: int) -> Iterator[Flaw]:
    """Find which tags are missing, stand twice or at the wrong place."""
    tags = [str(part.tag) for part in row]
    for name, tag in zip(NAMES, TAGS, strict=True):
        if tag not in tags:
            yield _tag(row, nth, name, "no_tag")
        elif tags.count(tag) > 1:
            yield _tag(row, nth, name, "tag_twice")
    for tag in dict.fromkeys(tags):
        if tag not in TAGS:
            words = _TEXTS("rule.unknown_tag")
            yield Flaw("unknown_tag", Level.WRONG, words, nth, line=row.sourceline)
            return
    known = [tag for tag in dict.fromkeys(tags) if tag in TAGS]
    right = [tag for tag in TAGS if tag in known]
    wrong = next((tag for tag, should in zip(known, right, strict=True) if tag != should), None)
    if wrong:
        yield _tag(row, nth, wrong.lower(), "order")


def _tag(row: "etree._Element", nth: int, name: str, code: str) -> Flaw:
    words = _TEXTS(f"rule.{code}", field=words_of(name))
    return Flaw(code, Level.WRONG, words, nth, name, row.sourceline)


@cache
def _schema() -> "etree.XMLSchema":
    source = resources.files(__package__ or "").joinpath("xml0.xsd").read_bytes()
    return etree.XMLSchema(etree.fromstring(source))
