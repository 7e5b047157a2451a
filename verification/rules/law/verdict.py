"""The verdict: may this card be used on this day, and why?

The outcome follows from the headline reason alone. Data of the store count over the QR's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from verification.card.facts import Card, Record, Refusal
from verification.card.portal import PortalAnswer
from verification.card.ports import Cards
from verification.card.presented import QR_KINDS, Kind, Presented
from verification.card.reasons import Class, Finding, Reason, in_headline_order
from verification.rules.law import against, person, validity
from verification.rules.law.tables import Benefit, Law
from verification.rules.law.told import Told, is_about
from verification.rules.law.which_card import CountingCard, which_card


class Outcome(StrEnum):
    """The three answers."""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    UNDETERMINED = "undetermined"


class Source(StrEnum):
    """Where the card's facts come from."""

    STORE = "store"
    QR = "qr"
    PORTAL = "portal"
    NONE = "none"


_ENDED = frozenset({Reason.EXPIRED, Reason.NOT_YET_VALID})
_OUTCOMES = {Class.BLOCKING: Outcome.NOT_ELIGIBLE, Class.UNKNOWN: Outcome.UNDETERMINED}


@dataclass(frozen=True)
class Verdict:
    """The answer to one presented text.

    Args:
        kind: What was presented.
        digest: SHA-256 of the presented bytes.
        on: The visit date that it holds for.
        reasons: All that hold, the headline first.
        card: The card's facts, None where nothing could be checked.
        shown: The facts as presented, before the store was asked.
        beside: The citizen card that was shown beside the card.
        source: Where the facts come from.
        as_of: Day on which the store last heard of the card.
        benefit: What the benefit digit gives, None where the card is not valid or unknown.
        periods: All that the store has of the number that counts, that which counts first.
        unverified: True where its dates are those presented and the store does not know them.
    """

    kind: Kind
    digest: str
    on: date
    reasons: tuple[Finding, ...]
    card: Card | None = None
    shown: Card | None = None
    beside: Card | None = None
    source: Source = Source.NONE
    as_of: date | None = None
    benefit: Benefit | None = None
    periods: tuple[Record, ...] = ()
    unverified: bool = False

    @property
    def headline(self) -> Finding:
        """Return the reason that decides."""
        return self.reasons[0]

    @property
    def outcome(self) -> Outcome:
        """Return the answer that the headline gives."""
        return _OUTCOMES.get(self.headline.cls, Outcome.ELIGIBLE)

    @property
    def rate(self) -> Fraction | None:
        """Return the base rate of the card on the right route."""
        return self.benefit.rate if self.benefit else None

    @property
    def doubtful(self) -> bool:
        """Tell whether only the validity of a known card is not known, so nothing says 0 %."""
        ended = any(finding.reason in _ENDED for finding in self.reasons)
        return any(map(_leaves_the_end_open, self.reasons)) and not ended


def _leaves_the_end_open(finding: Finding) -> bool:
    child = finding.reason is Reason.CHILD_PAST_72_MONTHS and finding.cls is Class.UNKNOWN
    return child or finding.reason is Reason.RENEWAL_UNKNOWN


@dataclass(frozen=True)
class Rules:
    """What a verdict depends on beside card and date.

    Args:
        law: The tables of the law.
        record_days: Age in days at which a copy of a card no longer counts.
    """

    law: Law
    record_days: int = 30


