"""What the fund pays of this visit: the rate, read from afar, and what it rests on."""

from fractions import Fraction

from app_pages.shell.language import View, Words
from verification.basics.rates import percent_text
from verification.card.reasons import Class
from verification.reception.answer import Answer
from verification.reception.judging import is_doubted
from verification.rules.law.entitlement import Entitlement
from verification.rules.law.verdict import Source


def drawn_rate(answer: Answer, words: Words, *, open_fund: bool) -> View:
    """Return the rate, large, and its conditions and law, which give way to everything else.

    Args:
        answer: Of a card.
        words: The words of the page.
        open_fund: True where the fund pays nothing, or perhaps nothing.
    """
    found, chosen = answer.entitlement, answer.chosen
    blocked = is_blocked(answer)
    value = _rate_text(found, answer.verdict.rate)
    if chosen:
        value = f"{percent_text(chosen.rate)} %" if chosen.rate is not None else "–"
    open_ = found is not None and found.rate is None and found.rate_low is not None
    waits = open_ or open_fund or is_doubted(answer.verdict)
    return {
        "label": words("fact_rate"),
        "value": "–" if blocked else value,
        "note": words("rate_none") if blocked else _note(answer, words),
        "tone": "wait" if waits else "",
    }


def is_blocked(answer: Answer) -> bool:
    """Tell whether something speaks against the card itself, so that no rate holds."""
    return any(finding.cls is Class.BLOCKING for finding in answer.verdict.reasons)


def _rate_text(found: Entitlement | None, base: Fraction | None) -> str:
    if found is None or not found.ladder:
        return f"{percent_text(base)} %" if base is not None else "–"
    if found.rate is not None:
        return f"{percent_text(found.rate)} %"
    if found.rate_low is None or found.rate_high is None:
        return "–"
    return f"{percent_text(found.rate_low)} % – {percent_text(found.rate_high)} %"


def _note(answer: Answer, words: Words) -> str:
    found, verdict = answer.entitlement, answer.verdict
    if found is None and is_doubted(verdict):
        return words("clock_unsure")
    if found is None and verdict.source is Source.NONE:
        return words("rate_unverified")
    if found is None or not found.ladder:
        return words("rate_card_only" if verdict.rate is not None else "rate_unknown")
    return " · ".join(_parts(answer, found, words))


def _parts(answer: Answer, found: Entitlement, words: Words) -> list[str]:
    notes = [note.in_language(words.lang) for note in found.notes]
    notes += [words("rate_if_valid")] if is_doubted(answer.verdict) else []
    if found.rate_low is None:
        return [words("rate_code_open"), words("rate_ask_staff"), *notes]
    parts = [found.condition.in_language(words.lang)] if found.condition else []
    if answer.chosen:
        parts = [words("rate_chosen", code=answer.chosen.ma_doituong_kcb)]
    elif found.ma_doituong_kcb:
        parts += [found.ma_doituong_kcb, found.basis or ""]
    else:
        parts.append(words("rate_code_open"))
    return parts + notes + ([words("rate_reference")] if found.unchecked else [])
