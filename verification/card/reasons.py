"""Reasons: one enum, one file of their texts, one order.

`reasons.toml` gives each reason its class, its sentence in Vietnamese and English, what the desk
does next, and how it is named in a headline and in a list. The order of the enum is the headline
order; a case that says more or less than its reason usually does has a class and a place of its own
(`[REASON.apart]`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from verification.basics.texts import Text, read


class Class(StrEnum):
    """What a reason does to the verdict."""

    BLOCKING = "blocking"
    UNKNOWN = "unknown"
    WARNING = "warning"
    INFO = "info"


class Reason(StrEnum):
    """Every reason, in headline order: the first that holds is the headline."""

    UNREADABLE = "unreadable"
    CONTRADICTORY = "contradictory"
    BAD_NUMBER = "bad_number"
    NOT_A_CARD = "not_a_card"
    TWO_CARDS = "two_cards"
    NO_CARD = "no_card"
    HOLDER_DECEASED = "holder_deceased"
    WITHDRAWN = "withdrawn"
    REDUCED = "reduced"
    LOCKED = "locked"
    CLOCK_WRONG = "clock_wrong"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    NAME_DIFFERS = "name_differs"
    BIRTH_DIFFERS = "birth_differs"
    SEX_DIFFERS = "sex_differs"
    CITIZEN_DIFFERS = "citizen_differs"
    RENEWAL_UNKNOWN = "renewal_unknown"
    REFUSED_ROW = "refused_row"
    LEGACY_NUMBER = "legacy_number"
    NOT_IN_STORE = "not_in_store"
    RECORD_TOO_OLD = "record_too_old"
    PORTAL_SILENT = "portal_silent"
    PORTAL_REFUSED = "portal_refused"
    EXPIRED_IN_STAY = "expired_in_stay"
    UNKNOWN_OBJECT_CODE = "unknown_object_code"
    UNKNOWN_PROVINCE = "unknown_province"
    DIGIT_MISMATCH = "digit_mismatch"
    FACILITY_DIFFERS = "facility_differs"
    VALIDITY_DIFFERS = "validity_differs"
    MANAGED_ELSEWHERE = "managed_elsewhere"
    CARD_REPLACED = "card_replaced"
    CHILD_PAST_72_MONTHS = "child_past_72_months"
    TEMPORARY_NUMBER = "temporary_number"
    NAME_DIFFERS_LITTLE = "name_differs_little"
    VALID = "valid"
    DIGIT_REMAPPED = "digit_remapped"
    ENDS_SOON = "ends_soon"
    BACKDATED = "backdated"
    NAME_UNREADABLE = "name_unreadable"
    CITIZEN_UNKNOWN = "citizen_unknown"
    ALREADY_TODAY = "already_today"


@dataclass(frozen=True)
class NextStep:
    """What the desk does next.

    Args:
        text: In words.
        key: The key of the reception page that does it, if one does.
    """

    text: Text
    key: str | None = None


@dataclass(frozen=True)
class Apart:
    """A case of a reason that weighs otherwise than the reason usually does.

    Args:
        cls: Its class.
        after: The reason behind which it stands in headline order.
        next: What the desk does next then.
    """

    cls: Class
    after: Reason
    next: tuple[NextStep, ...]


@dataclass(frozen=True)
class ReasonTexts:
    """All that is said of one reason.

    Args:
        cls: Its class.
        cases: Sentences by case; the case `""` is the usual one.
        next: What the desk does next.
        word: What a headline calls it, None where the outcome says enough.
        short: What a list calls it, None likewise.
        apart: Cases with a class and a place of their own.
    """

    cls: Class
    cases: Mapping[str, Text]
    next: tuple[NextStep, ...]
    word: Text | None
    short: Text | None
    apart: Mapping[str, Apart]


@cache
def reason_texts() -> Mapping[str, ReasonTexts]:
    """Return what is said of each reason, by its code."""
    return {
        code: _texts(entry) for code, entry in read("verification.card", "reasons.toml").items()
    }


def _texts(entry: Mapping[str, Any]) -> ReasonTexts:
    cases = {"": Text.of(entry).checked()} if "vi" in entry else {}
    cases |= {case: Text.of(words).checked() for case, words in entry.get("case", {}).items()}
    word, short = (
        Text.of(entry[name]).checked() if name in entry else None for name in ("word", "short")
    )
    apart = {
        case: Apart(Class(own["class"]), Reason(own["after"]), _steps(own))
        for case, own in entry.get("apart", {}).items()
    }
    return ReasonTexts(Class(entry["class"]), cases, _steps(entry), word, short, apart)


def _steps(entry: Mapping[str, Any]) -> tuple[NextStep, ...]:
    return tuple(NextStep(Text.of(s).checked(), s.get("key")) for s in entry.get("next", ()))


_ORDER = {reason: at for at, reason in enumerate(Reason)}


@dataclass(frozen=True)
class Finding:
    """One reason that holds, with the particulars that its sentence names.

    Args:
        reason: Which.
        params: Values of the sentence's placeholders; strings as a person reads them. A
            parameter `case` picks the sentence of that case where the catalogue has several.
    """

    reason: Reason
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def cls(self) -> Class:
        """Return its class."""
        own = self._apart
        return own.cls if own else reason_texts()[self.reason].cls

    @property
    def place(self) -> tuple[int, int]:
        """Return its place in headline order; the smallest is the headline."""
        own, usual = self._apart, _ORDER[self.reason]
        return (_ORDER[own.after], 1 + usual) if own else (usual, 0)

    @property
    def sentence(self) -> Text:
        """Return its sentence with the particulars filled in."""
        cases = reason_texts()[self.reason].cases
        return cases[self.params.get("case", "")].filled(self.params)

    @property
    def next(self) -> tuple[NextStep, ...]:
        """Return what the desk does next, step by step."""
        own = self._apart
        return own.next if own else reason_texts()[self.reason].next

    @property
    def _apart(self) -> Apart | None:
        case = self.params.get("case")
        return reason_texts()[self.reason].apart.get(case) if case else None


def in_headline_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """Sort findings so that the headline stands first."""
    return tuple(sorted(findings, key=lambda finding: finding.place))
