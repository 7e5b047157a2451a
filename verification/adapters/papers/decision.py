"""What was decided about a case, why, and who signs for it."""

from dataclasses import dataclass
from datetime import datetime

from verification.card.numbers import mask_within
from verification.kiosk import Kiosk
from verification.log.case import Case
from verification.log.events import EventKind
from verification.log.unreadable import Content
from verification.review.grounds import ground_text
from verification.review.labels import word
from verification.review.outsider import second_words

_SAYS = (EventKind.CASE_CLOSED, EventKind.CASE_PROPOSED)


@dataclass(frozen=True)
class Signature:
    """A place to sign: what for, and who, empty where nobody is named."""

    role: str
    name: str


@dataclass(frozen=True)
class Decision:
    """A decision on paper.

    Args:
        outcome: In words.
        reason: In words, empty where none was given.
        words: What was written beside it.
        at: When, None while the case is open.
        signatures: Who decided and who agreed.
    """

    outcome: str
    reason: str
    words: str
    at: datetime | None
    signatures: tuple[Signature, Signature]


def decision_of(kiosk: Kiosk, case: Case, approved_by: str | None, lang: str) -> Decision:
    """Return what was decided.

    Args:
        kiosk: The kiosk.
        case: The case.
        approved_by: The second person of a report that leaves the house.
        lang: `vi` or `en`.
    """
    closing, outcome = case.closing, case.outcome.value if case.outcome else "none"
    coded = closing.reason if closing else ""
    reason = ground_text(outcome, coded).in_language(lang) if coded else ""
    maker = case.closed_by or (case.release.maker if case.release else None)
    second = second_words(kiosk.written, case)
    agreed = _named(kiosk, second) if second else _named(kiosk, approved_by)
    roles = [word(lang, f"paper.sign_{role}") for role in ("decided", "agreed")]
    none = word(lang, "paper.sign_alone") if case.outcome and not agreed else ""
    return Decision(
        word(lang, f"outcome.{outcome}"),
        reason,
        _words(kiosk, case),
        closing.at if closing else None,
        (Signature(roles[0], _named(kiosk, maker)), Signature(roles[1], agreed or none)),
    )


def _words(kiosk: Kiosk, case: Case) -> str:
    """Return what was written beside the outcome: at its closing, or when it was proposed."""
    if case.outcome is None:
        return ""
    said = (e for e in reversed(case.story) if e.kind in _SAYS and e.what == case.outcome)
    for entry in said:
        content = kiosk.written.content(entry.event_id) or Content()
        if content.get("ghi_chu"):
            return mask_within(str(content["ghi_chu"]))
        if entry.kind is EventKind.CASE_PROPOSED:
            break  # an older proposal was another one
    return ""


def _named(kiosk: Kiosk, name: str | None) -> str:
    """Return an account with the name of its officer; somebody from outside as they are named."""
    account = kiosk.written.accounts.account(name) if name else None
    return f"{account.ho_ten} ({name})" if account and account.ho_ten else name or ""
