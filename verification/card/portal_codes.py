"""The codes of the national portal as data: what each says, and what follows from it.

`portal_codes.toml` holds them; a code that is not there shows itself and never leaves a card green.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from verification.basics.names import search_key
from verification.basics.texts import Text, read
from verification.card.facts import Status
from verification.card.portal import Cause, PortalOutcome
from verification.card.reasons import Reason

OLD_HOLDS = "004"
"""Of the two codes of a new card, the one by which the old card still holds."""
MOST_OF_A_NOTE = 300
"""So many characters of the portal's own words are shown."""


class LookAgain(StrEnum):
    """By what a card is looked up once more after a code."""

    NEW_CARD = "new_card"  # the number that replaces it, or its new period
    PERSON = "person"  # that number, else the BHXH number


class Recorded(StrEnum):
    """When an answer makes a record of the card."""

    ALWAYS = "always"
    DATED = "dated"  # where the portal gave a first or a last day


@dataclass(frozen=True)
class PortalCode:
    """What a code says.

    Args:
        code: `maKetQua`.
        outcome: How the question ended.
        reason: The reason that it gives.
        text: In words.
        next: What the desk does next.
        status: Of the record that follows, None where it says nothing of a card.
        recorded: When it makes one.
        again: What is looked up once more.
        cause: Why a technical code is no answer.
    """

    code: str
    outcome: PortalOutcome
    reason: Reason
    text: Text
    next: Text
    status: Status | None = None
    recorded: Recorded | None = None
    again: LookAgain | None = None
    cause: Cause | None = None


def code_of(code: str | None) -> PortalCode | None:
    """Return what a code says, None for one that is in no table."""
    return portal_codes().get(code or "")


def outcome_of(code: str | None) -> PortalOutcome:
    """Return how a question ended that a code answered; without a code nothing was said."""
    if not code:
        return PortalOutcome.SILENT
    known = code_of(code)
    return known.outcome if known else PortalOutcome.UNKNOWN_CODE


@cache
def portal_codes() -> Mapping[str, PortalCode]:
    """Return all codes, in the order of the table."""
    table = read("verification.card", "portal_codes.toml")["code"]
    return {code: _code(code, entry) for code, entry in table.items()}


def _code(code: str, entry: Mapping[str, Any]) -> PortalCode:
    return PortalCode(
        code=code,
        outcome=PortalOutcome(entry["outcome"]),
        reason=Reason(entry["reason"]),
        text=Text.of(entry).checked(),
        next=Text.of(entry["next"]).checked(),
        status=Status(entry["status"]) if "status" in entry else None,
        recorded=Recorded(entry["record"]) if "record" in entry else None,
        again=LookAgain(entry["again"]) if "again" in entry else None,
        cause=Cause(entry["cause"]) if "cause" in entry else None,
    )


def says_locked(note: str | None, *names: str | None) -> bool:
    """Tell whether a note says that a card is held or locked for now.

    A note is text from outside, with diacritics or without them: where it has them they count, so
    that nobody called Tâm Khoa is locked.

    Args:
        note: `ghiChu`.
        names: What stands in it of a person, such as name and address: no words of the portal.
    """
    words, taken_back = _locked_words()
    text = _spaced(note or "")
    for name in names:
        text = text.replace(_spaced(name or ""), " | ") if name else text
    folded = not any(unicodedata.combining(c) for c in unicodedata.normalize("NFD", text))
    for word in words:
        wanted = search_key(word).lower() if folded else word
        for found in re.finditer(rf"(?<!\w){re.escape(wanted)}(?!\w)", text):
            before = text[: found.start()].split()[-2:]
            if not taken_back & {search_key(one).lower() for one in before}:
                return True
    return False


@cache
def _locked_words() -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the words of a locked card, and those that take them back, without diacritics."""
    entry = read("verification.card", "portal_codes.toml")["locked"]
    taken_back = {search_key(part).lower() for said in entry["not"] for part in said.split()}
    return tuple(_spaced(word) for word in entry["words"]), frozenset(taken_back)


def _spaced(text: str) -> str:
    """Return words in small letters with single blanks, tones on the older of the two places."""
    small = " ".join(unicodedata.normalize("NFC", text).lower().split())
    return small.replace("khoá", "khóa")
