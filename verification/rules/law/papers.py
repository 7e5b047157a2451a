"""Papers with a date: how long a referral slip counts, and a re-appointment, which is used once.

What is not known stays open: a slip of unknown date is neither good nor bad.
"""

from dataclasses import dataclass
from datetime import date

from verification.basics.dates import vi_date
from verification.basics.texts import Text, Texts
from verification.rules.law.tables import Law
from verification.rules.law.working_days import last_day

_TEXTS = Texts("verification.rules.law")
REFERRAL, REAPPOINTMENT = "referral", "reappointment"


@dataclass(frozen=True)
class Paper:
    """What a paper's date says of a visit.

    Args:
        input: The input that it answers, `referral` or `reappointment`.
        counts: Whether it counts on the day; None where that is not known.
        text: Why, in words.
        asks: The question that would settle it, by name; None for none.
    """

    input: str
    counts: bool | None
    text: Text
    asks: str | None = None


def referral_slip(law: Law, signed: date, on: date, *, for_a_year: bool | None) -> Paper:
    """Return whether a referral slip still counts.

    TT 01/2025/TT-BYT: ten working days from its signing, a year for a disease of Appendix III.

    Args:
        law: The tables.
        signed: The day of its signing.
        on: The visit date.
        for_a_year: Whether the disease is of Appendix III; None where nobody said.
    """
    days = int(law.parameter("referral_working_days", on))
    term, year_end = last_day(law, signed, days), _years_later(law, signed, on)
    words = {"signed": vi_date(signed), "days": str(days), "year_end": vi_date(year_end)}
    words |= {"from": vi_date(term.earliest), "year": str(term.open_year or "")}
    words |= {"until": vi_date(term.latest) if term.latest else ""}
    if on <= term.earliest:
        return _paper(True, "runs" if term.earliest == term.latest else "runs_at_least", words)
    if on > year_end:
        return _paper(False, "over_a_year", words)
    if for_a_year:
        return _paper(True, "runs_a_year", words)
    if term.latest is not None and on > term.latest:
        if for_a_year is None:
            return _paper(None, "perhaps_a_year", words, "referral_year")
        return _paper(False, "over", words)
    key = "holidays_open" if term.latest else "year_open"
    return _paper(None, key, words, None if for_a_year is False else "referral_year")


def _paper(counts: bool | None, key: str, words: dict[str, str], asks: str | None = None) -> Paper:  # noqa: FBT001  # three-valued, not a switch
    return Paper(REFERRAL, counts, _TEXTS(f"paper.{key}", **words), asks)


def _years_later(law: Law, signed: date, on: date) -> date:
    year = min(signed.year + int(law.parameter("referral_years", on)), date.max.year)
    try:
        return signed.replace(year=year)
    except ValueError:  # 29 February
        return date(year, 2, 28)


def reappointment_slip(due: date, on: date, used: date | None) -> Paper:
    """Return whether a re-appointment slip counts: from its day on, once.

    Args:
        due: The day that it names.
        on: The visit date.
        used: The day of another visit at which it was used, None for none.
    """
    words = {"due": vi_date(due), "used": vi_date(used) if used else ""}
    if on < due:
        return Paper(REAPPOINTMENT, counts=False, text=_TEXTS("paper.not_due", **words))
    if used:
        return Paper(REAPPOINTMENT, counts=None, text=_TEXTS("paper.used", **words))
    return Paper(REAPPOINTMENT, counts=True, text=_TEXTS("paper.due", **words))


def undated(name: str) -> Paper:
    """Return a paper of which nobody told the date.

    Args:
        name: `referral` or `reappointment`.
    """
    asks = {REFERRAL: "referral_signed", REAPPOINTMENT: "reappointment_due"}[name]
    return Paper(name, counts=None, text=_TEXTS(f"paper.undated_{name}"), asks=asks)
