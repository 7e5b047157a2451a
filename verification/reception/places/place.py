"""One line that a search shows: a place or a code, what it says, and whether it still holds."""

from dataclasses import dataclass
from enum import StrEnum

from verification.basics.texts import Text


class PlaceKind(StrEnum):
    """What a code names; where two are found alike, the earlier kind comes first."""

    PROVINCE = "province"
    OBJECT = "object"
    BENEFIT = "benefit"
    AREA = "area"
    VISIT_OBJECT = "visit_object"
    VISIT_KIND = "visit_kind"
    PORTAL = "portal"
    REASON = "reason"
    OFFICE = "office"
    FACILITY = "facility"


@dataclass(frozen=True)
class Place:
    """A place or a code.

    Args:
        kind: What it is.
        code: Its code.
        name: Its name or meaning.
        about: What else is known of it, a line each.
        off: Why it is not of today: since when no more, and what holds now; None where it holds.
        also: Other ways in which its code is written.
        by: Words that it is found by beside its name.
        near: True for what lies in the house's own province: of many it comes first.
    """

    kind: PlaceKind
    code: str
    name: Text
    about: tuple[Text, ...] = ()
    off: Text | None = None
    also: tuple[str, ...] = ()
    by: str = ""
    near: bool = False
