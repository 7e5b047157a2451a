"""What a house's message says to a province: codes and a reference; no name and no number stay."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from verification.basics.dates import VIETNAM
from verification.card.numbers import NumberKind, kind_of

_BHXH = 10  # digits at the end of a card's number
_CODE = 3  # characters of a card's number that say what kind of card it is
_LONGEST = 120  # a name or a code of ours is shorter


class NotToldRight(ValueError):
    """A message is none of ours; which of its parts, never what it said."""


@dataclass(frozen=True)
class Told:
    """One message of a house, as a province keeps it.

    Args:
        house: Code of the house that signed it.
        message: Its name there.
        nth: Which message about the visit it is.
        kind: What happened.
        at: When that was written down, the visit's time where that is not known.
        visit: The visit's name there.
        person: Who; the province's own reference, which no house can make.
        day: Of the visit.
        came: When.
        verdict: The kiosk's answer.
        reason: Its headline.
        object_code: `ma_doituong_kcb`, where it is one.
        card_code: The first three characters of the card's number.
        cancelled: Why it was undone.
    """

    house: str
    message: str
    nth: int
    kind: str
    at: datetime
    visit: str
    person: UUID = field(repr=False)
    day: date
    came: datetime
    verdict: str
    reason: str
    object_code: str | None
    card_code: str | None
    cancelled: str | None

    @property
    def written(self) -> date:
        """Return the local day on which what happened was written down."""
        return self.at.astimezone(VIETNAM).date()


def reference(key: bytes, name: str) -> UUID:
    """Return what a province calls a person by: HMAC-SHA256 by its own key, 16 bytes of it."""
    return UUID(bytes=hmac.digest(key, name.encode(), hashlib.sha256)[:16])


def read(house: str, body: bytes, key: bytes) -> Told:
    """Read a message.

    Args:
        house: Who signed it.
        body: Its bytes, as docs/hospital-system.md has them.
        key: The province's own.

    Raises:
        NotToldRight: It is no message of this house.
    """
    try:
        return _told(house, json.loads(body), key)
    except NotToldRight:
        raise
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise NotToldRight("message") from None


def _told(house: str, said: Mapping[str, Any], key: bytes) -> Told:
    if said["version"] != 1 or said["facility"] != house:
        raise NotToldRight("version, facility")
    visit, event, check = said["visit"], said["event"], said["check"]
    name, came = _text(visit["visit_id"]), _moment(visit["thoi_diem"])
    reasons = check["reasons"]
    return Told(
        house=house,
        message=_text(said["id"]),
        nth=_count(said["nth"]),
        kind=_text(event["kind"]),
        at=came if event["at"] is None else _moment(event["at"]),
        visit=name,
        person=reference(key, person_name(house, name, said["patient"])),
        day=date.fromisoformat(visit["ngay"]),
        came=came,
        verdict=_text(check["verdict"]),
        reason=_text(reasons[0]) if reasons else "",
        object_code=_maybe(check["ma_doituong_kcb"]),
        card_code=_card_code(said["patient"]["ma_the"]),
        cancelled=_maybe(visit["cancelled"]),
    )


def person_name(house: str, visit: str, patient: Mapping[str, Any]) -> str:
    """Return by what a person is told from others: the BHXH number, else the citizen number.

    Who showed neither is nobody else's: a person of this visit alone.
    """
    card, number, citizen = (_maybe(patient[n]) for n in ("ma_the", "ma_so_bhxh", "so_cccd"))
    if number is None and card and kind_of(card) is NumberKind.CARD15:
        number = card[-_BHXH:]
    if number:
        return f"bhxh:{number}"
    if citizen:
        return f"cccd:{citizen}"
    return f"card:{card}" if card else f"visit:{house}:{visit}"


def _card_code(number: object) -> str | None:
    card = _maybe(number)
    return card[:_CODE] if card and kind_of(card) is NumberKind.CARD15 else None


def _text(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST or "\0" in value:
        raise NotToldRight("text")
    return value


def _maybe(value: object) -> str | None:
    return None if value is None or value == "" else _text(value)


def _count(value: object) -> int:
    if type(value) is not int or not 0 < value < 1 << 31:
        raise NotToldRight("nth")
    return value


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
