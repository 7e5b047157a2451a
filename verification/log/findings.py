"""What a proof of the store can find, and where."""

from dataclasses import dataclass
from enum import StrEnum

HOUSE = "-"
"""Stands for the desk where no event of a desk is concerned; no desk is called so."""


class Kind(StrEnum):
    """What can be wrong; the names are a contract (docs/log.md)."""

    EDITED = "edited"
    INSERTED = "inserted"
    DELETED = "deleted"
    SWAPPED = "swapped"
    CUT = "cut"
    REWRITTEN = "rewritten"
    HEAD_MISSING = "head_missing"
    UNKNOWN_DESK = "unknown_desk"
    CONTENT = "content"
    PROJECTION = "projection"
    PERSON_INDEX = "person_index"
    CASE = "case"
    ACCOUNT = "account"
    SESSION = "session"
    API_KEY = "api_key"
    CARD_FILE = "card_file"
    KEY = "key"


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong.

    Args:
        desk: Of the event concerned, `HOUSE` where there is none.
        seq: Its place in the desk's chain, 0 where there is none.
        kind: What is wrong.
        what: Which row, in codes: table and key, never a person's data.
    """

    desk: str
    seq: int
    kind: Kind
    what: str = ""


def at_event(event_id: str, kind: Kind, what: str = "") -> Finding:
    """Return what is wrong with, or stands against, an event `desk-seq`."""
    desk, _, seq = event_id.rpartition("-")
    return Finding(desk, int(seq), kind, what) if desk and seq.isdecimal() else of_house(kind, what)


def of_house(kind: Kind, what: str = "") -> Finding:
    """Return what is wrong where no event is concerned."""
    return Finding(HOUSE, 0, kind, what)
