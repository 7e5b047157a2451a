"""Why a case is closed: a reason of the list, and words; and which outcome needs two people."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from verification.basics.errors import RequestError
from verification.basics.texts import Text, read
from verification.log.case import Case, CaseOutcome

_OTHER = "khac"
_URGENT = "urgent"


@dataclass(frozen=True)
class Grounds:
    """Why somebody decides so.

    Args:
        code: A reason of the list of that outcome; the log keeps it open.
        words: What is to be said beside it, sealed; `khac` cannot be without.
    """

    code: str
    words: str = ""


@cache
def listed(outcome: CaseOutcome) -> Mapping[str, Text]:
    """Return the reasons that may be given for an outcome, in their order."""
    found = read("verification.review", "grounds.toml")[outcome.value]
    return {code: Text.of(entry).checked() for code, entry in found.items()}


def ground_text(outcome: str, code: str) -> Text:
    """Return a reason in words; one that this version does not know as it was written."""
    known = listed(CaseOutcome(outcome)) if outcome in set(CaseOutcome) else {}
    return known.get(code, Text(code, code))


def checked(outcome: CaseOutcome, why: Grounds) -> Grounds:
    """Return a reason, its words tidied.

    Raises:
        RequestError: It is none of the list, or one that needs words has none.
    """
    if why.code not in listed(outcome):
        raise RequestError("Hãy chọn lý do", "Choose a reason")
    words = why.words.strip()
    if why.code == _OTHER and not words:
        raise RequestError("Lý do khác: hãy ghi rõ", "Another reason: write which")
    return Grounds(why.code, words)


def needs_two(case: Case, outcome: CaseOutcome) -> bool:
    """Tell whether an outcome needs a second person.

    Confirming does, and so does another outcome of what two people confirmed, and dismissing what
    was urgent at any time: a milder flag that came later makes no urgent one unseen.
    """
    if outcome is CaseOutcome.CONFIRMED or case.was_confirmed:
        return True
    return outcome is CaseOutcome.FALSE and case.peak == _URGENT
