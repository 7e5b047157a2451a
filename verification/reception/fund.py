"""Whether the fund pays for a visit, as far as it is known: a rate of 0 % is not "come in".

The card may be good and the visit still the patient's own to pay; that is told before somebody
is received, and where a question decides it, the question comes first.
"""

from enum import Enum
from fractions import Fraction

from verification.basics.rates import percent_text
from verification.reception.answer import Answer
from verification.rules.law.verdict import Outcome


class Fund(Enum):
    """What the fund does for a visit on a good card."""

    PAYS = "pays"  # some of it; a rate that nobody can tell claims nothing, 0 % neither
    NOTHING = "nothing"
    OPEN = "open"  # nothing or something: what is not known decides


def fund_of(answer: Answer) -> Fund:
    """Tell what the fund does for the visit of an answer."""
    found, chosen = answer.entitlement, answer.chosen
    low = high = chosen.rate if chosen else None
    if found and not chosen:
        low, high = found.rate_low, found.rate_high
    if low is None or high is None or low > 0:
        return Fund.PAYS
    return Fund.OPEN if high > 0 else Fund.NOTHING


def told_rate(answer: Answer) -> str | None:
    """Return the rate as it is told, one value or a range; None where none can be."""
    found, chosen = answer.entitlement, answer.chosen
    if chosen:
        return _percent(chosen.rate)
    if found is None or not found.ladder:
        return _percent(answer.verdict.rate)
    if found.rate is None and found.rate_low is not None and found.rate_high is not None:
        return f"{_percent(found.rate_low)} – {_percent(found.rate_high)}"
    return _percent(found.rate)


def _percent(rate: Fraction | None) -> str | None:
    return f"{percent_text(rate)} %" if rate is not None else None


def is_green(answer: Answer) -> bool:
    """Tell whether the patient may come in without anybody pressing a key.

    The card is good and, as far as anybody knows, the fund pays for this visit.
    """
    return answer.verdict.outcome is Outcome.ELIGIBLE and fund_of(answer) is Fund.PAYS


def is_open(answer: Answer) -> bool:
    """Tell whether on a good card it is open if the fund pays at all."""
    return answer.verdict.outcome is Outcome.ELIGIBLE and fund_of(answer) is Fund.OPEN
