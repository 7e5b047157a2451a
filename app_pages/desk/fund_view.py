"""The band of a good card for which the fund pays nothing this time, or perhaps nothing."""

from dataclasses import dataclass
from fractions import Fraction

from app_pages.shell.language import View, Words
from verification.basics.rates import percent_text
from verification.card.reasons import NextStep, Reason, reason_texts
from verification.reception.answer import Answer
from verification.reception.fund import Fund, fund_of
from verification.rules.law.verdict import Outcome

TONE = "wait"  # never green: nobody is to come in before it is told


@dataclass(frozen=True)
class FundBand:
    """What the band says in place of the verdict's own words.

    Args:
        kind: Nothing, or open.
        sign: Large, beside the word.
        word: The headline.
        sentence: What it means for this visit.
        todo: What the desk does, while the patient is not received and after.
    """

    kind: Fund
    sign: str
    word: str
    sentence: str
    todo: tuple[View, ...]


def fund_band(answer: Answer, words: Words) -> FundBand | None:
    """Return the band, None where the verdict's own words stand."""
    if answer.verdict.outcome is not Outcome.ELIGIBLE:
        return None
    match fund_of(answer):
        case Fund.NOTHING:
            return _nothing(answer, words)
        case Fund.OPEN:
            return _open(answer, words)
        case Fund.PAYS:
            return None


def before_coming_in(steps: list[NextStep], *, received: bool) -> list[NextStep]:
    """Return the steps without the one that sends the patient in, and those that come after it."""
    usual = reason_texts()[Reason.VALID].next
    kept = [step for step in usual if step.key] if received else []
    return [step for step in steps if step in kept or step not in usual]


def _nothing(answer: Answer, words: Words) -> FundBand:
    todo = [_step(words("fund_nothing_tell"))]
    if answer.visit is None:
        todo += [_step(words("fund_nothing_ask"), "F9"), _step(words("fund_nothing_receive"), "F2")]
    sentence = words("fund_nothing_sentence", why=_why(answer, words))
    return FundBand(Fund.NOTHING, "0 %", words("fund_nothing_word"), sentence, tuple(todo))


def _open(answer: Answer, words: Words) -> FundBand:
    found = answer.entitlement
    low, high = (found.rate_low, found.rate_high) if found else (None, None)
    sentence = words("fund_open_sentence", low=_percent(low), high=_percent(high))
    ask = "fund_open_ask_received" if answer.visit or answer.already else "fund_open_ask"
    todo = [_step(words(ask if found and found.ask else "fund_open_office"))]
    todo += [] if answer.visit else [_step(words("fund_open_receive"), "F2")]
    return FundBand(Fund.OPEN, "?", words("fund_open_word"), sentence, tuple(todo))


def _why(answer: Answer, words: Words) -> str:
    """Return the rows of the law that give nothing, in words."""
    if answer.chosen or answer.entitlement is None:
        return answer.chosen.ma_doituong_kcb if answer.chosen else ""
    hit = [row.text for row in answer.entitlement.ladder if row.hit is not False]
    return " / ".join(text.in_language(words.lang) for text in hit)


def _percent(rate: Fraction | None) -> str:
    return percent_text(rate or Fraction(0))


def _step(text: str, key: str | None = None) -> View:
    return {"text": text, "key": key}
