"""Writes check-in records as XML0."""

from collections.abc import Sequence

from lxml import etree

from verification.exchange.record.fields import NAMES, CheckIn

ROOT = "CHI_TIEU_TRANG_THAI_KCB"
LIST = "DSACH_TRANG_THAI_KCB"
ONE = "TRANG_THAI_KCB"
SIGNATURE = "CHUKYDONVI"
TAGS = tuple(name.upper() for name in NAMES)


def written(records: Sequence[CheckIn]) -> bytes:
    """Return a file of records, its signature present and empty: whoever signs fills it.

    A character that XML cannot hold becomes a blank.
    """
    root = etree.Element(ROOT)
    within = etree.SubElement(root, LIST)
    for record in records:
        one = etree.SubElement(within, ONE)
        for name, tag in zip(NAMES, TAGS, strict=True):
            etree.SubElement(one, tag).text = _sayable(getattr(record, name))
    etree.SubElement(root, SIGNATURE).text = ""
    made: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return made


def _sayable(text: str) -> str:
    return "".join(char if _may_stand(ord(char)) else " " for char in text)


def _may_stand(code: int) -> bool:
    """Tell whether XML 1.0 may hold a character (section 2.2); line ends become blanks."""
    return (
        0x20 <= code <= 0xD7FF  # noqa: PLR2004  # the standard's own ranges
        or 0xE000 <= code <= 0xFFFD  # noqa: PLR2004
        or code >= 0x10000  # noqa: PLR2004
    )
