"""The verdict of what was presented, also where the clock of this machine is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from verification.basics.dates import VIETNAM
from verification.card.portal import PortalAnswer
from verification.card.presented import Presented
from verification.card.reasons import Finding, Reason, in_headline_order
from verification.exchange.observed import Observed
from verification.kiosk import Kiosk
from verification.log.clock import Doubt
from verification.rules.law.verdict import Verdict, judge

# What only a right clock can say of any day: how old a copy is, and that nothing speaks against it.
_BY_NOW = frozenset({Reason.RECORD_TOO_OLD, Reason.VALID, Reason.ENDS_SOON})
# What only a right clock can say of today.
_BY_TODAY = _BY_NOW | {
    Reason.EXPIRED,
    Reason.NOT_YET_VALID,
    Reason.RENEWAL_UNKNOWN,
    Reason.CHILD_PAST_72_MONTHS,
}


def judged(
    kiosk: Kiosk,
    read: Callable[[date], Presented],
    given: datetime | None = None,
    told: Sequence[PortalAnswer] = (),
) -> Verdict:
    """Return the verdict; a wrong clock says nothing of today.

    Args:
        kiosk: The kiosk.
        read: Understands what was presented, by the visit date.
        given: When the visit is, where somebody said so; None for now.
        told: What the national portal answered to this very presentation; what it said of the card
            before stands in the log.
    """
    found = kiosk.doubt()
    today = found.day if found else kiosk.today()
    day = given.astimezone(VIETNAM).date() if given else today
    reading = read(day)
    cards, card = kiosk.cards, reading.card
    if card and isinstance(cards, Observed):
        shown = [n for n in (card.ma_the, card.ma_so_bhxh, card.so_cccd) if n]
        cards = cards.of_one(shown)
        told = _what_counts_first(told, cards.said(shown))
    # of which day an answer is, a wrong clock does not say
    verdict = judge(reading, cards, kiosk.rules, day, today, () if found else told)
    if found is None or verdict.card is None:
        return verdict
    return _doubted(verdict, found, _BY_NOW if given else _BY_TODAY)


def _what_counts_first(
    told: Sequence[PortalAnswer], before: Sequence[PortalAnswer]
) -> Sequence[PortalAnswer]:
    """Return what the portal said to a presentation, then of its card before, silence last."""
    answered = [answer for answer in told if answer.outcome.settles]
    return [*answered, *before, *(answer for answer in told if not answer.outcome.settles)]


def doubted(kiosk: Kiosk, verdict: Verdict) -> Verdict:
    """Return a verdict that rests on no card's dates, with what doubt there is in the clock."""
    found = kiosk.doubt()
    return _doubted(verdict, found, frozenset()) if found else verdict


def is_doubted(verdict: Verdict) -> bool:
    """Tell whether the clock was wrong when a verdict was given."""
    return any(finding.reason is Reason.CLOCK_WRONG for finding in verdict.reasons)


def _doubted(verdict: Verdict, found: Doubt, unsaid: frozenset[Reason]) -> Verdict:
    kept = [finding for finding in verdict.reasons if finding.reason not in unsaid]
    wrong = Finding(Reason.CLOCK_WRONG, found.params)
    return replace(verdict, reasons=in_headline_order([*kept, wrong]))
