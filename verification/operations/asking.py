"""The national portal as the commands ask it: once, within the desk's budget."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from verification.card.numbers import mask_within
from verification.card.portal import Cause, Portal, PortalAnswer, PortalOutcome, Question
from verification.exchange.wording import error_words

NOT_SET = "chưa cấu hình Cổng BHXH"
INCOMPLETE = "chưa đủ số thẻ, họ tên và ngày sinh để hỏi Cổng"


def asked(
    portal: Portal, question: Question | Cause, clock: Callable[[], datetime], *, history: bool
) -> PortalAnswer:
    """Return what the portal answered; of a question that it cannot be asked, why.

    Args:
        portal: Who asks, and keeps to the budget of 3 s.
        question: What is asked.
        clock: Returns the present time.
        history: Whether the visits are asked for too.
    """
    if isinstance(question, Question):
        return portal.ask(question, urgent=True, history=history).result()
    return PortalAnswer(PortalOutcome.OFF, clock(), cause=question)


def portal_json(answer: PortalAnswer | None) -> dict[str, Any]:
    """Return the key `portal` of `check` and `check-in`; None where no portal is set.

    `note` is what the portal wrote, else why there is no answer; no whole number is in it.
    """
    if answer is None:
        return {"outcome": PortalOutcome.OFF.value, "code": None, "note": NOT_SET, "ms": 0}
    note = mask_within(answer.note) if answer.note else None
    if note is None and answer.cause:
        incomplete = answer.cause is Cause.INCOMPLETE
        note = INCOMPLETE if incomplete else error_words(answer.cause.value).vi
    if answer.cause in {Cause.NO_OFFICER, Cause.OFFICER} and answer.detail:
        note = f"{note} ({answer.detail})"
    return {
        "outcome": answer.outcome.value,
        "code": answer.code,
        "note": note,
        "ms": answer.ms,
    }
