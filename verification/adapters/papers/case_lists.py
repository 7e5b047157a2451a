"""Lists of cases as rows of typed cells, numbers masked."""

from collections.abc import Sequence

from verification.adapters.papers.cells import Cell
from verification.card.numbers import mask
from verification.kiosk import Kiosk
from verification.log.case import Case
from verification.log.content import card_of
from verification.log.unreadable import Cause, Content, Unreadable
from verification.review.grounds import ground_text
from verification.review.labels import word
from verification.review.outsider import second_words
from verification.review.reading import closed_at

_COLUMNS = ("number", "subject", "score", "level", "rules", "state", "outcome", "opened", "due")
_ENDED = ("closed_at", "reason")
_PEOPLE = ("held_by", "closed_by", "approved_by")
_HEADS = (*_COLUMNS, *_ENDED, *_PEOPLE)


def list_rows(kiosk: Kiosk, cases: Sequence[Case], lang: str) -> list[list[Cell]]:
    """Return the heading and one row a case, numbers masked."""
    heading: list[Cell] = [word(lang, f"list.{name}") for name in _HEADS]
    return [heading, *(_row(kiosk, case, lang) for case in cases)]


def _row(kiosk: Kiosk, case: Case, lang: str) -> list[Cell]:
    if case.unreadable:
        unread = Unreadable(case.unreadable, Cause.BYTES).line.in_language(lang)
        return [case.number, unread, *([None] * (len(_HEADS) - 2))]
    card = card_of(kiosk.written, case) if case.person_ref else Content()
    unread = card.unreadable[0].line.in_language(lang) if card.unreadable else ""
    masked = mask(card.get("ma_the") or card.get("ma_so_bhxh") or card.get("so_cccd"))
    desk = word(lang, "page.desk", desk=case.desk) if case.desk else ""
    outcome = word(lang, f"outcome.{case.outcome.value}") if case.outcome else ""
    told: list[Cell] = [
        case.number,
        desk or masked or unread,
        case.score,
        word(lang, f"level.{case.level}"),
        " ".join(part.rule for part in case.parts if part.hit),
        word(lang, f"state.{case.state.value}"),
        outcome,
        case.opened_at,
        case.due,
        None if case.is_open else closed_at(case),
        _reason(case, lang),
    ]
    second = second_words(kiosk.written, case)
    return [*told, case.held_by, case.closed_by, second or None]


def _reason(case: Case, lang: str) -> str | None:
    if case.outcome is None or case.closing is None or not case.closing.reason:
        return None
    return ground_text(case.outcome, case.closing.reason).in_language(lang)