def judge(  # what was shown, and all that it is judged by
    reading: Presented,
    cards: Cards,
    rules: Rules,
    on: date,
    today: date,
    told: Sequence[PortalAnswer] = (),
) -> Verdict:
    """Answer one presented text.

    Args:
        reading: The text, understood.
        cards: The card store.
        rules: Law and settings.
        on: The visit date, included in validity at both ends.
        today: The real day, from which the age of a copy is counted.
        told: What the national portal said of it and of its holder, newest first; the first that
            is about it counts. Facts that it gave are among the cards.
    """
    if reading.card is None:
        return Verdict(reading.kind, reading.digest, on, reading.findings)
    counting = which_card(reading.card, cards, rules.law, on)
    record, card = counting.record, counting.facts(reading.card)
    if record is None and reading.beside and person.are_two(reading.card, reading.beside, on):
        return Verdict(reading.kind, reading.digest, on, (Finding(Reason.TWO_CARDS),))
    period = validity.of_the_day(reading, counting, card, on)
    if period.dated:
        dates = (period.dated.gt_the_tu, period.dated.gt_the_den)
        card = replace(card, gt_the_tu=dates[0], gt_the_den=dates[1])
    findings = [*reading.findings, *counting.notes, *against.of_number(card, rules.law, on)]
    findings += against.of_age(card, record.card.gt_the_den if record else None, rules.law, on)
    if record:
        findings += against.of_record(record, rules.record_days, today)
        findings += against.of_differences(reading, counting)
        findings += _new(against.of_citizen_card(reading, counting, on), findings)
        findings += against.of_stores(record, findings)
        shown = reading.card or Card()
        findings += _new(against.of_the_unshown(shown, record), findings)
    elif not counting.notes:
        findings.append(against.not_in_store(card))
    findings += against.of_refusals(*_refused(reading.card, record, cards))
    findings += period.findings
    answer = next((one for one in told if is_about(one, reading, counting, on)), None)
    if answer:
        findings = Told(answer, reading, counting, card, on).joined(findings)
    verdict = _concluded(reading, counting, card, findings, rules.law, on)
    return replace(verdict, unverified=True) if period.unverified else verdict


def _refused(
    shown: Card, record: Record | None, cards: Cards
) -> tuple[Sequence[Refusal], tuple[Record, ...]]:
    """Return the refused rows of all numbers of a card, and what is known of it."""
    own = record.card if record else shown
    numbers = (shown.ma_the, own.ma_the, own.ma_so_bhxh, own.so_cccd, shown.so_cccd)
    found = cards.refusals(numbers)
    return found, record.known if found and record else ()


def _concluded(  # the parts of one answer, put together here alone
    reading: Presented,
    counting: CountingCard,
    card: Card,
    findings: list[Finding],
    law: Law,
    on: date,
) -> Verdict:
    blocked = any(finding.cls is Class.BLOCKING for finding in findings)
    over = card.gt_the_den is None and any(map(_leaves_the_end_open, findings))
    holds = _vouched(reading, counting) and not blocked and not over and card.holds_on(on)
    benefit = law.benefit(card, on) if holds else None
    known = counting.record.known if counting.record else ()
    if not any(finding.cls in _OUTCOMES for finding in findings):
        soon = against.of_the_end(card, law, on, known)
        findings = [*findings, _valid(counting.record), *soon]
    if benefit and benefit.changed_by:
        printed = {"printed": str(card.muc_huong), "now": benefit.digit}
        params = printed | {"source": benefit.changed_by}
        findings = [*findings, Finding(Reason.DIGIT_REMAPPED, params)]
    return Verdict(
        kind=reading.kind,
        digest=reading.digest,
        on=on,
        reasons=in_headline_order(findings),
        card=card,
        shown=reading.card,
        beside=reading.beside,
        source=_source(reading, counting),
        as_of=counting.record.as_of if counting.record else None,
        benefit=benefit,
        periods=known,
    )


def _valid(record: Record | None) -> Finding:
    """Return that a card holds, by whom."""
    if record is None:
        return Finding(Reason.VALID, {"case": "shown"})
    return Finding(Reason.VALID, {"case": "portal"} if against.is_portals(record) else {})


def _new(more: Iterable[Finding], told: list[Finding]) -> list[Finding]:
    """Return findings that say something else than what was told before."""
    known = {(f.reason, f.params.get("shown")) for f in told}
    return [f for f in more if (f.reason, f.params.get("shown")) not in known]


def _vouched(reading: Presented, counting: CountingCard) -> bool:
    # a number that nobody vouches for gives no rate: it may be made up
    by_itself = reading.kind in QR_KINDS and not counting.notes
    return counting.record is not None or by_itself


def _source(reading: Presented, counting: CountingCard) -> Source:
    if counting.record:
        return Source.PORTAL if against.is_portals(counting.record) else Source.STORE
    return Source.QR if reading.kind in QR_KINDS else Source.NONE
