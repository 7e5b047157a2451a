"""Places and codes found while they are being typed: facilities, offices, object codes, provinces.

Never persons: these are looked up by a whole word or number, and each look is logged.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from verification.basics.names import word_keys
from verification.basics.remembering import remembered
from verification.kiosk import Kiosk
from verification.rights import Actor, Right, needs

MOST_PLACES = 10


class PlaceKind(StrEnum):
    """What a code names."""

    FACILITY = "facility"
    OFFICE = "office"
    OBJECT = "object"
    PROVINCE = "province"


@dataclass(frozen=True)
class Place:
    """A place or a code.

    Args:
        kind: What it is.
        code: Its code.
        name: Its name in Vietnamese, empty where only the code is known.
        ma_tinh: The province that it lies in, empty for a code that lies nowhere.
    """

    kind: PlaceKind
    code: str
    name: str
    ma_tinh: str = ""


@needs(Right.CHECK)
def find_places(
    _actor: Actor, kiosk: Kiosk, text: str, kinds: Sequence[PlaceKind] = tuple(PlaceKind)
) -> Sequence[Place]:
    """Find places by the begin of their code, or by the begins of words of their name.

    Args:
        _actor: Who types.
        kiosk: The kiosk.
        text: What was typed so far; diacritics, case and order do not matter.
        kinds: What is looked for.

    Returns:
        At most `MOST_PLACES`: those whose code begins so first, in the order of codes.
    """
    begins = word_keys(text)
    if not begins:
        return ()
    code = "".join(text.split()).upper()
    by_code, by_name = list[Place](), list[Place]()
    for place in _known(kiosk):
        if place.kind in kinds and place.code.startswith(code):
            by_code.append(place)
        elif place.kind in kinds and len(by_name) < MOST_PLACES and _fits(place, begins):
            by_name.append(place)
        if len(by_code) == MOST_PLACES:
            break
    return (*by_code, *by_name)[:MOST_PLACES]


def _known(kiosk: Kiosk) -> Iterator[Place]:
    day = kiosk.today()
    for facility in kiosk.cards.facilities():
        yield Place(PlaceKind.FACILITY, facility.ma_cskcb, facility.ten, facility.ma_tinh)
    for office in kiosk.cards.offices():
        yield Place(PlaceKind.OFFICE, office.ma_co_quan, office.ten, office.ma_tinh)
    for row in kiosk.rules.law.rows("object_codes", day):
        yield Place(PlaceKind.OBJECT, row["ma_doi_tuong"], row["vi"])
    for row in kiosk.rules.law.rows("provinces", day):
        yield Place(PlaceKind.PROVINCE, row["ma_tinh"], row["ten"], row["ma_tinh"])


def _fits(place: Place, begins: Sequence[str]) -> bool:
    words = (place.code, *_folded(place.name))
    return all(any(word.startswith(begin) for word in words) for begin in begins)


@remembered(1 << 15)
def _folded(name: str) -> tuple[str, ...]:
    return word_keys(name)
