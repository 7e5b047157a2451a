"""What the desk was told after the scan: answers to questions, another code, all anew.

Each is an event; what was logged before stays as it is.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from verification.basics.dates import parse_day, vi_date
from verification.basics.errors import RequestError
from verification.kiosk import Kiosk
from verification.log.content import noted
from verification.log.visit_events import FlagAnswered, SaidOfVisit
from verification.log.writing import write_alone
from verification.reception.answer import Answer, entitled, entitlement_codes
from verification.reception.checkin import receive_if_green
from verification.rights import Actor, Right, needs
from verification.rules.law.entitlement import Alternative
from verification.rules.law.visit_inputs import NOTHING_SAID, contradiction
from verification.rules.law.visit_questions import AnswerKind, question

_AMOUNT = re.compile(
    r"(?:(?P<grouped>\d{1,3}(?:(?P<mark>[. ,])\d{3})(?:(?P=mark)\d{3})*)"
    r"|(?P<whole>\d+)(?:[.,](?P<tenths>\d))?)\s*(?P<unit>\D*)",
    re.ASCII,
)
_UNITS = {
    **dict.fromkeys(("", "đ", "d", "₫", "đồng", "dong", "vnđ", "vnd"), 1),
    **dict.fromkeys(("k", "nghìn", "ngàn", "nghin", "ngan"), 1_000),
    **dict.fromkeys(("tr", "triệu", "trieu"), 1_000_000),
}
_LEAST_COST = 1_000  # what is below was meant in thousands, or is slipped


@needs(Right.RECEIVE)
def answer_flag(actor: Actor, kiosk: Kiosk, answer: Answer, said: Mapping[str, Any]) -> Answer:
    """Keep what the desk answered to a flag; nothing else changes.

    Args:
        actor: Who answered.
        kiosk: The kiosk.
        answer: The answer on the screen.
        said: What a choice of `flag_question` tells.
    """
    visit = answer.visit.visit_id if answer.visit else None
    answered = FlagAnswered(answer.flagged, said["answer"], said.get("rule"), visit)
    write_alone(kiosk.written, actor, answered, person_ref=answer.event.person_ref)
    return replace(answer, flag_answer=str(said["answer"]))


@needs(Right.RECEIVE)
def tell(actor: Actor, kiosk: Kiosk, answer: Answer, answers: Mapping[str, Any]) -> Answer:
    """Take what the desk was told and return the answer that follows; if green, it is received.

    Args:
        actor: Who was told.
        kiosk: The kiosk.
        answer: The answer on the screen.
        answers: By the questions' names, fields of `Said`.

    Raises:
        RequestError: They cannot hold together with what was said before.
    """
    said = replace(answer.said, **answers)
    if wrong := contradiction(said, answer.verdict.card, answer.verdict.on):
        raise RequestError(wrong.vi, wrong.en)
    following = entitled(kiosk, answer, said)
    plain = {name: _plain(value) for name, value in answers.items()}
    return _logged(actor, kiosk, following, plain)


@needs(Right.RECEIVE)
def choose_alternative(
    actor: Actor, kiosk: Kiosk, answer: Answer, chosen: Alternative, why: str
) -> Answer:
    """Take another row that fits too, with the desk's reason.

    Raises:
        RequestError: There is no reason.
    """
    if not why.strip():
        raise RequestError("Hãy viết lý do vào ô trước", "Write the reason into the field first")
    following = replace(answer, chosen=chosen)
    return _logged(actor, kiosk, following, None, noted(why))


@needs(Right.RECEIVE)
def ask_again(actor: Actor, kiosk: Kiosk, answer: Answer) -> Answer:
    """Forget what was said of this visit and the code that was chosen; both stay in the log."""
    following = entitled(kiosk, replace(answer, asked=0, chosen=None), NOTHING_SAID)
    return _logged(actor, kiosk, following, {})


def answer_from(name: str, text: str) -> bool | int | date:
    """Return what choosing a question in the menu says: what was written, or that it is so.

    Args:
        name: The question.
        text: What stands in the menu's text field.

    Raises:
        RequestError: What was written is no answer to it.
    """
    kind = question(name).kind
    if kind is AnswerKind.DONG:
        return parse_cost(text)
    return _parse_admission(text) if kind is AnswerKind.DAY else True


def _parse_admission(text: str) -> date:
    try:
        return parse_day(text)
    except ValueError:
        raise RequestError("Hãy gõ ngày nhập viện", "Type the day of admission") from None


def parse_cost(text: str) -> int:
    """Read a cost in dong as a hand writes it: `350.000`, `350 nghìn`, `1,5 triệu`.

    What may mean two amounts is refused: a cost that was read wrong changes the rate.

    Raises:
        RequestError: It is none.
    """
    found = _AMOUNT.fullmatch(unicodedata.normalize("NFC", text).strip().lower())
    dong = _dong(found) if found else None
    if dong is None or len(str(dong)) > 12 or 0 < dong < _LEAST_COST:  # noqa: PLR2004  # more than any visit costs
        raise RequestError(
            "Hãy gõ cả số tiền bằng đồng, ví dụ 350.000",
            "Type the whole amount in dong, such as 350.000",
        )
    return dong


def _dong(found: re.Match[str]) -> int | None:
    """Return the amount; of one with groups or tenths only if its unit leaves no other reading."""
    unit = _UNITS.get(found["unit"].strip().rstrip("."))
    if found["grouped"]:
        return int(re.sub(r"\D", "", found["grouped"])) if unit == 1 else None
    if unit is None or (found["tenths"] and unit == 1):
        return None
    return int(found["whole"]) * unit + int(found["tenths"] or 0) * unit // 10


def _logged(
    actor: Actor,
    kiosk: Kiosk,
    answer: Answer,
    answers: Mapping[str, Any] | None,
    content: dict[str, Any] | None = None,
) -> Answer:
    visit_id = answer.visit.visit_id if answer.visit else None
    codes = entitlement_codes(answer)
    said = SaidOfVisit(answer.event.event_id, visit_id, answers, **codes)
    person = answer.event.person_ref
    write_alone(kiosk.written, actor, said, person_ref=person, content=content)
    following = replace(answer, visit=kiosk.written.visit(visit_id) if visit_id else None)
    return receive_if_green(actor, kiosk, following)


def _plain(value: object) -> str | int:
    if value is None:  # what was said before is not known any more
        return ""
    if isinstance(value, bool):
        return int(value)
    return vi_date(value) if isinstance(value, date) else value  # type: ignore[return-value]  # numbers and words stay
