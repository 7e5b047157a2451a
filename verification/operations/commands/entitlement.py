"""`entitlement`: code and rate of one visit, by the law of its day."""

import os
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import click

from verification.basics.errors import RequestError
from verification.basics.rates import percent_text, rate_text
from verification.basics.texts import Text, Texts
from verification.card.facts import Card, Facility
from verification.kiosk import Kiosk
from verification.operations.answer_json import finding_json
from verification.operations.commands import options, output
from verification.operations.settings import DEMO_DESK, checked_facility, read_settings
from verification.operations.wiring import checking_kiosk
from verification.reception import checkin
from verification.rights import command_line
from verification.rules.law.entitlement import Entitlement, decide
from verification.rules.law.verdict import Verdict
from verification.rules.law.visit_inputs import (
    Inputs,
    Said,
    contradiction,
    in_unfinished_stay,
    inputs_for,
    is_blocked,
)
from verification.rules.law.visit_questions import QUESTIONS, AnswerKind, VisitQuestion

_TEXTS = Texts("verification.rules.law")
_WRONG_USAGE = 2
_Handler = Callable[..., int]


def _option(asked: VisitQuestion) -> Callable[[_Handler], _Handler]:
    name = asked.name.replace("_", "-")
    match asked.kind:
        case AnswerKind.YES_NO:  # neither given: not known
            return click.option(f"--{name}/--no-{name}", default=None, help=asked.hint)
        case AnswerKind.MARK:
            return click.option(f"--{name}", is_flag=True, help=asked.hint)
        case AnswerKind.CHOICE:
            return click.option(f"--{name}", type=click.Choice(asked.values), help=asked.hint)
        case AnswerKind.DAY:
            return click.option(f"--{name}", type=options.DAY, help=asked.hint)
        case AnswerKind.DONG:
            return click.option(f"--{name}", type=options.dong, metavar="DONG", help=asked.hint)


def _offered() -> list[VisitQuestion]:
    """Return the questions that are options, as the help lists them."""
    kinds = list(AnswerKind)
    return sorted((q for q in QUESTIONS if q.option), key=lambda q: kinds.index(q.kind))


@options.command
@options.takes_text
@click.option("--on", type=options.DAY, required=True, help="visit date")
@click.option("--facility", metavar="CODE", required=True, help="5-character code")
@options.takes(*map(_option, _offered()))
def entitlement(
    *,
    text: str,
    on: date,
    facility: str,
    emit: output.Emit,
    **words: Any,  # noqa: ANN401  # `Said` names and types them
) -> int:
    """Tell code and rate of a visit, by the law of its day."""
    said = Said(**words)
    if said.admitted and said.admitted > on:
        raise RequestError("Ngày nhập viện sau ngày khám", "The admission lies after the visit")
    with checking_kiosk(read_settings(os.environ)) as kiosk:
        place = _facility(kiosk, facility)
        raw, law = options.given_bytes(text), kiosk.rules.law
        verdict = checkin.check(command_line(DEMO_DESK), kiosk, raw, output.noon(on))
        home = _registered_at(kiosk, verdict.card)
    if wrong := contradiction(said, verdict.card, on):
        sys.stderr.write(f"{wrong.vi} / {wrong.en}\n")
        return _WRONG_USAGE
    verdict = in_unfinished_stay(verdict, said.admitted, law)
    # by the known dates: a last day that has passed is code 9, whoever may have renewed the card
    open_ = verdict.doubtful and verdict.card is not None and verdict.card.holds_on(on)
    blocked = is_blocked(verdict)
    inputs = inputs_for(
        verdict.card, place, on, said, law=law, home=home, blocked=blocked, doubtful=open_
    )
    found = decide(inputs, law)
    emit(_answer(verdict, inputs, found, kiosk), _line(found))
    return 0


def _facility(kiosk: Kiosk, code: str) -> Facility:
    found = kiosk.cards.facility(checked_facility(code))
    if found is None:
        raise RequestError(
            f"Không có cơ sở {code!r} trong danh mục", f"There is no facility {code!r} in the store"
        )
    return found


def _registered_at(kiosk: Kiosk, card: Card | None) -> Facility | None:
    return kiosk.cards.facility(card.ma_dkbd) if card and card.ma_dkbd else None


def _answer(verdict: Verdict, inputs: Inputs, found: Entitlement, kiosk: Kiosk) -> dict[str, Any]:
    child_end = kiosk.rules.law.child_card_end(verdict.card, verdict.on) if verdict.card else None
    return {
        "verdict": verdict.outcome.value,
        "ma_doituong_kcb": found.ma_doituong_kcb,
        "rate": rate_text(found.rate) if found.rate is not None else None,
        "rate_percent": percent_text(found.rate) if found.rate is not None else None,
        "rate_low": rate_text(found.rate_low) if found.rate_low is not None else None,
        "rate_high": rate_text(found.rate_high) if found.rate_high is not None else None,
        "ask": [{"input": q.input.replace("_", "-"), **_both(q.text)} for q in found.ask],
        "condition_vi": found.condition.vi if found.condition else None,
        "condition_en": found.condition.en if found.condition else None,
        "basis": found.basis,
        "confidence": found.confidence,
        "ladder": [
            {"id": s.id, "hit": s.hit, "why_vi": s.why.vi, "why_en": s.why.en} for s in found.ladder
        ],
        "alternatives": [
            {
                "ma_doituong_kcb": a.ma_doituong_kcb,
                "rate": rate_text(a.rate) if a.rate is not None else None,
            }
            for a in found.alternatives
        ],
        "card_end_by_age": child_end.isoformat() if child_end else None,
        "copay_remaining": inputs.copay_remaining,
        "notes": [_both(note) for note in _notes(found)],
        "papers": [{"input": p.input, "counts": p.counts, **_both(p.text)} for p in found.papers],
        "unchecked": found.unchecked,
        "reason": verdict.headline.reason.value,
        "reasons": [finding_json(finding) for finding in verdict.reasons],
    }


def _both(text: Text) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en}


def _notes(found: Entitlement) -> list[Text]:
    labels = [_TEXTS("note.expected")] if found.ladder else []
    labels += [_TEXTS("note.reference")] if found.unchecked else []
    return [*found.notes, *labels]


def _line(found: Entitlement) -> str:
    if found.rate is not None:
        shown = found.condition.vi if found.condition else f"{percent_text(found.rate)} %"
    elif found.rate_low is not None and found.rate_high is not None:
        shown = f"{percent_text(found.rate_low)} % - {percent_text(found.rate_high)} %"
    else:
        shown = "chưa nêu được mức hưởng"
    words = [found.ma_doituong_kcb or "-", shown, found.basis or ""]
    words += [question.text.vi for question in found.ask] + [note.vi for note in _notes(found)]
    return " | ".join(word for word in words if word)
