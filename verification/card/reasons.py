"""Reasons: one enum, one catalogue, one order.

The catalogue `rules/texts.toml` gives each reason its class, its sentence in Vietnamese and
English and what the desk does next. The order of the enum is the headline order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from verification.basics.texts import NextStep, Text, catalogue


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
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    NAME_DIFFERS = "name_differs"
    BIRTH_DIFFERS = "birth_differs"
    SEX_DIFFERS = "sex_differs"
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
    CARD_REPLACED = "card_replaced"
    CHILD_PAST_72_MONTHS = "child_past_72_months"
    TEMPORARY_NUMBER = "temporary_number"
    NAME_DIFFERS_LITTLE = "name_differs_little"
    VALID = "valid"
    DIGIT_REMAPPED = "digit_remapped"
    ENDS_SOON = "ends_soon"
    BACKDATED = "backdated"
    ALREADY_TODAY = "already_today"


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
        return Class(catalogue().reasons[self.reason].cls)

    @property
    def sentence(self) -> Text:
        """Return its sentence with the particulars filled in."""
        return catalogue().reasons[self.reason].sentence(self.params)

    @property
    def next(self) -> tuple[NextStep, ...]:
        """Return what the desk does next, step by step."""
        return catalogue().reasons[self.reason].next


def in_headline_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """Sort findings so that the headline stands first."""
    return tuple(sorted(findings, key=lambda finding: _ORDER[finding.reason]))
